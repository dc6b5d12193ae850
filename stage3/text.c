#include "text.h"

#include <string.h>

struct text text_of(const char *string)
{
    return (struct text){string, strlen(string)};
}

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool text_starts(struct text text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && memcmp(text.bytes, prefix, size) == 0;
}

/*
 * How many bytes follow this first byte, and which range the first of those must have: that range
 * alone keeps out overlong forms (E0, F0), surrogates (ED) and what is too large (F4).
 * This is the table of RFC 3629, section 4, row by row.
 */
static size_t utf8_following(uint8_t first, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) return 1;
    if (first >= 0xE0 && first <= 0xEF) {
        if (first == 0xE0) *low = 0xA0;
        if (first == 0xED) *high = 0x9F;
        return 2;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (first == 0xF0) *low = 0x90;
        if (first == 0xF4) *high = 0x8F;
        return 3;
    }
    return 0;
}

size_t utf8_decode(struct text text, uint32_t *code_point)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    uint8_t low, high;

    if (bytes[0] < 0x80) {
        *code_point = bytes[0];
        return 1;
    }
    size_t following = utf8_following(bytes[0], &low, &high);
    if (following == 0 || text.size <= following) return 0;
    if (bytes[1] < low || bytes[1] > high) return 0;
    *code_point = bytes[0] & (0x3Fu >> following); /* the first byte carries 5, 4 or 3 bits */
    for (size_t i = 1; i <= following; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return 0;
        *code_point = *code_point << 6 | (bytes[i] & 0x3Fu);
    }
    return following + 1;
}

/* How many bytes at the start are ASCII. Most text is, and eight at a time is quick. */
static size_t ascii_size(struct text text)
{
    size_t size = 0;
    uint64_t eight;

    while (text.size - size >= sizeof eight) {
        memcpy(&eight, text.bytes + size, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080)) break;
        size += sizeof eight;
    }
    while (size < text.size && !(text.bytes[size] & 0x80)) size++;
    return size;
}

static struct text text_from(struct text text, size_t start)
{
    return (struct text){text.bytes + start, text.size - start};
}

bool text_valid(struct text text)
{
    uint32_t code_point;

    for (;;) {
        size_t ascii = ascii_size(text);
        if (ascii == text.size) return true;
        text = text_from(text, ascii);
        size_t size = utf8_decode(text, &code_point);
        if (size == 0) return false;
        text = text_from(text, size);
    }
}

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
}

/* These turn the direction of what stands after them: a name could seem to be another's. */
static bool is_bidirectional(uint32_t code_point)
{
    return code_point == 0x061C || code_point == 0x200E || code_point == 0x200F
        || (code_point >= 0x202A && code_point <= 0x202E)
        || (code_point >= 0x2066 && code_point <= 0x2069);
}

bool text_showable(uint32_t code_point)
{
    return !is_control(code_point) && !is_bidirectional(code_point);
}

bool name_valid(struct text name)
{
    uint32_t code_point;

    if (name.size < 1 || name.size > NAME_LIMIT) return false;
    if (strchr(" */{", name.bytes[0]) || name.bytes[name.size - 1] == ' ') return false;
    while (name.size > 0) {
        size_t size = utf8_decode(name, &code_point);
        if (size == 0 || code_point == ':' || !text_showable(code_point)) return false;
        name = text_from(name, size);
    }
    return true;
}

/* What to show for the code point, or NULL for the code point itself. */
static const char *stand_in(uint32_t code_point)
{
    if (code_point == '\n' || code_point == '\r' || code_point == '\t') return " ";
    return text_showable(code_point) ? NULL : REPLACEMENT;
}

size_t text_sanitise(struct text text, char *out)
{
    size_t written = 0;
    uint32_t code_point;

    while (text.size > 0) {
        size_t size = utf8_decode(text, &code_point);
        struct text shown = {text.bytes, size};
        const char *instead = size == 0 ? REPLACEMENT : stand_in(code_point);
        if (instead) shown = text_of(instead);
        memcpy(out + written, shown.bytes, shown.size);
        written += shown.size;
        text = text_from(text, size == 0 ? 1 : size);
    }
    return written;
}
