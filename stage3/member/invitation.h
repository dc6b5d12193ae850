/*
 * invitation: one line that a friend pastes into a shell to join the same room.
 *
 *     stage3/client -k FINGERPRINT -j kitchen chat.example.org:9003
 *
 * Model: the line names the program, the servers, the room and the key that the servers must have.
 * It never holds the password. Others chose the name of the room, and the line ends in a shell: so
 * every word that is not plain stands in single quotes, within which a shell takes everything as it
 * is; a single quote itself is written as '\''.
 *
 * Contract: plain functions on memory.
 */
#ifndef INVITATION_H
#define INVITATION_H

#include <stdint.h>

#include "base/server_list.h"
#include "base/text.h"
#include "handshake.h"

struct invitation {
    const char *program;              /* what the friend calls */
    const char *servers;              /* as the user gave them: server_list_parse takes them */
    uint16_t port;                    /* for a server without one */
    long udp_port;                    /* -1: the same as TCP */
    struct text room;                 /* a valid name */
    const unsigned char *fingerprint; /* of the servers' key; NULL: none is demanded */
};

enum { INVITATION_LIMIT = 8192 }; /* bytes of a line: 16 hosts, and 255 quotes in a room's name */

/* Writes the line, without a line end, and returns its size; 0: `servers` is no list of servers. */
size_t invitation_write(const struct invitation *invitation, char out[INVITATION_LIMIT]);

/* Is one of the servers only this machine itself? Then a friend elsewhere needs another address. */
bool invitation_is_local(const struct invitation *invitation);

#endif
