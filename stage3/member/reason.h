/*
 * reason: sentences that tell why a server refuses a user, and why a room is closed.
 *
 * Model: both reasons travel as numbers of one byte. The client and the window show the same
 * sentence for the same number, so the sentences are only here. The functions are switches without
 * a default, so the compiler warns if a new number has no sentence.
 *
 * Contract: any number may come off the wire; an unknown one has a sentence, too. A sentence begins
 * with a small letter and has no full stop, so that it can follow a program's name.
 */
#ifndef REASON_H
#define REASON_H

#define REASON_KICKED "you were kicked by the host"

/* For a status of TCRP other than TCRP_OK. */
const char *reason_of_status(int status);

/* For the byte of a "closed" entry. */
const char *reason_of_closing(int why);

/* For a room that was closed while the client was away, so that the log does not tell why. */
#define REASON_CLOSED_UNSEEN \
    "the room is closed: either while the server was out of reach, or the server was started anew"

#endif
