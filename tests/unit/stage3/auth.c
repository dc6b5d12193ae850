/* links: stage3/window/auth.c stage3/window/csp.c stage3/window/http.c stage3/base/text.c */
/* links: stage3/crypto/constant.c stage3/crypto/sha256.c */
/*
 * auth: the key, the cookie, Host and Origin; and policy: what the page may do.
 */
#include "window/auth.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "window/csp.h"

static struct auth auth;
static struct http http;
static unsigned char next;

static void count_up(void *context, void *bytes, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++) ((unsigned char *)bytes)[i] = next++;
}

/* The request of a line and headers, each with its CR LF. */
static const struct http_request *asks(const char *line, const char *headers)
{
    char bytes[4096];

    if (http.buffer) http_close(&http);
    if (!http_open(&http)) exit(1);
    http_take(&http, bytes, (size_t)sprintf(bytes, "%s HTTP/1.1\r\n%s\r\n", line, headers));
    if (http.state != HTTP_WHOLE) exit(1);
    return &http.request;
}

#define HOST "Host: 127.0.0.1:9403\r\n"

static int checks(const char *line, const char *headers)
{
    return auth_check(&auth, asks(line, headers));
}

static void hosts(void)
{
    ok(checks("GET /", HOST) == 0, "the right Host is accepted");
    ok(checks("GET /", "Host: 127.0.0.1:94030\r\n") == 421, "a longer Host is refused");
    ok(checks("GET /", "Host: 127.0.0.1:940\r\n") == 421, "a shorter Host is refused");
    ok(checks("GET /", "Host: evil.example:9403\r\n") == 421, "another name as Host is refused");
    ok(checks("GET /", "Host: localhost:9403\r\n") == 421, "localhost as Host is refused");
    ok(checks("GET /", "Host:\r\n") == 421, "an empty Host is refused");
}

static void origins(void)
{
    ok(checks("GET /", HOST "Origin: http://127.0.0.1:9403\r\n") == 0,
       "the right Origin is accepted");
    ok(checks("GET /", HOST "Origin: https://127.0.0.1:9403\r\n") == 403,
       "an Origin with another scheme is refused");
    ok(checks("GET /", HOST "Origin: http://127.0.0.1\r\n") == 403,
       "an Origin with another port is refused");
    ok(checks("GET /", HOST "Origin: null\r\n") == 403, "a page that has none");
    ok(checks("GET /", HOST "Origin:\r\n") == 403, "an empty Origin is refused");
    ok(checks("GET /", HOST "Origin: http://127.0.0.1:9403\r\nOrigin: null\r\n") == 403,
       "two Origins are refused");
    ok(checks("POST /say", HOST "Content-Length: 0\r\n") == 403, "a POST must have one");
    ok(checks("POST /say", HOST "Content-Length: 0\r\nOrigin: http://127.0.0.1:9403\r\n") == 0,
       "a POST with the right Origin is accepted");
}

static void secrets(void)
{
    char url[AUTH_URL], cookie[AUTH_COOKIE], line[128], headers[512], old[AUTH_SECRET + 1];

    ok(strcmp(auth_url(&auth, url), "http://127.0.0.1:9403/?key=202122232425262728292a2b2c2d2e2f")
           == 0, "the address of the window has its port and key");
    ok(strcmp(auth_cookie(&auth, cookie),
              "Set-Cookie: chat=101112131415161718191a1b1c1d1e1f; "
              "Path=/000102030405060708090a0b0c0d0e0f/; HttpOnly; SameSite=Strict\r\n") == 0,
       "the cookie has its path and attributes");
    sprintf(line, "GET /?key=%s", auth.key);
    ok(auth_has_key(&auth, asks(line, HOST)), "the key is known");
    size_t wrong = 0;
    for (size_t i = 0; i < AUTH_SECRET; i++) {
        sprintf(line, "GET /?key=%s", auth.key);
        line[10 + i] = 'x';
        wrong += auth_has_key(&auth, asks(line, HOST));
        line[10 + i] = '\0';
        wrong += auth_has_key(&auth, asks(line, HOST));
    }
    ok(wrong == 0, "a wrong or shorter key is refused");
    ok(!auth_has_key(&auth, asks("GET /", HOST)), "a request without a key is refused");
    sprintf(headers, HOST "Cookie: a=b; chat=%s\r\n", auth.secret);
    ok(auth_has_cookie(&auth, asks("GET /", headers)), "the cookie is known");
    sprintf(headers, HOST "Cookie: chat-9404=%s\r\n", auth.secret);
    ok(!auth_has_cookie(&auth, asks("GET /", headers)), "the cookie under another name is refused");
    sprintf(headers, HOST "Cookie: chat=%s\r\n", auth.key);
    ok(!auth_has_cookie(&auth, asks("GET /", headers)), "the key is no cookie");
    strcpy(old, auth.key);
    auth_renew(&auth, count_up, NULL);
    sprintf(line, "GET /?key=%s", old);
    ok(!auth_has_key(&auth, asks(line, HOST)), "a key that was used is none");
    sprintf(line, "GET /?key=%s", auth.key);
    ok(auth_has_key(&auth, asks(line, HOST)), "the next key is accepted");
}

