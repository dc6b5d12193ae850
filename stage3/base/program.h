/*
 * program: what every program here does around its work: a sound start, one-line errors, exit
 * statuses, signals that do not race, and a clock.
 *
 * Contract: program_start() is the first call of main(). Nothing here is used by the core.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    EXIT_FINE = 0,
    EXIT_CANNOT = 1, /* it could not do its work; stderr says what, why and what to do */
    EXIT_USAGE = 2   /* it was called wrongly */
};

/*
 * Sees to it that descriptors 0, 1 and 2 are open and SIGPIPE and SIGXFSZ ignored, and answers
 * --help and --version. `name` is "stage1 server", `usage` the text of --help, which begins with
 * "usage: NAME"; NAME is replaced by the name the program was called by. All of it must stay.
 */
void program_start(const char *name, const char *usage, int argc, char **argv);

/* One line on stderr, "stage1 server: ...", then the end with EXIT_CANNOT. */
_Noreturn void program_die(const char *format, ...);

/* The same for a wrong call: the usage follows, the status is EXIT_USAGE. */
_Noreturn void program_misuse(const char *format, ...);

/* The value of an option that is a whole number from `low` to `high`; anything else is misuse. */
long program_number(char option, const char *value, long low, long high);

/*
 * From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT are taken only inside pselect() with the mask
 * that this returns. They cannot come between the test "was there a signal?" and the wait, so none
 * is ever slept through: that is what pselect is for. With `screen`, for a program that draws on a
 * terminal, the same holds for SIGWINCH, SIGCONT and SIGTSTP.
 */
const sigset_t *program_signals(bool screen);

bool program_stopped(void);     /* was there a SIGINT, SIGTERM, SIGHUP or SIGQUIT? */
bool program_screen_lost(void); /* SIGWINCH or SIGCONT since the last time this was asked? */
bool program_suspended(void);   /* SIGTSTP since the last time? Then tidy up and suspend */

/*
 * An alarm clock: program_alarm sets it to ring in a second, which ends a wait. For a server that
 * is woken a hundred thousand times a second and has something to do once: a wait with a time limit
 * makes the system start a timer and stop it each time, and that is a tenth of a whole wake-up.
 */
void program_alarm(void);
bool program_alarm_rang(void); /* since the last time this was asked? */

/* Stops this program, and all that the terminal's Ctrl-Z would stop with it. Returns when the
   shell lets it go on. */
void program_suspend(void);

/* Would a short line on stderr go through at once? A log that nobody reads must stop no server. */
bool program_can_log(void);

/* Milliseconds on a clock that nobody sets back; only differences mean anything. */
int64_t program_now(void);

#endif
