/*
 * buffer: a queue of bytes in memory that grows.
 *
 * Model: bytes are put at the end and taken from the front. An empty buffer owns nothing:
 * `struct buffer buffer = {0}` is one.
 *
 * Contract: plain functions on memory. When an allocation fails, `failed` is set, and everything
 * that is put later is dropped. So the caller tests `failed` once, after the last piece.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "text.h"

struct buffer {
    char *bytes;  /* owned */
    size_t start; /* the bytes that have not been taken begin here */
    size_t end;   /* and end here */
    size_t space; /* bytes allocated */
    bool failed;
};

/* The bytes that have not been taken yet. Valid until the next call that changes the buffer. */
struct text buffer_text(const struct buffer *buffer);

void buffer_put(struct buffer *buffer, const void *bytes, size_t size);

/* As printf; a result of more than 511 bytes is cut. */
void buffer_print(struct buffer *buffer, const char *format, ...);

/*
 * Puts a text as a JSON string, with its quotes. A character that could reorder or hide the words
 * around it (a control other than line feed and tab, a bidirectional override) becomes U+FFFD, and
 * so does each byte that is not UTF-8.
 */
void buffer_json(struct buffer *buffer, struct text text);

/* Takes the first `size` bytes of buffer_text off the buffer. */
void buffer_take(struct buffer *buffer, size_t size);

void buffer_free(struct buffer *buffer);

#endif
