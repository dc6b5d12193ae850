/*
 * Fuzzes the HTTP parser of stage 3: any bytes in any pieces.
 *
 * Model: the first byte of the input decides how the rest is cut into pieces; the rest is what a
 * client sends on one connection.
 *
 * What must hold: with any pieces, the parser gives the same requests, byte for byte, and the same
 * refusal at the end; every text of a request is within the buffer; a client that is neither
 * refused nor answered can always send more; a sanitizer finds no fault.
 */
#include "window/http.h"

#include <stdlib.h>
#include <string.h>

/* A checksum of everything that the parser gave. */
struct account {
    uint64_t sum;
    unsigned requests;
    int status;
};

static void must(int condition)
{
    if (!condition) abort();
}

static void add(struct account *account, struct text text)
{
    account->sum = account->sum * 31 + text.size;
    for (size_t i = 0; i < text.size; i++) {
        account->sum = account->sum * 31 + (unsigned char)text.bytes[i];
    }
}

static void add_within(struct account *account, const struct http *http, struct text text)
{
    must(text.bytes >= http->buffer && text.bytes + text.size <= http->buffer + http->used);
    add(account, text);
}

static void look_at(struct account *account, const struct http *http)
{
    const struct http_request *request = &http->request;

    account->requests++;
    add_within(account, http, request->method);
    add_within(account, http, request->path);
    add_within(account, http, request->query);
    add_within(account, http, request->body);
    must(request->body.size <= HTTP_BODY_LIMIT && request->header_count <= HTTP_HEADERS_LIMIT);
    for (size_t i = 0; i < request->header_count; i++) {
        add_within(account, http, request->headers[i].name);
        add_within(account, http, request->headers[i].value);
    }
    account->sum += request->keep;
    add(account, http_parameter(request->query, '&', "key"));
    add(account, http_parameter(http_header(request, "cookie"), ';', "chat"));
}

/* With `pattern` 0, everything comes at once. Otherwise it decides the sizes of the pieces. */
static struct account read_all(const char *bytes, size_t size, unsigned pattern)
{
    struct account account = {0};
    struct http http;

    must(http_open(&http));
    while (size > 0 && http.state != HTTP_BAD) {
        size_t space = http_space(&http), piece = pattern == 0 ? size : pattern % 7 + pattern % 64;
        must(space > 0);
        pattern = pattern * 5 % 251;
        if (piece == 0) piece = 1;
        if (piece > size) piece = size;
        if (piece > space) piece = space;
        http_take(&http, bytes, piece);
        bytes += piece;
        size -= piece;
        while (http.state == HTTP_WHOLE) {
            look_at(&account, &http);
            http_next(&http);
        }
    }
    account.status = http.state == HTTP_BAD ? http.status : 0;
    must(account.status == 0 || (account.status >= 400 && account.status < 600));
    http_close(&http);
    return account;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    if (size == 0) return 0;
    const char *bytes = (const char *)input + 1;
    struct account whole = read_all(bytes, size - 1, 0);
    struct account pieces = read_all(bytes, size - 1, input[0]);

    must(whole.sum == pieces.sum && whole.requests == pieces.requests);
    must(whole.status == pieces.status);
    return 0;
}
