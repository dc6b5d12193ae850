/*
 * auth: who may talk to the window's little server.
 *
 * Model: it listens on 127.0.0.1, but that alone keeps out nobody who matters. Every user of this
 * machine can connect there, and so can every page that our user's browser shows, on its behalf.
 * So there are three secrets and two checks:
 *
 *   - the key is in the address that is printed. It works once, for whoever comes first, and is
 *     exchanged for
 *   - the path below which everything is served, http://127.0.0.1:PORT/PATH/, and
 *   - the cookie, which the browser shows with each request from then on. HttpOnly: no script can
 *     read it. SameSite=Strict: it is not shown when another site's page has made the request. But
 *     to a browser all ports of 127.0.0.1 are one site, and cookies know no ports: another user's
 *     program that is visited once would be shown the cookie too. They do know paths. So it is set
 *     for our path alone, which nobody else can guess, and thus goes to nobody else.
 *   - Host must be the very address that we listen on. A page of evil.example can have its name
 *     lead to 127.0.0.1 (DNS rebinding), and is then of the same origin as we are, as far as the
 *     browser knows; but it says "Host: evil.example".
 *   - Origin, where the browser tells it, must be ourselves, and in a POST it must be told.
 *
 * Contract: no sockets, no clock. Secrets are compared in constant time.
 */
#ifndef AUTH_H
#define AUTH_H

#include "crypto/source.h"
#include "http.h"

enum {
    AUTH_SECRET = 32, /* hexadecimal digits, 128 random bits */
    AUTH_HOST = 16,   /* bytes of "127.0.0.1:65535", with the final zero */
    AUTH_URL = AUTH_HOST + 64,
    AUTH_PATH = AUTH_SECRET + 3, /* bytes of "/PATH/", with the final zero */
    AUTH_COOKIE = 160 /* bytes of the header line that hands out the cookie */
};

struct auth {
    char host[AUTH_HOST];  /* as browsers say it: without the port if that is 80 */
    char whole[AUTH_HOST]; /* always with it */
    char path[AUTH_PATH];
    char key[AUTH_SECRET + 1];
    char secret[AUTH_SECRET + 1]; /* the cookie's value */
};

void auth_open(struct auth *auth, uint16_t port, random_source *random, void *context);
void auth_close(struct auth *auth);

/* The key is used up: here is another one. */
void auth_renew(struct auth *auth, random_source *random, void *context);

/* "http://127.0.0.1:PORT/?key=..." */
const char *auth_url(const struct auth *auth, char out[AUTH_URL]);

/* "Set-Cookie: ...", with its CR LF */
const char *auth_cookie(const struct auth *auth, char out[AUTH_COOKIE]);

/* Did it come to the right address, and not from a foreign page? 0, or the status to refuse it. */
int auth_check(const struct auth *auth, const struct http_request *request);

/* What stands in the request's path behind /PATH, such as "/say". NULL bytes: another path. */
struct text auth_inside(const struct auth *auth, const struct http_request *request);

bool auth_has_key(const struct auth *auth, const struct http_request *request);
bool auth_has_cookie(const struct auth *auth, const struct http_request *request);

/* Do browsers refuse to talk to this port, as they do with those of other protocols? */
bool auth_refused_port(uint16_t port);

#endif
