#include "assembly.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

bool assembly_add(struct assembly *assembly, const struct part *part)
{
    if (!assembly->row) { /* the first part: the row, and a bit for each of its bytes */
        size_t size = part->whole;
        assembly->row = calloc(1, size + (size + 7) / 8);
        if (!assembly->row) return false;
        assembly->size = assembly->missing = (uint16_t)size;
        assembly->end = 0;
    }
    unsigned char *bits = assembly->row + assembly->size;
    size_t end = part->offset + part->bytes.size;

    for (size_t i = part->offset; i < end; i++) {
        unsigned char bit = (unsigned char)(1u << i % 8);
        if (bits[i / 8] & bit) continue;
        bits[i / 8] |= bit;
        assembly->row[i] = (unsigned char)part->bytes.bytes[i - part->offset];
        assembly->missing--;
    }
    if (end > assembly->end) assembly->end = (uint16_t)end;
    return true;
}

bool assembly_put(struct assembly *assembly, struct row row)
{
    size_t size = FRAME_ROW + row.bytes.size;

    assembly->row = malloc(size);
    if (!assembly->row) return false;
    frame_put(row.kind, row.bytes, assembly->row);
    assembly->size = assembly->end = (uint16_t)size;
    assembly->missing = 0;
    return true;
}

bool assembly_whole(const struct assembly *assembly)
{
    return assembly->row && assembly->missing == 0;
}

bool assembly_in_order(const struct assembly *assembly)
{
    return assembly->end == assembly->size - assembly->missing;
}

struct row assembly_row(const struct assembly *assembly)
{
    struct text rest = {(const char *)assembly->row, assembly->size};
    struct row row;

    if (frame_next(&rest, &row) && rest.size == 0) return row;
    return (struct row){0, {NULL, 0}};
}

void assembly_drop(struct assembly *assembly)
{
    free(assembly->row);
    *assembly = (struct assembly){0};
}
