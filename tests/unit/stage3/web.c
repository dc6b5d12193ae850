/* links: stage3/window/web.c stage3/window/api.c stage3/window/auth.c stage3/window/csp.c */
/* links: stage3/window/refusal.c stage3/window/events.c stage3/base/buffer.c stage3/base/json.c */
/* links: stage3/window/http.c stage3/window/http_reply.c stage3/base/text.c */
/* links: stage3/crypto/constant.c */
/* links: stage3/crypto/sha256.c */
/* links: stage3/window/invite.c stage3/member/invitation.c stage3/member/known_hosts.c */
/* links: stage3/base/address.c stage3/base/hash.c stage3/base/hex.c stage3/base/ordinary.c */
/* links: stage3/base/path.c stage3/base/program.c stage3/base/random.c stage3/base/server_list.c */
/*
 * web: a browser's connection as a machine: requests in pieces and one behind the other, streams,
 * time limits. The rooms are made up here.
 */
#include "window/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"
#include "window/page.h"

const unsigned char page_bytes[] = "<style>a</style><script>b</script>";
const size_t page_size = sizeof page_bytes - 1;

/* --- rooms that do nothing --- */

struct room_view {
    uint64_t handle;
    bool done;
};
static struct room_view views[API_VIEWS];
static char said[64], password[64], invited_to[64];

struct room_view *room_view_open(struct room_view_home *home, const struct room_view_params *params,
                                 uint64_t handle, int64_t now)
{
    (void)home;
    (void)now;
    snprintf(invited_to, sizeof invited_to, "%s %s",
             params->operation == ROOM_VIEW_JOIN ? "join" : "",
             params->invitation ? params->invitation->servers : "-");
    snprintf(password, sizeof password, "%.*s", (int)params->password.size,
             params->password.size > 0 ? params->password.bytes : "");
    for (size_t i = 0; i < API_VIEWS; i++) {
        if (views[i].handle != 0) continue;
        views[i] = (struct room_view){.handle = handle};
        return &views[i];
    }
    return NULL;
}

void room_view_close(struct room_view *view) { view->handle = 0; }
uint64_t room_view_handle(const struct room_view *view) { return view->handle; }
bool room_view_shown(const struct room_view *view) { return !view->done; }
bool room_view_done(const struct room_view *view) { return view->done; }

int64_t room_view_watch(const struct room_view *view, struct net_set *set)
{
    (void)view;
    (void)set;
    return INT64_MAX;
}

void room_view_serve(struct room_view *view, struct net_set *set, int64_t now)
{
    (void)view;
    (void)set;
    (void)now;
}

const char *room_view_say(struct room_view *view, struct text text, int64_t now, uint64_t *number)
{
    (void)view;
    (void)now;
    snprintf(said, sizeof said, "%.*s", (int)text.size, text.size > 0 ? text.bytes : "");
    *number = 5;
    return text.size > 0 ? NULL : "nothing";
}

const char *room_view_kick(struct room_view *view, struct text name, int64_t now)
{
    (void)view;
    (void)name;
    (void)now;
    return "nobody";
}

void room_view_leave(struct room_view *view, int64_t now)
{
    (void)now;
    view->done = true;
}

/* Room 2 has an invitation that is too long. */
size_t room_view_invite(const struct room_view *view, char out[INVITATION_LIMIT], bool *local)
{
    *local = view->handle == 1;
    return view->handle == 2 ? 0 : (size_t)sprintf(out, "chat3 -j 'a\"b' h:%u",
                                                   (unsigned)view->handle);
}

void room_view_describe(const struct room_view *view, struct buffer *out)
{
    buffer_print(out, "{\"view\":%u}", (unsigned)view->handle);
}

/* --- a browser --- */

static struct api api;
static struct web web;
static char seen[200001]; /* what the browser has read */
static size_t seen_size;

static void tell(void *context, struct text block)
{
    (void)context;
    web_tell(&web, block);
}

static void count_up(void *context, void *bytes, size_t size)
{
    unsigned char *next = context;
    for (size_t i = 0; i < size; i++) ((unsigned char *)bytes)[i] = (*next)++;
}

static void start(void)
{
    static unsigned char next;

    next = 0;
    memset(views, 0, sizeof views);
    api = (struct api){.server = "host:1", .home = {.servers = "host:1"}, .random = count_up,
                       .random_context = &next};
    api_open(&api, 9403, tell, NULL);
    if (!web_open(&web, 0)) exit(1);
    seen_size = 0;
}

