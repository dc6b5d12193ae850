/*
 * receive: what a datagram of a client does.
 *
 * Model: the session finds the member and opens the datagram. Then the member's cursor is moved,
 * and the items are taken, each once and in order; items that come early wait in the member's
 * inbox. An item becomes an entry, or goes to the sequencer. chat_flush sends what has to be sent
 * for it.
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
