#include "questions.h"

#include <string.h>

enum question question_next(const struct arguments *arguments)
{
    if (arguments->operation == 0) return QUESTION_WHAT;
    if (arguments->operation == TCRP_LIST) return QUESTION_NONE;
    if (arguments->room.size == 0) return QUESTION_ROOM;
    return arguments->user.size == 0 ? QUESTION_NAME : QUESTION_NONE;
}

struct text question_text(enum question question)
{
    switch (question) {
    case QUESTION_WHAT: return text_of("create, join or list? ");
    case QUESTION_ROOM: return text_of("Room: ");
    case QUESTION_NAME: return text_of("Your name: ");
    case QUESTION_NONE: break;
    }
    return (struct text){NULL, 0};
}

/* Does the line mean this word? Any beginning of the word will do. */
static bool means(struct text line, const char *word)
{
    return line.size > 0 && line.size <= strlen(word) && memcmp(line.bytes, word, line.size) == 0;
}

const char *question_answer(enum question question, struct arguments *arguments,
                            struct text line)
{
    if (question == QUESTION_WHAT) {
        if (means(line, "create")) arguments->operation = TCRP_CREATE;
        else if (means(line, "join")) arguments->operation = TCRP_JOIN;
        else if (means(line, "list")) arguments->operation = TCRP_LIST;
        return arguments->operation != 0 ? NULL : "type create, join or list, or /quit";
    }
    struct name *name = question == QUESTION_ROOM ? &arguments->room : &arguments->user;
    return arguments_name(name, line) ? NULL : arguments_bad_name;
}
