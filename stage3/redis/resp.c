/* The contract is in resp.h. step() adds one item to the flat list; arrays that still lack values
   are kept on a stack, `open`, so nothing here calls itself. */
#include "resp.h"

#include <stdlib.h>
#include <string.h>

void resp_create(struct resp *resp)
{
    resp->bytes = NULL;
    resp->space = resp->used = resp->start = resp->at = resp->seen = 0;
    resp->bad = false;
    resp->item_count = resp->depth = 0;
}

void resp_destroy(struct resp *resp)
{
    free(resp->bytes);
    resp_create(resp);
}

/* --- the buffer --- */

/* Moves the value that is being read to the front: the bytes before it are used up. */
static void move_up(struct resp *resp)
{
    size_t start = resp->start;

    if (start == 0) return;
    memmove(resp->bytes, resp->bytes + start, resp->used - start);
    resp->used -= start;
    resp->at -= start;
    resp->start = 0;
}

static bool make_space(struct resp *resp, size_t size)
{
    size_t space = resp->space > 0 ? resp->space : RESP_START;

    while (space - resp->used < size) space *= 2;
    if (space == resp->space) return true;
    char *bytes = realloc(resp->bytes, space);
    if (!bytes) return false;
    resp->bytes = bytes;
    resp->space = space;
    return true;
}

bool resp_take(struct resp *resp, const char *bytes, size_t size)
{
    if (resp->bad) return false;
    if (size == 0) return true;
    move_up(resp);
    if (!make_space(resp, size)) return false;
    memcpy(resp->bytes + resp->used, bytes, size);
    resp->used += size;
    return true;
}

/* --- lines and numbers --- */

/*
 * Finds the line that begins at resp->at, without its first byte and its end, and where the next
 * one begins. RESP_MORE: the line has not ended yet; `seen` keeps how far the search has come.
 */
static enum resp_progress line_at(struct resp *resp, struct text *line, size_t *next)
{
    const char *begin = resp->bytes + resp->at;
    size_t have = resp->used - resp->at, look = have <= RESP_LINE ? have : RESP_LINE + 1;
    const char *feed = memchr(begin + resp->seen, '\n', look - resp->seen);

    resp->seen = feed ? 0 : look;
    if (!feed) return have > RESP_LINE ? RESP_BAD : RESP_MORE;
    size_t size = (size_t)(feed - begin);
    if (size < 2 || begin[size - 1] != '\r' || memchr(begin, '\r', size - 1)) return RESP_BAD;
    *line = (struct text){begin + 1, size - 2}; /* without the byte for the kind, and CR */
    *next = resp->at + size + 1;
    return RESP_WHOLE;
}

