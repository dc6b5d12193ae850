/*
 * secret: keeping secrets out of what a process leaves lying about.
 *
 * Model: a password in the environment can be read by whoever may look at the process (such as in
 * /proc/PID/environ), and every program started from here inherits it. A core file is a copy of all
 * memory on the disk. What is here closes both. It does not keep out somebody who may read the
 * memory of a running program.
 *
 * Contract: for the start of a program, before there is a second thread or another process.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The system is asked for no core file of this process, nor of those that it starts. And
 * CHAT_PASSWORD, if it is there, is taken out of the environment: a program that wants it has taken
 * it before.
 */
void secret_guard(void);

/*
 * Takes a variable out of the environment: copies its value to `out`, overwrites it where it stands
 * (unsetenv() alone leaves the bytes there), and removes the variable. `*size` is the size of the
 * value; if that is more than `limit`, nothing is copied. False: there is no such variable.
 */
bool secret_take(const char *variable, void *out, size_t limit, size_t *size);

#endif
