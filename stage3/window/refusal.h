/*
 * refusal: what is shown to somebody who does not get what was asked for.
 *
 * Model: most who are refused are programs, and get a line of words. A person with a browser gets
 * a page: with a title and a language, as a screen reader wants it, in the colours of the desktop,
 * and with what can be done now. Most of its readers have a tab open from before the program was
 * started anew.
 *
 * Contract: plain functions on memory.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "base/buffer.h"
#include "csp.h"

/* In one line. */
const char *refusal_words(int status);

/* As a page. */
void refusal_page(int status, struct buffer *out);

/* The header line Content-Security-Policy for all of these pages. */
void refusal_csp(char out[CSP_LIMIT]);

#endif
