/*
 * trial: what the parts of this program share.
 *
 * trial.c starts the program under trial and plays the script; trial_steps.c has the steps that talk
 * does not have; command.c makes a command of a template; tell.c tells what happened.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "command.h"
#include "program.h"
#include "talk.h"

enum { PROGRAMS_MAX = 8 };

/* A program that the script knows by name. */
struct actor {
    char name[BYTES_NAME_MAX];
    struct program program;
    bool may_end; /* its end is no failure any more */
};

extern struct actor trial_actors[PROGRAMS_MAX];
extern int trial_actor_count;

/* The program that is judged: `server` or `client`; NULL before it was started. */
extern struct actor *trial_judged;

/* Finds the program, or makes one that has not been started if `add`. NULL: there is none. */
struct actor *trial_find(const char *name, bool add);

/* The steps of a script beside those of talk. */
extern const struct talk_command trial_commands[];

/*
 * For a client under trial: the peer `server` plays the server at the address of the values. The
 * client is started by the script, of this template. `first_lines` (ended by NULL) are templates of
 * the lines that it reads first; if its name stands nowhere, that is the first.
 */
void trial_play_server(const char *template, const struct command_values *values,
                       const char *const *first_lines, bool uses_tcp);

/* The template of clients of ours, or NULL. */
extern const char *trial_own_command;

#endif
