/*
 * welcome: what the server says to one whom it lets into a room, as it stands inside the seal.
 *
 * Contract: plain functions on memory; what an answer points to lies in the bytes it came from.
 * docs/protocol.md is the normative text.
 */
#ifndef WELCOME_H
#define WELCOME_H

#include "base/text.h"
#include "seal.h"

/* How what a client has read, which came back, stands to what the server has. */
enum welcome_back {
    BACK_NOT,     /* all of it is there; or it comes for the first time */
    BACK_TO,      /* the server has lost what lies behind `start` */
    BACK_NOWHERE  /* nobody can tell what is lost: the server has never seen the client's start */
};

/* bytes before the members */
enum { WELCOME_HEAD = 8 + SEAL_ID + 8 + 8 + 4 + SEAL_ID + SEAL_ID + 8 + 1 };

struct welcome {
    uint64_t session;
    const unsigned char *room_id; /* SEAL_ID bytes */
    uint64_t start;               /* the first entry that will be sent: 1 to `end` */
    uint64_t end;                 /* what entries before it changed is in the list */
    uint32_t total;               /* members, those too for whom there was no room */
    const unsigned char *host;    /* SEAL_ID bytes: a member id */
    const unsigned char *server;  /* SEAL_ID bytes: the id of the server's start */
    uint64_t accepted;            /* the last item of the client that the server knows of */
    uint8_t back;                 /* enum welcome_back */
    struct text members;          /* take them off with welcome_member */
};

/* Writes it but for the members: WELCOME_HEAD bytes. */
void welcome_encode(const struct welcome *welcome, void *out);

/* False: malformed, even if only the last of the members is. */
bool welcome_decode(struct text bytes, struct welcome *welcome);

/* Takes the first one off `members`. False: there is none left. */
bool welcome_member(struct text *members, const unsigned char **id, struct text *name);

#endif
