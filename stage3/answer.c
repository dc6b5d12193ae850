#include "answer.h"

#include "cursor.h"
#include "wire.h"

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

bool answer_decode(struct text bytes, struct answer *answer)
{
    const unsigned char *at = (const unsigned char *)bytes.bytes;

    if (bytes.size < ANSWER_HEAD) return false;
    answer->session = wire_get64(at);
    answer->room_id = at + 8;
    answer->start = wire_get64(at + 8 + SEAL_ID);
    answer->end = wire_get64(at + 16 + SEAL_ID);
    answer->total = wire_get32(at + 24 + SEAL_ID);
    answer->host = at + 28 + SEAL_ID;
    answer->members = (struct text){bytes.bytes + ANSWER_HEAD, bytes.size - ANSWER_HEAD};
    if (answer->start < 1 || answer->start > answer->end) return false;
    return answer->end < CURSOR_LIMIT && members_valid(answer->members);
}
