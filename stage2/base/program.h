/*
 * program: what every program here needs besides its work: a safe start, one-line errors, exit
 * statuses, signals without races, and a clock.
 *
 * Contract: program_start() is the first call of main(). The core of a server does not use this.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    EXIT_FINE = 0,
    EXIT_CANNOT = 1, /* the program failed; a line on stderr gives the reason and the remedy */
    EXIT_USAGE = 2   /* the arguments were wrong */
};

/*
 * Opens those of the descriptors 0, 1 and 2 that are closed, ignores SIGPIPE and SIGXFSZ, and
 * answers --help and --version. `name` is, for example, "stage1 server". `usage` is the text of
 * --help and begins with "usage: NAME"; NAME is replaced by the name that the program was called
 * by. The caller keeps both strings and `argv` for as long as the program runs.
 */
void program_start(const char *name, const char *usage, int argc, char **argv);

/* Prints one line on stderr, "stage1 server: ...", and exits with EXIT_CANNOT. */
_Noreturn void program_die(const char *format, ...);

/* The same for wrong arguments: also prints the usage, and exits with EXIT_USAGE. */
_Noreturn void program_misuse(const char *format, ...);

/* Parses an option's value, a whole number from `low` to `high`; any other value is a misuse. */
long program_number(char option, const char *value, long low, long high);

/*
 * From this call on, SIGINT, SIGTERM, SIGHUP and SIGQUIT are delivered only inside pselect() with
 * the mask that this returns. A signal cannot arrive between the test for it and the wait, so the
 * program never waits while a signal is pending. `screen` is for a program that draws on a
 * terminal: the same then holds for SIGWINCH, SIGCONT and SIGTSTP.
 */
const sigset_t *program_signals(bool screen);

bool program_stopped(void);     /* has SIGINT, SIGTERM, SIGHUP or SIGQUIT arrived? */
bool program_screen_lost(void); /* has SIGWINCH or SIGCONT arrived since the last call? */
bool program_suspended(void);   /* has SIGTSTP arrived since the last call? Tidy up and suspend */

/*
 * An alarm clock: program_alarm makes it ring after one second, which ends a wait. It is for a
 * server that wakes up a hundred thousand times a second and has work to do once a second. With a
 * time limit on each wait, the system would start and stop a timer each time, which costs a tenth
 * of the whole wake-up.
 */
void program_alarm(void);
bool program_alarm_rang(void); /* since the last call? */

/* Stops the whole process group, as Ctrl-Z on a terminal does. Returns when the shell continues
   it. */
void program_suspend(void);

/* Can a short line be written to stderr without waiting? An unread log must not stop a server. */
bool program_can_log(void);

/* Milliseconds on a clock that never goes back; only differences mean anything. */
int64_t program_now(void);

#endif
