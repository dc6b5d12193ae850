#include "auth.h"

#include <stdio.h>
#include <string.h>

#include "crypto/constant.h"

enum { HTTP_PORT = 80 }; /* browsers leave this port out of addresses */

static void make_secret(char out[AUTH_SECRET + 1], random_source *random, void *context)
{
    unsigned char bytes[AUTH_SECRET / 2];

    random(context, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) sprintf(out + 2 * i, "%02x", (unsigned)bytes[i]);
    wipe(bytes, sizeof bytes);
}

void auth_open(struct auth *auth, uint16_t port, random_source *random, void *context)
{
    sprintf(auth->whole, "127.0.0.1:%u", (unsigned)port);
    strcpy(auth->host, port == HTTP_PORT ? "127.0.0.1" : auth->whole);
    auth->path[0] = '/';
    make_secret(auth->path + 1, random, context);
    strcat(auth->path, "/");
    make_secret(auth->secret, random, context);
    make_secret(auth->key, random, context);
}

void auth_close(struct auth *auth)
{
    wipe(auth, sizeof *auth);
}

void auth_renew(struct auth *auth, random_source *random, void *context)
{
    make_secret(auth->key, random, context);
}

const char *auth_url(const struct auth *auth, char out[AUTH_URL])
{
    sprintf(out, "http://%s/?key=%s", auth->host, auth->key);
    return out;
}

const char *auth_cookie(const struct auth *auth, char out[AUTH_COOKIE])
{
    sprintf(out, "Set-Cookie: chat=%s; Path=%s; HttpOnly; SameSite=Strict\r\n", auth->secret,
            auth->path);
    return out;
}

/* --- the checks --- */

static bool is_us(const struct auth *auth, struct text host)
{
    return text_equal(host, text_of(auth->host)) || text_equal(host, text_of(auth->whole));
}

/* http.c has refused requests with more than one Host. If the target names a host as well, that one
   counts (RFC 9112, section 3.3), and the client must send the same host in both places. */
static bool is_for_us(const struct auth *auth, const struct http_request *request)
{
    return is_us(auth, http_header(request, "host"))
        && (!request->authority.bytes || is_us(auth, request->authority));
}

static bool is_from_us(const struct auth *auth, const struct http_request *request)
{
    struct text origin = http_header(request, "origin");

    if (!origin.bytes) return !text_equal(request->method, text_of("POST"));
    return http_header_count(request, "origin") == 1 && text_starts(origin, "http://")
        && is_us(auth, (struct text){origin.bytes + 7, origin.size - 7});
}

int auth_check(const struct auth *auth, const struct http_request *request)
{
    if (!is_for_us(auth, request)) return 421;
    return is_from_us(auth, request) ? 0 : 403;
}

static bool is_secret(struct text shown, const char *secret)
{
    return shown.size == AUTH_SECRET && constant_equal(shown.bytes, secret, AUTH_SECRET);
}

bool auth_has_key(const struct auth *auth, const struct http_request *request)
{
    return is_secret(http_parameter(request->query, '&', "key"), auth->key);
}

bool auth_has_cookie(const struct auth *auth, const struct http_request *request)
{
    /* A browser sends all its cookies for 127.0.0.1 in one header. */
    struct text cookies = http_header(request, "cookie");

    return is_secret(http_parameter(cookies, ';', "chat"), auth->secret);
}

struct text auth_inside(const struct auth *auth, const struct http_request *request)
{
    size_t size = strlen(auth->path);
    struct text path = request->path;

    if (path.size < size || !constant_equal(path.bytes, auth->path, size)) {
        return (struct text){NULL, 0};
    }
    return (struct text){path.bytes + size - 1, path.size - size + 1}; /* from the last slash */
}

/* --- ports --- */

/* The list is that of the Fetch standard, "port blocking" (https://fetch.spec.whatwg.org/). */
bool auth_refused_port(uint16_t port)
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
