#include "frame.h"

#include <string.h>

#include "base/bytes.h"

enum { SAID_HEAD = SEAL_ID + 8 + 1 }; /* bytes of a said entry before the name */

int64_t frame_ack_latest(uint64_t members)
{
    if (members > FRAME_ACK_LIMIT) return FRAME_ACK_LIMIT;
    return members > FRAME_ACK_LATEST ? (int64_t)members : FRAME_ACK_LATEST;
}

void up_encode(const struct up *up, void *body)
{
    unsigned char *bytes = body;

    bytes[0] = up->flags;
    wire_put64(bytes + 1, up->echo);
    wire_put64(bytes + 9, up->read);
    wire_put64(bytes + 17, up->from);
    wire_put64(bytes + 25, up->number);
}

bool up_decode(struct text body, struct up *up)
{
    const unsigned char *bytes = (const unsigned char *)body.bytes;

    if (body.size < FRAME_UP_HEAD || bytes[0] > FRAME_ANSWER_ME) return false;
    *up = (struct up){.flags = bytes[0],
                      .echo = wire_get64(bytes + 1),
                      .read = wire_get64(bytes + 9),
                      .from = wire_get64(bytes + 17),
                      .number = wire_get64(bytes + 25),
                      .items = {body.bytes + FRAME_UP_HEAD, body.size - FRAME_UP_HEAD}};
    return true;
}

void down_encode(const struct down *down, void *body)
{
    wire_put64(body, down->accepted);
    wire_put64((unsigned char *)body + 8, down->first);
}

bool down_decode(struct text body, struct down *down)
{
    if (body.size < FRAME_DOWN_HEAD) return false;
    *down = (struct down){.accepted = wire_get64(body.bytes),
                          .first = wire_get64(body.bytes + 8),
                          .entries = {body.bytes + FRAME_DOWN_HEAD,
                                      body.size - FRAME_DOWN_HEAD}};
    return true;
}

bool frame_next(struct text *rows, struct row *row)
{
    if (rows->size < FRAME_ROW) return false;
    size_t size = wire_get16(rows->bytes + 1);
    if (size > rows->size - FRAME_ROW) return false;
    *row = (struct row){(uint8_t)rows->bytes[0], {rows->bytes + FRAME_ROW, size}};
    rows->bytes += FRAME_ROW + size;
    rows->size -= FRAME_ROW + size;
    return true;
}

size_t frame_put(uint8_t kind, struct text bytes, void *out)
{
    unsigned char *row = out;

    row[0] = kind;
    wire_put16(row + 1, (unsigned)bytes.size);
    if (bytes.size > 0) memmove(row + FRAME_ROW, bytes.bytes, bytes.size);
    return FRAME_ROW + bytes.size;
}

/* --- parts --- */

bool part_decode(struct text bytes, struct part *part)
{
    if (bytes.size <= FRAME_PART_HEAD) return false;
    *part = (struct part){.number = wire_get64(bytes.bytes),
                          .offset = wire_get16(bytes.bytes + 8),
                          .whole = wire_get16(bytes.bytes + 10),
                          .bytes = {bytes.bytes + FRAME_PART_HEAD, bytes.size - FRAME_PART_HEAD}};
    if (part->whole < FRAME_ROW || part->whole > FRAME_WHOLE_LIMIT) return false;
    return part->offset < part->whole && part->bytes.size <= part->whole - part->offset;
}

size_t part_encode(uint8_t kind, const struct part *part, void *out)
{
    unsigned char *row = out, *head = row + FRAME_ROW;

    memmove(head + FRAME_PART_HEAD, part->bytes.bytes, part->bytes.size);
    row[0] = kind;
    wire_put16(row + 1, (unsigned)(FRAME_PART_HEAD + part->bytes.size));
    wire_put64(head, part->number);
    wire_put16(head + 8, (unsigned)part->offset);
    wire_put16(head + 10, (unsigned)part->whole);
    return FRAME_ROW + FRAME_PART_HEAD + part->bytes.size;
}

/* --- entries --- */

/* The rest of a text after its first `size` bytes. It must have that many. */
static struct text behind(struct text text, size_t size)
{
    return (struct text){text.bytes + size, text.size - size};
}

static bool decode_said(struct text bytes, struct entry *entry)
{
    if (bytes.size < SAID_HEAD) return false;
    size_t name_size = (unsigned char)bytes.bytes[SAID_HEAD - 1];
    if (bytes.size < SAID_HEAD + name_size) return false;
    entry->number = wire_get64(bytes.bytes + SEAL_ID);
    entry->name = (struct text){bytes.bytes + SAID_HEAD, name_size};
    entry->text = behind(bytes, SAID_HEAD + name_size);
    return true;
}

/* Joined and kicked, and left with its reason: a member id, `extra` bytes, and a name. */
static bool decode_member(struct text bytes, size_t extra, struct entry *entry)
{
    if (bytes.size < SEAL_ID + extra) return false;
    if (extra > 0) entry->why = (uint8_t)bytes.bytes[SEAL_ID];
    entry->name = behind(bytes, SEAL_ID + extra);
    return true;
}

bool entry_decode(struct row row, struct entry *entry)
{
    *entry = (struct entry){.kind = (enum entry_kind)row.kind,
                            .member = (const unsigned char *)row.bytes.bytes};
    switch (row.kind) {
    case ENTRY_SAID: return decode_said(row.bytes, entry);
    case ENTRY_JOINED:
    case ENTRY_KICKED: return decode_member(row.bytes, 0, entry);
    case ENTRY_LEFT: return decode_member(row.bytes, 1, entry);
    case ENTRY_CLOSED:
        if (row.bytes.size != 1) return false;
        entry->why = (uint8_t)row.bytes.bytes[0];
        return true;
    case ENTRY_GAP:
        if (row.bytes.size != 8) return false;
        entry->number = wire_get64(row.bytes.bytes);
        return true;
    case ENTRY_NOTICE: entry->text = row.bytes; return true;
    default: return false;
    }
}

static unsigned char *put(unsigned char *out, const void *bytes, size_t size)
{
    if (size > 0) memcpy(out, bytes, size);
    return out + size;
}

size_t entry_encode(const struct entry *entry, void *out)
{
    unsigned char *start = out, *end = start + FRAME_ROW;

    switch (entry->kind) {
    case ENTRY_SAID:
        end = put(end, entry->member, SEAL_ID);
        wire_put64(end, entry->number);
        end[8] = (unsigned char)entry->name.size;
        end = put(end + 9, entry->name.bytes, entry->name.size);
        end = put(end, entry->text.bytes, entry->text.size);
        break;
    case ENTRY_JOINED:
    case ENTRY_KICKED:
    case ENTRY_LEFT:
        end = put(end, entry->member, SEAL_ID);
        if (entry->kind == ENTRY_LEFT) *end++ = entry->why;
        end = put(end, entry->name.bytes, entry->name.size);
        break;
    case ENTRY_CLOSED: *end++ = entry->why; break;
    case ENTRY_GAP:
        wire_put64(end, entry->number);
        end += 8;
        break;
    case ENTRY_NOTICE: end = put(end, entry->text.bytes, entry->text.size); break;
    case ENTRY_PART: /* see part_encode */
    case ENTRY_LOST:
    case ENTRY_WAIT: break;
    }
    start[0] = (unsigned char)entry->kind;
    wire_put16(start + 1, (unsigned)(end - start - FRAME_ROW));
    return (size_t)(end - start);
}
