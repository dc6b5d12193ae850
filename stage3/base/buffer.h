/*
 * buffer: bytes put together, one piece behind the other, in memory that grows.
 *
 * Model: what is put goes to the end, what is taken goes from the front. An empty buffer owns
 * nothing: `struct buffer buffer = {0}` is one.
 *
 * Contract: plain functions on memory. When there is no memory left it is `failed`, and what is put
 * from then on is dropped: so nobody has to ask after each piece, but once at the end.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "text.h"

struct buffer {
    char *bytes;  /* owned */
    size_t start; /* what has not been taken begins here */
    size_t end;   /* and ends here */
    size_t space; /* bytes that there is memory for */
    bool failed;
};

/* What has not been taken yet: until the next piece is put. */
struct text buffer_text(const struct buffer *buffer);

void buffer_put(struct buffer *buffer, const void *bytes, size_t size);

/* As printf; at most 511 bytes, longer ones are cut. */
void buffer_print(struct buffer *buffer, const char *format, ...);

/*
 * A text as a JSON string, with its quotes. What could turn or hide the words around it (controls
 * but line breaks and tabs, bidirectional overrides, bytes that are no UTF-8) becomes U+FFFD.
 */
void buffer_json(struct buffer *buffer, struct text text);

/* So many bytes of buffer_text are done with. */
void buffer_take(struct buffer *buffer, size_t size);

void buffer_free(struct buffer *buffer);

#endif
