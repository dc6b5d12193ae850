/*
 * admission: who may come in, and what is told to those who ask.
 *
 * Model: a request has come over TCP, and has been taken apart. It creates a room or joins one, or
 * wants the list of rooms.
 *
 * Contract: as chat.h. What is checked in which order stands in docs/protocol.md.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "chat/chat.h"
#include "wire/request.h"

/*
 * Creates a room or joins one, with a token that is new and random, for a request that came from
 * this IP address. (A list is made by admission_list.) Returns TCRP_OK or the reason against it.
 */
enum tcrp_status admission_request(struct chat *chat, const struct request *request,
                                   const struct address *from, const struct token *token,
                                   int64_t now);

/* The list of rooms, "NAME TAB MEMBERS" a line. Returns its size, at most TCRP_PAYLOAD_LIMIT. */
size_t admission_list(const struct chat *chat, char out[TCRP_PAYLOAD_LIMIT]);

/*
 * Whoever has this token can be sent to at this UDP port, unless a datagram has come already: where
 * that came from counts. Nobody may have the token any more.
 */
void admission_port(struct chat *chat, const struct token *token, uint16_t port);

#endif
