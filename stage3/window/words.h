/*
 * words: what the window calls a refusal, and how it explains one in a sentence.
 *
 * Contract: plain functions on numbers. The strings are constants.
 */
#ifndef WORDS_H
#define WORDS_H

#include "base/text.h"
#include "member/membership.h"

enum { WORDS_LIMIT = 2048 }; /* bytes of a sentence, with the final zero */

/* The word of an enum tcrp_status for the page's script, as api.h lists them. The user reads the
   session's words instead. */
const char *words_status(int status);

/* Advice for the user, appended to the session's words; often only a full stop. */
const char *words_hint(int status);

/* Why a message could not be sent or a member not be kicked; NULL: it was. */
const char *words_result(enum membership_result result);

/* The session's words begin with a small letter, because the terminal puts the program's name
   before them. The page shows a sentence, followed by `more`: a full stop, or nothing after a text
   that the user may want to copy. */
void words_sentence(char out[WORDS_LIMIT], struct text words, const char *more);

#endif
