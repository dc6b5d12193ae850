/*
 * request: a client's request to the server, as it is inside the seal.
 *
 * Contract: plain functions on memory; a decoded request points into the bytes that it came from.
 * docs/protocol.md is the normative text.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "seal.h"
#include "tcrp.h"

enum {
    REQUEST_STARTS = 8,       /* starts of the server that a request may name */
    REQUEST_START = SEAL_ID + 8, /* bytes of each */
    /* bytes: two names with their sizes, m, the proof with its flag, room id, next, number, starts
       with their count */
    REQUEST_LIMIT = 2 * (1 + NAME_LIMIT) + SEAL_KEY + 1 + SEAL_KEY + SEAL_ID + 8 + 8 + 1
        + REQUEST_STARTS * REQUEST_START
};

struct request {
    enum tcrp_operation operation;
    struct text room; /* this and all fields below are empty, NULL or 0 for list */
    struct text user;
    const unsigned char *m;       /* SEAL_KEY bytes */
    const unsigned char *proof;   /* SEAL_KEY bytes; NULL: no password was given */
    const unsigned char *room_id; /* SEAL_ID bytes; NULL: the client is new to the room */
    uint64_t next;                /* the first entry that the client does not have */
    uint64_t number;              /* the last of its items whose acceptance it has learnt */
    size_t starts;                /* the number of starts of the server under which it was */
    const unsigned char *start;   /* those starts, the latest first: see request_start */
};

/* A start that the request names. `*until` becomes the entry up to which the client has read under
   that start. */
const unsigned char *request_start(const struct request *request, size_t which, uint64_t *until);

/* Parses the opened bytes. False: malformed. */
bool request_decode(enum tcrp_operation operation, struct text bytes, struct request *request);

/* Writes a request; both names must have at most NAME_LIMIT bytes. Returns the size. */
size_t request_encode(const struct request *request, char out[REQUEST_LIMIT]);

#endif
