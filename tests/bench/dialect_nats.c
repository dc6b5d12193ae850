/*
 * dialect_nats: a room as a subject of NATS: PUB and SUB, the core without JetStream.
 *
 * Model: lines that end in CR LF; behind a PUB or MSG line, whose last word is a size, so many
 * bytes and CR LF. The server greets with INFO; a client sends CONNECT, SUB and PING, and the PONG
 * shows that all of it was read.
 *
 * Contract: that of dialect.h and stream.h. A member receives its own text (`echo` is on unless
 * CONNECT turns it off). Delivery is at most once. The server's pings are not answered: it sends
 * two more, minutes apart, before it drops a client, and a measurement takes less than a minute.
 *
 * Source: docs.nats.io/reference/reference-protocols/nats-protocol.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

static size_t nats_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];

    (void)now;
    dialect_room(seat->room, room);
    return (size_t)snprintf((char *)datagram, DATAGRAM_MAX,
                            "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n"
                            "SUB %s 1\r\nPING\r\n",
                            room);
}

static size_t nats_say(struct seat *seat, const char *text, size_t text_size,
                       unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];
    size_t size;

    (void)now;
    dialect_room(seat->room, room);
    size = (size_t)snprintf((char *)datagram, DATAGRAM_MAX, "PUB %s %lu\r\n", room,
                            (unsigned long)text_size);
    memcpy(datagram + size, text, text_size);
    memcpy(datagram + size + text_size, "\r\n", 2);
    return size + text_size + 2;
}

static bool begins(const char *bytes, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

static enum stream_kind nats_cut(const char *bytes, size_t size, size_t *used, const char **text,
                                 size_t *text_size)
{
    size_t line = stream_line(bytes, size, 0);
    size_t digits;

    if (line == 0) return STREAM_MORE;
    *used = line;
    if (line < 2) return STREAM_OTHER;
    *text = bytes;
    *text_size = line - 2;
    if (begins(bytes, line, "PONG")) return STREAM_WELCOME;
    if (begins(bytes, line, "-ERR")) return STREAM_ERROR;
    if (!begins(bytes, line, "MSG ")) return STREAM_OTHER;

    for (digits = line - 2; bytes[digits - 1] != ' ';) digits--;
    *text = bytes + line;
    *text_size = strtoul(bytes + digits, NULL, 10);
    *used = line + *text_size + 2;
    return *used > size ? STREAM_MORE : STREAM_TEXT;
}

const struct dialect dialect_nats = {.name = "nats",
                                     .echo = true,
                                     .rooms = true,
                                     .hello = nats_hello,
                                     .welcomed = stream_welcomed,
                                     .say = nats_say,
                                     .next_text = stream_next_text,
                                     .cut = nats_cut};
