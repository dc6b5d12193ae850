/*
 * arguments: the client's command line, and the answers to what it leaves open.
 *
 * Contract: ends the program if the command line is wrong.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "base/address.h"
#include "base/text.h"
#include "wire/tcrp.h"

struct name {
    char bytes[NAME_LIMIT];
    size_t size; /* 0: not known yet */
};

struct arguments {
    char host[ADDRESS_HOST];
    uint16_t port;
    long udp_port;                 /* -1: the same as TCP */
    enum tcrp_operation operation; /* 0: not known yet */
    bool list_only;                /* -l */
    struct name room, user;
};

extern const char arguments_usage[];
extern const char arguments_bad_name[]; /* why a name is not allowed */

/* `*arguments` must be all zeros. */
void arguments_parse(struct arguments *arguments, int argc, char **argv);

/* False: it is no name. */
bool arguments_name(struct name *name, struct text text);
struct text text_of_name(const struct name *name);

#endif