/* Reads an integer. False: `digits` is not an integer, or it does not fit 64 bits. */
static bool read_integer(struct text digits, int64_t *out)
{
    bool negative = digits.size > 0 && digits.bytes[0] == '-';
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX, value = 0;
    size_t i = negative || (digits.size > 0 && digits.bytes[0] == '+') ? 1 : 0;

    if (i == digits.size) return false;
    for (; i < digits.size; i++) {
        unsigned digit = (unsigned)(digits.bytes[i] - '0');
        if (digits.bytes[i] < '0' || digit > 9 || value > (limit - digit) / 10) return false;
        value = 10 * value + digit;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* --- items --- */

/* Adds an item; the next one begins at `next`. NULL: there are too many. */
static struct resp_item *add(struct resp *resp, enum resp_kind kind, size_t next)
{
    if (resp->item_count == RESP_ITEMS) return NULL;
    struct resp_item *item = &resp->items[resp->item_count++];
    *item = (struct resp_item){.kind = kind, .items = 1};
    resp->at = next;
    return item;
}

/* An item is complete, so arrays whose last value it was are complete too. */
static void close_arrays(struct resp *resp)
{
    while (resp->depth > 0 && --resp->open[resp->depth - 1].left == 0) {
        uint32_t index = resp->open[--resp->depth].item;
        resp->items[index].items = resp->item_count - index;
    }
}

/* Stores a text as an offset, because the buffer may still move: see settle(). */
static enum resp_progress add_text(struct resp *resp, enum resp_kind kind, size_t from,
                                   size_t size, size_t next)
{
    struct resp_item *item = add(resp, kind, next);

    if (!item) return RESP_BAD;
    item->integer = (int64_t)(from - resp->start);
    item->text.size = size;
    close_arrays(resp);
    return RESP_WHOLE;
}

static enum resp_progress add_integer(struct resp *resp, enum resp_kind kind, int64_t integer,
                                      size_t next)
{
    struct resp_item *item = add(resp, kind, next);

    if (!item) return RESP_BAD;
    item->integer = integer;
    close_arrays(resp);
    return RESP_WHOLE;
}

/* A text with its size before it. A verbatim string (=) begins with its format, such as "txt:",
   which is left out. */
static enum resp_progress add_sized(struct resp *resp, char sign, struct text line, size_t next)
{
    int64_t size;

    if (!read_integer(line, &size)) return RESP_BAD;
    if (size == -1 && sign == '$') return add_integer(resp, RESP_NULL, 0, next);
    if (size < 0 || size > RESP_VALUE) return RESP_BAD;
    if (next - resp->start + (size_t)size + 2 > RESP_VALUE) return RESP_BAD;
    const char *text = resp->bytes + next;
    if (resp->used - next < (size_t)size + 2) return RESP_MORE;
    if (text[size] != '\r' || text[size + 1] != '\n') return RESP_BAD;
    size_t sort = sign == '=' ? 4 : 0;
    if (sort > 0 && (size < 4 || text[3] != ':')) return RESP_BAD;
    return add_text(resp, sign == '!' ? RESP_ERROR : RESP_TEXT, next + sort, (size_t)size - sort,
                    next + (size_t)size + 2);
}

static enum resp_progress add_array(struct resp *resp, char sign, struct text line, size_t next)
{
    enum resp_kind kind = sign == '%' ? RESP_MAP : sign == '>' ? RESP_PUSH : RESP_ARRAY;
    int64_t count;

    if (!read_integer(line, &count)) return RESP_BAD;
    if (count == -1 && sign == '*') return add_integer(resp, RESP_NULL, 0, next);
    if (count < 0 || count > RESP_ITEMS || resp->depth == RESP_DEPTH) return RESP_BAD;
    if (kind == RESP_PUSH && resp->item_count > 0) return RESP_BAD;
    struct resp_item *item = add(resp, kind, next);
    if (!item) return RESP_BAD;
    item->count = (uint32_t)count * (kind == RESP_MAP ? 2 : 1);
    if (item->count == 0) {
        close_arrays(resp);
    } else {
        resp->open[resp->depth].item = resp->item_count - 1;
        resp->open[resp->depth++].left = item->count;
    }
    return RESP_WHOLE;
}

static enum resp_progress add_boolean(struct resp *resp, struct text line, size_t next)
{
    bool right = line.size == 1 && (line.bytes[0] == 't' || line.bytes[0] == 'f');

    return right ? add_integer(resp, RESP_INTEGER, line.bytes[0] == 't', next) : RESP_BAD;
}

static enum resp_progress add_number(struct resp *resp, struct text line, size_t next)
{
    int64_t integer;

    if (!read_integer(line, &integer)) return RESP_BAD;
    return add_integer(resp, RESP_INTEGER, integer, next);
}

/* Reads the next item, if all its bytes are here (for an array: its first line). */
static enum resp_progress step(struct resp *resp)
{
    struct text line;
    size_t next;
    enum resp_progress progress = line_at(resp, &line, &next);

    if (progress != RESP_WHOLE) return progress;
    char sign = resp->bytes[resp->at];
    size_t from = resp->at + 1;
    switch (sign) {
    case '+': case ',': case '(': return add_text(resp, RESP_TEXT, from, line.size, next);
    case '-': return add_text(resp, RESP_ERROR, from, line.size, next);
    case ':': return add_number(resp, line, next);
    case '#': return add_boolean(resp, line, next);
    case '_': return line.size == 0 ? add_integer(resp, RESP_NULL, 0, next) : RESP_BAD;
    case '$': case '=': case '!': return add_sized(resp, sign, line, next);
    case '*': case '~': case '%': case '>': return add_array(resp, sign, line, next);
    default: return RESP_BAD;
    }
}

/* --- values --- */

/* The value is complete, and the buffer does not move before the next call: offsets become
   pointers. */
static void settle(struct resp *resp)
{
    for (uint32_t i = 0; i < resp->item_count; i++) {
        struct resp_item *item = &resp->items[i];
        if (item->kind != RESP_TEXT && item->kind != RESP_ERROR) continue;
        item->text.bytes = resp->bytes + resp->start + item->integer;
        item->integer = 0;
    }
}

enum resp_progress resp_next(struct resp *resp)
{
    enum resp_progress progress = RESP_WHOLE;

    if (resp->depth == 0 && resp->item_count > 0) { /* drop the value returned last time */
        resp->item_count = 0;
        resp->start = resp->at;
    }
    while (!resp->bad && progress == RESP_WHOLE) {
        if (resp->used == resp->at) return RESP_MORE;
        progress = step(resp);
        if (resp->at - resp->start > RESP_VALUE) progress = RESP_BAD;
        if (progress == RESP_WHOLE && resp->depth == 0) {
            settle(resp);
            return RESP_WHOLE;
        }
    }
    if (progress == RESP_BAD) resp->bad = true;
    return resp->bad ? RESP_BAD : RESP_MORE;
}

bool resp_is(const struct resp_item *item, const char *word)
{
    return item && item->kind == RESP_TEXT && text_equal(item->text, text_of(word));
}

const struct resp_item *resp_value(const struct resp_item *array, uint32_t index)
{
    const struct resp_item *item = array + 1;

    if (index >= array->count) return NULL;
    while (index-- > 0) item += item->items;
    return item;
}

/* --- commands --- */

void resp_command(struct buffer *out, const struct text *words, size_t count)
{
    buffer_print(out, "*%zu\r\n", count);
    for (size_t i = 0; i < count; i++) {
        buffer_print(out, "$%zu\r\n", words[i].size);
        buffer_put(out, words[i].bytes, words[i].size);
        buffer_put(out, "\r\n", 2);
    }
}
