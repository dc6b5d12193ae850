/*
 * arguments: what the user wants of the client, as far as the call says it.
 *
 * Contract: ends the program if the call is wrong.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "base/address.h"
#include "base/text.h"

struct arguments {
    struct text name; /* empty: ask */
    uint16_t port;
    char host[ADDRESS_HOST];
};

extern const char arguments_usage[];

struct arguments arguments_parse(int argc, char **argv);

#endif
