#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SPACE_FIRST = 1024, /* bytes allocated first; the space doubles when it is used up */
    PRINT_LIMIT = 512   /* bytes, with the final zero */
};

struct text buffer_text(const struct buffer *buffer)
{
    if (buffer->end == buffer->start) return (struct text){NULL, 0};
    return (struct text){buffer->bytes + buffer->start, buffer->end - buffer->start};
}

/* Makes space for `size` more bytes. False: no memory. */
static bool make_space(struct buffer *buffer, size_t size)
{
    size_t space = buffer->space > 0 ? buffer->space : SPACE_FIRST;

    if (buffer->failed) return false;
    if (size <= buffer->space - buffer->end) return true;
    while (space - buffer->end < size && space <= SIZE_MAX / 2) space *= 2;
    char *bytes = space - buffer->end < size ? NULL : realloc(buffer->bytes, space);
    if (!bytes) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = bytes;
    buffer->space = space;
    return true;
}

void buffer_put(struct buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0 || !make_space(buffer, size)) return;
    memcpy(buffer->bytes + buffer->end, bytes, size);
    buffer->end += size;
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    char bytes[PRINT_LIMIT];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    if (size < 0) return;
    buffer_put(buffer, bytes, (size_t)size < sizeof bytes ? (size_t)size : sizeof bytes - 1);
}

/* --- JSON (RFC 8259, section 7) --- */

static void put_character(struct buffer *buffer, struct text character, uint32_t code_point)
{
    switch (code_point) {
    case '"': buffer_put(buffer, "\\\"", 2); break;
    case '\\': buffer_put(buffer, "\\\\", 2); break;
    case '\n': buffer_put(buffer, "\\n", 2); break;
    case '\t': buffer_put(buffer, "\\t", 2); break;
    default:
        if (text_showable(code_point)) buffer_put(buffer, character.bytes, character.size);
        else buffer_put(buffer, REPLACEMENT, strlen(REPLACEMENT));
    }
}

void buffer_json(struct buffer *buffer, struct text text)
{
    buffer_put(buffer, "\"", 1);
    while (text.size > 0) {
        uint32_t code_point = 0;
        size_t size = utf8_decode(text, &code_point);
        if (size == 0) size = 1; /* not UTF-8: code_point is 0, which becomes U+FFFD */
        put_character(buffer, (struct text){text.bytes, size}, code_point);
        text = (struct text){text.bytes + size, text.size - size};
    }
    buffer_put(buffer, "\"", 1);
}

/* --- taking --- */

void buffer_take(struct buffer *buffer, size_t size)
{
    buffer->start += size;
    size_t left = buffer->end - buffer->start;
    /* The rest moves to the front only when it is the smaller half. So all the moves together cost
       no more than putting the bytes did. */
    if (left > buffer->start) return;
    if (left > 0) memmove(buffer->bytes, buffer->bytes + buffer->start, left);
    buffer->start = 0;
    buffer->end = left;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
