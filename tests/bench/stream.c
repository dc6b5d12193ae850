#include "stream.h"

#include <stdio.h>
#include <string.h>

#include "crowd.h"

void stream_append(struct stream *s, const void *bytes, size_t size)
{
    memmove(s->bytes, s->bytes + s->start, s->end - s->start);
    s->end -= s->start;
    s->start = 0;
    if (size > sizeof s->bytes - s->end) die("the server", "sent a message that is too long");
    memcpy(s->bytes + s->end, bytes, size);
    s->end += size;
}

static enum stream_kind stream_next(struct stream *s, const char **text, size_t *text_size)
{
    size_t used = 0;
    enum stream_kind kind = s->cut(s->bytes + s->start, s->end - s->start, &used, text, text_size);

    if (kind != STREAM_MORE) s->start += used;
    if (kind == STREAM_ERROR) {
        char reason[256];

        snprintf(reason, sizeof reason, "%.*s", (int)*text_size, *text);
        die("the server refuses", reason);
    }
    return kind;
}

bool stream_welcomed(const struct seat *seat, const unsigned char *datagram, size_t size)
{
    bool welcome = false;
    enum stream_kind kind;
    const char *text;
    size_t text_size;

    (void)datagram;
    (void)size;
    while ((kind = stream_next(seat->stream, &text, &text_size)) != STREAM_MORE)
        if (kind == STREAM_WELCOME) welcome = true;
    return welcome;
}

bool stream_next_text(struct seat *seat, const unsigned char *datagram, size_t size, size_t *at,
                      const char **text, size_t *text_size)
{
    enum stream_kind kind;

    (void)datagram;
    (void)size;
    (void)at;
    do
        kind = stream_next(seat->stream, text, text_size);
    while (kind != STREAM_TEXT && kind != STREAM_MORE);
    return kind == STREAM_TEXT;
}

size_t stream_line(const char *bytes, size_t size, size_t from)
{
    const char *end = from < size ? memchr(bytes + from, '\n', size - from) : NULL;

    return end == NULL ? 0 : (size_t)(end - bytes) + 1 - from;
}
