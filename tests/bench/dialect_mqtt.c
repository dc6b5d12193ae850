/*
 * dialect_mqtt: a room as a topic of MQTT 3.1.1, with quality of service 0.
 *
 * Model: packets: a byte with the type in its upper half, the size of the rest in up to four
 * bytes of seven bits (2.2.3), the rest. A string is two bytes of size, big-endian, and its
 * bytes (1.5.3). A client sends CONNECT (3.1) with a clean session and no keep-alive, and
 * SUBSCRIBE (3.8) at once, as 3.1.4 allows; CONNACK (3.2) and SUBACK (3.9) answer. A text is a
 * PUBLISH (3.3).
 *
 * Contract: that of dialect.h and stream.h. A member receives its own text. Delivery is at most
 * once (4.3.1).
 *
 * Source: docs.oasis-open.org/mqtt/mqtt/v3.1.1; the numbers above are its sections.
 */
#include <string.h>

#include "stream.h"

enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH = 0x30, SUBSCRIBE = 0x82, SUBACK = 0x90 };
enum { CLEAN_SESSION = 0x02, REFUSED = 0x80, FIXED_MAX = 5 /* bytes before the rest */ };

static size_t string_write(unsigned char *at, const char *string, size_t size)
{
    at[0] = (unsigned char)(size >> 8);
    at[1] = (unsigned char)size;
    memcpy(at + 2, string, size);
    return 2 + size;
}

/* The rest has been written at datagram + FIXED_MAX; puts type and size before it. */
static size_t packet_finish(unsigned char *datagram, int type, size_t rest)
{
    size_t left = rest;
    size_t at = 0;

    datagram[at++] = (unsigned char)type;
    do {
        datagram[at++] = (unsigned char)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        left >>= 7;
    } while (left > 0);
    memmove(datagram + at, datagram + FIXED_MAX, rest);
    return at + rest;
}

static size_t mqtt_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    static const unsigned char head[] = {0, 4, 'M', 'Q', 'T', 'T', 4, CLEAN_SESSION, 0, 0};
    char name[DIALECT_NAME];
    unsigned char *rest = datagram + FIXED_MAX;
    size_t size = sizeof head;
    size_t connect;

    (void)now;
    memcpy(rest, head, sizeof head);
    size += string_write(rest + size, name, dialect_member(seat->number, name));
    connect = packet_finish(datagram, CONNECT, size);

    rest = datagram + connect + FIXED_MAX;
    rest[0] = 0;
    rest[1] = 1; /* the packet's identifier */
    size = 2 + string_write(rest + 2, name, dialect_room(seat->room, name));
    rest[size++] = 0; /* the quality of service */
    return connect + packet_finish(datagram + connect, SUBSCRIBE, size);
}

static size_t mqtt_say(struct seat *seat, const char *text, size_t text_size,
                       unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];
    unsigned char *rest = datagram + FIXED_MAX;
    size_t size = string_write(rest, room, dialect_room(seat->room, room));

    (void)now;
    memcpy(rest + size, text, text_size);
    return packet_finish(datagram, PUBLISH, size + text_size);
}

static enum stream_kind mqtt_cut(const char *bytes, size_t size, size_t *used, const char **text,
                                 size_t *text_size)
{
    const unsigned char *packet = (const unsigned char *)bytes;
    size_t rest = 0;
    size_t at = 1;
    size_t topic;

    do {
        if (at >= size || at >= FIXED_MAX) return STREAM_MORE;
        rest |= (size_t)(packet[at] & 0x7f) << 7 * (at - 1);
    } while (packet[at++] & 0x80);
    if (at + rest > size) return STREAM_MORE;
    *used = at + rest;
    *text = "with the code of a CONNACK or SUBACK";
    *text_size = strlen(*text);
    switch (packet[0] & 0xf0) {
    case CONNACK: return rest == 2 && packet[at + 1] == 0 ? STREAM_OTHER : STREAM_ERROR;
    case SUBACK: return rest == 3 && packet[at + 2] != REFUSED ? STREAM_WELCOME : STREAM_ERROR;
    case PUBLISH: break;
    default: return STREAM_OTHER;
    }
    topic = rest < 2 ? rest : 2 + (size_t)(packet[at] << 8 | packet[at + 1]);
    if (topic > rest) topic = rest;
    *text = bytes + at + topic;
    *text_size = rest - topic;
    return STREAM_TEXT;
}

const struct dialect dialect_mqtt = {.name = "mqtt",
                                     .echo = true,
                                     .rooms = true,
                                     .hello = mqtt_hello,
                                     .welcomed = stream_welcomed,
                                     .say = mqtt_say,
                                     .next_text = stream_next_text,
                                     .cut = mqtt_cut};
