/* links: stage3/redis/redis_url.c stage3/base/server_list.c stage3/base/text.c */
/*
 * redis_url: where Redis is, in all its forms, and what is none.
 */
#include "redis/redis_url.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

static void is(const char *text, const char *host, unsigned port, const char *user,
               const char *password, unsigned database)
{
    struct redis_url url;
    bool right = redis_url_parse(text, &url) && strcmp(url.server.host, host) == 0
        && url.server.port == port && strcmp(url.user, user) == 0
        && strcmp(url.password, password) == 0 && url.database == database;

    ok(right, "the address %s is read", text);
}

static void is_none(const char *text)
{
    struct redis_url url;

    ok(!redis_url_parse(text, &url), "the address \"%.40s\" is refused", text);
}

int main(void)
{
    char word[REDIS_WORD + 40];

    plan(44);
    is("localhost", "localhost", 6379, "default", "", 0);
    is("10.0.0.1:7000", "10.0.0.1", 7000, "default", "", 0);
    is("::1", "::1", 6379, "default", "", 0);
    is("[::1]:7000", "::1", 7000, "default", "", 0);
    is("redis://host", "host", 6379, "default", "", 0);
    is("redis://host:1/", "host", 1, "default", "", 0);
    is("redis://host/15", "host", 6379, "default", "", 15);
    is("redis://:secret@host:6380/2", "host", 6380, "default", "secret", 2);
    is("redis://anna:secret@[::1]:6380", "::1", 6380, "anna", "secret", 0);
    is("redis://:a@b:c@host", "host", 6379, "default", "a@b:c", 0);
    is("redis://:%40%2F%3a%25@host", "host", 6379, "default", "@/:%", 0);
    is("redis://:%2f%3F%6F@host", "host", 6379, "default", "/?o", 0);
    is_none("");
    is_none("host:");
    is_none("host:0");
    is_none("host:65536");
    is_none("a,b");
    is_none("redis://");
    is_none("redis://secret@host");
    is_none("redis://:%4@host");
    is_none("redis://:%xy@host");
    is_none("redis://:%00@host");
    is_none("redis://host/x");
    is_none("redis://host/65536");
    is_none("redis://host/99999999999999999999");
    is_none("http://host/");
    is_none("rediss://:secret@host");
    is_none("rediss://:secret@host:6380/2");
    is_none("redis+tls://host");
    is_none("redis-socket:///tmp/socket");
    is_none("unix:///tmp/socket");
    is_none("unix:/tmp/socket");
    is_none("://host");
    is_none("redis:host:1");
    is_none("redis:/host");
    is_none("user:secret@host");
    is_none(":secret@host:6380");
    is_none("host/2");
    is_none("a host");
    is_none("1:2:3:xyz");
    is("REDIS://host", "host", 6379, "default", "", 0); /* a scheme has no case: RFC 3986, 3.1 */
    is("fe80::1%eth0", "fe80::1%eth0", 6379, "default", "", 0);
    is("::ffff:127.0.0.1", "::ffff:127.0.0.1", 6379, "default", "", 0);
    snprintf(word, sizeof word, "redis://:%0*d@host", REDIS_WORD, 0);
    is_none(word);
    return done();
}
