/*
 * redis_url: the address of Redis as a user writes it.
 *
 *     HOST[:PORT]
 *     redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]
 *
 * A character that would end a part too early (such as / in a password) is written as % and two
 * hexadecimal digits. The default port is 6379, and the default user is Redis's own, "default".
 * Other schemes are refused: rediss:// demands TLS, and this connection would send in the clear.
 *
 * Contract: plain functions on memory.
 */
#ifndef REDIS_URL_H
#define REDIS_URL_H

#include "base/server_list.h"

enum {
    REDIS_PORT = 6379,
    REDIS_WORD = 256,            /* bytes of a user or a password, with the final zero */
    REDIS_DATABASE_LIMIT = 65535 /* the greatest number of a database */
};

struct redis_url {
    struct server_name server;
    char user[REDIS_WORD];
    char password[REDIS_WORD]; /* empty: none */
    unsigned database;
};

/* False: the text does not have this form. */
bool redis_url_parse(const char *text, struct redis_url *url);

#endif
