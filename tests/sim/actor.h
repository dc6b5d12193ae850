/*
 * actor: one client, and the person before it: comes in, talks, kicks others, goes; crashes,
 * moves, falls asleep, does not read. And comes back.
 *
 * An actor is outside, or it has a membership: a soul, and a talk once it was let in or has asked.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chat;

void actors_begin(void);
void actors_end(void);

/* The session that its last answer told of. */
uint64_t actor_session(uint32_t actor);

/* What the queue says. */
void actor_receive(uint32_t actor, uint32_t place, void *bytes, size_t size);
void actor_answer(uint64_t exchange, const unsigned char *bytes, size_t size);
void actor_timeout(uint64_t exchange);
void actor_tick(uint32_t actor);
void actor_act(uint32_t actor);

/* The weather is fair: everybody is awake and reads. */
void actors_wake(void);

/* They have had time to hear of everything. */
void actors_check(const struct chat *chat);

void actors_leave(void);
void actors_check_gone(void);

#endif
