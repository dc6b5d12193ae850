/*
 * log: what happened in a room, entry after entry, as far back as there is space for it.
 *
 * Model: entries have numbers, from 1 up without a hole. They are kept as the rows that travel
 * (frame.h), one behind the other in a ring of bytes; a second ring says where each begins. So the
 * entries from one number to another are one run of bytes, and packing them is copying it, in two
 * pieces at most. When the ring is full, the oldest go.
 *
 * Both rings begin small and double as the room fills them: most rooms never say much.
 *
 * The entries say, too, who joins and goes, so the log knows how many read it. If it does not have
 * them all from the first one on, its owner knows better.
 *
 * Contract: no sockets, no clock. "from ... to" means: from this entry up to the one before `to`.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOG_ENTRIES = 1024,       /* at most so many, */
    LOG_BYTES = 256 * 1024,   /* and so many bytes of them */
    LOG_ENTRIES_START = 16,   /* what a new log has space for */
    LOG_BYTES_START = 1024
};

struct log {
    unsigned char *bytes; /* owned; NULL until there is an entry */
    uint32_t *starts;     /* owned; of each entry: its position. Positions count bytes since the
                             first entry, modulo 2^32; the ring is a power of two */
    uint32_t byte_space;  /* size of `bytes`, a power of two */
    uint32_t entry_space; /* size of `starts`, a power of two */
    uint32_t position;    /* where the next entry will begin */
    uint64_t first;       /* the oldest entry that is there */
    uint64_t end;         /* the number that the next one will have */
    uint32_t readers;     /* members of the room */
};

void log_create(struct log *log);
void log_destroy(struct log *log);

/* Empties it; the next entry will have the number `first`. Its readers stay. */
void log_begin(struct log *log, uint64_t first);

/*
 * Appends a row of at most FRAME_ENTRY_LIMIT bytes under the number log->end, and drops the oldest
 * ones if there is no space for all. False: there is no memory even for this one alone.
 */
bool log_append(struct log *log, const void *row, size_t size);

/* How many bytes the entries from `from` to `to` take; both within first ... end. */
uint32_t log_size(const struct log *log, uint64_t from, uint64_t to);

/* The greatest number up to `to` for which the entries from `from` fit into `space` bytes. */
uint64_t log_fit(const struct log *log, uint64_t from, uint64_t to, size_t space);

/* Copies them out and returns their size in bytes. */
size_t log_copy(const struct log *log, uint64_t from, uint64_t to, void *out);

/* Copies `size` bytes of one entry's row, from `offset` on. */
void log_copy_part(const struct log *log, uint64_t number, uint32_t offset, uint32_t size,
                   void *out);

/* The kind of an entry that is there: the first byte of its row. */
uint8_t log_kind(const struct log *log, uint64_t number);

#endif
