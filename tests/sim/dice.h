/*
 * dice: the only source of random numbers in a run of the simulator, from one seed. So the same
 * seed gives the same run, to the last byte, on every machine.
 *
 * Source: S. Vigna's splitmix64, 2015. Good enough for weather; the real programs have random.h.
 */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void dice_begin(uint64_t seed);

uint32_t dice_below(uint32_t limit); /* from 0 up to, not including, `limit` (at least 1) */
uint32_t dice_between(uint32_t low, uint32_t high); /* including both */
bool dice_percent(uint32_t percent);
bool dice_one_in(uint32_t count); /* 0: never */

/* A random_source. */
void dice_fill(void *context, void *bytes, size_t size);

#endif
