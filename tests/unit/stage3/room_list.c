/* links: stage3/member/room_list.c stage3/base/text.c */
/*
 * room_list: rooms, the end of a list that was cut, and what is no line of one.
 */
#include "member/room_list.h"

#include "tap.h"

static struct text list;
static struct listed_room room;

static bool next(const char *name, const char *members, bool locked)
{
    return room_list_next(&list, &room) && text_equal(room.name, text_of(name))
        && text_equal(room.members, text_of(members)) && room.locked == locked;
}

int main(void)
{
    plan(8);
    list = text_of("");
    ok(!room_list_next(&list, &room), "an empty list has no rooms");
    list = text_of("kitchen\t2\tlocked\n部屋\t123456789\topen\n...\n");
    ok(next("kitchen", "2", true), "a locked room is read");
    ok(next("部屋", "123456789", false), "an open room is read");
    ok(next("", "", false) && !room_list_next(&list, &room),
       "the end of a list that was cut is read as a room without a name");
    list = text_of("a\t1\topen");
    ok(next("a", "1", false) && !room_list_next(&list, &room), "the last line needs no LF");
    list = text_of("\nb\n\t1\topen\na:b\t1\topen\nx\t\topen\nx\t01\topen\nx\t1234567890\topen\n"
                   "x\t-1\topen\nx\t1a\topen\n");
    ok(!room_list_next(&list, &room), "lines that are no rooms are passed over");
    list = text_of("x\t1a\topen\nc\t0\topen\n");
    ok(next("c", "0", false), "the room after such a line is found");
    ok(!room_list_next(&list, &room) && !room_list_next(&list, &room),
       "a list that has ended stays at its end");
    return done();
}