static void end(void)
{
    web_close(&web);
    api_close(&api);
}

/* The browser takes what there is, in pieces of that size. */
static void take(size_t piece, int64_t now)
{
    while (web_give(&web).size > 0) {
        struct text out = web_give(&web);
        if (out.size > piece) out.size = piece;
        if (seen_size + out.size >= sizeof seen) exit(1);
        memcpy(seen + seen_size, out.bytes, out.size);
        seen_size += out.size;
        web_gave(&web, out.size, &api, now);
    }
}

/* The browser sends, as far as it is listened to, in pieces of that size, and takes what comes. */
static void feed(const char *bytes, size_t size, size_t piece, int64_t now)
{
    while (size > 0 && web.state != WEB_OVER) {
        size_t step = size < piece ? size : piece;
        if (step > web_space(&web)) step = web_space(&web);
        web_take(&web, bytes, step, &api, now);
        take(piece, now);
        bytes += step;
        size -= step;
    }
}

static size_t count(const char *words)
{
    size_t found = 0;

    for (size_t i = 0; i + strlen(words) <= seen_size; i++) {
        found += memcmp(seen + i, words, strlen(words)) == 0;
    }
    return found;
}

#define HEAD "Host: 127.0.0.1:9403\r\n"
#define PATH "/303132333435363738393a3b3c3d3e3f"
static const char cookie[] = HEAD "Cookie: chat=404142434445464748494a4b4c4d4e4f\r\n";

/* A request of somebody who has the cookie. */
static size_t write_get(char *out, const char *path)
{
    return (size_t)sprintf(out, "GET " PATH "%s HTTP/1.1\r\n%s\r\n", path, cookie);
}

