/* links: stage2/member/questions.c stage2/member/room_list.c stage2/member/command.c */
/* links: stage2/base/text.c */
/*
 * questions, room_list, command: what a client asks for, shows of a list, and makes of a line.
 */
#include "member/questions.h"

#include <string.h>

#include "member/command.h"
#include "member/room_list.h"
#include "tap.h"

/* As in arguments.c, which would bring getopt along. */
const char arguments_bad_name[] = "no name";

bool arguments_name(struct name *name, struct text text)
{
    if (!name_valid(text)) return false;
    memcpy(name->bytes, text.bytes, text.size);
    name->size = text.size;
    return true;
}

static void ask_all(void)
{
    struct arguments arguments = {.operation = 0};

    ok(question_next(&arguments) == QUESTION_WHAT, "the first question is what to do");
    ok(question_answer(QUESTION_WHAT, &arguments, text_of("")) != NULL
           && question_answer(QUESTION_WHAT, &arguments, text_of("jump")) != NULL
           && question_answer(QUESTION_WHAT, &arguments, text_of("joining")) != NULL
           && question_next(&arguments) == QUESTION_WHAT,
       "an answer that begins no word is refused");
    ok(!question_answer(QUESTION_WHAT, &arguments, text_of("l"))
           && arguments.operation == TCRP_LIST && question_next(&arguments) == QUESTION_NONE,
       "a list needs no more questions");
    arguments.operation = 0;
    ok(!question_answer(QUESTION_WHAT, &arguments, text_of("create"))
           && arguments.operation == TCRP_CREATE && question_next(&arguments) == QUESTION_ROOM,
       "the next question is the room");
    ok(question_answer(QUESTION_ROOM, &arguments, text_of("a:b")) == arguments_bad_name
           && question_next(&arguments) == QUESTION_ROOM, "an invalid room name is refused");
    ok(!question_answer(QUESTION_ROOM, &arguments, text_of("部屋"))
           && question_next(&arguments) == QUESTION_NAME, "the next question is the user's name");
    ok(!question_answer(QUESTION_NAME, &arguments, text_of("alice"))
           && question_next(&arguments) == QUESTION_NONE
           && arguments.user.size == 5 && memcmp(arguments.user.bytes, "alice", 5) == 0,
       "no question is left after the name");
}

/* Each question has words of its own, with a space behind them where the answer is typed. */
static void texts(void)
{
    unsigned wrong = 0;

    for (int i = QUESTION_WHAT; i <= QUESTION_NAME; i++) {
        struct text words = question_text((enum question)i);
        wrong += words.size < 2 || words.bytes[words.size - 1] != ' ';
        for (int j = QUESTION_WHAT; j < i; j++)
            wrong += text_equal(words, question_text((enum question)j));
    }
    ok(wrong == 0, "each question has words of its own");
    ok(question_text(QUESTION_NONE).size == 0, "no question has no text");
}

static void read_list(void)
{
    struct text list = text_of("kitchen\t2\n部屋\t1\n...\nx\t12345678901234567890123"), name;
    char members[ROOM_LIST_MEMBERS];

    ok(room_list_next(&list, &name, members) && text_equal(name, text_of("kitchen"))
           && strcmp(members, "2 members") == 0, "a room with two members is listed");
    ok(room_list_next(&list, &name, members) && text_equal(name, text_of("部屋"))
           && strcmp(members, "1 member") == 0, "a room with one member is listed");
    ok(room_list_next(&list, &name, members) && name.size == 0, "the dots are read as more rooms");
    ok(room_list_next(&list, &name, members) && text_equal(name, text_of("x"))
           && strcmp(members, "12345678901234567890 members") == 0, "a long number is cut");
    ok(!room_list_next(&list, &name, members), "the list ends after its last line");
}

int main(void)
{
    struct text said;

    plan(17);
    ask_all();
    texts();
    read_list();
    ok(command_is_said(text_of("hello"), &said) && text_equal(said, text_of("hello"))
           && command_is_said(text_of("//x"), &said) && text_equal(said, text_of("/x")),
       "a line and a doubled slash are sent");
    ok(!command_is_said(text_of("/who"), &said), "a command is not");
    ok(command_is_goodbye(text_of("/quit")) && command_is_goodbye(text_of("/leave"))
           && command_is_goodbye(text_of("/exit")) && !command_is_goodbye(text_of("/quit ")),
       "three ways to leave");
    return done();
}
