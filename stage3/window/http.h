/*
 * http: requests of HTTP/1.1 out of a stream of bytes. The answers are http_reply.h's.
 *
 * Model: TCP carries bytes, not messages. Bytes go in, in any pieces; a request is there when its
 * last byte is. It looks like this, with CR LF at each line's end:
 *
 *     POST /say?x=1 HTTP/1.1       the request line: method, target, version
 *     Host: 127.0.0.1:8080         headers, until an empty line
 *     Content-Length: 13
 *
 *     {"room":"1"}.                the body: as many bytes as was said
 *
 *     LINE --> HEADERS --> BODY --> WHOLE --(http_next)--> LINE ...
 *        \________\___________\___> BAD: answer `status`, then close
 *
 * A client may send the next request before it has the answer to the first (pipelining): its bytes
 * wait in the buffer, and http_next goes on with them. Nothing more is taken meanwhile, so a client
 * that only sends and never reads is slowed down by TCP itself.
 *
 * It is strict where others have been careless and were attacked for it: two readers that disagree
 * about where a request ends can be made to take one request for two. So there is one way only to
 * say how long a body is; a bare line feed, a folded header, a space before the colon, two lengths
 * or two hosts are all refused.
 *
 * Source: RFC 9112 (HTTP/1.1) and RFC 9110 (its meaning). Of these, what a page of ours needs: no
 * transfer codings, no tunnels, no "Expect". Nothing here knows what a path means.
 *
 * Contract: no sockets, no clock. After BAD nothing is read any more. A request's texts lie in the
 * buffer and hold until http_next, http_take or http_close; its body may be written over.
 */
#ifndef HTTP_H
#define HTTP_H

#include "base/text.h"

enum {
    HTTP_LINE_LIMIT = 2048,   /* bytes of the request line; our own targets have less than 100 */
    HTTP_HEAD_LIMIT = 16384,  /* bytes up to the body: cookies know no ports, so those of every
                                 other program on 127.0.0.1 come along */
    HTTP_HEADERS_LIMIT = 64,  /* header lines; browsers send some 20 */
    HTTP_BODY_LIMIT = 32768,  /* bytes: the longest message there is, every byte written \u00xx */
    HTTP_BUFFER = HTTP_HEAD_LIMIT + HTTP_BODY_LIMIT
};

enum http_state { HTTP_LINE, HTTP_HEADERS, HTTP_BODY, HTTP_WHOLE, HTTP_BAD };

struct http_header {
    struct text name;  /* in lower case */
    struct text value; /* without white space at its ends */
};

struct http_request {
    struct text method; /* as it was sent: GET and get are two */
    struct text authority; /* HOST:PORT out of a target http://HOST:PORT/PATH; NULL: just /PATH */
    struct text path;   /* begins with / */
    struct text query;  /* what stands behind the ?; empty if there is none */
    struct text body;   /* its bytes are the buffer's, which may be written to */
    struct http_header headers[HTTP_HEADERS_LIMIT];
    size_t header_count;
    bool keep;          /* the connection may stay open for another request */
};

struct http {
    enum http_state state;
    int status;     /* BAD: what to answer, 400 and up */
    struct http_request request;

    char *buffer;     /* owned, HTTP_BUFFER bytes */
    size_t used;      /* bytes of it */
    size_t at;        /* where the line begins that is being read, then the body */
    size_t searched;  /* there is no line's end before here: each byte is looked at once */
    size_t body_size; /* as the headers say */
};

/* False: no memory for the buffer. */
bool http_open(struct http *http);

/* Frees what it owns. What was in the buffer, a password perhaps, is wiped. */
void http_close(struct http *http);

/* How many bytes may be handed to http_take now: none in WHOLE and BAD, at least 1 else. */
size_t http_space(const struct http *http);

/* These bytes have come. Look at `state` then. */
void http_take(struct http *http, const char *bytes, size_t size);

/* The request that was WHOLE is done with: on to the next, of which bytes may be there already. */
void http_next(struct http *http);

/* Has anything of a request come? If not, a connection may be closed without a word. */
bool http_begun(const struct http *http);

/* --- looking into a request --- */

/* The value of the first header of that name (in lower case). Its bytes are NULL if there is
   none. */
struct text http_header(const struct http_request *request, const char *name);

/* How many headers of that name there are. */
size_t http_header_count(const struct http_request *request, const char *name);

/* Is the word (in lower case) in a header that is a list of words, such as Connection? */
bool http_header_lists(const struct http_request *request, const char *name, const char *word);

/* NAME=VALUE out of "a=1&name=value", or out of "a=1; name=value" as cookies are written. Nothing
   is decoded: for values that need none. NULL bytes if there is none. */
struct text http_parameter(struct text list, char separator, const char *name);

#endif
