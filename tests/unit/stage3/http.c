/* links: stage3/window/http.c stage3/window/http_reply.c stage3/base/text.c */
/* links: stage3/crypto/constant.c */
/*
 * http: requests in pieces, one behind the other, at their limits, and what must be refused.
 */
#include "window/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "window/http_reply.h"

static struct http http;

static void start(void)
{
    if (!http_open(&http)) exit(1);
}

/* As much as it will take, in pieces of that size. Returns how much it took. */
static size_t feed(const char *bytes, size_t size, size_t piece)
{
    size_t fed = 0;

    while (fed < size && http_space(&http) > 0) {
        size_t step = size - fed < piece ? size - fed : piece;
        if (step > http_space(&http)) step = http_space(&http);
        http_take(&http, bytes + fed, step);
        fed += step;
    }
    return fed;
}

static void feed_text(const char *text)
{
    feed(text, strlen(text), SIZE_MAX);
}

static bool is(struct text text, const char *wanted)
{
    return text_equal(text, text_of(wanted));
}

/* --- what is right --- */

static const char good[] = "POST /say?a=1&bb=22 HTTP/1.1\r\n"
                           "Host: 127.0.0.1:8080\r\n"
                           "X-Empty:\r\n"
                           "X-Spaces: \t two words\t \r\n"
                           "COOKIE: a=1; chat=0f; b\r\n"
                           "Accept: x\r\n"
                           "accept: Y , CLOSEd,z\r\n"
                           "Content-Length: 6\r\n"
                           "\r\n"
                           "{\"a\":}";

static bool good_was_read(void)
{
    const struct http_request *request = &http.request;

    return http.state == HTTP_WHOLE && is(request->method, "POST") && is(request->path, "/say")
        && is(request->query, "a=1&bb=22") && is(request->body, "{\"a\":}") && request->keep
        && request->header_count == 7 && is(http_header(request, "x-spaces"), "two words")
        && is(http_header(request, "host"), "127.0.0.1:8080");
}

static void every_split(void)
{
    size_t size = strlen(good), wrong = 0;

    for (size_t cut = 0; cut <= size; cut++) {
        start();
        feed(good, cut, SIZE_MAX);
        if (cut < size && http.state >= HTTP_WHOLE) wrong++;
        feed(good + cut, size - cut, SIZE_MAX);
        if (!good_was_read()) wrong++;
        http_close(&http);
    }
    for (size_t piece = 1; piece <= 9; piece++) {
        start();
        feed(good, size, piece);
        if (!good_was_read()) wrong++;
        http_close(&http);
    }
    ok(wrong == 0, "a request is the same in any two pieces, and in pieces of 1 to 9 bytes");
}

static void looking(void)
{
    start();
    feed_text(good);
    const struct http_request *request = &http.request;
    struct text cookies = http_header(request, "cookie");
    ok(http_header(request, "absent").bytes == NULL, "a header that is not there is NULL");
    ok(http_header(request, "x-empty").bytes != NULL, "an empty one is not");
    ok(http_header(request, "x-empty").size == 0, "an empty header has no bytes");
    ok(http_header_count(request, "accept") == 2, "headers of one name are counted");
    ok(http_header_lists(request, "accept", "y"), "a word is found in a list, in any case");
    ok(!http_header_lists(request, "accept", "close"), "a part of a word is not found in a list");
    ok(is(http_parameter(cookies, ';', "chat"), "0f"), "a cookie is found among others");
    ok(http_parameter(cookies, ';', "cha").bytes == NULL,
       "a cookie is not found by the beginning of its name");
    ok(http_parameter(cookies, ';', "b").bytes != NULL, "a cookie without a value is found");
    ok(is(http_parameter(request->query, '&', "bb"), "22"), "a parameter of the query is found");
    ok(http_parameter(request->query, '&', "b").bytes == NULL, "a missing parameter is not found");
    http_close(&http);
}

static void without_query(void)
{
    start();
    feed_text("GET / HTTP/1.0\r\n\r\n");
    ok(http.state == HTTP_WHOLE && is(http.request.path, "/") && http.request.query.size == 0,
       "a request of HTTP/1.0 without any header is one");
    ok(!http.request.keep, "a request of HTTP/1.0 is the last on its connection");
    ok(http_parameter(http.request.query, '&', "a").bytes == NULL,
       "a request without a query has no parameters");
    http_close(&http);
    start();
    feed_text("\r\nGET /? HTTP/1.1\r\nHost:x\r\nConnection: TE,Close\r\n\r\n");
    ok(http.state == HTTP_WHOLE && is(http.request.path, "/") && http.request.query.size == 0,
       "an empty line, an empty query and a missing space are accepted");
    ok(!http.request.keep, "\"Connection: close\" is heard");
    http_close(&http);
}

