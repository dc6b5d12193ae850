/*
 * faulty: two small servers with mistakes that servers of others have had, one at a time.
 *
 *     faulty stage1|stage2 FAULT PORT    serves on this port of 127.0.0.1; FAULT is `none` or a name
 *     faulty list                        prints a line for each: STAGE FAULT PROMISE
 *
 * tests/judge must find each of them: PROMISE of tests/kit is the first that it may not keep. The
 * servers do no more than what is required there. faulty1.c is that of stage 1, faulty2.c that of
 * stage 2.
 */
#ifndef FAULTY_H
#define FAULTY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

enum { DATAGRAM_LIMIT = 4096 };

/* Is this the fault that the server has? */
bool fault(const char *name);

bool same_address(const struct sockaddr_in *a, const struct sockaddr_in *b);

/* Is this a text, and is it a name? The faults in these checks are the same in both stages. */
bool is_text(const char *bytes, size_t size);
bool is_name(const char *bytes, size_t size);

/* Serve for ever. */
void serve_stage1(int udp);
void serve_stage2(int tcp, int udp);

#endif
