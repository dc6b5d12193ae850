#include "command.h"

bool command_is_goodbye(struct text line)
{
    return text_equal(line, text_of("/quit")) || text_equal(line, text_of("/leave"))
        || text_equal(line, text_of("/exit"));
}

bool command_is_said(struct text line, struct text *said)
{
    *said = line;
    if (text_starts(line, "//")) *said = (struct text){line.bytes + 1, line.size - 1};
    return text_starts(line, "//") || !text_starts(line, "/");
}
