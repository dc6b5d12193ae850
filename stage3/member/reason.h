/*
 * reason: why a server does not let a user in, and why a room is closed, in words.
 *
 * Model: both travel as numbers of one byte. The client and the window show the same sentence for
 * the same number, so the sentences stand here and nowhere else. The functions are switches without
 * a default: the compiler warns of a number that was added and has no sentence.
 *
 * Contract: any number may come off the wire; one that means nothing has a sentence, too. A
 * sentence begins small and has no full stop, so that it can stand behind a program's name.
 */
#ifndef REASON_H
#define REASON_H

#define REASON_KICKED "you were kicked by the host"

/* A status of TCRP but TCRP_OK. */
const char *reason_of_status(int status);

/* The byte of an entry of the kind "closed". */
const char *reason_of_closing(int why);

/* The log did not tell why, for we were away when it happened. */
#define REASON_CLOSED_UNSEEN \
    "the room is closed: either while the server was out of reach, or the server was started anew"

#endif
