/*
 * text: UTF-8, and the rules for names.
 *
 * Model: a text is a run of bytes that another object owns, with its size. No zero byte ends it,
 * because none does on the wire: a datagram has a size, and a zero byte in it is a byte like any
 * other. Sizes are always in bytes, never in characters: 部屋 has 6.
 *
 * Contract: plain functions on memory, without allocation and without state.
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
    NAME_LIMIT = 255, /* bytes: the size of a name travels in one byte */
    UTF8_LIMIT = 4    /* bytes: the longest encoding of one code point */
};

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD, shown in place of what is unsafe to show */

/* The text of a C string, without its final zero. */
struct text text_of(const char *string);

bool text_equal(struct text a, struct text b);
bool text_starts(struct text text, const char *prefix);

/*
 * Decodes the code point at the start of `text` (size at least 1). Returns the number of bytes it
 * takes, 1 to 4, or 0 if the bytes are not UTF-8 as RFC 3629, section 4, defines it: overlong
 * forms, surrogates, values above U+10FFFF and truncated sequences are all refused.
 */
size_t utf8_decode(struct text text, uint32_t *code_point);

/* Is the whole text valid UTF-8? The empty text is. */
bool text_valid(struct text text);

/* Is this text allowed as a name? The rules and their reasons are in docs/protocol.md. */
bool name_valid(struct text name);

/* Has the text anything visible? False: it is empty, or has only white space and invisible
   characters, and is not worth sending. */
bool text_visible(struct text text);

/* Is the code point safe on a terminal? Control characters are not, nor are those that change the
   direction of the text around them. */
bool text_showable(uint32_t code_point);

/*
 * Writes `text` to `out` in a form that is safe to show: a line break or a tab becomes a space, and
 * every other control character, bidirectional override or invalid byte becomes U+FFFD. A terminal
 * obeys control characters, so a raw message could move its cursor or rename its window.
 * Returns the number of bytes written, at most 3 * text.size; `out` must have space for as many.
 */
size_t text_sanitise(struct text text, char *out);

#endif
