/*
 * web: one HTTP connection from a browser, from the first byte to the last.
 *
 * Model: a state machine, like the server's connections (conn.h). Received bytes go in, in pieces
 * of any size; bytes to send come out, as many at a time as the system takes.
 *
 *     READING --(a request)--> ANSWERING --(all sent)--> READING ...
 *        |                         \--(it is /events)--> STREAMING --(end of file)--> over
 *        |--(no request, or too late)--> ANSWERING --(all sent)--> REST --> over
 *        +--(end of file, or silent for too long)--> over
 *
 * REST: the program ends its own direction (shutdown) and reads on until the browser has closed
 * too. A close while unread bytes wait would make the system send a reset, which can destroy an
 * answer that is still on its way.
 *
 * A connection may carry one request after the other (keep-alive), and the next request may come
 * before the first is answered (pipelining). Nothing is read while an answer is being sent, so a
 * client that does not read its answers cannot fill the memory with requests.
 *
 * Contract: no sockets, no clock.
 */
#ifndef WEB_H
#define WEB_H

#include "api.h"

enum {
    WEB_REQUEST_TIME = 10000,   /* milliseconds from the beginning of a request to its end */
    WEB_ANSWER_TIME = 30000,    /* milliseconds for the browser to take an answer */
    WEB_REST_TIME = 2000,       /* milliseconds in REST */
    WEB_IDLE_TIME = 300000,     /* milliseconds between two requests */
    WEB_BACKLOG = 8 * 1024 * 1024 /* bytes of a stream that may wait to be sent; with more, the
                                 stream ends. The browser asks again, and gets what is kept */
};

enum web_state { WEB_READING, WEB_ANSWERING, WEB_STREAMING, WEB_REST, WEB_OVER };

struct web {
    enum web_state state;
    int64_t deadline;  /* milliseconds */
    bool trusted;      /* it has sent the key or the cookie: strangers are closed first */
    bool keep;         /* another request may follow the answer */
    bool stream;       /* a stream follows the answer */
    bool ended;        /* the browser sends no more: there is nothing to read */
    struct http http;
    struct buffer out; /* bytes that wait to be sent */
};

/* False: no memory. */
bool web_open(struct web *web, int64_t now);

/* Frees what it owns. */
void web_close(struct web *web);

/* How many bytes web_take accepts now. 0: do not read, because an answer waits to be sent. */
size_t web_space(const struct web *web);

/* Reads received bytes, and answers a complete request. */
void web_take(struct web *web, const char *bytes, size_t size, struct api *api, int64_t now);

/* The browser sends no more (end of file). */
void web_take_end(struct web *web);

/* The bytes that wait to be sent; empty if there are none. */
struct text web_give(const struct web *web);

/* The first `size` bytes of these were sent. */
void web_gave(struct web *web, size_t size, struct api *api, int64_t now);

/* Sends an event if this connection is a stream. */
void web_tell(struct web *web, struct text block);

/* The deadline has passed: the connection is over, or sends a last answer (408). */
void web_expire(struct web *web, int64_t now);

/* When to call web_expire; INT64_MAX: never, because a stream has no deadline. */
int64_t web_due(const struct web *web);

#endif
