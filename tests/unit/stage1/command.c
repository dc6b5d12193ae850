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
    ok(means("hello", COMMAND_SAY, "hello") && means(" /x", COMMAND_SAY, " /x"), "said");
    ok(means("//x", COMMAND_SAY, "/x") && means("//", COMMAND_SAY, "/")
           && means("///", COMMAND_SAY, "//"), "a slash in front says a slash");
    ok(means("", COMMAND_NOTHING, NULL) && means("  ", COMMAND_NOTHING, NULL), "nothing");
    ok(means("/name bob", COMMAND_NAME, "bob") && means("/name a b", COMMAND_NAME, "a b"), "names");
    ok(means("/name", COMMAND_NAME, "") && means("/name ", COMMAND_NAME, ""), "and none");
    ok(means("/quit", COMMAND_GOODBYE, NULL) && means("/leave", COMMAND_GOODBYE, NULL)
           && means("/exit", COMMAND_GOODBYE, NULL), "three ways to leave");
    ok(means("/who", COMMAND_WHO, NULL) && means("/who ", COMMAND_UNKNOWN, NULL), "who is here");
    ok(means("/help", COMMAND_HELP, NULL), "help");
    ok(means("/", COMMAND_UNKNOWN, NULL) && means("/names", COMMAND_UNKNOWN, NULL)
           && means("/quit now", COMMAND_UNKNOWN, NULL), "anything else is no command");
    return done();
}
