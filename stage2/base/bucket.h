/*
 * bucket: how much one member may send: lines and bytes a second.
 *
 * Model: a line costs time. At 1000 lines a second that is a millisecond, or more if its bytes need
 * more at the allowed bytes a second. `paid` is the time when all lines so far will be paid for, so
 * one number is the whole state. A line is taken as long as `paid` is not too far ahead. So
 * somebody that was quiet may send a burst, and somebody that goes on gets the rate.
 *
 * What a line costs a server grows with the room: one sendto() for each reader. So in a room of
 * more than BUCKET_ROOM members each member has a share of the rate only. A flooder then causes
 * at most 100,000 deliveries a second, about a third of a processor.
 *
 * Contract: no clock. `now` is in milliseconds. A bucket of zeros is empty: nothing was sent.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BUCKET_LINES = 1000,     /* lines a second: more than a person or a log file writes */
    BUCKET_KILOBYTES = 1000, /* thousands of bytes a second: in a room of 100, they fill a line of
                                1 Gbit/s to four fifths */
    BUCKET_LARGEST = 1000000, /* of each of the two, at most */
    BUCKET_ROOM = 100,       /* members of a room, up to which each has the whole rate */
    BUCKET_BURST = 2000,     /* milliseconds' worth of lines that a server takes at once: a script
                                of 2000 lines does not wait at all */
    BUCKET_QUIET = 1000      /* milliseconds between two notices that lines were refused */
};

struct bucket_rate {
    uint32_t lines, kilobytes; /* a second, 1 to BUCKET_LARGEST; a kilobyte has 1000 bytes */
};

struct bucket {
    int64_t paid;  /* microseconds: when all lines so far will be paid for */
    int64_t quiet; /* milliseconds: no notice before then */
};

/* The rate of each member in a room of so many. */
struct bucket_rate bucket_share(struct bucket_rate rate, uint32_t members);

/* Is it the rate that a client may count on without having been told? */
bool bucket_is_usual(struct bucket_rate rate);

/* What a line of `size` bytes costs, in microseconds. */
int64_t bucket_cost(struct bucket_rate rate, size_t size);

/* Takes a line that costs so much, unless the lines before it are worth more than `burst`
   milliseconds. False: not taken. */
bool bucket_take(struct bucket *bucket, int64_t cost, int64_t burst, int64_t now);

/* When bucket_take will take a line again, in milliseconds; `now` or earlier: at once. */
int64_t bucket_ready(const struct bucket *bucket, int64_t burst);

/* May the member be told now that a line was refused? True at most once in BUCKET_QUIET. */
bool bucket_tells(struct bucket *bucket, int64_t now);

#endif
