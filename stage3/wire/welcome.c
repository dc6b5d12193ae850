#include "welcome.h"

#include <string.h>

#include "base/bytes.h"
#include "frame.h"

bool welcome_member(struct text *members, const unsigned char **id, struct text *name)
{
    if (members->size < SEAL_ID + 1) return false;
    size_t size = (unsigned char)members->bytes[SEAL_ID];
    if (size > members->size - SEAL_ID - 1) return false;
    *id = (const unsigned char *)members->bytes;
    *name = (struct text){members->bytes + SEAL_ID + 1, size};
    if (!name_valid(*name)) return false;
    members->bytes += SEAL_ID + 1 + size;
    members->size -= SEAL_ID + 1 + size;
    return true;
}

static bool members_valid(struct text members)
{
    const unsigned char *id;
    struct text name;

    while (welcome_member(&members, &id, &name)) continue;
    return members.size == 0;
}

void welcome_encode(const struct welcome *welcome, void *bytes)
{
    unsigned char *out = bytes;

    wire_put64(out, welcome->session);
    memcpy(out + 8, welcome->room_id, SEAL_ID);
    wire_put64(out + 24, welcome->start);
    wire_put64(out + 32, welcome->end);
    wire_put32(out + 40, welcome->total);
    memcpy(out + 44, welcome->host, SEAL_ID);
    memcpy(out + 60, welcome->server, SEAL_ID);
    wire_put64(out + 76, welcome->accepted);
    out[84] = welcome->back;
}

bool welcome_decode(struct text bytes, struct welcome *welcome)
{
    const unsigned char *at = (const unsigned char *)bytes.bytes;

    if (bytes.size < WELCOME_HEAD) return false;
    *welcome = (struct welcome){.session = wire_get64(at), .room_id = at + 8,
                                .start = wire_get64(at + 24), .end = wire_get64(at + 32),
                                .total = wire_get32(at + 40), .host = at + 44, .server = at + 60,
                                .accepted = wire_get64(at + 76), .back = at[84]};
    if (welcome->back > BACK_NOWHERE) return false;
    welcome->members = (struct text){bytes.bytes + WELCOME_HEAD, bytes.size - WELCOME_HEAD};
    if (welcome->start < 1 || welcome->start > welcome->end) return false;
    return welcome->end < FRAME_LOG_LIMIT && members_valid(welcome->members);
}