static size_t write_post(char *out, const char *path, const char *body)
{
    return (size_t)sprintf(out, "POST " PATH "%s HTTP/1.1\r\n%sOrigin: http://127.0.0.1:9403\r\n"
                           "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                           path, cookie, strlen(body), body);
}

/* --- what is tried --- */

static void requests(void)
{
    char bytes[4096], first[4096];
    size_t size = 0, first_size = 0, wrong = 0;

    size += write_get(bytes + size, "/");
    size += write_post(bytes + size, "/join", "{\"room\":\"r\",\"name\":\"n\",\"password\":\"p\"}");
    size += write_post(bytes + size, "/say", "{\"room\":\"1\",\"text\":\"hi\"}");
    size += write_get(bytes + size, "/nothing");
    size += write_get(bytes + size, "/past?after=0");
    for (size_t piece = 1; piece <= size; piece++) {
        start();
        feed(bytes, size, piece, 0);
        if (piece == 1) memcpy(first, seen, first_size = seen_size);
        else wrong += seen_size != first_size || memcmp(seen, first, seen_size) != 0;
        wrong += web.state != WEB_READING || !web.trusted;
        end();
    }
    ok(wrong == 0, "five requests are answered the same in pieces of every size");
    start();
    feed(bytes, size, size, 0);
    ok(count("HTTP/1.1 200 OK") == 4 && count("HTTP/1.1 404") == 1,
       "the answers have their statuses");
    ok(count("{\"room\":\"1\"}") == 1 && count("{\"number\":5}") == 1,
       "the answers have their results");
    ok(count("<script>b</script>") == 1, "the page is among them");
    ok(count("data: {\"view\":1}") == 2, "the past tells a room before the lines and behind them");
    ok(strcmp(said, "hi") == 0 && strcmp(password, "p") == 0, "posted values are handed over");
    end();
}

static void strangers(void)
{
    char bytes[1024];

    start();
    feed(bytes, (size_t)sprintf(bytes, "GET / HTTP/1.1\r\n" HEAD "\r\n"), SIZE_MAX, 0);
    ok(count("HTTP/1.1 403") == 1 && !web.trusted, "a request without a cookie is refused");
    feed(bytes, (size_t)sprintf(bytes, "GET /?key=%s HTTP/1.1\r\n" HEAD "\r\n", api.auth.key),
         SIZE_MAX, 0);
    ok(count("Set-Cookie: chat=404142434445464748494a4b4c4d4e4f; Path=" PATH "/;") == 1
           && web.trusted,
       "a request with the key gets a cookie");
    ok(api.key_used, "the owner is told that the key is used");
    end();
}

/* --- invitations --- */

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* Posts that body, and is it answered so? */
static bool answers(const char *path, const char *body, int status, const char *wanted)
{
    char bytes[4096], head[32];
    size_t before = seen_size;

    feed(bytes, write_post(bytes, path, body), SIZE_MAX, 0);
    seen[seen_size] = '\0';
    snprintf(head, sizeof head, "HTTP/1.1 %d ", status);
    bool right = strncmp(seen + before, head, strlen(head)) == 0 && strstr(seen + before, wanted);
    if (!right) printf("# %s\n", seen + before);
    return right;
}

static void write_known(const char *server, const char *key)
{
    FILE *file = fopen(getenv("CHAT_KNOWN"), "w");

    if (!file) abort();
    fprintf(file, "%s %s\n", server, key);
    fclose(file);
}

static void inviting(void)
{
    static const char join[] = "{\"room\":\"r\",\"name\":\"n\"}";
    static const char with_line[] = "{\"room\":\"r\",\"name\":\"n\",\"invitation\":"
                                    "\"chat3 -k " KEY " -j 'a b' other:7\"}";

    start();
    ok(answers("/join", join, 200, "\"1\"") && strcmp(invited_to, "join -") == 0
           && answers("/join", join, 200, "\"2\""),
       "a join without an invitation uses the usual server");
    ok(answers("/invite", "{\"room\":\"1\"}", 200,
               "{\"line\":\"chat3 -j 'a\\\"b' h:1\",\"local\":true}"),
       "the invitation of a room is answered as JSON");
    ok(answers("/invite", "{\"room\":\"2\"}", 409, "{\"why\":\""),
       "an invitation that is too long is refused");
    ok(answers("/invite", "{\"room\":\"9\"}", 404, "{\"why\":\""),
       "an invitation to an unknown room is refused");
    ok(answers("/invitation", "{\"invitation\":\"chat3 -k " KEY " -j 'a b' other:7\"}", 200,
               "{\"room\":\"a b\",\"server\":\"other:7\",\"usual\":false,"
               "\"fingerprint\":\"" KEY "\"}"),
       "an invitation is read for the page");
    ok(answers("/invitation", "{\"invitation\":\"chat3 -j é host:1\"}", 400,
               "\"field\":\"room\"")
           && answers("/invitation", "{\"invitation\":\"chat3 -j 'é' host:1\"}", 200,
                      "\"server\":\"host:1\",\"usual\":true,\"fingerprint\":\"\"}"),
       "an invitation without a key to the usual server is read");
    ok(answers("/invitation", "{}", 400, "That is no invitation")
           && answers("/invitation", "{\"invitation\":\"chat3 -j $(id) host:1\"}", 400, "no inv")
           && answers("/invitation", "{\"invitation\":\"chat3 -j a\\u0000 host:1\"}", 400, "no inv")
           && answers("/invitation", "{\"invitation\":\"chat3 -j '*a' host:1\"}", 400, "no inv"),
       "an invalid invitation is refused");
    ok(answers("/join", with_line, 200, "\"3\"") && strcmp(invited_to, "join other:7") == 0,
       "an invitation's servers are joined");
    ok(answers("/join", "{\"room\":\"r\",\"name\":\"n\",\"invitation\":\"x\"}", 400, "no inv"),
       "a join with another line is refused");
    ok(answers("/create", with_line, 200, "\"4\"") && strcmp(invited_to, " -") == 0,
       "a create ignores the invitation");
    write_known("OTHER:7", "11" KEY);
    ok(answers("/join", with_line, 200, "\"5\""),
       "a bad line in the file does not make a key known");
    write_known("other:7", KEY);
    ok(answers("/join", with_line, 200, "\"6\""), "the key that is known");
    write_known("other:7", "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    ok(answers("/join", with_line, 400, "You know other:7 by another key")
           && answers("/invitation", "{\"invitation\":\"chat3 -k " KEY " -j r one:1,other:7\"}",
                      400, "by another key"),
       "an invitation with another key than the known one is refused");
    ok(answers("/invitation", "{\"invitation\":\"chat3 -j r other:7\"}", 200, "\"\"}"),
       "an invitation without a key does not contradict the known key");
    remove(getenv("CHAT_KNOWN"));
    end();
}

static void wiping(void)
{
    char bytes[1024];
    bool found = false;

    start();
    size_t size = write_post(bytes, "/join",
                             "{\"room\":\"r\",\"name\":\"n\",\"password\":\"se\\u0063ret\"}");
    web_take(&web, bytes, size, &api, 0);
    for (size_t i = 0; i + 3 <= web.http.used; i++) {
        found = found || memcmp(web.http.buffer + i, "ret", 3) == 0;
    }
    ok(strcmp(password, "secret") == 0, "a password is handed over");
    ok(!found, "the password is wiped from the request");
    end();
}

static void pressure(void)
{
    char bytes[1024];
    size_t size = write_get(bytes, "/");

    start();
    web_take(&web, bytes, size, &api, 0);
    ok(web.state == WEB_ANSWERING && web_space(&web) == 0,
       "nothing more is read while an answer waits to be taken");
    ok(web_due(&web) == WEB_ANSWER_TIME, "an answer may wait for a limited time");
    web_expire(&web, WEB_ANSWER_TIME);
    ok(web.state == WEB_OVER, "the connection is over after that time");
    end();
    start();
    ok(web_due(&web) == WEB_REQUEST_TIME, "a new connection has its time to say something");
    web_expire(&web, WEB_REQUEST_TIME);
    ok(web.state == WEB_OVER && web_give(&web).size == 0,
       "a silent connection is closed without an answer");
    end();
    start();
    web_take(&web, bytes, 9, &api, 5);
    ok(web_due(&web) == 5 + WEB_REQUEST_TIME, "the time counts from the first byte");
    web_take(&web, bytes + 9, 9, &api, 9);
    ok(web_due(&web) == 5 + WEB_REQUEST_TIME, "the time does not count from the latest byte");
    web_expire(&web, 5 + WEB_REQUEST_TIME);
    take(SIZE_MAX, 5 + WEB_REQUEST_TIME);
    ok(count("HTTP/1.1 408") == 1 && web.state == WEB_REST, "half a request is late, and told so");
    web_take_end(&web);
    ok(web.state == WEB_OVER, "the connection is over when the browser closes it");
    end();
    start();
    feed(bytes, size, SIZE_MAX, 0);
    ok(web_due(&web) == WEB_IDLE_TIME, "between two requests there is more time");
    end();
}

static void streams(void)
{
    char bytes[1024];
    size_t size = write_get(bytes, "/events");
    const char block[] = "data: 1\n\n";

    start();
    web_tell(&web, text_of(block));
    ok(web_give(&web).size == 0, "a connection without a stream gets no events");
    web_take(&web, bytes, size, &api, 0);
    web_tell(&web, text_of(block));
    take(7, 0);
    ok(web.state == WEB_STREAMING && web_due(&web) == INT64_MAX, "a stream has no end");
    ok(count("\"kind\":\"now\"}\n\ndata: 1\n\n") == 1,
       "an early event comes after the beginning of the stream");
    ok(count("Content-Length") == 0 && count("Connection: close") == 1, "a stream has no size");
    web_tell(&web, text_of(block));
    take(7, 0);
    ok(count(block) == 2, "a later event is sent at once");
    feed("anything", 8, SIZE_MAX, 0);
    ok(web.state == WEB_STREAMING, "bytes from the browser are ignored");
    char *large = malloc(WEB_BACKLOG + 1);
    memset(large, 'x', WEB_BACKLOG + 1);
    web_tell(&web, (struct text){large, WEB_BACKLOG});
    ok(web.state == WEB_STREAMING, "a browser that lags behind is kept for a while");
    web_tell(&web, (struct text){large, 1});
    ok(web.state == WEB_OVER, "a browser that lags too far behind is dropped");
    free(large);
    end();
    start();
    web_take(&web, bytes, size, &api, 0);
    take(SIZE_MAX, 0);
    web_take_end(&web);
    ok(web.state == WEB_OVER, "a stream is over when the browser closes it");
    end();
}

int main(void)
{
    const char *folder = getenv("TMPDIR");
    char path[300];

    plan(44);
    snprintf(path, sizeof path, "%s/web.%ld", folder ? folder : "/tmp", (long)getpid());
    setenv("CHAT_KNOWN", path, 1);
    requests();
    strangers();
    inviting();
    wiping();
    pressure();
    streams();
    return done();
}
