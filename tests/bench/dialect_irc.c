/*
 * dialect_irc: a room as a channel of IRC.
 *
 * Model: lines of at most 512 bytes that end in CR LF: [:prefix SP] command, parameters, and the
 * last one behind ` :` (RFC 2812, 2.3.1). A client sends NICK (3.1.2), USER (3.1.3) and JOIN
 * (3.2.1); the list of names, which follows the JOIN, ends with 366 (5.1). A text is a PRIVMSG
 * (3.3.1).
 *
 * Contract: that of dialect.h and stream.h. A member does not receive its own text. Delivery is at
 * most once. The server sends each JOIN to all members. Numbers from 400 are refusals (5.2), except
 * 422, which reports that there is no message of the day.
 *
 * Source: RFC 2812; the numbers above are its sections.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

enum { TEXT_MAX = 400, ENDOFNAMES = 366, ERRORS = 400, NOMOTD = 422, ERRORS_END = 600 };

static size_t irc_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    char name[DIALECT_NAME];
    char room[DIALECT_NAME];

    (void)now;
    dialect_member(seat->number, name);
    dialect_room(seat->room, room);
    return (size_t)snprintf((char *)datagram, DATAGRAM_MAX,
                            "NICK %s\r\nUSER %s 0 * :%s\r\nJOIN #%s\r\n", name, name, name, room);
}

static size_t irc_say(struct seat *seat, const char *text, size_t text_size,
                      unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];

    (void)now;
    dialect_room(seat->room, room);
    return (size_t)snprintf((char *)datagram, DATAGRAM_MAX, "PRIVMSG #%s :%.*s\r\n", room,
                            (int)text_size, text);
}

/* The first bytes of a line behind the next space; its end if there is none. */
static const char *next_word(const char *at, const char *end)
{
    const char *space = memchr(at, ' ', (size_t)(end - at));

    return space == NULL ? end : space + 1;
}

static enum stream_kind irc_cut(const char *bytes, size_t size, size_t *used, const char **text,
                                size_t *text_size)
{
    size_t line = stream_line(bytes, size, 0);
    const char *end;
    const char *command;
    long number;

    if (line == 0) return STREAM_MORE;
    *used = line;
    if (line < 2) return STREAM_OTHER;
    end = bytes + line - 2;
    *text = bytes;
    *text_size = line - 2;
    command = bytes[0] == ':' ? next_word(bytes, end) : bytes;
    number = strtol(command, NULL, 10); /* 0: it is a word; the line's end ends it */
    if (number == ENDOFNAMES) return STREAM_WELCOME;
    if (number >= ERRORS && number < ERRORS_END && number != NOMOTD) return STREAM_ERROR;
    if (end - command >= 6 && memcmp(command, "ERROR ", 6) == 0) return STREAM_ERROR;
    if (end - command < 8 || memcmp(command, "PRIVMSG ", 8) != 0) return STREAM_OTHER;
    *text = next_word(command + 8, end) + 1; /* behind the channel and the colon */
    if (*text > end) *text = end;
    *text_size = (size_t)(end - *text);
    return STREAM_TEXT;
}

const struct dialect dialect_irc = {.name = "irc",
                                    .rooms = true,
                                    .text_max = TEXT_MAX,
                                    .hello = irc_hello,
                                    .welcomed = stream_welcomed,
                                    .say = irc_say,
                                    .next_text = stream_next_text,
                                    .cut = irc_cut};
