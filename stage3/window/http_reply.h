/*
 * http_reply: the head of an answer in HTTP/1.1 (RFC 9112, section 4).
 *
 *     HTTP/1.1 200 OK                    the status line
 *     Content-Type: application/json     headers, until an empty line
 *     Content-Length: 11
 *
 * Contract: plain functions on memory. The body is the caller's to send behind it.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_REPLY_HEAD = 512 }; /* bytes of a head, without what the caller adds */

#define HTTP_REPLY_STREAM SIZE_MAX /* the size of a body that ends when the connection does */

struct http_reply {
    int status;
    const char *type; /* of the body, at most 100 bytes; NULL: there is no body */
    size_t size;      /* bytes of the body, or HTTP_REPLY_STREAM */
    bool keep;        /* the connection stays open for another request */
    const char *more; /* header lines to add, each with its CR LF; or NULL */
};

/* Writes the head, up to the empty line. Returns its size, at most HTTP_REPLY_HEAD plus that of
   `more`: `out` has space for as many bytes. */
size_t http_reply_head(const struct http_reply *reply, char *out);

/* What a status is called, such as "Not Found". */
const char *http_reply_reason(int status);

#endif
