/*
 * auth: which requests the window's HTTP server accepts.
 *
 * Model: the server listens on 127.0.0.1, but that is not enough. Every user of this machine can
 * connect there, and every page in the user's browser can make the browser connect there. So there
 * are three secrets and two checks:
 *
 *   - The key is in the address that the program prints. It works once, for the first request that
 *     has it, and is exchanged for the path and the cookie.
 *   - Everything is served below the secret path: http://127.0.0.1:PORT/PATH/.
 *   - The browser sends the cookie with each request from then on. HttpOnly: no script can read it.
 *     SameSite=Strict: the browser does not send it if a page of another site made the request. But
 *     all ports of 127.0.0.1 are one site to a browser, and a cookie is not bound to a port: the
 *     browser would also send it to another user's program on 127.0.0.1. A cookie is bound to a
 *     path, however. This one is set for the secret path alone, and so goes to no other program.
 *   - The header Host must have the address that the server listens on. The owner of evil.example
 *     can let that name lead to 127.0.0.1 (DNS rebinding). To the browser, the owner's page and
 *     this server are then of one origin, but the request has "Host: evil.example".
 *   - The header Origin, if the browser sends it, must name this server. A POST must have it.
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
    AUTH_COOKIE = 160 /* bytes of the header line that sets the cookie */
};

struct auth {
    char host[AUTH_HOST];  /* as browsers send it: without the port if that is 80 */
    char whole[AUTH_HOST]; /* always with the port */
    char path[AUTH_PATH];
    char key[AUTH_SECRET + 1];
    char secret[AUTH_SECRET + 1]; /* the cookie's value */
};

void auth_open(struct auth *auth, uint16_t port, random_source *random, void *context);
void auth_close(struct auth *auth);

/* Draws a new key, because the old one has been used. */
void auth_renew(struct auth *auth, random_source *random, void *context);

/* "http://127.0.0.1:PORT/?key=..." */
const char *auth_url(const struct auth *auth, char out[AUTH_URL]);

/* "Set-Cookie: ...", with its CR LF */
const char *auth_cookie(const struct auth *auth, char out[AUTH_COOKIE]);

/* Checks Host and Origin: is the request for this server, and not from another site's page? Returns
   0 or the status to refuse the request with. */
int auth_check(const struct auth *auth, const struct http_request *request);

/* The part of the request's path after /PATH, such as "/say". NULL bytes: another path. */
struct text auth_inside(const struct auth *auth, const struct http_request *request);

bool auth_has_key(const struct auth *auth, const struct http_request *request);
bool auth_has_cookie(const struct auth *auth, const struct http_request *request);

/* Do browsers refuse to connect to this port, because it belongs to another protocol? */
bool auth_refused_port(uint16_t port);

#endif
