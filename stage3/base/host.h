/*
 * host: the two halves of an address, the machine's and the port.
 *
 * In this stage the machine's half comes from the TCP connection and is proved by it: whoever fakes
 * an address cannot finish TCP's handshake. The port's half is only what the client tells us.
 */
#ifndef HOST_H
#define HOST_H

#include "address.h"

/* The same machine, by number, whatever the ports. */
bool host_equal(const struct address *a, const struct address *b);

/* The port as a number; 0 stands for "not known yet". */
uint16_t host_port(const struct address *address);

/* The same machine with another port. */
struct address host_with_port(const struct address *address, uint16_t port);

#endif
