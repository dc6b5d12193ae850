/* The formats of the stages are those of docs/protocol.md, that of bare is in bare.c. */
#include "dialect.h"

#include <stdio.h>
#include <string.h>

size_t dialect_member(size_t number, char *name)
{
    return (size_t)snprintf(name, DIALECT_NAME, "m%05lu", (unsigned long)number);
}

size_t dialect_room(size_t number, char *name)
{
    return (size_t)snprintf(name, DIALECT_NAME, "r%05lu", (unsigned long)number);
}

/* ---- stage 1: [n: 1][name: n][text], and n = 0 marks a notice ---- */

static size_t stage1_say(const struct seat *seat, const char *text, size_t text_size,
                         unsigned char *datagram)
{
    char name[DIALECT_NAME];
    size_t n = dialect_member(seat->number, name);

    datagram[0] = (unsigned char)n;
    memcpy(datagram + 1, name, n);
    memcpy(datagram + 1 + n, text, text_size);
    return 1 + n + text_size;
}

static size_t stage1_hello(const struct seat *seat, unsigned char *datagram)
{
    return stage1_say(seat, "", 0, datagram);
}

static bool stage1_welcomed(const unsigned char *datagram, size_t size)
{
    static const char welcome[] = "\0welcome, ";

    return size >= sizeof welcome && memcmp(datagram, welcome, sizeof welcome - 1) == 0;
}

static bool stage1_next_text(const unsigned char *datagram, size_t size, size_t *at,
                             const char **text, size_t *text_size)
{
    size_t start = size == 0 ? 0 : 1 + (size_t)datagram[0];

    if (*at != 0 || size == 0 || datagram[0] == 0 || start > size) return false;
    *text = (const char *)datagram + start;
    *text_size = size - start;
    *at = size;
    return true;
}

/* ---- bare: as stage 1, but a hello's name has `@` and the number of the room behind it ---- */

static size_t bare_hello(const struct seat *seat, unsigned char *datagram)
{
    char name[2 * DIALECT_NAME];
    size_t n = dialect_member(seat->number, name);

    n += (size_t)snprintf(name + n, DIALECT_NAME, "@%lu", (unsigned long)seat->room);
    datagram[0] = (unsigned char)n;
    memcpy(datagram + 1, name, n);
    return 1 + n;
}

/* ---- stage 2: [r: 1][t: 1][room: r][token: t][text], and back comes `NAME: TEXT` ---- */

static size_t stage2_say(const struct seat *seat, const char *text, size_t text_size,
                         unsigned char *datagram)
{
    char room[DIALECT_NAME];
    size_t r = dialect_room(seat->room, room);

    datagram[0] = (unsigned char)r;
    datagram[1] = DIALECT_TOKEN;
    memcpy(datagram + 2, room, r);
    memcpy(datagram + 2 + r, seat->token, DIALECT_TOKEN);
    memcpy(datagram + 2 + r + DIALECT_TOKEN, text, text_size);
    return 2 + r + DIALECT_TOKEN + text_size;
}

static size_t stage2_hello(const struct seat *seat, unsigned char *datagram)
{
    return stage2_say(seat, "", 0, datagram);
}

static bool stage2_welcomed(const unsigned char *datagram, size_t size)
{
    static const char welcome[] = "* welcome, ";

    return size >= sizeof welcome && memcmp(datagram, welcome, sizeof welcome - 1) == 0;
}

static bool stage2_next_text(const unsigned char *datagram, size_t size, size_t *at,
                             const char **text, size_t *text_size)
{
    const unsigned char *colon = memchr(datagram, ':', size);
    size_t start;

    if (*at != 0 || size == 0 || datagram[0] == '*' || colon == NULL) return false;
    start = (size_t)(colon - datagram) + 2; /* the name holds none, and a space follows */
    if (start > size) return false;
    *text = (const char *)datagram + start;
    *text_size = size - start;
    *at = size;
    return true;
}

/* ---- the table ---- */

static const struct dialect dialects[] = {
    {"stage1", false, false, false, stage1_hello, stage1_welcomed, stage1_say, stage1_next_text},
    {"bare", false, true, false, bare_hello, stage1_welcomed, stage1_say, stage1_next_text},
    {"stage2", false, true, true, stage2_hello, stage2_welcomed, stage2_say, stage2_next_text},
};

const struct dialect *dialect_find(const char *name)
{
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
        if (strcmp(dialects[i].name, name) == 0) return &dialects[i];
    return NULL;
}
