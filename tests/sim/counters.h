/*
 * counters: checks that no counter is used twice with one key. A counter is the nonce of a seal,
 * and one nonce for two texts reveals both. Only identical bytes may be sent twice, which a probe
 * is.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void counters_begin(void);
void counters_end(void);

/* A datagram is sent, sealed with that key: its bytes, or a number that stands for it. */
void counters_look(uint64_t key, const unsigned char *bytes, size_t size);

#endif
