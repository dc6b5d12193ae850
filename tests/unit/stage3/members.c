/* links: stage3/member/members.c stage3/base/table.c stage3/base/hash.c stage3/base/random.c */
/* links: stage3/base/program.c stage3/base/text.c */
/*
 * members: whose lines are new, also of members that have left and come back. (Joins, leaves and
 * the list: membership.c and memory.c.)
 */
#include "member/members.h"

#include <string.h>

#include "tap.h"

static struct members members;

/* The id of a member, of one byte over and over. */
static const unsigned char *id_of(int byte)
{
    static unsigned char id[SEAL_ID];
    memset(id, byte, SEAL_ID);
    return id;
}

static bool rises(int byte, uint64_t number)
{
    return members_rises(&members, id_of(byte), number);
}

int main(void)
{
    static const struct hash_key key = {{1, 2}};

    plan(7);
    if (!members_create(&members, key)) return 1;
    for (int i = 1; i <= 3; i++) members_join(&members, id_of(i), text_of("name"));
    ok(rises(1, 5) && rises(2, 7) && rises(3, 9), "the first line of each member is new");
    ok(!rises(2, 7) && !rises(2, 6), "a line that came before is not new");
    for (int i = 1; i <= 3; i++) members_leave(&members, id_of(i));
    ok(!rises(1, 5) && !rises(2, 7) && !rises(3, 9),
       "the lines of members that have left are remembered, each by its id");
    ok(rises(2, 8) && !rises(2, 8), "a later line of a member that has left is new once");
    for (int i = 1; i <= 3; i++) members_join(&members, id_of(i), text_of("name"));
    ok(!rises(1, 5) && !rises(2, 8) && !rises(3, 9),
       "members that come back do not say the same lines again");
    ok(rises(3, 10), "members that come back say new ones");
    ok(members_find(&members, id_of(2)) && !members_find(&members, id_of(4)),
       "only those that have joined are members");
    members_destroy(&members);
    return done();
}
