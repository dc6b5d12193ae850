/*
 * memory: a malloc that fails, for the whole program of a test.
 *
 *     for (long n = 0; memory_fails_at(n, once); n++) {   n requests are granted, then none (or, if
                                                     `once`, all but one)
 *         life_of_a_room();                            does what it can, and gives all back
 *         right = memory_enough() == 0 && right;       what was not given back
 *     }
 *
 * The loop ends after the first life that had all it asked for.
 *
 * Contract: for a test that is one C file. Not under a sanitizer that has a malloc of its own
 * (MEMORY_IS_OURS is 0 then). Limit: MEMORY_ARENA bytes at a time.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <limits.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define MEMORY_IS_OURS 0
#endif
#endif
#if defined __SANITIZE_ADDRESS__
#define MEMORY_IS_OURS 0
#endif
#ifndef MEMORY_IS_OURS
#define MEMORY_IS_OURS 1
#endif

enum { MEMORY_ARENA = 64 << 20, MEMORY_CLASSES = 40 };

static long memory_left = LONG_MAX; /* requests that are granted; LONG_MAX: all */
static long memory_blocks;          /* that were taken while not all are, and not given back */
static bool memory_refused, memory_counts, memory_once;

static inline bool memory_fails_at(long requests, bool once)
{
    bool again = requests == 0 || memory_refused;

    memory_left = requests;
    memory_blocks = 0;
    memory_refused = false;
    memory_once = once;
    memory_counts = again;
    if (!again) memory_left = LONG_MAX;
    return again;
}

static inline long memory_enough(void)
{
    memory_left = LONG_MAX;
    memory_counts = false;
    return memory_blocks;
}

#if MEMORY_IS_OURS

/* Before each block: its size class, 2 ^ class bytes; while it is free, the next free one. */
union memory_head {
    struct {
        unsigned class;
        bool counted;
    } of;
    union memory_head *next;
    max_align_t alignment;
};

static alignas(max_align_t) unsigned char memory_arena[MEMORY_ARENA];
static size_t memory_used;
static union memory_head *memory_free_ones[MEMORY_CLASSES];

/* What the three below are made of. A compiler may turn malloc() and memset() into calloc(), which
   would then call itself without end. */
static void *memory_take(size_t size)
{
    unsigned class = 4;
    union memory_head *head;

    if (memory_counts && memory_left == 0) {
        memory_refused = true;
        if (memory_once) memory_left = LONG_MAX;
        return NULL;
    }
    if (memory_counts && memory_left != LONG_MAX) memory_left--;
    if (size > MEMORY_ARENA / 2) return NULL;
    while (((size_t)1 << class) < size) class++;
    size_t whole = sizeof *head + ((size_t)1 << class);
    if (memory_free_ones[class]) {
        head = memory_free_ones[class];
        memory_free_ones[class] = head->next;
    } else {
        if (whole > MEMORY_ARENA - memory_used) return NULL;
        head = (union memory_head *)(void *)(memory_arena + memory_used);
        memory_used += whole;
    }
    head->of.class = class;
    head->of.counted = memory_counts;
    memory_blocks += memory_counts;
    memset(head + 1, 0xA5, size); /* nobody may rely on zeros */
    return head + 1;
}

void *malloc(size_t size) { return memory_take(size); }

void free(void *block)
{
    union memory_head *head = block;

    if (!head--) return;
    unsigned class = head->of.class;
    memory_blocks -= memory_counts && head->of.counted;
    memset(block, 0x5A, (size_t)1 << class); /* nor look at it again */
    head->next = memory_free_ones[class];
    memory_free_ones[class] = head;
}

void *calloc(size_t count, size_t size)
{
    void *block = size > 0 && count > SIZE_MAX / size ? NULL : memory_take(count * size);

    return block ? memset(block, 0, count * size) : NULL;
}

void *realloc(void *block, size_t size)
{
    void *other = memory_take(size);

    if (!other || !block) return other;
    size_t had = (size_t)1 << ((union memory_head *)block - 1)->of.class;
    memcpy(other, block, had < size ? had : size);
    free(block);
    return other;
}

#endif
#endif
