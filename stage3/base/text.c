/* The contract is in text.h. The ranges of code points are those of the Unicode Character
   Database. */
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
 * Returns how many bytes follow this first byte, and sets the range of the second byte. That range
 * alone excludes overlong forms (E0, F0), surrogates (ED) and values that are too large (F4).
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

/* How many bytes at the start are ASCII. Most text is, and a test of eight at a time is quick. */
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

/* These change the direction of the text after them, up to the end of the line and beyond. (The
   marks U+061C, U+200E and U+200F are not included: they are ordinary in Hebrew, Arabic and
   Persian text, and change the direction of nothing but themselves.) */
static bool is_bidirectional(uint32_t code_point)
{
    return (code_point >= 0x202A && code_point <= 0x202E)
        || (code_point >= 0x2066 && code_point <= 0x2069);
}

bool text_showable(uint32_t code_point)
{
    return !is_control(code_point) && !is_bidirectional(code_point);
}

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t code_point)
{
    for (size_t i = 0; i < count && ranges[i].first <= code_point; i++) {
        if (code_point <= ranges[i].last) return true;
    }
    return false;
}

/* Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt, unchanged since
   Unicode 9 except for U+180F): these are not drawn, so two names could look the same. */
static bool is_invisible(uint32_t code_point)
{
    static const struct range ranges[] = {
        {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C},   {0x115F, 0x1160},
        {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x202A, 0x202E},
        {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFF8},   {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
        {0xE0000, 0xE0FFF}};

    return is_in(ranges, sizeof ranges / sizeof ranges[0], code_point);
}

/* Unicode's property White_Space (PropList.txt), and the Braille pattern without dots. */
static bool is_blank(uint32_t code_point)
{
    static const struct range ranges[] = {
        {0x0009, 0x000D}, {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00A0, 0x00A0}, {0x1680, 0x1680},
        {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x2800, 0x2800},
        {0x3000, 0x3000}};

    return is_in(ranges, sizeof ranges / sizeof ranges[0], code_point);
}

bool text_visible(struct text text)
{
    uint32_t code_point;

    while (text.size > 0) {
        size_t size = utf8_decode(text, &code_point);
        if (size == 0 || !(is_blank(code_point) || is_invisible(code_point))) return true;
        text = text_from(text, size);
    }
    return false;
}

bool name_valid(struct text name)
{
    bool first = true, blank = false;
    uint32_t code_point;

    if (name.size < 1 || name.size > NAME_LIMIT || strchr("*/{", name.bytes[0])) return false;
    while (name.size > 0) {
        size_t size = utf8_decode(name, &code_point);
        if (size == 0) return false;
        if (code_point == ':' || is_control(code_point) || is_invisible(code_point)) return false;
        blank = is_blank(code_point);
        if (first && blank) return false;
        first = false;
        name = text_from(name, size);
    }
    return !blank;
}

/* What to show instead of the code point, or NULL to show the code point itself. */
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
