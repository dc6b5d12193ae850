/*
 * record: how the journal's bytes lie in its file, so that what is broken is noticed.
 *
 * Model: a title, and then record after record. A record holds all that one turn of the server's
 * loop has changed, so a turn is in the journal or it is not, and never by half.
 *
 *     title:   "chat3 journal 2\n": 16 | mark: 8 | checksum of these: 4
 *     record:  mark: 8 | size: 4 | number: 8 | checksum of these: 4 | body | checksum of all: 4
 *
 * Records are numbered from 1 on. What is not as it should be is one of two things. Either the
 * server, or the machine, ended while it wrote: then what is broken is the end of the file, and
 * nobody was told of what it says. Or something was damaged that was good once: then good records
 * follow, and only a human can say what to do.
 *
 * The mark is drawn at random for each file. It shows where a record begins, and as nobody outside
 * knows it, nobody can say a line that looks like a record.
 *
 * Contract: plain functions on memory.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum {
    RECORD_MARK = 8,
    RECORD_TITLE = 28, /* bytes of the title */
    RECORD_HEAD = 24,  /* bytes before the body */
    RECORD_TAIL = 4    /* bytes behind it */
};

/* Writes the title. */
void record_title(const unsigned char mark[RECORD_MARK], void *out);

/* Makes a record of the body of `size` bytes that stands at record + RECORD_HEAD. Returns the size
   of all. */
size_t record_seal(void *record, size_t size, const unsigned char mark[RECORD_MARK],
                   uint64_t number);

/* Reading goes from record to record through all the bytes of a file. */
struct record_reader {
    const unsigned char *bytes;
    size_t size;
    size_t at;        /* the next record should begin here */
    size_t good_at;   /* a good one begins here, after RECORD_DAMAGED */
    uint64_t number;  /* of the last record */
    unsigned char mark[RECORD_MARK];
};

enum record_title {
    TITLE_GOOD,
    TITLE_TORN,    /* the file ends within a title: it was only just begun */
    TITLE_DAMAGED, /* but the first record behind it is there, and shows the mark */
    TITLE_WRONG    /* this is something else */
};
enum record_title record_start(struct record_reader *reader, const void *bytes, size_t size);

enum record_found {
    RECORD_GOOD,
    RECORD_END,
    RECORD_TORN,   /* what is left is the beginning of a record */
    RECORD_DAMAGED /* at reader->at something is wrong, and a record follows */
};
enum record_found record_next(struct record_reader *reader, struct text *body);

/* After RECORD_DAMAGED: goes on with the record that follows. */
void record_skip(struct record_reader *reader);

#endif
