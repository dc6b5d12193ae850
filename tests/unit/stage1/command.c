/* links: stage1/member/command.c stage1/base/text.c */
/*
 * command: what each line means.
 */
#include "member/command.h"

#include "tap.h"

static bool means(const char *line, enum command_kind kind, const char *text)
{
    struct command command = command_read(text_of(line));

    return command.kind == kind && (!text || text_equal(command.text, text_of(text)));
}

int main(void)
{
    plan(9);
    ok(means("hello", COMMAND_SAY, "hello") && means(" /x", COMMAND_SAY, " /x"),
       "a line without a leading slash is sent");
    ok(means("//x", COMMAND_SAY, "/x") && means("//", COMMAND_SAY, "/")
           && means("///", COMMAND_SAY, "//"), "a doubled leading slash sends one slash");
    ok(means("", COMMAND_NOTHING, NULL) && means("  ", COMMAND_NOTHING, NULL),
       "an empty line is ignored");
    ok(means("/name bob", COMMAND_NAME, "bob") && means("/name a b", COMMAND_NAME, "a b"),
       "/name takes a name");
    ok(means("/name", COMMAND_NAME, "") && means("/name ", COMMAND_NAME, ""),
       "/name without a name is accepted");
    ok(means("/quit", COMMAND_GOODBYE, NULL) && means("/leave", COMMAND_GOODBYE, NULL)
           && means("/exit", COMMAND_GOODBYE, NULL), "/quit, /leave and /exit leave");
    ok(means("/who", COMMAND_WHO, NULL) && means("/who ", COMMAND_UNKNOWN, NULL),
       "/who asks for the members");
    ok(means("/help", COMMAND_HELP, NULL), "/help asks for the help");
    ok(means("/", COMMAND_UNKNOWN, NULL) && means("/names", COMMAND_UNKNOWN, NULL)
           && means("/quit now", COMMAND_UNKNOWN, NULL), "anything else is no command");
    return done();
}
