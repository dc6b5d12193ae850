/*
 * receive: what a datagram of a client does.
 *
 * Model: its session says whose it is, and opens it. Then it moves the member's cursor, and its
 * items are taken, each once and in order; items that come early wait in the member's inbox. An item
 * becomes an entry, or goes to the sequencer. What has to be sent for it, chat_flush sends.
 *
 * Contract: as chat.h.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#include "chat.h"

/* Takes a datagram and opens it in place. A `size` of PACKET_LIMIT + 1 means that it was longer. */
void chat_receive(struct chat *chat, const struct address *from, void *bytes, size_t size,
                  int64_t now);

#endif
