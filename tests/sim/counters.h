/*
 * counters: has this counter been used with this key before? A counter is the nonce of what is
 * sealed, and one nonce for two texts gives both away. Only the same bytes may go twice: a probe.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void counters_begin(void);
void counters_end(void);

/* A datagram goes out, sealed with that key: its bytes, or a number that stands for it. */
void counters_look(uint64_t key, const unsigned char *bytes, size_t size);

#endif
