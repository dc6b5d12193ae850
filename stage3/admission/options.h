/*
 * options: the server's command line. Engines add letters of their own (engine.h).
 *
 * Contract: ends the program if the command line is wrong.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

#include "base/bucket.h"
#include "base/quota.h"
#include "chat/purse.h"
#include "engine.h"

struct options {
    const char *host;
    const char *keyfile;         /* NULL: the default path */
    const struct engine *engine; /* NULL: none */
    uint16_t tcp_port;
    long udp_port;               /* -1: the same as TCP */
    int64_t silence;             /* milliseconds */
    uint32_t room_limit;         /* members of one room */
    uint32_t member_limit;       /* of all rooms */
    size_t address_limit;        /* connections of one address */
    uint32_t share;              /* what one address may hold is one place in so many */
    struct bucket_rate rate;     /* of each member's items */
    int64_t wait;                /* milliseconds in a full purse of a room */
    bool end_when_empty;
    bool verbose;
};

/* The text of --help, with the parts of the engines that are built in. */
const char *options_usage(void);

struct options options_parse(int argc, char **argv);

#endif
