/*
 * actor: one client and its user. It joins, talks, kicks others and leaves; it crashes, moves,
 * falls asleep and stops reading; and it comes back.
 *
 * An actor is outside, or it has a soul (soul.h) and a membership, from its first request on.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chat;

void actors_begin(void);
void actors_end(void);

/* The session in its last answer. */
uint64_t actor_session(uint32_t actor);

/* An event of the queue. */
void actor_receive(uint32_t actor, uint32_t place, void *bytes, size_t size);
void actor_answer(uint64_t exchange, const unsigned char *bytes, size_t size);
void actor_timeout(uint64_t exchange);
void actor_tick(uint32_t actor);
void actor_act(uint32_t actor);

/* The weather is fair: everybody is awake and reads. */
void actors_wake(void);

/* All clients have had time to receive everything. */
void actors_check(const struct chat *chat);

void actors_leave(void);
void actors_check_gone(void);

#endif
