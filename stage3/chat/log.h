/*
 * log: what happened in a room, entry after entry, as far back as its space reaches.
 *
 * Model: entries have numbers, from 1 up without a gap. They are stored as the rows that travel
 * (frame.h), one behind the other in a ring of bytes; a second ring has the position of each. So
 * the entries from one number to another are one run of bytes, and to pack them is to copy that
 * run, in two pieces at most. When the ring is full, the oldest entries are dropped.
 *
 * Both rings begin small and double when they are full: most rooms stay small.
 *
 * Entries also record joins and leaves, so the log counts its readers. If the log does not have all
 * entries from the first one on, its owner must set that number.
 *
 * Contract: no sockets, no clock. "from ... to" means: from this entry up to the one before `to`.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOG_ENTRIES = 1024,       /* entries at most, */
    LOG_BYTES = 256 * 1024,   /* and bytes of their rows */
    LOG_ENTRIES_START = 16,   /* the space of a new log: entries, */
    LOG_BYTES_START = 1024    /* and bytes */
};

struct log {
    unsigned char *bytes; /* owned; NULL until there is an entry */
    uint32_t *starts;     /* owned; the position of each entry. Positions count bytes since the
                             first entry, modulo 2^32; the ring's size is a power of two */
    uint32_t byte_space;  /* size of `bytes`, a power of two */
    uint32_t entry_space; /* size of `starts`, a power of two */
    uint32_t position;    /* where the next entry will begin */
    uint64_t first;       /* the oldest entry that the log has */
    uint64_t end;         /* the number of the next entry */
    uint32_t readers;     /* members of the room */
};

void log_create(struct log *log);
void log_destroy(struct log *log);

/* Empties the log; the next entry gets the number `first`. The number of readers stays. */
void log_begin(struct log *log, uint64_t first);

/*
 * Appends a row of at most FRAME_ENTRY_LIMIT bytes under the number log->end, and drops the oldest
 * entries if there is no space for all. False: there is no memory even for this row alone.
 */
bool log_append(struct log *log, const void *row, size_t size);

/* Returns the size in bytes of the entries `from` to `to`; both within first ... end. */
uint32_t log_size(const struct log *log, uint64_t from, uint64_t to);

/* Would the log still have the entries from `from` on if it got so many more, of so many bytes? */
bool log_keeps(const struct log *log, uint64_t from, uint32_t entries, uint32_t bytes);

/* The greatest number up to `to` for which the entries from `from` fit into `space` bytes. */
uint64_t log_fit(const struct log *log, uint64_t from, uint64_t to, size_t space);

/* Copies these entries to `out` and returns their size in bytes. */
size_t log_copy(const struct log *log, uint64_t from, uint64_t to, void *out);

/* Copies `size` bytes of one entry's row, from `offset` on. */
void log_copy_part(const struct log *log, uint64_t number, uint32_t offset, uint32_t size,
                   void *out);

/* The kind of an entry that the log has: the first byte of its row. */
uint8_t log_kind(const struct log *log, uint64_t number);

/* Is that entry a line of this member, or about it? `id` has SEAL_ID bytes. */
bool log_is_of(const struct log *log, uint64_t number, const unsigned char *id);

#endif
