#include "command.h"

const char command_hint[] = "what you type goes to everyone; /help shows more";
const char command_help[] =
    "every line is sent to everyone; /name NEW takes another name, /who lists who is here, "
    "/quit leaves, //x says /x";

static struct text behind(struct text line, size_t size)
{
    return (struct text){line.bytes + size, line.size - size};
}

struct command command_read(struct text line)
{
    if (text_starts(line, "//")) return (struct command){COMMAND_SAY, behind(line, 1)};
    if (text_starts(line, "/name ")) return (struct command){COMMAND_NAME, behind(line, 6)};
    if (text_equal(line, text_of("/name"))) return (struct command){COMMAND_NAME, {line.bytes, 0}};
    if (text_equal(line, text_of("/who"))) return (struct command){COMMAND_WHO, line};
    if (text_equal(line, text_of("/help"))) return (struct command){COMMAND_HELP, line};
    if (text_equal(line, text_of("/quit")) || text_equal(line, text_of("/leave"))
        || text_equal(line, text_of("/exit"))) {
        return (struct command){COMMAND_GOODBYE, line};
    }
    if (text_starts(line, "/")) return (struct command){COMMAND_UNKNOWN, line};
    return (struct command){text_visible(line) ? COMMAND_SAY : COMMAND_NOTHING, line};
}
