/*
 * arguments: what the user wants of the client, as far as the call says it.
 *
 * Contract: ends the program if the call is wrong.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "base/text.h"
#include "handshake.h"
#include "wire/tcrp.h"

enum { ARGUMENTS_PASSWORD_LIMIT = 4096 }; /* bytes: whatever can be typed in one line */

struct name {
    char bytes[NAME_LIMIT];
    size_t size; /* 0: not known yet */
};

struct arguments {
    const char *servers;
    uint16_t port;
    long udp_port;              /* -1: the same as TCP */
    bool demands;               /* only the key of this fingerprint */
    unsigned char fingerprint[FINGERPRINT];
    enum tcrp_operation operation; /* 0: not known yet */
    bool list_only;             /* -l */
    struct name room, user;
    bool password_known;
    char password[ARGUMENTS_PASSWORD_LIMIT]; /* wiped when it has been used */
    size_t password_size;       /* 0: none */
};

extern const char arguments_usage[];
extern const char arguments_bad_name[]; /* why a name is not allowed */

/* All of `*arguments` is 0. Takes the password from the environment, if it is there. */
void arguments_parse(struct arguments *arguments, int argc, char **argv);

/* False: it is no name. */
bool arguments_name(struct name *name, struct text text);
struct text text_of_name(const struct name *name);

void arguments_forget_password(struct arguments *arguments);

#endif
