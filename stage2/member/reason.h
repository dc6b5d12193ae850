/*
 * reason: why a server refuses, in words.
 *
 * Contract: any number may come off the wire. One that our server does not give to our client is
 * shown as a number, since on another server it may mean anything.
 */
#ifndef REASON_H
#define REASON_H

enum { REASON_LIMIT = 96 }; /* bytes */

/* `status`: of TCRP, not TCRP_OK; or ANSWER_NO_STATUS. Returns words, which may stand in `out`. */
const char *reason_of_status(int status, char out[REASON_LIMIT]);

#endif
