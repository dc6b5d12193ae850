/*
 * journal_file: one file of records, and the page that becomes its next record.
 *
 * Model: rows are gathered in a page, in memory. The page is then appended to the file as one
 * record (record.h): whole, or not at all. After an error, what was written is cut off again, and
 * the page still has its rows. The journal has two of each: the file and its shorter copy.
 *
 * Contract: the owner opens and closes the file. A page has held keys, so its memory is wiped
 * before it is given back. If there is no memory for a row, or a broken write cannot be taken back,
 * the program ends with one clear line.
 */
#ifndef JOURNAL_FILE_H
#define JOURNAL_FILE_H

#include "record.h"

/* A record that is being gathered, with space for its head and tail. */
struct journal_page {
    unsigned char *bytes; /* owned */
    size_t size;          /* bytes of the body so far */
    size_t space;
};

struct journal_file {
    int fd;          /* -1: there is none */
    uint64_t size;   /* bytes of the title and of all complete records */
    uint64_t number; /* of the last record */
    unsigned char mark[RECORD_MARK];
};

void journal_page_add(struct journal_page *page, const void *row, size_t size);
void journal_page_free(struct journal_page *page);

/* Writes the title into an empty file. False: it could not be written, and errno has the reason. */
bool journal_file_begin(struct journal_file *file);

/* Appends the page as a record, and empties it. An empty page is no record. False: the file and the
   page are unchanged, and errno has the reason. */
bool journal_file_append(struct journal_file *file, struct journal_page *page);

#endif
