/*
 * http: a parser for HTTP/1.1 requests. Answers are written by http_reply.h.
 *
 * Model: TCP carries bytes, not messages. Bytes go in, in pieces of any size; a request is complete
 * when its last byte has come. It looks like this, with CR LF at the end of each line:
 *
 *     POST /say?x=1 HTTP/1.1       the request line: method, target, version
 *     Host: 127.0.0.1:8080         headers, until an empty line
 *     Content-Length: 13
 *
 *     {"room":"1"}.                the body: as many bytes as Content-Length says
 *
 *     LINE --> HEADERS --> BODY --> WHOLE --(http_next)--> LINE ...
 *        \________\___________\___> BAD: answer `status`, then close
 *
 * A client may send the next request before it has the answer to the first (pipelining). Its bytes
 * wait in the buffer, and http_next goes on with them. Nothing more is read meanwhile, so TCP slows
 * down a client that sends and never reads.
 *
 * The parser is strict where lenient parsers have been attacked: if two parsers disagree about
 * where a request ends, an attacker can hide a second request in the first (request smuggling). So
 * only Content-Length gives the size of a body, and a bare line feed, a folded header, a space
 * before the colon, two lengths and two hosts are all refused.
 *
 * Source: RFC 9112 (HTTP/1.1) and RFC 9110 (HTTP semantics), as far as the window's page needs
 * them: no transfer codings, no tunnels, no "Expect". The meaning of a path is not known here.
 *
 * Contract: no sockets, no clock. After BAD nothing more is read. A request's texts point into the
 * buffer and are valid until http_next, http_take or http_close. The caller may overwrite the body.
 */
#ifndef HTTP_H
#define HTTP_H

#include "base/text.h"

enum {
    HTTP_LINE_LIMIT = 2048,   /* bytes of the request line; our own targets have less than 100 */
    HTTP_HEAD_LIMIT = 16384,  /* bytes up to the body: cookies do not depend on the port, so the
                                 browser also sends those of all other programs on 127.0.0.1 */
    HTTP_HEADERS_LIMIT = 64,  /* header lines; browsers send about 20 */
    HTTP_BODY_LIMIT = 32768,  /* bytes: the longest message with every byte written as \u00xx */
    HTTP_BUFFER = HTTP_HEAD_LIMIT + HTTP_BODY_LIMIT
};

enum http_state { HTTP_LINE, HTTP_HEADERS, HTTP_BODY, HTTP_WHOLE, HTTP_BAD };

struct http_header {
    struct text name;  /* in lower case */
    struct text value; /* without white space at its ends */
};

struct http_request {
    struct text method; /* as sent: GET and get differ */
    struct text authority; /* HOST:PORT of a target http://HOST:PORT/PATH; NULL: just /PATH */
    struct text path;   /* begins with / */
    struct text query;  /* the part after the ?; empty if there is none */
    struct text body;   /* points into the buffer, and may be overwritten */
    struct http_header headers[HTTP_HEADERS_LIMIT];
    size_t header_count;
    bool keep;          /* the connection may stay open for another request */
};

struct http {
    enum http_state state;
    int status;     /* BAD: the status to answer with, 400 or more */
    struct http_request request;

    char *buffer;     /* owned, HTTP_BUFFER bytes */
    size_t used;      /* bytes in the buffer */
    size_t at;        /* where the line that is being read begins; later, where the body begins */
    size_t searched;  /* no line ends before this place: each byte is searched once */
    size_t body_size; /* Content-Length */
};

/* False: no memory for the buffer. */
bool http_open(struct http *http);

/* Wipes the buffer, which may have held a password, and frees it. */
void http_close(struct http *http);

/* How many bytes http_take accepts now: none in WHOLE and BAD, otherwise at least 1. */
size_t http_space(const struct http *http);

/* Reads received bytes. Check `state` afterwards. */
void http_take(struct http *http, const char *bytes, size_t size);

/* Drops the WHOLE request and goes on to the next one, whose bytes may already be in the buffer. */
void http_next(struct http *http);

/* Has any byte of a request come? If not, the connection may be closed without an answer. */
bool http_begun(const struct http *http);

/* --- looking into a request --- */

/* The value of the first header with this name (in lower case). NULL bytes: there is none. */
struct text http_header(const struct http_request *request, const char *name);

/* The number of headers with this name. */
size_t http_header_count(const struct http_request *request, const char *name);

/* Is the word (in lower case) in a header that is a list of words, such as Connection? */
bool http_header_lists(const struct http_request *request, const char *name, const char *word);

/* The VALUE of NAME=VALUE in "a=1&name=value", or in "a=1; name=value" as cookies are written. The
   value is not decoded: %xx stays as it is. NULL bytes: there is none. */
struct text http_parameter(struct text list, char separator, const char *name);

#endif
