#include "journal_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "base/random.h"
#include "crypto/constant.h"

enum {
    PAGE_START = 4096 /* bytes */
};

/* --- pages --- */

void journal_page_free(struct journal_page *page)
{
    if (page->bytes) wipe(page->bytes, page->space);
    free(page->bytes);
    *page = (struct journal_page){NULL, 0, 0};
}

void journal_page_add(struct journal_page *page, const void *row, size_t size)
{
    size_t needed = RECORD_HEAD + page->size + size + RECORD_TAIL;

    if (needed > page->space) {
        struct journal_page grown = {NULL, page->size, page->space ? page->space : PAGE_START};
        while (grown.space < needed) grown.space *= 2;
        grown.bytes = malloc(grown.space);
        /* To end is safe: nobody was told of the row, and the file has everything else. */
        if (!grown.bytes) program_die("no memory for the journal; what it has is safe: start anew");
        if (page->bytes) memcpy(grown.bytes, page->bytes, RECORD_HEAD + page->size);
        journal_page_free(page); /* realloc() would not wipe it */
        *page = grown;
    }
    memcpy(page->bytes + RECORD_HEAD + page->size, row, size);
    page->size += size;
}

/* --- files --- */

static bool write_all(int fd, const unsigned char *bytes, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t taken = pwrite(fd, bytes, size, (off_t)at);
        if (taken < 0 && errno != EINTR) return false;
        if (taken > 0) {
            bytes += taken;
            size -= (size_t)taken;
            at += (uint64_t)taken;
        }
    }
    return true;
}

/* Appends all bytes or none: after an error, what was written is cut off again. */
static bool append(struct journal_file *file, const unsigned char *bytes, size_t size)
{
    if (write_all(file->fd, bytes, size, file->size)) {
        file->size += size;
        return true;
    }
    int error = errno;
    if (ftruncate(file->fd, (off_t)file->size) != 0) {
        program_die("cannot take back a broken write to the journal: %s; start again, the broken "
                    "end will be cut off", strerror(errno));
    }
    errno = error;
    return false;
}

bool journal_file_begin(struct journal_file *file)
{
    unsigned char title[RECORD_TITLE];

    file->size = file->number = 0;
    random_bytes(file->mark, sizeof file->mark);
    record_title(file->mark, title);
    return append(file, title, sizeof title);
}

bool journal_file_append(struct journal_file *file, struct journal_page *page)
{
    if (page->size == 0) return true;
    size_t size = record_seal(page->bytes, page->size, file->mark, file->number + 1);
    if (!append(file, page->bytes, size)) return false;
    file->number++;
    page->size = 0;
    return true;
}
