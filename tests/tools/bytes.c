#include "bytes.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 200 };

static const char no_token[] =
    "a token is two hexadecimal digits, \"text in quotes\" or the name of what was kept";

/* The text that is being read, the bytes made of it, and the first mistake. */
struct reader {
    const char *at;
    struct bytes *out;
    const char *mistake;
};

static void put(struct reader *reader, unsigned char byte)
{
    if (reader->out->count == BYTES_MAX) reader->mistake = "too many bytes";
    else reader->out->is[reader->out->count++] = byte;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of the name that begins here; 0 if there is none. */
static size_t name_length(const char *at)
{
    size_t length = 0;

    if (!is_letter(at[0])) return 0;
    while (is_letter(at[length]) || (at[length] >= '0' && at[length] <= '9')
           || at[length] == '_' || at[length] == '.') {
        length++;
    }
    return length == 2 && digit(at[0]) >= 0 && digit(at[1]) >= 0 ? 0 : length;
}

static void read_hex(struct reader *reader)
{
    int high = digit(reader->at[0]);
    int low = high < 0 ? -1 : digit(reader->at[1]);

    if (low < 0) {
        reader->mistake = no_token;
        return;
    }
    put(reader, (unsigned char)(high * 16 + low));
    reader->at += 2;
}

static void read_quoted(struct reader *reader)
{
    for (reader->at++; *reader->at != '"'; reader->at++) {
        if (*reader->at == '\\') reader->at++;
        if (*reader->at == '\0') {
            reader->mistake = "a quotation mark is missing";
            return;
        }
        put(reader, (unsigned char)*reader->at);
    }
    reader->at++;
}

/* "=32" after a name. */
static void read_gap(struct reader *reader, const char *name)
{
    char *end;
    long count = strtol(reader->at + 1, &end, 10);

    if (digit(reader->at[1]) < 0 || count < 1 || count > BYTES_MAX) {
        reader->mistake = "after = stands how many bytes are to be kept";
        return;
    }
    if (reader->out->gap_count == BYTES_GAPS_MAX) {
        reader->mistake = "too many names on one line";
        return;
    }
    struct bytes_gap *gap = &reader->out->gaps[reader->out->gap_count++];
    strcpy(gap->name, name);
    gap->at = reader->out->count;
    gap->count = (size_t)count;
    while (count-- > 0) put(reader, '?');
    reader->at = end;
}

/* The name of `length` bytes that begins here. */
static void read_name(struct reader *reader, size_t length, bytes_lookup *lookup, void *asker)
{
    char name[BYTES_NAME_MAX];
    const unsigned char *is;
    size_t count;

    if (length >= sizeof name) {
        reader->mistake = "too long a name";
        return;
    }
    memcpy(name, reader->at, length);
    name[length] = '\0';
    reader->at += length;
    if (*reader->at == '=') read_gap(reader, name);
    else if (!lookup(asker, name, &is, &count)) reader->mistake = no_token;
    else for (size_t i = 0; i < count; i++) put(reader, is[i]);
}

/* "*3" after a token whose bytes begin at `first`: two more of them. */
static void read_times(struct reader *reader, size_t first)
{
    size_t length = reader->out->count - first;
    char *end;
    long times = strtol(reader->at + 1, &end, 10);

    if (digit(reader->at[1]) < 0 || end == reader->at + 1 || times > BYTES_MAX) {
        reader->mistake = "after * stands a number";
        return;
    }
    reader->at = end;
    if (times == 0) reader->out->count = first;
    for (long again = 1; again < times && reader->mistake == NULL; again++) {
        for (size_t i = 0; i < length; i++) put(reader, reader->out->is[first + i]);
    }
}

bool bytes_parse(const char *text, struct bytes *out, bytes_lookup *lookup, void *asker,
                 const char **mistake)
{
    struct reader reader = {.at = text, .out = out};

    out->count = out->gap_count = 0;
    for (;;) {
        reader.at += strspn(reader.at, " \t");
        if (*reader.at == '\0' || reader.mistake != NULL) break;
        size_t first = out->count, gaps = out->gap_count;
        size_t length = name_length(reader.at);
        if (*reader.at == '"') read_quoted(&reader);
        else if (length > 0) read_name(&reader, length, lookup, asker);
        else read_hex(&reader);
        bool gap = out->gap_count > gaps;
        if (reader.mistake == NULL && *reader.at == '*' && !gap) read_times(&reader, first);
        if (reader.mistake == NULL && strchr(" \t", *reader.at) == NULL) {
            reader.mistake = "there is no blank between two tokens";
        }
    }
    *mistake = reader.mistake;
    return reader.mistake == NULL;
}

size_t bytes_same(const struct bytes *wanted, const struct bytes *got)
{
    size_t same = 0, gap = 0;

    while (same < got->count && same < wanted->count) {
        if (gap < wanted->gap_count && wanted->gaps[gap].at == same) {
            same += wanted->gaps[gap++].count;
        } else if (got->is[same] == wanted->is[same]) same++;
        else break;
    }
    return same < got->count ? same : got->count;
}

void bytes_show(FILE *to, const unsigned char *bytes, size_t count)
{
    size_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;

    fputc('"', to);
    for (size_t i = 0; i < shown; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\') fprintf(to, "\\%c", bytes[i]);
        else if (bytes[i] < 0x20 || bytes[i] > 0x7e) fprintf(to, "\\x%02X", bytes[i]);
        else fputc(bytes[i], to);
    }
    fprintf(to, "%s (%zu byte%s)", shown < count ? "\"..." : "\"", count, count == 1 ? "" : "s");
}
