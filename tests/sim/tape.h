/*
 * tape: the server's journal, in memory. What is told to it is on it when it was committed, and
 * what was not is lost when the server is killed. Now and then it is written anew, shorter.
 */
#ifndef TAPE_H
#define TAPE_H

#include "chat.h"

void tape_begin(void);
void tape_end(void);

/* The chat tells it all changes from now on. */
void tape_attach(struct chat *chat);

void tape_commit(void);
void tape_shorten(const struct chat *chat);

/* What was committed becomes this chat, which must be new. Returns the number of this start. */
void tape_recover(struct chat *chat);

#endif
