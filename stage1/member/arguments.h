/*
 * arguments: the client's command line.
 *
 * Contract: ends the program if the command line is wrong.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "base/address.h"
#include "base/text.h"

struct arguments {
    struct text name; /* empty: ask the user */
    uint16_t port;
    char host[ADDRESS_HOST];
};

extern const char arguments_usage[];

struct arguments arguments_parse(int argc, char **argv);

#endif