/* --- one behind the other --- */

static void pipelining(void)
{
    static const char three[] = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                                "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
                                "GET /3 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nGET";
    size_t size = strlen(three), wrong = 0;

    for (size_t piece = 1; piece <= size; piece++) {
        size_t fed = 0;
        start();
        for (char path[] = "/1"; path[1] <= '3'; path[1]++) {
            fed += feed(three + fed, size - fed, piece);
            if (http.state != HTTP_WHOLE || !is(http.request.path, path)) wrong++;
            if (path[1] == '2' && !is(http.request.body, "ab")) wrong++;
            http_next(&http);
        }
        fed += feed(three + fed, size - fed, piece);
        if (fed != size || http.state != HTTP_LINE || !http_begun(&http)) wrong++;
        http_close(&http);
    }
    ok(wrong == 0, "three requests and the beginning of a fourth are read in pieces of any size");
}

static void pressure(void)
{
    static char many[3 * HTTP_BUFFER];
    static const char one[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    size_t size = strlen(one), total = sizeof many / size, done = 0, fed = 0;

    for (size_t i = 0; i < total; i++) memcpy(many + i * size, one, size);
    start();
    do {
        fed += feed(many + fed, total * size - fed, SIZE_MAX);
        done += http.state == HTTP_WHOLE;
        if (http.state == HTTP_WHOLE && http_space(&http) > 0) break;
        http_next(&http);
    } while (done < total && http.state != HTTP_BAD);
    ok(done == total && !http_begun(&http), "%zu requests at once, none is lost", total);
    http_close(&http);
}

static void wiping(void)
{
    start();
    feed_text("POST / HTTP/1.1\r\nHost:x\r\nContent-Length: 6\r\n\r\nsecret");
    char *buffer = http.buffer;
    size_t used = http.used, left = 0;
    http_next(&http);
    for (size_t i = 0; i < used; i++) left += buffer[i] != 0;
    ok(left == 0, "a request is wiped when it is done");
    http_close(&http);
}

/* --- limits --- */

/* A request whose line, headers or body is filled up with that many bytes. */
static void feed_long(const char *before, size_t fill, const char *behind)
{
    static char bytes[200000];
    size_t size = strlen(before);

    memcpy(bytes, before, size);
    memset(bytes + size, 'a', fill);
    memcpy(bytes + size + fill, behind, strlen(behind));
    start();
    feed(bytes, size + fill + strlen(behind), 1000);
}

static bool refused_with(int status)
{
    bool refused = http.state == HTTP_BAD && http.status == status && http_space(&http) == 0;
    http_close(&http);
    return refused;
}

static bool whole(void)
{
    bool is_whole = http.state == HTTP_WHOLE;
    http_close(&http);
    return is_whole;
}

static void line_limits(void)
{
    size_t fill = HTTP_LINE_LIMIT - strlen("GET / HTTP/1.1\r\n");

    feed_long("GET /", fill, " HTTP/1.1\r\nHost: x\r\n\r\n");
    ok(whole(), "a request line of %d bytes is taken", HTTP_LINE_LIMIT);
    feed_long("GET /", fill + 1, " HTTP/1.1\r\nHost: x\r\n\r\n");
    ok(refused_with(414), "a request line of one byte more is refused");
    feed_long("GET /", 100000, "");
    ok(refused_with(414), "a request line without an end is refused");
    feed_long("", 100000, "");
    ok(refused_with(414), "100,000 letters are refused");
}

static void head_limits(void)
{
    static const char before[] = "GET / HTTP/1.1\r\nHost: x\r\nX:";
    size_t fill = HTTP_HEAD_LIMIT - strlen(before) - 4;

    feed_long(before, fill, "\r\n\r\n");
    ok(whole(), "a head of %d bytes is taken", HTTP_HEAD_LIMIT);
    feed_long(before, fill + 1, "\r\n\r\n");
    ok(refused_with(431), "a head of one byte more is refused");
    feed_long(before, 100000, "\r\n\r\n");
    ok(refused_with(431), "a head of 100,000 bytes is refused");
}

/* That many headers, Host among them. */
static void feed_headers(size_t count)
{
    start();
    feed_text("GET / HTTP/1.1\r\nHost: x\r\n");
    for (size_t i = 1; i < count && http.state != HTTP_BAD; i++) feed_text("a:b\r\n");
    if (http.state != HTTP_BAD) feed_text("\r\n");
}

static void header_limits(void)
{
    feed_headers(HTTP_HEADERS_LIMIT);
    ok(whole(), "%d headers are taken", HTTP_HEADERS_LIMIT);
    feed_headers(HTTP_HEADERS_LIMIT + 1);
    ok(refused_with(431), "one header more is refused");
    feed_headers(20000);
    ok(refused_with(431), "20,000 headers are refused");
}

static void body_limits(void)
{
    char head[100];

    snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
             HTTP_BODY_LIMIT);
    feed_long(head, HTTP_BODY_LIMIT - 1, "");
    ok(http.state == HTTP_BODY, "a body that lacks a byte is waited for");
    feed_text("a");
    ok(whole(), "a body of %d bytes is taken", HTTP_BODY_LIMIT);
    snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
             HTTP_BODY_LIMIT + 1);
    feed_long(head, 0, "");
    ok(refused_with(413), "a larger one is refused before it comes");
    feed_long("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\n", 0, "");
    ok(refused_with(413), "a length beyond any number is refused");
}

