#include "bytes.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 200 };

/* The text that is being read, the bytes that came of it, and the first mistake. */
struct reader {
    const char *at;
    unsigned char *out;
    size_t count, room;
    const char *mistake;
};

static void put(struct reader *reader, unsigned char byte)
{
    if (reader->count == reader->room) reader->mistake = "too many bytes for a datagram";
    else reader->out[reader->count++] = byte;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static void read_hex(struct reader *reader)
{
    int high = digit(reader->at[0]);
    int low = high < 0 ? -1 : digit(reader->at[1]);

    if (low < 0) {
        reader->mistake = "a token is two hexadecimal digits or \"text in quotes\"";
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

/* "*3" after a token whose bytes begin at `first`: two more of them. */
static void read_times(struct reader *reader, size_t first)
{
    size_t length = reader->count - first;
    char *end;
    long times = strtol(reader->at + 1, &end, 10);

    if (digit(reader->at[1]) < 0 || end == reader->at + 1 || times > (long)reader->room) {
        reader->mistake = "after * stands a number";
        return;
    }
    reader->at = end;
    if (times == 0) reader->count = first;
    for (long again = 1; again < times && reader->mistake == NULL; again++) {
        for (size_t i = 0; i < length; i++) put(reader, reader->out[first + i]);
    }
}

long bytes_parse(const char *text, unsigned char *out, size_t room, const char **mistake)
{
    struct reader reader = {.at = text, .out = out, .room = room};

    for (;;) {
        reader.at += strspn(reader.at, " \t");
        if (*reader.at == '\0' || reader.mistake != NULL) break;
        size_t first = reader.count;
        if (*reader.at == '"') read_quoted(&reader);
        else read_hex(&reader);
        if (reader.mistake == NULL && *reader.at == '*') read_times(&reader, first);
        if (reader.mistake == NULL && strchr(" \t", *reader.at) == NULL) {
            reader.mistake = "there is no blank between two tokens";
        }
    }
    *mistake = reader.mistake;
    return reader.mistake == NULL ? (long)reader.count : -1;
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
