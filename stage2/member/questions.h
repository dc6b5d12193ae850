/*
 * questions: what the call has not said, the user is asked for.
 *
 * Contract: plain functions on memory.
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include "arguments.h"

enum question { QUESTION_NONE, QUESTION_WHAT, QUESTION_ROOM, QUESTION_NAME };

/* The next one; NONE: all is known. */
enum question question_next(const struct arguments *arguments);

/* Its words. */
struct text question_text(enum question question);

/* Takes the answer. NULL, or why it is none. */
const char *question_answer(enum question question, struct arguments *arguments,
                            struct text line);

#endif
