/*
 * command: the command of a program under trial, made of a template.
 *
 * Between braces in the template:
 *
 *     {host} {port}            where the server is; {tcp} is the same as {port}
 *     {udp}                    its UDP port, the same number if the server's template has no {udp}
 *     {server}                 the port of the server itself, if {port} is that of a bad network
 *     {name} {room}            who enters, and where
 *     {operation}              create or join
 *     {THIS|THAT}              THIS for create and THAT for join, such as {-c|-j}
 *
 * Everything else stays as it is, other braces too.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command_values {
    const char *host, *tcp, *udp, *server, *name, *room;
    bool creates;
};

/* False: there is no space for it. */
bool command_make(const char *template, const struct command_values *values, char *out,
                  size_t space);

/*
 * Finds a port of 127.0.0.1 that is free for UDP and for TCP, below those that systems assign by
 * themselves, and writes its number. `again` makes another one. False: there is none.
 */
bool command_free_port(int again, char port[6]);

/* Does anybody listen on the port? Looks without sending anything, where the system shows it. */
bool command_listens(const char *port, bool tcp);

#endif
