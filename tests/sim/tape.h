/*
 * tape: the server's journal, in memory. What is told to it is on it when it was committed, and
 * what was not is lost when the server is killed. Now and then it is written anew, shorter; and now
 * and then somebody makes a copy of it, which may be put in its place much later.
 */
#ifndef TAPE_H
#define TAPE_H

#include "chat/chat.h"

void tape_begin(void);
void tape_end(void);

/* The chat tells it all changes from now on. */
void tape_attach(struct chat *chat);

void tape_commit(void);
void tape_shorten(const struct chat *chat);

/* Before tape_recover: an older copy is put in its place, or it loses its end. False: there is
   nothing that it could go back to. */
bool tape_go_back(void);

/* What was committed becomes this chat, which must be new. */
void tape_recover(struct chat *chat);

#endif
