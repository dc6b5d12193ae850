/*
 * trial: what the parts of this program share.
 *
 * trial.c starts the program under trial and plays the script; trial_steps.c has the steps that
 * talk does not have, trial_client.c those for a client; command.c makes a command of a template; tell.c tells what happened.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "command.h"
#include "program.h"
#include "talk.h"

enum { PROGRAMS_MAX = 8, OTHERS_MAX = 4 };

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

/* The program that the step is about; ends the trial if there is none. */
struct actor *trial_actor_of(const struct step *step);

/* Waits for a moment. True: so many milliseconds have passed since then. */
bool trial_time_is_over(const struct step *step, int64_t since, int64_t milliseconds);

/* Is talk_got, which came to the peer that plays the server, no line but a hello or a keepalive? If
   the script has said so, it is answered. */
bool trial_answer(const struct peer *server);

void client_starts(struct step *step);
void client_types(struct step *step);
void client_stops_typing(struct step *step);
void client_may_end(struct step *step);
void client_is_let_in(struct step *step);
void client_shows(struct step *step);
void client_shows_twice(struct step *step);
void client_shows_once(struct step *step);
void client_never_shows(struct step *step);
void client_gets_forged(struct step *step);
void server_accepts(struct step *step);
void server_takes(struct step *step);
void server_sees_port(struct step *step);
void server_welcomes(struct step *step);

/* The steps of a script beside those of talk. */
extern const struct talk_command trial_commands[];

/*
 * For a client under trial, which the script starts, of this template. `first_lines` (ended by NULL)
 * are templates of the lines that it reads first; if its name stands nowhere, that is the first.
 */
void trial_judge_client(const char *template, const struct command_values *values,
                        const char *const *first_lines);

/* Makes the peer `server` play the server. */
void trial_play_server(bool uses_tcp);

/* NAME=TEMPLATE of other programs; NULL ends them. */
extern const char *trial_other_commands[OTHERS_MAX + 1];

#endif
