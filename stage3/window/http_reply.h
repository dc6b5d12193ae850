/*
 * http_reply: the head of an answer in HTTP/1.1 (RFC 9112, section 4).
 *
 *     HTTP/1.1 200 OK                    the status line
 *     Content-Type: application/json     headers, until an empty line
 *     Content-Length: 11
 *
 * Contract: plain functions on memory. The caller sends the body after the head.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_REPLY_HEAD = 512 }; /* bytes of a head, without the lines that the caller adds */

#define HTTP_REPLY_STREAM SIZE_MAX /* the size of a body that ends when the connection does */

struct http_reply {
    int status;
    const char *type; /* Content-Type, at most 100 bytes; NULL: there is no body */
    size_t size;      /* bytes of the body, or HTTP_REPLY_STREAM */
    bool keep;        /* the connection stays open for another request */
    const char *more; /* header lines to add, each with its CR LF; or NULL */
};

/* Writes the head, up to and with the empty line. Returns its size, at most HTTP_REPLY_HEAD plus
   the size of `more`: `out` must have space for that. */
size_t http_reply_head(const struct http_reply *reply, char *out);

/* The reason phrase of a status, such as "Not Found". */
const char *http_reply_reason(int status);

#endif
