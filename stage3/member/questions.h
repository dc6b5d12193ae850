/*
 * questions: what the user is asked before the client goes to a server, and what an answer means.
 *
 * Model: the questions are about what the command line leaves open. One more is asked when a server
 * shows a key that the client does not know: is that its key?
 *
 * Contract: plain functions on memory.
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include "arguments.h"

enum question {
    QUESTION_NONE,
    QUESTION_WHAT,
    QUESTION_ROOM,
    QUESTION_PASSWORD,
    QUESTION_NAME,
    QUESTION_KEY /* never the next question: the server's key gives cause for it */
};

/* The next question; QUESTION_NONE: all is known. `types`: the user can type a password without
   showing it; otherwise there is none unless the environment has it. */
enum question question_next(const struct arguments *arguments, bool types);

/* Its text. */
struct text question_text(enum question question);

/* Takes the answer to any question but that about the key. Returns NULL, or why the answer is not
   valid. Every line is a password; one that is too long is not kept, so it is asked for again. */
const char *question_answer(enum question question, struct arguments *arguments,
                            struct text line);

/* What the answer says about the key of `fingerprint`. */
enum key_answer {
    KEY_RIGHT,   /* a whole "yes", or the fingerprint, which the user may have from the owner */
    KEY_WRONG,   /* "no" */
    KEY_ANOTHER, /* another fingerprint */
    KEY_UNCLEAR  /* neither */
};
enum key_answer question_key(struct text line, const unsigned char fingerprint[FINGERPRINT]);

/* A server has refused the client, with this enum tcrp_status: forgets what the user must now
   answer otherwise. */
void question_again(struct arguments *arguments, int status);

#endif
