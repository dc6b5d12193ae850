#include "soul.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/sha256.h"
#include "dice.h"
#include "sim.h"

enum { BUCKETS = 1024 };

struct link_of {
    struct soul soul;
    struct link_of *next; /* in the chain of its bucket */
};

static struct link_of *buckets[BUCKETS];

void souls_begin(void)
{
    memset(buckets, 0, sizeof buckets);
}

void souls_end(void)
{
    for (int i = 0; i < BUCKETS; i++) {
        for (struct link_of *next, *link = buckets[i]; link; link = next) {
            next = link->next;
            free(link->soul.items);
            free(link->soul.kicked);
            free(link);
        }
    }
    souls_begin();
}

static unsigned bucket_of(const unsigned char *id)
{
    return ((unsigned)id[0] << 8 | id[1]) % BUCKETS;
}

struct soul *soul_new(uint32_t actor, const char *name)
{
    struct link_of *link = calloc(1, sizeof *link);
    unsigned char hash[SHA256_BYTES];

    if (!link) abort();
    struct soul *soul = &link->soul;
    dice_fill(NULL, soul->m, SEAL_KEY);
    sha256(soul->m, SEAL_KEY, hash);
    memcpy(soul->id, hash, SEAL_ID);
    snprintf(soul->name, sizeof soul->name, "%s", name);
    soul->actor = actor;
    link->next = buckets[bucket_of(soul->id)];
    buckets[bucket_of(soul->id)] = link;
    return soul;
}

struct soul *soul_find(const unsigned char id[SEAL_ID])
{
    for (struct link_of *link = buckets[bucket_of(id)]; link; link = link->next) {
        if (memcmp(link->soul.id, id, SEAL_ID) == 0) return &link->soul;
    }
    return NULL;
}

static void add(struct soul *soul, uint64_t digest)
{
    if (soul->count == soul->room) {
        soul->room = soul->room ? 2 * soul->room : 16;
        soul->items = realloc(soul->items, (size_t)soul->room * sizeof *soul->items);
        if (!soul->items) abort();
    }
    soul->items[soul->count++] = (struct soul_item){.digest = digest, .at = sim.now};
}

void soul_says(struct soul *soul, uint64_t number, struct text text)
{
    add(soul, soul_digest(text));
    if (number != soul->count) fail("%s: a line has another number than the next", soul->name);
}

void soul_kicks(struct soul *soul, const char *name)
{
    add(soul, 0);
    soul->kicked = realloc(soul->kicked, (soul->kicks + 1) * sizeof *soul->kicked);
    if (!soul->kicked) abort();
    struct soul_kick *kick = &soul->kicked[soul->kicks++];
    *kick = (struct soul_kick){.spent = false};
    snprintf(kick->name, sizeof kick->name, "%s", name);
}

uint64_t soul_next_line(const struct soul *soul, uint64_t number)
{
    for (uint64_t i = number; i < soul->count; i++) {
        if (soul->items[i].digest != 0 && !soul->items[i].lost) return i + 1;
    }
    return 0;
}

/* FNV-1a, and never 0. */
uint64_t soul_digest(struct text text)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);

    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.bytes[i]) * UINT64_C(0x100000001B3);
    }
    return hash | 1;
}

bool soul_spend_kick(struct soul *soul, struct text name)
{
    for (uint32_t i = 0; i < soul->kicks; i++) {
        struct soul_kick *kick = &soul->kicked[i];
        if (kick->spent || kick->undone || !text_equal(text_of(kick->name), name)) continue;
        return kick->spent = true;
    }
    return false;
}

bool soul_undo_kick(struct soul *soul, struct text name)
{
    for (uint32_t i = 0; i < soul->kicks; i++) {
        struct soul_kick *kick = &soul->kicked[i];
        if (kick->spent || kick->undone || !text_equal(text_of(kick->name), name)) continue;
        return kick->undone = true;
    }
    return false;
}

void souls_rewind(void)
{
    for (int i = 0; i < BUCKETS; i++) {
        for (struct link_of *link = buckets[i]; link; link = link->next) {
            struct soul *soul = &link->soul;
            soul->logged = 0;
            soul->gone = true;
            soul->was_kicked = false;
            for (uint32_t k = 0; k < soul->kicks; k++) soul->kicked[k].spent = false;
        }
    }
}
