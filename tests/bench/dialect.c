/* dialect: see dialect.h. docs/protocol.md has the formats of the stages, bare.c that of bare. */
#include "dialect.h"

#include <stdio.h>
#include <string.h>

#include "member.h"

size_t dialect_member(size_t number, char *name)
{
    return (size_t)snprintf(name, DIALECT_NAME, "m%05lu", (unsigned long)number);
}

size_t dialect_room(size_t number, char *name)
{
    return (size_t)snprintf(name, DIALECT_NAME, "r%05lu", (unsigned long)number);
}

/* ---- stage 1: [n: 1][name: n][text], and n = 0 marks a notice ---- */

static size_t stage1_say(struct seat *seat, const char *text, size_t text_size,
                         unsigned char *datagram, uint64_t now)
{
    char name[DIALECT_NAME];
    size_t n = dialect_member(seat->number, name);

    (void)now;
    datagram[0] = (unsigned char)n;
    memcpy(datagram + 1, name, n);
    memcpy(datagram + 1 + n, text, text_size);
    return 1 + n + text_size;
}

static size_t stage1_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    return stage1_say(seat, "", 0, datagram, now);
}

static bool stage1_welcomed(const struct seat *seat, const unsigned char *datagram, size_t size)
{
    static const char welcome[] = "\0welcome, ";

    (void)seat;
    return size >= sizeof welcome && memcmp(datagram, welcome, sizeof welcome - 1) == 0;
}

static bool stage1_next_text(struct seat *seat, const unsigned char *datagram, size_t size,
                             size_t *at, const char **text, size_t *text_size)
{
    size_t start = size == 0 ? 0 : 1 + (size_t)datagram[0];

    (void)seat;
    if (*at != 0 || size == 0 || datagram[0] == 0 || start > size) return false;
    *text = (const char *)datagram + start;
    *text_size = size - start;
    *at = size;
    return true;
}

/* ---- bare: as stage 1, but a hello's name has `@` and the number of the room behind it ---- */

static size_t bare_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    char name[2 * DIALECT_NAME];
    size_t n = dialect_member(seat->number, name);

    (void)now;
    n += (size_t)snprintf(name + n, DIALECT_NAME, "@%lu", (unsigned long)seat->room);
    datagram[0] = (unsigned char)n;
    memcpy(datagram + 1, name, n);
    return 1 + n;
}

/* ---- stage 2: [r: 1][t: 1][room: r][token: t][text], and back comes `NAME: TEXT` ---- */

static size_t stage2_say(struct seat *seat, const char *text, size_t text_size,
                         unsigned char *datagram, uint64_t now)
{
    char room[DIALECT_NAME];
    size_t r = dialect_room(seat->room, room);

    (void)now;
    datagram[0] = (unsigned char)r;
    datagram[1] = DIALECT_TOKEN;
    memcpy(datagram + 2, room, r);
    memcpy(datagram + 2 + r, seat->token, DIALECT_TOKEN);
    memcpy(datagram + 2 + r + DIALECT_TOKEN, text, text_size);
    return 2 + r + DIALECT_TOKEN + text_size;
}

static size_t stage2_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    return stage2_say(seat, "", 0, datagram, now);
}

static bool stage2_welcomed(const struct seat *seat, const unsigned char *datagram, size_t size)
{
    static const char welcome[] = "* welcome, ";

    (void)seat;
    return size >= sizeof welcome && memcmp(datagram, welcome, sizeof welcome - 1) == 0;
}

static bool stage2_next_text(struct seat *seat, const unsigned char *datagram, size_t size,
                             size_t *at, const char **text, size_t *text_size)
{
    const unsigned char *colon = memchr(datagram, ':', size);
    size_t start;

    (void)seat;
    if (*at != 0 || size == 0 || datagram[0] == '*' || colon == NULL) return false;
    start = (size_t)(colon - datagram) + 2; /* the name holds none, and a space follows */
    if (start > size) return false;
    *text = (const char *)datagram + start;
    *text_size = size - start;
    *at = size;
    return true;
}

/* ---- stage 3: sealed, and several texts in a datagram; all of it is in member.c ---- */

static size_t stage3_hello(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    return member_ask(seat->member, datagram, now);
}

static bool stage3_welcomed(const struct seat *seat, const unsigned char *datagram, size_t size)
{
    (void)datagram;
    (void)size;
    return seat->member->connected;
}

static size_t stage3_say(struct seat *seat, const char *text, size_t text_size,
                         unsigned char *datagram, uint64_t now)
{
    return member_say(seat->member, text, text_size, datagram, now);
}

static bool stage3_take(struct seat *seat, unsigned char *datagram, size_t size, uint64_t now)
{
    return member_take(seat->member, datagram, size, now);
}

static bool stage3_next_text(struct seat *seat, const unsigned char *datagram, size_t size,
                             size_t *at, const char **text, size_t *text_size)
{
    (void)datagram;
    (void)size;
    (void)at;
    return member_next_text(seat->member, text, text_size);
}

static uint64_t stage3_due(const struct seat *seat)
{
    return member_due(seat->member);
}

static size_t stage3_report(struct seat *seat, unsigned char *datagram, uint64_t now)
{
    return member_report(seat->member, datagram, now);
}

/* ---- the table ---- */

static const struct dialect dialects[] = {
    {.name = "stage1",
     .hello = stage1_hello,
     .welcomed = stage1_welcomed,
     .say = stage1_say,
     .next_text = stage1_next_text},
    {.name = "bare",
     .rooms = true,
     .hello = bare_hello,
     .welcomed = stage1_welcomed,
     .say = stage1_say,
     .next_text = stage1_next_text},
    {.name = "stage2",
     .rooms = true,
     .tokens = true,
     .hello = stage2_hello,
     .welcomed = stage2_welcomed,
     .say = stage2_say,
     .next_text = stage2_next_text},
    {.name = "stage3",
     .text_max = MEMBER_TEXT_MAX,
     .echo = true,
     .rooms = true,
     .sealed = true,
     .hello = stage3_hello,
     .welcomed = stage3_welcomed,
     .say = stage3_say,
     .take = stage3_take,
     .next_text = stage3_next_text,
     .due = stage3_due,
     .report = stage3_report},
};

static const struct dialect *const others[] = {&dialect_redis, &dialect_nats, &dialect_mqtt,
                                               &dialect_irc};

const struct dialect *dialect_find(const char *name)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i]->name, name) == 0) return others[i];
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
        if (strcmp(dialects[i].name, name) == 0) return &dialects[i];
    return NULL;
}
