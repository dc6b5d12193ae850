#include "record.h"

#include <errno.h>
#include <string.h>

#include "tool.h"

static FILE *recording;

void record_open(const char *path)
{
    recording = fopen(path, "wb");
    if (recording == NULL) tool_die(TOOL_FAILED, "cannot write %s: %s", path, strerror(errno));
}

static void put32(unsigned char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) out[i] = (unsigned char)(value >> (24 - 8 * i) & 0xFF);
}

static uint32_t get32(const unsigned char *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* Flushed at once, because tests read the recording while it goes on. */
void record(enum record_kind kind, uint32_t connection, const void *bytes, size_t size)
{
    unsigned char head[9] = {(unsigned char)kind};

    if (recording == NULL) return;
    put32(head + 1, connection);
    put32(head + 5, (uint32_t)size);
    fwrite(head, 1, sizeof head, recording);
    fwrite(bytes, 1, size, recording);
    fflush(recording);
}

bool record_read(FILE *file, struct record_piece *piece)
{
    unsigned char head[9];

    if (fread(head, 1, sizeof head, file) != sizeof head) return false;
    piece->kind = (char)head[0];
    piece->connection = get32(head + 1);
    piece->size = get32(head + 5);
    if (piece->size > sizeof piece->bytes) return false;
    return fread(piece->bytes, 1, piece->size, file) == piece->size;
}
