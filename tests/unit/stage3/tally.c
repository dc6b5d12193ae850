/* links: stage3/chat/tally.c */
/*
 * tally: the line of counts has each count at its own word, one is singular, and the greatest
 * counts fit.
 */
#include "chat/tally.h"

#include <string.h>

#include "tap.h"

static struct chat chat;
static char line[TALLY_LINE];

int main(void)
{
    plan(3);
    chat.rooms.room_count = 2;
    chat.rooms.member_count = 3;
    chat.counts = (struct chat_counts){.requests = 4, .refused = 5, .crowded = 6, .received = 7,
                                       .dropped = 8, .said = 9, .waited = 16, .paused = 10};
    chat.sender.entries = 11;
    chat.sender.sent = 12;
    chat.sender.again = 13;
    chat.sender.held_up = 14;
    chat.sender.unreachable = 15;
    ok(strcmp(tally_print(&chat, line),
              "2 rooms, 3 members, 4 requests (5 refused, 6 for their address), 7 received (8 "
              "dropped), 9 said (16 had to wait, 10 for slow readers), 11 entries in 12 datagrams "
              "sent (13 again, 14 held up, 15 unreachable)") == 0,
       "each count stands before its own word");

    chat.rooms.room_count = chat.rooms.member_count = 1;
    chat.counts.requests = 1;
    ok(strncmp(tally_print(&chat, line), "1 room, 1 member, 1 request (", 29) == 0,
       "one room, one member and one request are singular");

    chat.rooms.room_count = chat.rooms.member_count = UINT32_MAX;
    memset(&chat.counts, 0xFF, sizeof chat.counts);
    chat.sender.entries = chat.sender.sent = chat.sender.again = UINT64_MAX;
    chat.sender.held_up = chat.sender.unreachable = UINT64_MAX;
    tally_print(&chat, line);
    ok(strcmp(line + strlen(line) - 13, " unreachable)") == 0, "the greatest counts fit");
    return done();
}