/* Is a request for this path inside, and as what? */
static bool inside(const char *path, const char *as)
{
    char line[128];

    sprintf(line, "GET %s", path);
    struct text found = auth_inside(&auth, asks(line, HOST));
    return as ? text_equal(found, text_of(as)) : found.bytes == NULL;
}

static void paths(void)
{
    ok(inside("/000102030405060708090a0b0c0d0e0f/", "/"), "the page is below the path");
    ok(inside("/000102030405060708090a0b0c0d0e0f/say?x", "/say"),
       "other places below the path are found");
    ok(inside("/000102030405060708090a0b0c0d0e0f", NULL), "the path alone is not inside");
    ok(inside("/", NULL) && inside("/say", NULL), "places above the path are refused");
    ok(inside("/000102030405060708090a0b0c0d0e0e/", NULL), "another path is refused");
    ok(inside("/x00102030405060708090a0b0c0d0e0f/", NULL),
       "a path that begins with another byte is refused");
}

/* Browsers do not say that port. */
static void port_80(void)
{
    struct auth other;
    char url[AUTH_URL];

    auth_open(&other, 80, count_up, NULL);
    ok(strncmp(auth_url(&other, url), "http://127.0.0.1/?key=", 22) == 0,
       "port 80 is left out of the address");
    ok(auth_check(&other, asks("GET /", "Host: 127.0.0.1\r\n")) == 0,
       "port 80: a Host without a port is accepted");
    ok(auth_check(&other, asks("GET /", "Host: 127.0.0.1:80\r\n")) == 0,
       "port 80: a Host with the port is accepted");
    ok(auth_check(&other, asks("GET /", "Host: 127.0.0.1:8\r\n")) == 421,
       "port 80: a Host with another port is refused");
    ok(auth_check(&other, asks("POST /say", "Host: 127.0.0.1\r\nContent-Length: 0\r\n"
                                            "Origin: http://127.0.0.1\r\n")) == 0,
       "port 80: an Origin without a port is accepted");
    auth_close(&other);
    ok(checks("GET /", "Host: 127.0.0.1\r\n") == 421,
       "another port: a Host without a port is refused");
}

static void proxies(void)
{
    ok(checks("GET http://127.0.0.1:9403/x", HOST) == 0,
       "a request in the form for proxies is accepted");
    ok(text_equal(http.request.path, text_of("/x")), "a complete URL gives the path");
    ok(checks("GET http://evil.example:9403/x", HOST) == 421, "another host in the URL is refused");
    ok(checks("GET http://127.0.0.1:9403/x", "Host: evil.example\r\n") == 421,
       "another Host beside the URL is refused");
    ok(checks("GET http://127.0.0.1:9403?key=1", HOST) == 0
           && text_equal(http.request.path, text_of("/"))
           && text_equal(http.request.query, text_of("key=1")), "a URL without a path means /");
}

static void ports(void)
{
    unsigned refused = 0;

    for (unsigned port = 1; port < 65536; port++) refused += auth_refused_port((uint16_t)port);
    ok(refused == 82, "browsers refuse %u ports", refused);
    ok(auth_refused_port(6000) && auth_refused_port(6667) && auth_refused_port(10080)
           && !auth_refused_port(80) && !auth_refused_port(9403) && !auth_refused_port(6001),
       "6000, 6667 and 10080 are refused, and 80, 9403 and 6001 are not");
}

/* The hashes are what OpenSSL says of "b" and "a". */
static void policies(void)
{
    char line[CSP_LIMIT];

    csp_line(text_of("<style>a</style><script>b</script>"), line);
    ok(strstr(line, "script-src 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0=';") != NULL,
       "the script is named by its hash");
    ok(strstr(line, "style-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=';") != NULL,
       "the style sheet is named by its hash");
    ok(strstr(line, "default-src 'none';") != NULL, "everything else is forbidden");
    ok(strlen(line) > 2 && strcmp(line + strlen(line) - 2, "\r\n") == 0,
       "the header is a whole line");
}

int main(void)
{
    plan(48);
    auth_open(&auth, 9403, count_up, NULL);
    hosts();
    origins();
    paths();
    port_80();
    proxies();
    ports();
    secrets();
    policies();
    http_close(&http);
    auth_close(&auth);
    ok(auth.key[0] == '\0' && auth.secret[0] == '\0', "the secrets are wiped at the end");
    return done();
}
