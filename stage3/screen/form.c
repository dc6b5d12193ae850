#include "form.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "member/command.h"
#include "member/server_key.h"

_Static_assert((int)ARGUMENTS_PASSWORD_LIMIT == LINE_LIMIT, "what is typed is kept as a password");

bool form_has_user(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static enum form_state ask(struct form *form, struct view *view, enum question question)
{
    form->question = question;
    if (question == QUESTION_PASSWORD) term_ask_secret(&view->term, question_text(question));
    else term_ask(&view->term, question_text(question));
    return FORM_ASKS;
}

enum form_state form_ask(struct form *form, struct view *view)
{
    enum question question = question_next(&form->arguments, isatty(STDIN_FILENO));

    return question == QUESTION_NONE ? FORM_FILLED : ask(form, view, question);
}

/* --- the server's key --- */

void form_set_key(struct form *form, const char *server,
                  const unsigned char fingerprint[FINGERPRINT])
{
    snprintf(form->server, sizeof form->server, "%s", server);
    memcpy(form->fingerprint, fingerprint, FINGERPRINT);
}

static enum form_state ask_yes_or_no(struct form *form, struct view *view)
{
    term_flush(&view->term); /* without a screen, the question goes to stderr */
    return ask(form, view, QUESTION_KEY);
}

/* A script cannot say yes, and is told what to do. */
static enum form_state tell_script(struct form *form)
{
    char digits[FINGERPRINT_DIGITS + 1];

    fingerprint_print(form->fingerprint, digits);
    snprintf(form->words, sizeof form->words,
             "first time at %s, and no password goes to a key that nobody has looked at: if %s is "
             "the fingerprint that the server prints, say -k %s",
             form->server, digits, digits);
    form->why = form->words;
    return FORM_NO_TRUST;
}

enum form_state form_ask_about_key(struct form *form, struct view *view)
{
    if (!form_has_user()) return tell_script(form);
    view_first_time(view, form->server, form->fingerprint);
    view_tell_string(view, "compare it with what the server printed at its start: whoever has that "
                           "key can guess at your password");
    return ask_yes_or_no(form, view);
}

static void trust_key(struct form *form, struct view *view)
{
    unsigned char known[FINGERPRINT];
    char words[SERVER_KEY_WORDS] = "";

    if (known_hosts_find(form->server, known) == KNOWN_HOSTS_NO) {
        server_key_note(form->server, form->fingerprint, words);
    }
    if (words[0] != '\0') view_tell_string(view, words);
    form->arguments.demands = true;
    memcpy(form->arguments.fingerprint, form->fingerprint, FINGERPRINT);
}

static enum form_state take_key(struct form *form, struct view *view, struct text line)
{
    switch (question_key(line, form->fingerprint)) {
    case KEY_RIGHT: trust_key(form, view); return form_ask(form, view);
    case KEY_WRONG: form->why = "nothing was sent to that server"; return FORM_NO_TRUST;
    case KEY_ANOTHER:
        form->why = "the server has another key than that: nothing was sent to it";
        return FORM_NO_TRUST;
    case KEY_UNCLEAR: break;
    }
    view_tell_string(view, "type yes or no, or the fingerprint that it should be");
    return ask_yes_or_no(form, view);
}

/* --- answers --- */

enum form_state form_answer(struct form *form, struct view *view, struct text line)
{
    bool secret = form->question == QUESTION_PASSWORD; /* then even "/quit" is a password */

    if (!secret && command_is_goodbye(line)) return FORM_GOODBYE;
    if (form->question == QUESTION_KEY) return take_key(form, view, line);
    const char *wrong = question_answer(form->question, &form->arguments, line);
    if (secret) term_forget(&view->term);
    if (wrong && !view->term.screen) {
        form->why = wrong;
        return FORM_WRONG;
    }
    if (wrong) view_tell_string(view, wrong);
    return form_ask(form, view);
}
