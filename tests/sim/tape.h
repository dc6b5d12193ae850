/*
 * tape: the server's journal, in memory. Changes that were committed survive when the server is
 * killed; others are lost. Now and then the journal is rewritten, shorter; and now and then a copy
 * is made, which may replace it much later.
 */
#ifndef TAPE_H
#define TAPE_H

#include "chat/chat.h"

void tape_begin(void);
void tape_end(void);

/* From now on the tape records the chat's changes. */
void tape_attach(struct chat *chat);

void tape_commit(void);
void tape_shorten(const struct chat *chat);

/* Before tape_recover: replaces the tape by an older copy, or removes its end. False: there is
   nothing to go back to. */
bool tape_go_back(void);

/* Restores the committed state to this chat, which must be new. */
void tape_recover(struct chat *chat);

#endif
