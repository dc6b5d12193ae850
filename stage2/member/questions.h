/*
 * questions: the questions to the user about what the command line leaves open.
 *
 * Contract: plain functions on memory.
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include "arguments.h"

enum question { QUESTION_NONE, QUESTION_WHAT, QUESTION_ROOM, QUESTION_NAME };

/* The next question; QUESTION_NONE: all is known. */
enum question question_next(const struct arguments *arguments);

/* Its text. */
struct text question_text(enum question question);

/* Takes the answer. Returns NULL, or why the answer is not valid. */
const char *question_answer(enum question question, struct arguments *arguments,
                            struct text line);

#endif
