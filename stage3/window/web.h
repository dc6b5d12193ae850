/*
 * web: one HTTP connection from a browser, from its beginning to its end.
 *
 * Model: a machine with states, as the server's connections are (conn.h). Bytes that came go in, in
 * any pieces; bytes to be sent come out, as many at a time as the system takes.
 *
 *     READING --(a request)--> ANSWERING --(all sent)--> READING ...
 *        |                         \--(it is /events)--> STREAMING --(end of file)--> over
 *        |--(no request, or too late)--> ANSWERING --(all sent)--> REST --> over
 *        +--(end of file, or silent for too long)--> over
 *
 * REST: we say that we send no more, and read on until the browser has closed too. Closing while
 * unread bytes wait would make the system send a reset, which can destroy the answer on its way.
 *
 * A connection may be used for one request after the other (keep-alive), and the next one may be
 * there before the first is answered (pipelining). While one is being answered nothing is read, so
 * who does not take the answers cannot fill our memory with questions.
 *
 * Contract: no sockets, no clock.
 */
#ifndef WEB_H
#define WEB_H

#include "api.h"

enum {
    WEB_REQUEST_TIME = 10000,   /* milliseconds from the beginning of a request to its end */
    WEB_ANSWER_TIME = 30000,    /* milliseconds for the browser to take an answer */
    WEB_REST_TIME = 2000,       /* milliseconds from the end of the last answer to the end */
    WEB_IDLE_TIME = 300000,     /* milliseconds between two requests */
    WEB_BACKLOG = 8 * 1024 * 1024 /* bytes of a stream that wait to be sent: then it ends. The
                                 browser asks for it again, and gets what is still kept */
};

enum web_state { WEB_READING, WEB_ANSWERING, WEB_STREAMING, WEB_REST, WEB_OVER };

struct web {
    enum web_state state;
    int64_t deadline;  /* milliseconds */
    bool trusted;      /* it has shown the key or the cookie: strangers go first */
    bool keep;         /* behind the answer comes another request */
    bool stream;       /* behind the answer comes a stream */
    bool ended;        /* the other side sends no more: there is nothing to read */
    struct http http;
    struct buffer out; /* what waits to be sent */
};

/* False: no memory. */
bool web_open(struct web *web, int64_t now);

/* Frees what it owns. */
void web_close(struct web *web);

/* How many bytes may be handed to web_take now. 0: do not read, there is an answer to be sent. */
size_t web_space(const struct web *web);

/* These bytes have come. */
void web_take(struct web *web, const char *bytes, size_t size, struct api *api, int64_t now);

/* The other side sends no more. */
void web_take_end(struct web *web);

/* What waits to be sent; empty if nothing does. */
struct text web_give(const struct web *web);

/* So many bytes of it were sent. */
void web_gave(struct web *web, size_t size, struct api *api, int64_t now);

/* An event: nothing happens if this is no stream. */
void web_tell(struct web *web, struct text block);

/* Its time is up: it may be over now, or have a last word to say. */
void web_expire(struct web *web, int64_t now);

/* When to call web_expire; INT64_MAX: a stream has all the time there is. */
int64_t web_due(const struct web *web);

#endif
