/*
 * host: the two halves of an address, the machine's address and the port.
 *
 * In this stage the server takes a member's machine address from the TCP connection, which proves
 * it: a sender with a forged address cannot finish TCP's handshake. The port is only a claim of the
 * client.
 */
#ifndef HOST_H
#define HOST_H

#include "address.h"

/* Have both the same machine address, whatever their ports? */
bool host_equal(const struct address *a, const struct address *b);

/* The port as a number; 0 means "not known yet". */
uint16_t host_port(const struct address *address);

/* The same machine with another port. */
struct address host_with_port(const struct address *address, uint16_t port);

#endif
