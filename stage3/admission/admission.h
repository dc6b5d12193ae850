/*
 * admission: who may come in, and what they are told at the door.
 *
 * Model: a request has come over TCP, sealed, and has been taken apart. It creates a room, joins
 * one for the first time, or resumes a membership that its client could not go on with: the network
 * had gone away, say, or had given the machine another address. Whoever resumes shows the m that
 * only it and this server have seen.
 *
 * Contract: as chat.h. What is checked in which order stands in docs/protocol.md.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "chat/chat.h"
#include "wire/request.h"
#include "wire/welcome.h"

/*
 * Creates, joins or resumes. TCRP_OK and the member's index, with a new session under these keys;
 * or the reason against it.
 */
enum tcrp_status admission_request(struct chat *chat, const struct request *request,
                                   const struct address *from, const struct seal_keys *keys,
                                   int64_t now, uint32_t *member);

/* What the member is told: session, room, and who is there, in at most `space` bytes (at least 64).
   Returns the size. */
size_t admission_answer(const struct chat *chat, uint32_t member, void *out, size_t space);

/* The list of rooms, "NAME TAB MEMBERS TAB open|locked" a line, in at most `space` bytes. */
size_t admission_list(const struct chat *chat, char *out, size_t space);

/* --- for pending_join.c, which does the same where several servers share their rooms --- */

/* Where wrong passwords come from, as throttle.h wants it. */
uint64_t admission_place(const struct chat *chat, const struct address *from);

/* What is kept of a room's proof: SHA-256(salt, proof). */
void admission_hash(const unsigned char salt[ROOM_SALT], const unsigned char *proof,
                    unsigned char out[SEAL_KEY]);

/* Gives a member a session with new keys, from entry `next` on. */
void admission_open(struct chat *chat, uint32_t member, const struct seal_keys *keys,
                    uint64_t next, int64_t now);

/* The entry with which a newcomer begins. */
uint64_t admission_history(const struct log *log);

#endif
