/* links: stage3/member/questions.c stage3/base/text.c */
/*
 * questions: what a client asks its user, and what an answer means.
 */
#include "member/questions.h"

#include <string.h>

#include "member/known_hosts.h"
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

void arguments_forget_password(struct arguments *arguments)
{
    memset(arguments->password, 0, sizeof arguments->password);
    arguments->password_size = 0;
    arguments->password_known = false;
}

/* As in known_hosts.c, which reads files: here a fingerprint is the letter k and one digit. */
bool fingerprint_parse(struct text digits, unsigned char fingerprint[FINGERPRINT])
{
    if (digits.size != 2 || digits.bytes[0] != 'k') return false;
    memset(fingerprint, digits.bytes[1], FINGERPRINT);
    return true;
}

static struct arguments arguments;

static const char *answer(enum question question, const char *line)
{
    return question_answer(question, &arguments, text_of(line));
}

static void ask_all(void)
{
    ok(question_next(&arguments, true) == QUESTION_WHAT, "the first question is what to do");
    ok(answer(QUESTION_WHAT, "") && answer(QUESTION_WHAT, "jump")
           && answer(QUESTION_WHAT, "joining")
           && question_next(&arguments, true) == QUESTION_WHAT,
       "an answer that begins no word is refused");
    ok(!answer(QUESTION_WHAT, "l") && arguments.operation == TCRP_LIST
           && question_next(&arguments, true) == QUESTION_NONE,
       "a list needs no more questions");
    arguments.operation = 0;
    ok(!answer(QUESTION_WHAT, "create") && arguments.operation == TCRP_CREATE
           && question_next(&arguments, true) == QUESTION_ROOM,
       "the next question is the room");
    ok(answer(QUESTION_ROOM, "a:b") == arguments_bad_name
           && question_next(&arguments, true) == QUESTION_ROOM,
       "an invalid room name is refused");
    ok(!answer(QUESTION_ROOM, "部屋") && question_next(&arguments, true) == QUESTION_PASSWORD,
       "the next question is the password");
    ok(question_next(&arguments, false) == QUESTION_NAME, "a script is not asked for the password");
    ok(!answer(QUESTION_PASSWORD, "/quit") && arguments.password_size == 5
           && memcmp(arguments.password, "/quit", 5) == 0
           && question_next(&arguments, true) == QUESTION_NAME,
       "every line is a password, and the next question is the user's name");
    ok(!answer(QUESTION_NAME, "alice") && question_next(&arguments, true) == QUESTION_NONE
           && arguments.user.size == 5 && memcmp(arguments.user.bytes, "alice", 5) == 0,
       "no question is left after the name");
}

static void passwords(void)
{
    static char line[ARGUMENTS_PASSWORD_LIMIT + 1];

    arguments_forget_password(&arguments);
    ok(!answer(QUESTION_PASSWORD, "") && arguments.password_known && arguments.password_size == 0,
       "an empty line means that there is no password");
    memset(line, 'x', sizeof line);
    question_answer(QUESTION_PASSWORD, &arguments, (struct text){line, sizeof line});
    ok(!arguments.password_known && arguments.password_size == 0
           && question_next(&arguments, true) == QUESTION_PASSWORD,
       "a password that is too long is asked for again");
    question_answer(QUESTION_PASSWORD, &arguments, (struct text){line, sizeof line - 1});
    ok(arguments.password_known && arguments.password_size == ARGUMENTS_PASSWORD_LIMIT,
       "the longest password is taken");
}

static void refusals(void)
{
    question_again(&arguments, TCRP_NAME_TAKEN);
    ok(arguments.password_known && question_next(&arguments, true) == QUESTION_NAME,
       "a name that is taken: another name");
    answer(QUESTION_NAME, "alice");
    question_again(&arguments, TCRP_WRONG_PASSWORD);
    ok(arguments.room.size > 0 && arguments.password[0] == '\0'
           && question_next(&arguments, true) == QUESTION_PASSWORD,
       "a wrong password brings the question for another one");
    answer(QUESTION_PASSWORD, "x");
    question_again(&arguments, TCRP_ROOM_FULL);
    ok(arguments.room.size == 0 && arguments.password[0] == '\0' && !arguments.password_known
           && arguments.user.size == 5 && question_next(&arguments, true) == QUESTION_WHAT,
       "a room that is full: everything but the name");
}

static void keys(void)
{
    unsigned char key[FINGERPRINT];

    memset(key, '1', sizeof key);
    ok(question_key(text_of("yes"), key) == KEY_RIGHT
           && question_key(text_of("k1"), key) == KEY_RIGHT,
       "yes, or the fingerprint itself, confirms a key");
    ok(question_key(text_of("k2"), key) == KEY_ANOTHER,
       "another fingerprint does not confirm a key");
    ok(question_key(text_of("no"), key) == KEY_WRONG, "the word no confirms no key");
    ok(question_key(text_of("y"), key) == KEY_UNCLEAR
           && question_key(text_of("YES"), key) == KEY_UNCLEAR
           && question_key(text_of("yes "), key) == KEY_UNCLEAR
           && question_key(text_of(""), key) == KEY_UNCLEAR,
       "a key is confirmed by a whole yes only");
}

/* Each question has words of its own, with a space behind them where the answer is typed. */
static void texts(void)
{
    unsigned wrong = 0;

    for (int i = QUESTION_WHAT; i <= QUESTION_KEY; i++) {
        struct text words = question_text((enum question)i);
        wrong += words.size < 2 || words.bytes[words.size - 1] != ' ';
        for (int j = QUESTION_WHAT; j < i; j++)
            wrong += text_equal(words, question_text((enum question)j));
    }
    ok(wrong == 0, "each question has words of its own");
    ok(question_text(QUESTION_NONE).size == 0, "no question has no text");
}

int main(void)
{
    plan(21);
    ask_all();
    passwords();
    refusals();
    keys();
    texts();
    return done();
}
