/*
 * secret: prevents leaks of secrets through the environment and core files.
 *
 * Model: other processes with enough rights can read a password in the environment (for example in
 * /proc/PID/environ), and every program started from here inherits it. A core file is a copy of all
 * memory on the disk. These functions close both ways. They do not protect against a process that
 * may read the memory of a running program.
 *
 * Contract: for the start of a program, before there is a second thread or another process.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Disables core files of this process and of those that it starts, and removes CHAT_PASSWORD from
 * the environment. A program that needs the password must take it before.
 */
void secret_guard(void);

/*
 * Takes a variable out of the environment: copies its value to `out`, overwrites the original
 * (unsetenv() alone leaves its bytes in memory), and removes the variable. `*size` becomes the size
 * of the value; if that is more than `limit`, nothing is copied. False: there is no such variable.
 */
bool secret_take(const char *variable, void *out, size_t limit, size_t *size);

#endif
