/*
 * text: UTF-8, and what may stand in a name.
 *
 * Model: a text is a run of bytes that somebody else owns, with its size beside it. It is not
 * ended by a zero byte, because on the wire nothing is: a datagram knows its size, and a zero byte
 * in it is a byte like any other. Sizes are always in bytes, never in characters: 部屋 has 6.
 *
 * Contract: plain functions on memory, no allocation, nothing is kept.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *bytes; /* not owned; may be NULL when size is 0 */
    size_t size;       /* bytes */
};

enum {
    NAME_LIMIT = 255, /* bytes: its size travels in one byte */
    UTF8_LIMIT = 4    /* bytes: the longest encoding of one code point */
};

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD, shown for what must not be shown */

/* The text of a C string, without its final zero. */
struct text text_of(const char *string);

bool text_equal(struct text a, struct text b);
bool text_starts(struct text text, const char *prefix);

/*
 * Decodes the code point at the start of `text` (size at least 1). Returns how many bytes it
 * takes, 1 to 4, or 0 when these bytes are not UTF-8 as RFC 3629, section 4 defines it: overlong
 * forms, surrogates, what lies beyond U+10FFFF and what is cut short are all refused.
 */
size_t utf8_decode(struct text text, uint32_t *code_point);

/* Is the whole of it valid UTF-8? The empty text is. */
bool text_valid(struct text text);

/* May this be somebody's name? The rules, and why, are in docs/protocol.md. */
bool name_valid(struct text name);

/* Is anything of it seen? False: it is empty, or nothing but white space and invisible characters.
   Such a text is not worth saying. */
bool text_visible(struct text text);

/* May it go to a terminal as it is? Control characters may not, nor those that turn the text around
   them. */
bool text_showable(uint32_t code_point);

/*
 * Writes `text` to `out` so that it is safe to show: a line break or a tab becomes a space, and
 * every other control character, bidirectional override or invalid byte becomes U+FFFD. A terminal
 * obeys control characters, so without this a message could move its cursor or rename its window.
 * Returns the bytes written, at most 3 * text.size; `out` must have space for as many.
 */
size_t text_sanitise(struct text text, char *out);

#endif
