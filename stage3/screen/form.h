/*
 * form: the client's arguments, filled in by the user as far as the command line leaves them open.
 *
 * Model: one question after the other (questions.h), each on the terminal, where the answer is
 * typed. A script at the other end of a pipe is asked as well: its first lines are the answers. It
 * cannot be asked again.
 *
 * Contract: the owner reads the lines and passes each to form_answer as long as the form asks.
 */
#ifndef FORM_H
#define FORM_H

#include "base/server_list.h"
#include "member/questions.h"
#include "view.h"

enum { FORM_WORDS = 2048 }; /* bytes of a reason */

struct form {
    struct arguments arguments;
    enum question question;
    char server[SERVER_TEXT];               /* of QUESTION_KEY: the server, */
    unsigned char fingerprint[FINGERPRINT]; /* and the fingerprint of the key that it showed */
    const char *why;                        /* of FORM_WRONG and FORM_NO_TRUST */
    char words[FORM_WORDS];                 /* space for it */
};

enum form_state {
    FORM_ASKS,    /* a line of the user must follow */
    FORM_FILLED,  /* nothing is missing */
    FORM_GOODBYE, /* the user wants to leave */
    FORM_WRONG,   /* a script has given a wrong answer; `why` says so */
    FORM_NO_TRUST /* the key is not the right one; `why` says what follows */
};

/* Is there a user who reads the output and can answer? A dumb terminal counts, too. */
bool form_has_user(void);

/* Asks for what is still missing: FORM_ASKS, or FORM_FILLED if nothing is. */
enum form_state form_ask(struct form *form, struct view *view);

/*
 * The client has never seen this server, and there is a password. An attacker in between would show
 * a key of his own, so the user must confirm the key: form_ask_about_key asks for that. Of a script
 * it returns FORM_NO_TRUST.
 */
void form_set_key(struct form *form, const char *server,
                  const unsigned char fingerprint[FINGERPRINT]);
enum form_state form_ask_about_key(struct form *form, struct view *view);

/* Takes the answer, and asks on if more is missing. A key that the user trusts is noted, and from
   then on demanded: the server must have it at the next connection. */
enum form_state form_answer(struct form *form, struct view *view, struct text line);

#endif
