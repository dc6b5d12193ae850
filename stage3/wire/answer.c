#include "answer.h"

#include <string.h>

#include "base/bytes.h"
#include "frame.h"

bool answer_member(struct text *members, const unsigned char **id, struct text *name)
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

    while (answer_member(&members, &id, &name)) continue;
    return members.size == 0;
}

void answer_encode(const struct answer *answer, void *bytes)
{
    unsigned char *out = bytes;

    wire_put64(out, answer->session);
    memcpy(out + 8, answer->room_id, SEAL_ID);
    wire_put64(out + 24, answer->start);
    wire_put64(out + 32, answer->end);
    wire_put32(out + 40, answer->total);
    memcpy(out + 44, answer->host, SEAL_ID);
    memcpy(out + 60, answer->server, SEAL_ID);
    wire_put64(out + 76, answer->heard);
    out[84] = answer->back;
}

bool answer_decode(struct text bytes, struct answer *answer)
{
    const unsigned char *at = (const unsigned char *)bytes.bytes;

    if (bytes.size < ANSWER_HEAD) return false;
    *answer = (struct answer){.session = wire_get64(at), .room_id = at + 8,
                              .start = wire_get64(at + 24), .end = wire_get64(at + 32),
                              .total = wire_get32(at + 40), .host = at + 44, .server = at + 60,
                              .heard = wire_get64(at + 76), .back = at[84]};
    if (answer->back > BACK_NOWHERE) return false;
    answer->members = (struct text){bytes.bytes + ANSWER_HEAD, bytes.size - ANSWER_HEAD};
    if (answer->start < 1 || answer->start > answer->end) return false;
    return answer->end < FRAME_LOG_LIMIT && members_valid(answer->members);
}
