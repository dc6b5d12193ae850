/*
 * room_key: the password of a room, and the keys that are computed from it (password.h), in slices.
 *
 * Model: the password is kept until the server's fingerprint is sure, and wiped when the work
 * begins. The work takes a third of a second, so it is done in slices of some milliseconds, beside
 * whatever else the loop does. Then there are a proof for the server and the room secret for the
 * members.
 *
 * Contract: reads the clock. All zeros: no password.
 */
#ifndef ROOM_KEY_H
#define ROOM_KEY_H

#include "password.h"

struct room_key {
    char *password;       /* owned; NULL: none, or no longer needed */
    size_t password_size;
    struct pbkdf2 work;
    bool made;            /* the next two are there */
    unsigned char proof[SEAL_KEY], secret[SEAL_KEY];
};

/* Keeps a copy of the password, which may be empty: none. False: no memory. */
bool room_key_create(struct room_key *key, struct text password);

/* Begins the work for this server and room. */
void room_key_start(struct room_key *key, const unsigned char fingerprint[SHA256_BYTES],
                    struct text room);

/* Works for a slice. Returns whether the keys are made. */
bool room_key_work(struct room_key *key);

/* Wipes and frees everything. */
void room_key_destroy(struct room_key *key);

#endif
