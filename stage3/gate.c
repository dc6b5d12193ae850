#include "gate.h"

#include <stdio.h>
#include <string.h>

#include "crypto/constant.h"

static void make_secret(char out[GATE_SECRET + 1], random_source *random, void *context)
{
    unsigned char bytes[GATE_SECRET / 2];

    random(context, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) sprintf(out + 2 * i, "%02x", (unsigned)bytes[i]);
    wipe(bytes, sizeof bytes);
}

void gate_open(struct gate *gate, uint16_t port, random_source *random, void *context)
{
    sprintf(gate->host, "127.0.0.1:%u", (unsigned)port);
    sprintf(gate->cookie, "chat-%u", (unsigned)port);
    make_secret(gate->secret, random, context);
    make_secret(gate->key, random, context);
}

void gate_close(struct gate *gate)
{
    wipe(gate, sizeof *gate);
}

void gate_renew(struct gate *gate, random_source *random, void *context)
{
    make_secret(gate->key, random, context);
}

const char *gate_url(const struct gate *gate, char out[GATE_URL])
{
    sprintf(out, "http://%s/?key=%s", gate->host, gate->key);
    return out;
}

const char *gate_cookie(const struct gate *gate, char out[GATE_COOKIE])
{
    sprintf(out, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict\r\n", gate->cookie,
            gate->secret);
    return out;
}

/* --- the checks --- */

/* http.c has seen to it that there is no more than one. */
static bool is_for_us(const struct gate *gate, const struct http_request *request)
{
    return text_equal(http_header(request, "host"), text_of(gate->host));
}

static bool is_from_us(const struct gate *gate, const struct http_request *request)
{
    struct text origin = http_header(request, "origin");

    if (!origin.bytes) return !text_equal(request->method, text_of("POST"));
    return http_header_count(request, "origin") == 1 && text_starts(origin, "http://")
        && text_equal((struct text){origin.bytes + 7, origin.size - 7}, text_of(gate->host));
}

int gate_check(const struct gate *gate, const struct http_request *request)
{
    if (!is_for_us(gate, request)) return 421;
    return is_from_us(gate, request) ? 0 : 403;
}

static bool is_secret(struct text shown, const char *secret)
{
    return shown.size == GATE_SECRET && constant_equal(shown.bytes, secret, GATE_SECRET);
}

bool gate_has_key(const struct gate *gate, const struct http_request *request)
{
    return is_secret(http_parameter(request->query, '&', "key"), gate->key);
}

bool gate_has_cookie(const struct gate *gate, const struct http_request *request)
{
    /* A browser sends all its cookies for 127.0.0.1 in one header. */
    struct text cookies = http_header(request, "cookie");

    return is_secret(http_parameter(cookies, ';', gate->cookie), gate->secret);
}
