/* links: stage3/journal/record.c stage3/journal/crc.c */
/*
 * record: a file of records that is cut, changed, glued and mixed with rubbish in every way. What
 * is read is never anything but what was written, and what is missing is never missed in silence.
 */
#include "journal/record.h"

#include <stdlib.h>
#include <string.h>

#include "peer.h"
#include "tap.h"

enum { RECORDS = 6, ROOM = 4096 };

static const unsigned char mark[RECORD_MARK] = {0xC3, 1, 0xC3, 0xC3, 1, 2, 3, 4};

static unsigned char file[ROOM];  /* as it was written */
static size_t file_size;
static size_t begins[RECORDS + 1]; /* where each record begins; the last one: where they end */

static unsigned char bytes[2 * ROOM]; /* as it is read */
static struct record_reader reader;

static size_t body_size(unsigned index)
{
    static const size_t sizes[RECORDS] = {9, 0, 100, 1, 300, 40};

    return sizes[index];
}

/* Bodies of chance, and in each long enough one a false mark. */
static void write_file(void)
{
    record_title(mark, file);
    file_size = RECORD_TITLE;
    for (unsigned i = 0; i < RECORDS; i++) {
        unsigned char *body = file + file_size + RECORD_HEAD;
        peer_fill(NULL, body, body_size(i));
        if (body_size(i) > 50) memcpy(body + 10, mark, RECORD_MARK);
        begins[i] = file_size;
        file_size += record_seal(file + file_size, body_size(i), mark, i + 1);
    }
    begins[RECORDS] = file_size;
}

/* Copies the file to where it can be harmed. */
static void fresh(void)
{
    memcpy(bytes, file, file_size);
}

struct outcome {
    unsigned good;         /* records that were read */
    unsigned damages;
    bool false_ones;       /* was anything read that was never written? */
    bool torn, end;
};

static bool was_written(struct text body, uint64_t number)
{
    if (number < 1 || number > RECORDS) return false;
    if (body.size != body_size((unsigned)number - 1)) return false;
    return memcmp(body.bytes, file + begins[number - 1] + RECORD_HEAD, body.size) == 0;
}

/* Reads on from where the reader is, over all damages. */
static struct outcome read_all(void)
{
    struct outcome outcome = {0};
    struct text body;
    unsigned steps = 0;

    for (;;) {
        if (++steps > 100) abort();
        switch (record_next(&reader, &body)) {
        case RECORD_GOOD:
            outcome.good++;
            if (!was_written(body, reader.number)) outcome.false_ones = true;
            break;
        case RECORD_DAMAGED:
            outcome.damages++;
            record_skip(&reader);
            break;
        case RECORD_TORN: outcome.torn = true; return outcome;
        case RECORD_END: outcome.end = true; return outcome;
        }
    }
}

static enum record_title start(size_t size)
{
    return record_start(&reader, bytes, size);
}

static void whole(void)
{
    fresh();
    ok(start(file_size) == TITLE_GOOD, "the title is good");
    struct outcome outcome = read_all();
    ok(outcome.good == RECORDS && outcome.damages == 0 && outcome.end && !outcome.false_ones,
       "all records are read");
    start(RECORD_TITLE);
    outcome = read_all();
    ok(outcome.good == 0 && outcome.end, "a file without records is read");
}

/* A server that was killed while it wrote. */
static void torn(void)
{
    unsigned wrong = 0;

    fresh();
    for (size_t size = 0; size < RECORD_TITLE; size++) wrong += start(size) != TITLE_TORN;
    ok(wrong == 0, "a title may be torn at any byte");
    for (size_t size = RECORD_TITLE; size < file_size; size++) {
        unsigned complete = 0;
        while (begins[complete + 1] <= size) complete++;
        start(size);
        struct outcome outcome = read_all();
        wrong += outcome.good != complete || outcome.damages != 0 || outcome.false_ones;
        wrong += outcome.torn != (size != begins[complete]) || reader.at != begins[complete];
    }
    ok(wrong == 0, "a record torn at any byte: all before it are read, and it is no damage");
    fresh();
    memset(bytes + begins[RECORDS - 1], 0, file_size - begins[RECORDS - 1]);
    start(file_size);
    struct outcome outcome = read_all();
    ok(outcome.good == RECORDS - 1 && outcome.torn,
       "zeros in place of the last record count as torn");
}

