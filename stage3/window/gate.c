#include "gate.h"

#include <stdio.h>
#include <string.h>

#include "crypto/constant.h"

enum { HTTP_PORT = 80 }; /* which browsers do not say */

static void make_secret(char out[GATE_SECRET + 1], random_source *random, void *context)
{
    unsigned char bytes[GATE_SECRET / 2];

    random(context, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) sprintf(out + 2 * i, "%02x", (unsigned)bytes[i]);
    wipe(bytes, sizeof bytes);
}

void gate_open(struct gate *gate, uint16_t port, random_source *random, void *context)
{
    sprintf(gate->whole, "127.0.0.1:%u", (unsigned)port);
    strcpy(gate->host, port == HTTP_PORT ? "127.0.0.1" : gate->whole);
    gate->path[0] = '/';
    make_secret(gate->path + 1, random, context);
    strcat(gate->path, "/");
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
    sprintf(out, "Set-Cookie: chat=%s; Path=%s; HttpOnly; SameSite=Strict\r\n", gate->secret,
            gate->path);
    return out;
}

/* --- the checks --- */

static bool is_us(const struct gate *gate, struct text host)
{
    return text_equal(host, text_of(gate->host)) || text_equal(host, text_of(gate->whole));
}

/* http.c has seen to it that there is no more than one Host. If the target names one as well, that
   is the one that counts (RFC 9112, section 3.3), and a client has to say the same in both. */
static bool is_for_us(const struct gate *gate, const struct http_request *request)
{
    return is_us(gate, http_header(request, "host"))
        && (!request->authority.bytes || is_us(gate, request->authority));
}

static bool is_from_us(const struct gate *gate, const struct http_request *request)
{
    struct text origin = http_header(request, "origin");

    if (!origin.bytes) return !text_equal(request->method, text_of("POST"));
    return http_header_count(request, "origin") == 1 && text_starts(origin, "http://")
        && is_us(gate, (struct text){origin.bytes + 7, origin.size - 7});
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

    return is_secret(http_parameter(cookies, ';', "chat"), gate->secret);
}

struct text gate_inside(const struct gate *gate, const struct http_request *request)
{
    size_t size = strlen(gate->path);
    struct text path = request->path;

    if (path.size < size || !constant_equal(path.bytes, gate->path, size)) {
        return (struct text){NULL, 0};
    }
    return (struct text){path.bytes + size - 1, path.size - size + 1}; /* from the last slash on */
}

/* --- ports --- */

/* The list of the Fetch standard, section "port blocking" (https://fetch.spec.whatwg.org/). */
bool gate_refused_port(uint16_t port)
{
    static const uint16_t ports[] = {
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
        102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389,
        427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
        989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665,
        6666, 6667, 6668, 6669, 6679, 6697, 10080};

    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (ports[i] == port) return true;
    }
    return false;
}
