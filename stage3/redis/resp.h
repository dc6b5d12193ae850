/*
 * resp: what Redis and its client say to each other, out of a stream of bytes and into one.
 *
 * Model: each value begins with a byte that says what it is, and a line that ends with CR LF.
 *
 *     +OK                          a text of one line; an error begins with -
 *     :17                          a whole number
 *     $5 CR LF hello CR LF         a text of any bytes, with its size before it
 *     *2 CR LF ... ...             an array, and its values behind it; so are ~ a set, % a map
 *     >3 CR LF ... ... ...         what comes without having been asked for: a push
 *     _   #t   ,1.5                nothing, true, a fraction
 *
 * Bytes go in, in any pieces; resp_next says when a value is whole, with all that lies in it. It is
 * then a list of items: an array, its first value and all within that, its second one, and so on.
 * Each item says how many items it is, itself and all within, so to step over is to add that.
 *
 *     *2 :1 *2 $1 $2               items: 0 array, 1 number, 2 array, 3 text, 4 text
 *
 * However small the pieces are, no more than a line is ever looked at again.
 *
 * Limits: all below. Whatever goes beyond them, or is not of this form, is RESP_BAD, and nothing is
 * read any more. Redis is a friend, but the port may be wrong, and friends have bugs.
 *
 * Source: "Redis serialization protocol specification", versions 2 and 3. Of that, strings and
 * arrays of unknown size ($? and *?) and attributes (|) are refused: no server sends them unless it
 * was asked to.
 *
 * Contract: no sockets. Items, and the texts in them, hold until the next call.
 */
#ifndef RESP_H
#define RESP_H

#include "base/buffer.h"
#include "base/text.h"

enum {
    RESP_LINE = 1024,         /* bytes of a line: errors are the longest */
    RESP_VALUE = 512 * 1024,  /* bytes of a value with all within: a page of 64 entries of 4 kB */
    RESP_ITEMS = 1024,        /* items of a value: that page has 321 */
    RESP_DEPTH = 8,           /* arrays in arrays: that page has 3 */
    RESP_START = 4096         /* bytes of the buffer at first; it doubles */
};

enum resp_kind {
    RESP_NULL,
    RESP_TEXT,    /* `text`; fractions and numbers beyond 64 bits, too */
    RESP_ERROR,   /* `text`: a word in capitals and what is wrong */
    RESP_INTEGER, /* `integer`; true and false are 1 and 0 */
    RESP_ARRAY,   /* `count` values; a set, too */
    RESP_MAP,     /* `count` values: a key and its value in turn */
    RESP_PUSH     /* `count` values; only ever the outermost */
};

struct resp_item {
    enum resp_kind kind;
    uint32_t count;   /* of values that it holds */
    uint32_t items;   /* that it is made of: itself and all within */
    int64_t integer;
    struct text text;
};

enum resp_progress { RESP_MORE, RESP_WHOLE, RESP_BAD };

struct resp {
    char *bytes;      /* owned; NULL until there are some */
    size_t space;     /* size of `bytes` */
    size_t used;      /* bytes that have come */
    size_t start;     /* where the value begins */
    size_t at;        /* where the next item of it begins */
    size_t seen;      /* in so many bytes from there on no line ends */
    bool bad;
    struct resp_item items[RESP_ITEMS];
    uint32_t item_count;
    struct {
        uint32_t item; /* an array that is not whole yet, */
        uint32_t left; /* and how many values it still lacks */
    } open[RESP_DEPTH];
    uint32_t depth;    /* of `open` */
};

void resp_create(struct resp *resp);
void resp_destroy(struct resp *resp);

/* These bytes have come. False: there is no memory for them, or nothing is read any more. They are
   kept until resp_next has come to them: call it until it says RESP_MORE. */
bool resp_take(struct resp *resp, const char *bytes, size_t size);

/* Is another value whole? Then it is resp->items[0], and what lies in it the items behind. */
enum resp_progress resp_next(struct resp *resp);

/* Is it a text of these very characters? */
bool resp_is(const struct resp_item *item, const char *word);

/* The value number `index`, from 0, of an array, map or push. NULL: it does not have so many, or it
   is none of these. */
const struct resp_item *resp_value(const struct resp_item *array, uint32_t index);

/* --- the other way --- */

/* Puts a command of these words behind what stands in the buffer: an array of texts. */
void resp_command(struct buffer *out, const struct text *words, size_t count);

#endif
