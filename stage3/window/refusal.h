/*
 * refusal: the body of an answer that refuses a request.
 *
 * Model: a program gets one line of text. A person with a browser gets a page: with a title and a
 * language, for screen readers, in the colours of the desktop, and with advice on what to do. Most
 * readers of it have a tab open that is older than the running program.
 *
 * Contract: plain functions on memory.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "base/buffer.h"
#include "csp.h"

/* The refusal as one line, without its end. */
const char *refusal_words(int status);

/* The refusal as a page. */
void refusal_page(int status, struct buffer *out);

/* The header line Content-Security-Policy for all these pages. */
void refusal_csp(char out[CSP_LIMIT]);

#endif
