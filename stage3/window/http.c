/* The contract is in http.h. Lines are parsed in the buffer, without copies: a request's texts
   point into it. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/constant.h"

/* --- bytes and words --- */

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* A token, as names and methods must be: RFC 9110, section 5.6.2. */
static bool is_token(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.bytes[i], small = lower(byte);
        if ((small < 'a' || small > 'z') && !is_digit(byte)
            && (byte == '\0' || !strchr("!#$%&'*+-.^_`|~", byte))) {
            return false;
        }
    }
    return text.size > 0;
}

/* True if there is no control character (the zero byte is one). A tab passes only with `tabs`. */
static bool is_printable(struct text text, bool tabs)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if ((byte < 0x20 && !(tabs && byte == '\t')) || byte == 0x7F) return false;
    }
    return true;
}

static struct text trim(struct text text)
{
    while (text.size > 0 && is_space(text.bytes[text.size - 1])) text.size--;
    while (text.size > 0 && is_space(text.bytes[0])) {
        text = (struct text){text.bytes + 1, text.size - 1};
    }
    return text;
}

/* Removes the part before `separator` from the text and returns it; the whole text if there is no
   separator. */
static struct text cut(struct text *text, char separator)
{
    const char *found = text->size > 0 ? memchr(text->bytes, separator, text->size) : NULL;
    size_t size = found ? (size_t)(found - text->bytes) : text->size;
    struct text before = {text->bytes, size};

    if (found) size++;
    text->bytes += size;
    text->size -= size;
    return before;
}

static bool equal_but_case(struct text text, const char *word)
{
    if (text.size != strlen(word)) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (lower(text.bytes[i]) != word[i]) return false;
    }
    return true;
}

/* --- opening and closing --- */

bool http_open(struct http *http)
{
    *http = (struct http){.state = HTTP_LINE, .buffer = malloc(HTTP_BUFFER)};
    return http->buffer != NULL;
}

void http_close(struct http *http)
{
    if (http->buffer) wipe(http->buffer, http->used);
    free(http->buffer);
    *http = (struct http){.state = HTTP_BAD};
}

size_t http_space(const struct http *http)
{
    /* Before a request is complete there is space: the limits of a request add up to the buffer. */
    bool wanted = http->state != HTTP_WHOLE && http->state != HTTP_BAD;
    return wanted ? HTTP_BUFFER - http->used : 0;
}

bool http_begun(const struct http *http)
{
    return http->used > 0;
}

static void refuse(struct http *http, int status)
{
    http->state = HTTP_BAD;
    http->status = status;
}

/* --- the request line (RFC 9112, section 3) --- */

/* HTTP/1.1 and 1.0 are supported; another number, such as HTTP/7.8, is answered with 505, and
   anything else is malformed. */
static int read_version(struct http_request *request, struct text version)
{
    const char *digit = version.bytes + 5;

    if (version.size != 8 || !text_starts(version, "HTTP/")) return 400;
    if (!is_digit(digit[0]) || digit[1] != '.' || !is_digit(digit[2])) return 400;
    if (digit[0] != '1' || digit[2] > '1') return 505;
    request->keep = digit[2] == '1';
    return 0;
}

/*
 * Reads /PATH?QUERY, the form that browsers send to a server, or http://HOST/PATH?QUERY, the form
 * for a proxy, which a server must accept as well (section 3.2.2). The other two forms, for tunnels
 * and for "*", are refused. Returns 0 or the status to refuse the request with.
 */
static int read_target(struct http_request *request, struct text target)
{
    static const char scheme[] = "http://";
    size_t size = strlen(scheme);

    if (target.size >= size && equal_but_case((struct text){target.bytes, size}, scheme)) {
        const char *from = target.bytes + size, *end = target.bytes + target.size, *to = from;
        while (to < end && *to != '/' && *to != '?') to++;
        request->authority = (struct text){from, (size_t)(to - from)};
        target = (struct text){to, (size_t)(end - to)};
        if (request->authority.size == 0) return 400;
    }
    request->query = target;
    request->path = cut(&request->query, '?');
    if (request->path.size == 0 && request->authority.bytes) request->path = text_of("/");
    return text_starts(request->path, "/") ? 0 : 400;
}

/* Returns 0 or the status to refuse the request with. */
static int read_request_line(struct http_request *request, struct text line)
{
    request->method = cut(&line, ' ');
    struct text target = cut(&line, ' ');
    if (!is_token(request->method) || !is_printable(target, false)) return 400;
    int status = read_target(request, target);
    return status != 0 ? status : read_version(request, line);
}

/* --- one header (section 5) --- */

static int read_header(struct http_request *request, char *bytes, size_t size)
{
    struct text value = {bytes, size}, name = cut(&value, ':');

    /* A line that begins with a space would be a folded header: its name is no token either. */
    if (name.size == size || !is_token(name) || !is_printable(value, true)) return 400;
    if (request->header_count == HTTP_HEADERS_LIMIT) return 431;
    for (size_t i = 0; i < name.size; i++) bytes[i] = lower(bytes[i]);
    request->headers[request->header_count++] = (struct http_header){name, trim(value)};
    return 0;
}

