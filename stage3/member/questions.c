#include "questions.h"

#include <string.h>

#include "known_hosts.h"

enum question question_next(const struct arguments *arguments, bool types)
{
    if (arguments->operation == 0) return QUESTION_WHAT;
    if (arguments->operation == TCRP_LIST) return QUESTION_NONE;
    if (arguments->room.size == 0) return QUESTION_ROOM;
    if (!arguments->password_known && types) return QUESTION_PASSWORD;
    return arguments->user.size == 0 ? QUESTION_NAME : QUESTION_NONE;
}

struct text question_text(enum question question)
{
    switch (question) {
    case QUESTION_WHAT: return text_of("create, join or list? ");
    case QUESTION_ROOM: return text_of("Room: ");
    case QUESTION_PASSWORD: return text_of("Password (Enter: none): ");
    case QUESTION_NAME: return text_of("Your name: ");
    case QUESTION_KEY: return text_of("Is that its key (yes or no)? ");
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
    if (question == QUESTION_PASSWORD) {
        arguments->password_known = line.size <= sizeof arguments->password;
        arguments->password_size = arguments->password_known ? line.size : 0;
        if (arguments->password_size > 0) memcpy(arguments->password, line.bytes, line.size);
        return NULL;
    }
    struct name *name = question == QUESTION_ROOM ? &arguments->room : &arguments->user;
    return arguments_name(name, line) ? NULL : arguments_bad_name;
}

enum key_answer question_key(struct text line, const unsigned char fingerprint[FINGERPRINT])
{
    unsigned char typed[FINGERPRINT];

    if (fingerprint_parse(line, typed)) {
        return memcmp(typed, fingerprint, FINGERPRINT) == 0 ? KEY_RIGHT : KEY_ANOTHER;
    }
    if (text_equal(line, text_of("yes"))) return KEY_RIGHT;
    return text_equal(line, text_of("no")) ? KEY_WRONG : KEY_UNCLEAR;
}

void question_again(struct arguments *arguments, int status)
{
    if (status == TCRP_NAME_TAKEN) {
        arguments->user.size = 0;
        return;
    }
    arguments_forget_password(arguments);
    if (status == TCRP_WRONG_PASSWORD) return;
    arguments->room.size = 0;
    arguments->operation = 0;
}