/* Any bit of any record. That of the last one looks like a torn end. */
static void flipped(void)
{
    unsigned wrong = 0;

    for (size_t bit = 8 * RECORD_TITLE; bit < 8 * file_size; bit++) {
        unsigned index = 0;
        while (begins[index + 1] <= bit / 8) index++;
        fresh();
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        start(file_size);
        struct outcome outcome = read_all();
        wrong += outcome.good != RECORDS - 1 || outcome.false_ones;
        wrong += outcome.torn != (index == RECORDS - 1);
        wrong += outcome.damages != (index < RECORDS - 1);
    }
    ok(wrong == 0, "a wrong bit is noticed, and all other records are read");
    for (size_t bit = 0; bit < 8 * RECORD_TITLE; bit++) {
        fresh();
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        wrong += start(file_size) != TITLE_DAMAGED;
        wrong += read_all().good != RECORDS;
    }
    ok(wrong == 0, "records are found behind a title with a wrong bit");
}

/* What stands between record `index` and the one before it. */
static struct outcome insert(unsigned index, const void *what, size_t size)
{
    memcpy(bytes, file, begins[index]);
    memcpy(bytes + begins[index], what, size);
    memcpy(bytes + begins[index] + size, file + begins[index], file_size - begins[index]);
    start(file_size + size);
    return read_all();
}

static void mixed(void)
{
    unsigned char rubbish[200];
    unsigned wrong = 0;

    for (unsigned i = 0; i < RECORDS; i++) {
        size_t size = 1 + peer_below(sizeof rubbish - 1);
        peer_fill(NULL, rubbish, sizeof rubbish);
        struct outcome outcome = insert(i, rubbish, size);
        wrong += outcome.good != RECORDS || outcome.damages != 1 || !outcome.end;
    }
    ok(wrong == 0, "rubbish between two records is a damage, and all of them are read");
    struct outcome outcome = insert(3, file + begins[2], begins[3] - begins[2]);
    ok(outcome.good == RECORDS && outcome.damages == 1, "a record twice is read once");
    outcome = insert(4, file + begins[1], begins[2] - begins[1]);
    ok(outcome.good == RECORDS && outcome.damages == 1, "an older one is not read again");

    memcpy(bytes, file, begins[2]);
    memcpy(bytes + begins[2], file + begins[3], file_size - begins[3]);
    start(file_size - (begins[3] - begins[2]));
    outcome = read_all();
    ok(outcome.good == RECORDS - 1 && outcome.damages == 1, "a missing one is noticed");

    /* A member says a line that is a record, but nobody tells it the mark. */
    unsigned char forged[64] = {0}, guess[RECORD_MARK] = {1, 2, 3, 4, 5, 6, 7, 8};
    size_t size = record_seal(forged, 20, guess, 5);
    outcome = insert(4, forged, size);
    ok(outcome.good == RECORDS && !outcome.false_ones, "a record with another mark is rubbish");
}

static void strange(void)
{
    unsigned wrong = 0;

    memset(bytes, 0, sizeof bytes);
    ok(start(100) == TITLE_WRONG, "zeros are no journal");
    ok(record_start(&reader, "hello\n", 6) == TITLE_WRONG, "another small file is refused");
    for (unsigned i = 0; i < 2000; i++) {
        size_t size = peer_below(ROOM);
        peer_fill(NULL, bytes, size);
        wrong += size >= 16 && start(size) != TITLE_WRONG;
        record_title(mark, bytes);
        if (size < RECORD_TITLE) continue;
        start(size);
        wrong += read_all().good != 0;
    }
    ok(wrong == 0, "random bytes are refused, with a title or without");
}

int main(void)
{
    plan(16);
    write_file();
    whole();
    torn();
    flipped();
    mixed();
    strange();
    return done();
}
