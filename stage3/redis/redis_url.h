/*
 * redis_url: where Redis is, as a user says it.
 *
 *     HOST[:PORT]
 *     redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]
 *
 * What would end a part too early (@ or / in a password, say) is written as % and two hexadecimal
 * digits. Without a port it is 6379, without a user Redis's own "default". No other scheme is
 * taken: a rediss:// that was read as something else would send in the clear what must be sealed.
 *
 * Contract: plain functions on memory.
 */
#ifndef REDIS_URL_H
#define REDIS_URL_H

#include "base/server_list.h"

enum {
    REDIS_PORT = 6379,
    REDIS_WORD = 256,            /* bytes of a user or a password, with the final zero */
    REDIS_DATABASE_LIMIT = 65535 /* the number of a database */
};

struct redis_url {
    struct server_name server;
    char user[REDIS_WORD];
    char password[REDIS_WORD]; /* empty: none */
    unsigned database;
};

/* False: it is not of that form. */
bool redis_url_parse(const char *text, struct redis_url *url);

#endif
