/*
 * resp: a parser and a writer for Redis's wire protocol, RESP.
 *
 * Model: each value begins with a byte for its kind, and a line that ends with CR LF.
 *
 *     +OK                          a text of one line; an error begins with -
 *     :17                          a whole number
 *     $5 CR LF hello CR LF         a text of any bytes, with its size before it
 *     *2 CR LF ... ...             an array, followed by its values; also ~ (a set), % (a map)
 *     >3 CR LF ... ... ...         a push: values that Redis sends unasked
 *     _   #t   ,1.5                null, true, a fraction
 *
 * Bytes go in, in pieces of any size. resp_next returns RESP_WHOLE when a value is complete, with
 * everything nested in it. The value is then a flat list of items: an array, its first value with
 * all items nested in that, its second value, and so on. Each item has the number of items that it
 * consists of, itself included; adding that number steps over it.
 *
 *     *2 :1 *2 $1 $2               items: 0 array, 1 number, 2 array, 3 text, 4 text
 *
 * However small the pieces are, at most one line is read twice.
 *
 * Limits: all below. Bytes beyond them, or malformed bytes, are RESP_BAD, and the parser then reads
 * nothing more. Redis is trusted, but the port may be that of another program, and Redis may have
 * bugs.
 *
 * Source: "Redis serialization protocol specification", versions 2 and 3, without strings and
 * arrays of unknown size ($? and *?) and attributes (|): a server sends these only on request.
 *
 * Contract: no sockets. Items, and the texts in them, are valid until the next call.
 */
#ifndef RESP_H
#define RESP_H

#include "base/buffer.h"
#include "base/text.h"

enum {
    RESP_LINE = 1024,         /* bytes of a line: errors are the longest */
    RESP_VALUE = 512 * 1024,  /* bytes of a whole value: the largest, a page of 64 entries of 4 kB,
                                 fits */
    RESP_ITEMS = 1024,        /* items of a value: that page has 321 */
    RESP_DEPTH = 8,           /* nested arrays: that page has 3 */
    RESP_START = 4096         /* bytes of the buffer at first; it doubles */
};

enum resp_kind {
    RESP_NULL,
    RESP_TEXT,    /* `text`; also fractions, and numbers beyond 64 bits */
    RESP_ERROR,   /* `text`: a word in capitals, then the reason */
    RESP_INTEGER, /* `integer`; true and false are 1 and 0 */
    RESP_ARRAY,   /* `count` values; also a set */
    RESP_MAP,     /* `count` values: keys and values in turn */
    RESP_PUSH     /* `count` values; never nested */
};

struct resp_item {
    enum resp_kind kind;
    uint32_t count;   /* values directly in it */
    uint32_t items;   /* items that it consists of: itself and all nested in it */
    int64_t integer;
    struct text text;
};

enum resp_progress { RESP_MORE, RESP_WHOLE, RESP_BAD };

struct resp {
    char *bytes;      /* owned; NULL until bytes have come */
    size_t space;     /* size of `bytes` */
    size_t used;      /* bytes that have come */
    size_t start;     /* where the value begins */
    size_t at;        /* where the next item of it begins */
    size_t seen;      /* bytes after `at` that have been searched for the end of the line */
    bool bad;
    struct resp_item items[RESP_ITEMS];
    uint32_t item_count;
    struct {
        uint32_t item; /* index of an array that is not complete yet, */
        uint32_t left; /* and the number of values that it still lacks */
    } open[RESP_DEPTH];
    uint32_t depth;    /* of `open` */
};

void resp_create(struct resp *resp);
void resp_destroy(struct resp *resp);

/* Adds received bytes. False: no memory, or earlier bytes were RESP_BAD. After each call, call
   resp_next until it returns RESP_MORE. */
bool resp_take(struct resp *resp, const char *bytes, size_t size);

/* Reads the next value. RESP_WHOLE: it is resp->items[0], and the items after that are nested in
   it. */
enum resp_progress resp_next(struct resp *resp);

/* Is this a text equal to `word`? */
bool resp_is(const struct resp_item *item, const char *word);

/* The value number `index`, from 0, of an array, map or push. NULL: it has fewer values, or is
   none of these. */
const struct resp_item *resp_value(const struct resp_item *array, uint32_t index);

/* --- writing --- */

/* Appends a command to the buffer: the words as an array of texts. */
void resp_command(struct buffer *out, const struct text *words, size_t count);

#endif
