/*
 * dialect_redis: a room as a channel of Redis: PUBLISH and SUBSCRIBE.
 *
 * Model: RESP3, because in RESP2 a connection that subscribes cannot publish. A value is a line
 * that begins with its type and ends in CR LF; a string is a line with its size and then its
 * bytes; an array, a map or a push is a line with a count and then so many values. What a
 * channel delivers is a push of three: "message", the channel, the text. Everything else is
 * skipped value by value.
 *
 * Contract: that of dialect.h and stream.h. A member that publishes is also a subscriber: it
 * receives its own text, and the reply to PUBLISH. Delivery is at most once.
 *
 * Sources: redis.io/docs/latest/develop/reference/protocol-spec (RESP3: `>` push, `$` bulk string,
 * inline commands), redis.io/docs/latest/develop/pubsub, redis.io/docs/latest/commands/hello.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

/* Inline commands: words on a line. Real clients send arrays; for a join it does not matter. */
static size_t redis_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];

    (void)now;
    dialect_room(seat->room, room);
    return (size_t)snprintf((char *)datagram, DATAGRAM_MAX, "HELLO 3\r\nSUBSCRIBE %s\r\n", room);
}

static size_t redis_say(struct seat *seat, const char *text, size_t text_size,
                        unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];
    size_t room_size = dialect_room(seat->room, room);
    size_t size = (size_t)snprintf((char *)datagram, DATAGRAM_MAX,
                                   "*3\r\n$7\r\nPUBLISH\r\n$%lu\r\n%s\r\n$%lu\r\n",
                                   (unsigned long)room_size, room, (unsigned long)text_size);

    (void)now;
    memcpy(datagram + size, text, text_size);
    memcpy(datagram + size + text_size, "\r\n", 2);
    return size + text_size + 2;
}

/* The size of the value at bytes[from], of an array only that of its first line; 0: it is not
 * complete. If it is a string, *text and *text_size are set. */
static size_t value_size(const char *bytes, size_t size, size_t from, const char **text,
                         size_t *text_size)
{
    size_t line = stream_line(bytes, size, from);

    if (line == 0 || bytes[from] != '$') return line;
    *text = bytes + from + line;
    *text_size = strtoul(bytes + from + 1, NULL, 10);
    return from + line + *text_size + 2 > size ? 0 : line + *text_size + 2;
}

static enum stream_kind redis_cut(const char *bytes, size_t size, size_t *used, const char **text,
                                  size_t *text_size)
{
    const char *what = "";
    size_t what_size = 0;
    size_t line = value_size(bytes, size, 0, text, text_size);
    size_t at = line;

    if (line == 0) return STREAM_MORE;
    for (int i = 0; bytes[0] == '>' && i < 3; i++) { /* every push of a channel has three values */
        size_t value = value_size(bytes, size, at, text, text_size);

        if (value == 0) return STREAM_MORE;
        if (i == 0) what = *text, what_size = *text_size;
        at += value;
    }
    *used = at;
    if (bytes[0] == '-') {
        *text = bytes;
        *text_size = line - 2;
        return STREAM_ERROR;
    }
    if (what_size == 7 && memcmp(what, "message", 7) == 0) return STREAM_TEXT;
    if (what_size == 9 && memcmp(what, "subscribe", 9) == 0) return STREAM_WELCOME;
    return STREAM_OTHER;
}

const struct dialect dialect_redis = {.name = "redis",
                                      .echo = true,
                                      .rooms = true,
                                      .hello = redis_hello,
                                      .welcomed = stream_welcomed,
                                      .say = redis_say,
                                      .next_text = stream_next_text,
                                      .cut = redis_cut};