/* Head and body at their largest fill the buffer to its last byte, and no further. */
static void largest(void)
{
    char before[100];

    snprintf(before, sizeof before, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nX:",
             HTTP_BODY_LIMIT);
    feed_long(before, HTTP_HEAD_LIMIT - strlen(before) - 4, "\r\n\r\n");
    ok(http.state == HTTP_BODY && http_space(&http) == HTTP_BODY_LIMIT,
       "the largest head leaves space for a body");
    for (int i = 0; i < HTTP_BODY_LIMIT; i++) http_take(&http, "b", 1);
    ok(http.request.body.size == HTTP_BODY_LIMIT && whole(), "the largest request is accepted");
}

/* --- what must be refused --- */

#define HEAD "GET / HTTP/1.1\r\nHost: x\r\n"
#define POST "POST / HTTP/1.1\r\nHost: x\r\n"

static void refusals(void)
{
    static const struct {
        int status;
        const char *request, *what;
    } bad[] = {
        {400, "GET / HTTP/1.1\nHost: x\n\n", "line feeds alone"},
        {400, "GET / HTTP/1.1\r\nHost: x\n\r\n", "one line feed alone"},
        {400, "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n", "a carriage return too many"},
        {400, HEAD "A: b\rC: d\r\n\r\n", "a carriage return alone"},
        {400, "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "two empty lines before"},
        {400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "two spaces"},
        {400, "GET /\tHTTP/1.1\r\nHost: x\r\n\r\n", "a tab for a space"},
        {400, "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "a space at the end"},
        {400, " GET / HTTP/1.1\r\nHost: x\r\n\r\n", "a space at the beginning"},
        {400, "GET\r\n\r\n", "a method alone"},
        {400, "GET /\r\n\r\n", "a request of HTTP/0.9"},
        {400, "GET / http/1.1\r\nHost: x\r\n\r\n", "a version in small letters"},
        {400, "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", "a method that is no word"},
        {400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "a target without a slash"},
        {400, "GET https://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "a target of another scheme"},
        {400, "GET http:///x HTTP/1.1\r\nHost: x\r\n\r\n", "a target of an empty host"},
        {400, "GET http:/ HTTP/1.1\r\nHost: x\r\n\r\n", "half of a scheme"},
        {400, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "no target at all"},
        {400, "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", "a control in the target"},
        {505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "another version"},
        {400, "GET / HTTP/1.10\r\nHost: x\r\n\r\n", "a version that only begins like ours"},
        {400, "GET / HTTP/1.1\r\n\r\n", "no host"},
        {400, HEAD "Host: y\r\n\r\n", "two hosts"},
        {400, HEAD "A : b\r\n\r\n", "a space before the colon"},
        {400, HEAD " A: b\r\n\r\n", "a folded header"},
        {400, HEAD "A\r\n\r\n", "a header without a colon"},
        {400, HEAD ": b\r\n\r\n", "a header without a name"},
        {400, HEAD "\xC3\xA4: b\r\n\r\n", "a name beyond ASCII"},
        {400, HEAD "A: \x7F\r\n\r\n", "a control in a value"},
        {411, POST "\r\n", "POST without a length"},
        {400, POST "Content-Length:\r\n\r\n", "an empty length"},
        {400, POST "Content-Length: -1\r\n\r\n", "a length below zero"},
        {400, POST "Content-Length: +1\r\n\r\n", "a length with a sign"},
        {400, POST "Content-Length: 0x10\r\n\r\n", "a length in hexadecimal"},
        {400, POST "Content-Length: 1 1\r\n\r\n", "a length with a space"},
        {400, POST "Content-Length: 5, 5\r\n\r\n", "a list of lengths"},
        {400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", "two lengths"},
        {501, POST "Transfer-Encoding: chunked\r\n\r\n", "a body in chunks"},
        {501, POST "Content-Length: 5\r\nTransfer-Encoding: x\r\n\r\n", "a coding and a length"},
        {417, POST "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", "a wish to be asked"}};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        start();
        feed(bad[i].request, strlen(bad[i].request), 1);
        int status = http.state == HTTP_BAD ? http.status : 0;
        ok(refused_with(bad[i].status), "%s gives %d", bad[i].what, status);
    }
}

/* A name is made of these bytes and no others: RFC 9110, section 5.6.2. */
static void tokens(void)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    int wrong = 0, methods = 0;

    for (int byte = 1; byte < 256; byte++) {
        char request[64];
        bool good_name = strchr(token, byte) != NULL;
        if (byte == ' ' || byte == ':') continue; /* these end a method, or a name */
        snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: x\r\nA%cz: b\r\n\r\n", byte);
        start();
        feed_text(request);
        wrong += (http.state == HTTP_WHOLE) != good_name;
        http_close(&http);
        snprintf(request, sizeof request, "G%cT / HTTP/1.1\r\nHost: x\r\n\r\n", byte);
        start();
        feed_text(request);
        methods += (http.state == HTTP_WHOLE) != good_name;
        http_close(&http);
    }
    ok(wrong == 0, "every byte is in a header's name what it should be");
    ok(methods == 0, "each byte is accepted or refused in a method");
    start();
    feed_text("GET / HTTP/1.1\r\nhOST: x\r\nAZ: 1\r\naz: 2\r\n\r\n");
    ok(http.state == HTTP_WHOLE, "capital letters are the small ones, from A to Z");
    http_close(&http);
}

/* A zero byte before the body is refused, wherever it is; in the body it is a byte like others. */
static void zeros(void)
{
    size_t head = (size_t)(strstr(good, "\r\n\r\n") - good) + 4, wrong = 0;

    for (size_t at = 0; at < strlen(good); at++) {
        char bytes[sizeof good];
        memcpy(bytes, good, sizeof bytes);
        bytes[at] = '\0';
        start();
        feed(bytes, sizeof bytes - 1, SIZE_MAX);
        feed_text("\r\n"); /* to end a line whose end the zero byte took */
        if (http.state != (at < head ? HTTP_BAD : HTTP_WHOLE)) wrong++;
        http_close(&http);
    }
    ok(wrong == 0, "a zero byte in the head is refused, wherever it stands");
}

/* --- answers --- */

static void answers(void)
{
    char head[HTTP_REPLY_HEAD + 100];
    struct http_reply reply = {.status = 200, .type = "text/plain", .size = 5, .keep = true};

    head[http_reply_head(&reply, head)] = '\0';
    ok(strcmp(head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                    "Content-Length: 5\r\n\r\n") == 0,
       "a reply with a body has its head");
    reply = (struct http_reply){.status = 204, .keep = true, .more = "A: b\r\n"};
    head[http_reply_head(&reply, head)] = '\0';
    ok(strcmp(head, "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n") == 0,
       "a reply without a body has its head");
    reply =
        (struct http_reply){.status = 200, .type = "text/event-stream", .size = HTTP_REPLY_STREAM};
    head[http_reply_head(&reply, head)] = '\0';
    ok(strcmp(head, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    "Connection: close\r\n\r\n") == 0,
       "a reply without a size has its head");
    reply = (struct http_reply){.status = 404, .type = "text/plain", .size = 0};
    head[http_reply_head(&reply, head)] = '\0';
    ok(strstr(head, "Content-Length: 0\r\n") != NULL, "an empty body has its length told");
}

int main(void)
{
    plan(84);
    every_split();
    looking();
    without_query();
    pipelining();
    pressure();
    wiping();
    line_limits();
    head_limits();
    header_limits();
    body_limits();
    largest();
    refusals();
    tokens();
    zeros();
    answers();
    return done();
}
