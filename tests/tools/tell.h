/*
 * tell: what went between the script and the program under trial, told for somebody who has never
 * seen the notation of bytes.h: every step with its bytes and as text.
 *
 * Model: steps are noted as they are done, and printed only when one fails. The last ones matter
 * most, so only these are printed.
 */
#ifndef TELL_H
#define TELL_H

#include "talk.h"

/* Notes a step that went as written. */
void tell_note(const struct step *step);

/* Prints the noted steps, the one that failed, what it expected and what came. */
void tell_failure(const struct step *step, const struct talk_failure *failure);

/* Writes the bytes in the notation of bytes.h. Runs of text are in quotes if they are safe to show,
   and a long run of one byte is `78*300`. */
void tell_bytes(FILE *to, const unsigned char *bytes, size_t count);

#endif
