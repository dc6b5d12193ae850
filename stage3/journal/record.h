/*
 * record: the layout of the journal's file, which makes damage detectable.
 *
 * Model: a title, then record after record. A record holds all changes of one turn of the server's
 * loop, so the journal has the whole turn or nothing of it.
 *
 *     title:   "chat3 journal 2\n": 16 | mark: 8 | checksum of these: 4
 *     record:  mark: 8 | size: 4 | number: 8 | checksum of these: 4 | body | checksum of all: 4
 *
 * Records are numbered from 1. There are two kinds of bad bytes. If the server or the machine ended
 * during a write, the bad bytes are the end of the file, and nobody was told what they hold. If a
 * good record was damaged later, other good records follow it, and a human must decide what to do.
 *
 * The mark is drawn at random for each file. It shows where a record begins. Nobody outside has the
 * mark, so no member can send a line that looks like a record.
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
    RECORD_TAIL = 4    /* bytes after it */
};

/* Writes the title, RECORD_TITLE bytes. */
void record_title(const unsigned char mark[RECORD_MARK], void *out);

/* Makes a record around the body of `size` bytes at record + RECORD_HEAD: writes the head before
   it and the tail after it. Returns the size of the whole record. */
size_t record_seal(void *record, size_t size, const unsigned char mark[RECORD_MARK],
                   uint64_t number);

/* A reader goes from record to record through all bytes of a file. */
struct record_reader {
    const unsigned char *bytes;
    size_t size;
    size_t at;        /* the next record should begin here */
    size_t good_at;   /* after RECORD_DAMAGED: the next good record begins here */
    uint64_t number;  /* of the last record read */
    unsigned char mark[RECORD_MARK];
};

enum record_title {
    TITLE_GOOD,
    TITLE_TORN,    /* the file ends within the title: the server ended when it began the file */
    TITLE_DAMAGED, /* but the first record is good, and has the mark */
    TITLE_WRONG    /* this is not a journal */
};
enum record_title record_start(struct record_reader *reader, const void *bytes, size_t size);

enum record_found {
    RECORD_GOOD,
    RECORD_END,
    RECORD_TORN,   /* the rest of the file is the beginning of a record */
    RECORD_DAMAGED /* the bytes at reader->at are bad, and a good record follows */
};
enum record_found record_next(struct record_reader *reader, struct text *body);

/* After RECORD_DAMAGED: moves on to the good record that follows. */
void record_skip(struct record_reader *reader);

#endif
