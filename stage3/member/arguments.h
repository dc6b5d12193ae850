/*
 * arguments: the client's command-line arguments.
 *
 * Contract: ends the program if they are wrong.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "base/text.h"
#include "handshake.h"
#include "wire/tcrp.h"

enum { ARGUMENTS_PASSWORD_LIMIT = 4096 }; /* bytes: as many as one line can have */

struct name {
    char bytes[NAME_LIMIT];
    size_t size; /* 0: not known yet */
};

struct arguments {
    const char *servers;
    uint16_t port;
    long udp_port;              /* -1: the same as TCP */
    bool demands;               /* the server must have the key of this fingerprint */
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

/* `*arguments` must be all zeros. Takes the password from the environment, if it is there. */
void arguments_parse(struct arguments *arguments, int argc, char **argv);

/* Stores a name. False: it is not allowed. */
bool arguments_name(struct name *name, struct text text);
struct text text_of_name(const struct name *name);

void arguments_forget_password(struct arguments *arguments);

#endif
