/*
 * talk: what a line does that the user types in a room: it is said, or it is a command.
 *
 * Contract: leaving is the owner's, and command_is_goodbye tells which lines want that. The session
 * has entered the room.
 */
#ifndef TALK_H
#define TALK_H

#include "member/arguments.h"
#include "member/client_session.h"
#include "view.h"

struct talk {
    struct view *view;
    const struct arguments *arguments;
    const char *called; /* the program's name as it was called, without the folder */
};

/* Does what the line says, and tells the user what cannot be done. */
void talk_line(const struct talk *talk, struct client_session *session, struct text line,
               int64_t now);

#endif