/* --- after the headers: how long is the body? (section 6) --- */

static int read_length(struct text digits, size_t *length)
{
    *length = 0;
    if (digits.size == 0) return 400;
    for (size_t i = 0; i < digits.size; i++) {
        if (!is_digit(digits.bytes[i])) return 400;
        /* Once beyond the limit, further digits are not added, so nothing overflows. */
        if (*length <= HTTP_BODY_LIMIT) *length = *length * 10 + (size_t)(digits.bytes[i] - '0');
    }
    return *length > HTTP_BODY_LIMIT ? 413 : 0;
}

static int read_body_size(struct http *http)
{
    const struct http_request *request = &http->request;
    size_t lengths = http_header_count(request, "content-length");

    if (http_header_count(request, "transfer-encoding") > 0) return 501;
    if (lengths > 1) return 400;
    if (lengths == 1) return read_length(http_header(request, "content-length"), &http->body_size);
    return text_equal(request->method, text_of("POST")) ? 411 : 0;
}

static int end_head(struct http *http)
{
    struct http_request *request = &http->request;
    size_t hosts = http_header_count(request, "host");
    int status = read_body_size(http);

    if (status != 0) return status;
    /* At this point `keep` is true for version 1.1 and false for 1.0. */
    if (hosts > 1 || (hosts == 0 && request->keep)) return 400;
    if (http_header_count(request, "expect") > 0) return 417; /* clients repeat it without Expect */
    if (http_header_lists(request, "connection", "close")) request->keep = false;
    http->state = HTTP_BODY;
    return 0;
}

/* --- bytes to lines --- */

/* Takes the next line of the head, without its end. False: the line is incomplete, or refused. */
static bool take_line(struct http *http, size_t *start, size_t *size)
{
    size_t limit = http->state == HTTP_LINE ? http->at + HTTP_LINE_LIMIT : HTTP_HEAD_LIMIT;
    int too_long = http->state == HTTP_LINE ? 414 : 431;
    const char *end = memchr(http->buffer + http->searched, '\n', http->used - http->searched);
    size_t behind = end ? (size_t)(end - http->buffer) + 1 : http->used;

    if (behind > limit) {
        refuse(http, too_long);
        return false;
    }
    http->searched = behind;
    if (!end) return false;
    *start = http->at;
    *size = behind - http->at - 1;
    http->at = behind;
    if (*size > 0 && http->buffer[*start + --*size] == '\r') return true;
    refuse(http, 400); /* a line feed without a CR */
    return false;
}

/* Returns 0 or the status to refuse the request with. */
static int read_line(struct http *http, size_t start, size_t size)
{
    char *line = http->buffer + start;

    if (http->state == HTTP_HEADERS) {
        return size == 0 ? end_head(http) : read_header(&http->request, line, size);
    }
    /* One empty line before a request is ignored: old clients sent one after a body. */
    if (size == 0) return start == 0 ? 0 : 400;
    http->state = HTTP_HEADERS;
    return read_request_line(&http->request, (struct text){line, size});
}

static void advance(struct http *http)
{
    size_t start, size;

    while (http->state < HTTP_BODY && take_line(http, &start, &size)) {
        int status = read_line(http, start, size);
        if (status != 0) refuse(http, status);
    }
    if (http->state == HTTP_BODY && http->used - http->at >= http->body_size) {
        http->request.body = (struct text){http->buffer + http->at, http->body_size};
        http->state = HTTP_WHOLE;
    }
}

void http_take(struct http *http, const char *bytes, size_t size)
{
    memcpy(http->buffer + http->used, bytes, size);
    http->used += size;
    advance(http);
}

void http_next(struct http *http)
{
    size_t done = http->at + http->body_size, left = http->used - done;
    char *buffer = http->buffer;

    memmove(buffer, buffer + done, left);
    wipe(buffer + left, done);
    *http = (struct http){.state = HTTP_LINE, .buffer = buffer, .used = left};
    advance(http);
}

/* --- looking into a request --- */

struct text http_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (text_equal(request->headers[i].name, text_of(name))) return request->headers[i].value;
    }
    return (struct text){NULL, 0};
}

size_t http_header_count(const struct http_request *request, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < request->header_count; i++) {
        count += text_equal(request->headers[i].name, text_of(name));
    }
    return count;
}

bool http_header_lists(const struct http_request *request, const char *name, const char *word)
{
    for (size_t i = 0; i < request->header_count; i++) {
        struct text list = request->headers[i].value;
        if (!text_equal(request->headers[i].name, text_of(name))) continue;
        while (list.size > 0) {
            if (equal_but_case(trim(cut(&list, ',')), word)) return true;
        }
    }
    return false;
}

struct text http_parameter(struct text list, char separator, const char *name)
{
    while (list.size > 0) {
        struct text value = trim(cut(&list, separator)), key = cut(&value, '=');
        if (text_equal(key, text_of(name))) return value;
    }
    return (struct text){NULL, 0};
}
