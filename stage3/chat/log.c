#include "log.h"

#include <stdlib.h>
#include <string.h>

#include "wire/frame.h"

void log_create(struct log *log)
{
    *log = (struct log){.first = 1, .end = 1};
}

void log_destroy(struct log *log)
{
    free(log->bytes);
    free(log->starts);
    log_create(log);
}

void log_begin(struct log *log, uint64_t first)
{
    uint32_t readers = log->readers;

    log_destroy(log);
    log->first = log->end = first;
    log->readers = readers;
}

/* The position of an entry, or of the next one. */
static uint32_t start_of(const struct log *log, uint64_t number)
{
    if (number == log->end) return log->position;
    return log->starts[number & (log->entry_space - 1)];
}

uint32_t log_size(const struct log *log, uint64_t from, uint64_t to)
{
    return start_of(log, to) - start_of(log, from); /* right modulo 2^32 as well */
}

bool log_keeps(const struct log *log, uint64_t from, uint32_t entries, uint32_t bytes)
{
    return log->end - from + entries <= LOG_ENTRIES
        && log_size(log, from, log->end) + bytes <= LOG_BYTES;
}

static void copy_out(const struct log *log, uint32_t position, uint32_t size, unsigned char *out)
{
    uint32_t at = position & (log->byte_space - 1);
    uint32_t straight = log->byte_space - at < size ? log->byte_space - at : size;

    memcpy(out, log->bytes + at, straight);
    if (size > straight) memcpy(out + straight, log->bytes, size - straight);
}

static void copy_in(struct log *log, const unsigned char *bytes, uint32_t size)
{
    uint32_t at = log->position & (log->byte_space - 1);
    uint32_t straight = log->byte_space - at < size ? log->byte_space - at : size;

    memcpy(log->bytes + at, bytes, straight);
    if (size > straight) memcpy(log->bytes, bytes + straight, size - straight);
}

/* --- growing --- */

static bool grow_bytes(struct log *log, uint32_t space)
{
    unsigned char *bytes = malloc(space);

    if (!bytes) return false;
    if (log->bytes) {
        uint32_t size = log_size(log, log->first, log->end);
        uint32_t start = start_of(log, log->first), at = start & (space - 1);
        uint32_t straight = space - at < size ? space - at : size;
        copy_out(log, start, straight, bytes + at);
        copy_out(log, start + straight, size - straight, bytes);
    }
    free(log->bytes);
    log->bytes = bytes;
    log->byte_space = space;
    return true;
}

static bool grow_entries(struct log *log, uint32_t space)
{
    uint32_t *starts = malloc(space * sizeof *starts);

    if (!starts) return false;
    for (uint64_t i = log->first; i < log->end; i++) starts[i & (space - 1)] = start_of(log, i);
    free(log->starts);
    log->starts = starts;
    log->entry_space = space;
    return true;
}

static bool make_space(struct log *log, size_t size)
{
    if (!log->bytes && !grow_bytes(log, LOG_BYTES_START)) return false;
    if (!log->starts && !grow_entries(log, LOG_ENTRIES_START)) return false;
    if (log->end - log->first == log->entry_space
        && (log->entry_space == LOG_ENTRIES || !grow_entries(log, 2 * log->entry_space))) {
        log->first++;
    }
    while (log_size(log, log->first, log->end) + size > log->byte_space) {
        if (log->byte_space < LOG_BYTES && grow_bytes(log, 2 * log->byte_space)) continue;
        if (log->first == log->end) return false;
        log->first++;
    }
    return true;
}

static void count_reader(struct log *log, uint8_t kind)
{
    if (kind == ENTRY_JOINED) log->readers++;
    else if ((kind == ENTRY_LEFT || kind == ENTRY_KICKED) && log->readers > 0) log->readers--;
}

bool log_append(struct log *log, const void *row, size_t size)
{
    if (!make_space(log, size)) return false;
    copy_in(log, row, (uint32_t)size);
    log->starts[log->end & (log->entry_space - 1)] = log->position;
    log->position += (uint32_t)size;
    log->end++;
    count_reader(log, *(const unsigned char *)row);
    return true;
}

/* --- reading --- */

uint64_t log_fit(const struct log *log, uint64_t from, uint64_t to, size_t space)
{
    uint64_t number = from;

    while (number < to && log_size(log, from, number + 1) <= space) number++;
    return number;
}

size_t log_copy(const struct log *log, uint64_t from, uint64_t to, void *out)
{
    uint32_t size = log_size(log, from, to);

    if (size > 0) copy_out(log, start_of(log, from), size, out);
    return size;
}

void log_copy_part(const struct log *log, uint64_t number, uint32_t offset, uint32_t size,
                   void *out)
{
    copy_out(log, start_of(log, number) + offset, size, out);
}

uint8_t log_kind(const struct log *log, uint64_t number)
{
    return log->bytes[start_of(log, number) & (log->byte_space - 1)];
}

bool log_is_of(const struct log *log, uint64_t number, const unsigned char *id)
{
    unsigned char author[SEAL_ID];

    if (log_kind(log, number) > ENTRY_KICKED) return false; /* closed: of nobody */
    copy_out(log, start_of(log, number) + FRAME_ROW, SEAL_ID, author);
    return memcmp(author, id, SEAL_ID) == 0;
}
