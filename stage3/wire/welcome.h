/*
 * welcome: the server's answer to a client that it admits to a room, as it is inside the seal.
 *
 * Contract: plain functions on memory; a decoded answer points into the bytes that it came from.
 * docs/protocol.md is the normative text.
 */
#ifndef WELCOME_H
#define WELCOME_H

#include "base/text.h"
#include "seal.h"

/* For a client that comes back: does the server still have the entries that the client has read? */
enum welcome_back {
    BACK_NOT,     /* it has all of them; or the client is new to the room */
    BACK_TO,      /* it has lost those from `start` on */
    BACK_NOWHERE  /* unknown: the server has no record of the start that the client names */
};

/* bytes before the members */
enum { WELCOME_HEAD = 8 + SEAL_ID + 8 + 8 + 4 + SEAL_ID + SEAL_ID + 8 + 1 };

struct welcome {
    uint64_t session;
    const unsigned char *room_id; /* SEAL_ID bytes */
    uint64_t start;               /* the first entry that will be sent: 1 to `end` */
    uint64_t end;                 /* the list of members is as of just before this entry */
    uint32_t total;               /* members, including those that the list had no space for */
    const unsigned char *host;    /* SEAL_ID bytes: a member id */
    const unsigned char *server;  /* SEAL_ID bytes: the id of the server's start */
    uint64_t accepted;            /* the last item of the client that the server has accepted */
    uint8_t back;                 /* enum welcome_back */
    struct text members;          /* to be read with welcome_member */
};

/* Writes the answer without the members: WELCOME_HEAD bytes. */
void welcome_encode(const struct welcome *welcome, void *out);

/* False: some part of it is malformed, even if that is only the last member. */
bool welcome_decode(struct text bytes, struct welcome *welcome);

/* Takes the first member off `members`. False: none is left. */
bool welcome_member(struct text *members, const unsigned char **id, struct text *name);

#endif
