/* The formats are those of docs/protocol.md. */
#include "dialect.h"

#include <stdio.h>
#include <string.h>

/* ---- stage 1: [n: 1][name: n][text], and n = 0 marks a notice ---- */

static size_t stage1_say(size_t member, const char *text, size_t text_size, unsigned char *datagram)
{
    char name[24];
    size_t n = (size_t)snprintf(name, sizeof name, "m%05lu", (unsigned long)member);

    datagram[0] = (unsigned char)n;
    memcpy(datagram + 1, name, n);
    memcpy(datagram + 1 + n, text, text_size);
    return 1 + n + text_size;
}

static size_t stage1_hello(size_t member, unsigned char *datagram)
{
    return stage1_say(member, "", 0, datagram);
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

/* ---- the table ---- */

static const struct dialect dialects[] = {
    {"stage1", false, stage1_hello, stage1_welcomed, stage1_say, stage1_next_text},
};

const struct dialect *dialect_find(const char *name)
{
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
        if (strcmp(dialects[i].name, name) == 0) return &dialects[i];
    return NULL;
}
