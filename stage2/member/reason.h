/*
 * reason: why a server refuses, in words.
 *
 * Contract: any number may come off the wire; one that means nothing has a sentence, too.
 */
#ifndef REASON_H
#define REASON_H

/* A status of TCRP but TCRP_OK. */
const char *reason_of_status(int status);

#endif
