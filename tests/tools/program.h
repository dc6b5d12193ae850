/*
 * program: a program under trial: it is started, fed, watched and ended.
 *
 * Model: a command for the shell, in a session of its own, so that everything it starts can be
 * ended with it and it never has a terminal. What it prints, on standard output and on standard
 * error, goes to one nameless file: a program that prints much is never held up, and all of it can
 * be looked at later. Its standard input is a pipe, or empty.
 *
 * Limit: a process that starts a session of its own escapes.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct program {
    pid_t group; /* 0: it was not started */
    int output;  /* the file that it prints to */
    int input;   /* our end of the pipe; -1: it has no input, or no more */
    bool ended;
    int status; /* as waitpid() gave it, if it has ended */
};

/* Starts the command; `fed` gives it a pipe to read. The tool ends if that cannot be done. */
void program_start(struct program *program, const char *command, bool fed);

/* Has it ended? Never waits. */
bool program_ended(struct program *program);

/* Waits so long for its end. False: it has not ended. */
bool program_ends(struct program *program, long milliseconds);

/* Sends the signal to all its processes. */
void program_signal(struct program *program, int number);

/* Ends it, with SIGTERM and then with SIGKILL, and leaves nothing of it. */
void program_stop(struct program *program);

/* Writes to its standard input. False with errno set. */
bool program_feed(struct program *program, const void *bytes, size_t count);

void program_hang_up(struct program *program);

/* How often has it printed these bytes? */
size_t program_printed(const struct program *program, const void *bytes, size_t count);

/* Writes how it ended: "ended with status 1", "was ended by signal 11 (...)". */
void program_how(const struct program *program, char *text, size_t space);

/* Writes its last lines to the stream, each after this indent and safe to show; says so if there
   are none. */
void program_last_words(const struct program *program, FILE *to, const char *indent);

#endif
