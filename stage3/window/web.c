#include "web.h"

#include <stdio.h>
#include <string.h>

#include "http_reply.h"

/* Header lines of every answer. The browser must not store an answer, guess its type, let another
   site embed it, or send its address to another site. */
#define ALWAYS                                     \
    "Cache-Control: no-store\r\n"                  \
    "X-Content-Type-Options: nosniff\r\n"          \
    "Referrer-Policy: no-referrer\r\n"             \
    "Cross-Origin-Opener-Policy: same-origin\r\n"  \
    "Cross-Origin-Resource-Policy: same-origin\r\n"

bool web_open(struct web *web, int64_t now)
{
    *web = (struct web){.state = WEB_READING, .deadline = now + WEB_REQUEST_TIME};
    return http_open(&web->http);
}

void web_close(struct web *web)
{
    http_close(&web->http);
    buffer_free(&web->out);
    web->state = WEB_OVER;
}

/* --- answering --- */

static void put_answer(struct web *web, struct api_answer *answer)
{
    char more[sizeof ALWAYS + API_MORE], head[HTTP_REPLY_HEAD + sizeof more];
    struct http_reply reply = {.status = answer->status,
                               .type = answer->type,
                               .size = answer->stream ? HTTP_REPLY_STREAM
                                                      : buffer_text(&answer->body).size,
                               .keep = web->keep,
                               .more = more};

    sprintf(more, "%s%s", ALWAYS, answer->more);
    buffer_put(&web->out, head, http_reply_head(&reply, head));
    struct text body = buffer_text(&answer->body);
    bool head_only = text_equal(web->http.request.method, text_of("HEAD"));
    if (!head_only) buffer_put(&web->out, body.bytes, body.size);
    buffer_free(&answer->body);
    if (web->out.failed) web->state = WEB_OVER;
}

static void begin_answer(struct web *web, struct api_answer *answer, int64_t now)
{
    web->state = WEB_ANSWERING;
    web->deadline = now + WEB_ANSWER_TIME;
    web->stream = answer->stream;
    if (answer->stream) web->keep = false;
    put_answer(web, answer);
}

/* The request is malformed or late. The connection must end: where the next request would begin is
   not known. */
static void refuse(struct web *web, int status, int64_t now)
{
    struct api_answer answer;

    web->keep = false;
    api_refuse(&answer, status);
    begin_answer(web, &answer, now);
}

/* Answers the request, if it is complete or malformed. */
static void advance(struct web *web, struct api *api, int64_t now)
{
    struct api_answer answer;

    if (web->http.state == HTTP_BAD) refuse(web, web->http.status, now);
    if (web->http.state != HTTP_WHOLE) return;
    web->keep = web->http.request.keep;
    api_answer(api, &web->http.request, &answer, now);
    if (answer.trusted) web->trusted = true;
    begin_answer(web, &answer, now);
}

/* --- receiving --- */

size_t web_space(const struct web *web)
{
    switch (web->state) {
    case WEB_READING: return http_space(&web->http);
    case WEB_STREAMING:
    case WEB_REST: return HTTP_BUFFER; /* read only to notice the end of file, and dropped */
    default: return 0;
    }
}

void web_take(struct web *web, const char *bytes, size_t size, struct api *api, int64_t now)
{
    if (web->state != WEB_READING) return;
    if (!http_begun(&web->http)) web->deadline = now + WEB_REQUEST_TIME;
    http_take(&web->http, bytes, size);
    advance(web, api, now);
}

void web_take_end(struct web *web)
{
    web->ended = true;
    web->keep = false;
    if (web->state != WEB_ANSWERING) web->state = WEB_OVER;
}

/* --- sending --- */

struct text web_give(const struct web *web)
{
    if (web->state != WEB_ANSWERING && web->state != WEB_STREAMING) return (struct text){NULL, 0};
    return buffer_text(&web->out);
}

/* The whole answer has been sent. */
static void go_on(struct web *web, struct api *api, int64_t now)
{
    if (web->stream) {
        web->state = WEB_STREAMING;
    } else if (web->keep) {
        web->state = WEB_READING;
        http_next(&web->http);
        web->deadline = now + (http_begun(&web->http) ? WEB_REQUEST_TIME : WEB_IDLE_TIME);
        advance(web, api, now); /* the next request may be here already */
    } else {
        web->state = web->ended ? WEB_OVER : WEB_REST;
        web->deadline = now + WEB_REST_TIME;
    }
}

void web_gave(struct web *web, size_t size, struct api *api, int64_t now)
{
    buffer_take(&web->out, size);
    if (buffer_text(&web->out).size > 0) return;
    buffer_free(&web->out); /* the page is large, and most of the time nothing waits to be sent */
    if (web->state == WEB_ANSWERING) go_on(web, api, now);
}

void web_tell(struct web *web, struct text block)
{
    /* A stream whose first part is still being sent gets events too. */
    bool streams = web->state == WEB_STREAMING || (web->state == WEB_ANSWERING && web->stream);

    if (!streams) return;
    buffer_put(&web->out, block.bytes, block.size);
    bool behind = web->state == WEB_STREAMING && buffer_text(&web->out).size > WEB_BACKLOG;
    if (behind || web->out.failed) web->state = WEB_OVER;
}

/* --- time --- */

int64_t web_due(const struct web *web)
{
    return web->state == WEB_STREAMING ? INT64_MAX : web->deadline;
}

void web_expire(struct web *web, int64_t now)
{
    if (web->state == WEB_READING && http_begun(&web->http)) refuse(web, 408, now);
    else web->state = WEB_OVER;
}
