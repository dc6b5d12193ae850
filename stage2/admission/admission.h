/*
 * admission: decides who may come in, and makes the list of rooms.
 *
 * Model: a request has come over TCP, and has been parsed. It creates a room or joins one, or asks
 * for the list of rooms.
 *
 * Contract: as chat.h. docs/protocol.md gives the order of the checks.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "chat/chat.h"
#include "wire/request.h"

/*
 * Creates a room or joins one, for a request that came from this IP address; `token` must be new
 * and random. (admission_list makes a list.) Returns TCRP_OK or the reason of the refusal.
 */
enum tcrp_status admission_request(struct chat *chat, const struct request *request,
                                   const struct address *from, const struct token *token,
                                   int64_t now);

/* Writes the list of rooms, a line "NAME TAB MEMBERS" for each. Returns its size in bytes. */
size_t admission_list(const struct chat *chat, char out[TCRP_PAYLOAD_LIMIT]);

/*
 * The member with this token can be reached at this UDP port. The port is ignored if a datagram of
 * the member has come already, whose address counts, and if no member has the token any more.
 */
void admission_port(struct chat *chat, const struct token *token, uint16_t port);

#endif
