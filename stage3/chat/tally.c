#include "tally.h"

#include <inttypes.h>
#include <stdio.h>

const char *tally_print(const struct chat *chat, char out[TALLY_LINE])
{
    const struct chat_counts *counts = &chat->counts;
    const struct sender *sender = &chat->sender;
    uint32_t rooms = chat->rooms.room_count, members = chat->rooms.member_count;

    snprintf(out, TALLY_LINE,
             "%" PRIu32 " room%s, %" PRIu32 " member%s, %" PRIu64 " request%s (%" PRIu64
             " refused, %" PRIu64 " for their address), %" PRIu64 " received (%" PRIu64
             " dropped), %" PRIu64 " said (%" PRIu64 " had to wait, %" PRIu64
             " for slow readers), %" PRIu64 " entries in %" PRIu64 " datagrams sent (%" PRIu64
             " again, %" PRIu64 " held up, %" PRIu64 " unreachable)",
             rooms, rooms == 1 ? "" : "s", members, members == 1 ? "" : "s", counts->requests,
             counts->requests == 1 ? "" : "s", counts->refused, counts->crowded, counts->received,
             counts->dropped, counts->said, counts->waited, counts->paused, sender->entries,
             sender->sent, sender->again, sender->held_up, sender->unreachable);
    return out;
}
