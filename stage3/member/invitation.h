/*
 * invitation: one line that a friend pastes into a shell to join the same room.
 *
 *     stage3/client -k FINGERPRINT -j kitchen chat.example.org:9003
 *
 * Model: the line names the program, the servers, the room and the key that the servers must have.
 * It never holds the password. Others chose the name of the room, and the line ends in a shell. So
 * every word that is not plain stands in single quotes, where a shell takes nearly everything as it
 * is. Three characters stand outside of them, behind a backslash, as in 'it'\''s': the quote
 * itself; the backslash, which fish takes for an escape even between quotes; and !, with which csh
 * refers to an earlier command there.
 *
 * The window of a friend takes the same line, and reads the words back from it (invitation_parse).
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

/* Writes the line, without a line end, and returns its size. 0: `servers` is no list of servers, or
   the line would be longer than INVITATION_LIMIT bytes. */
size_t invitation_write(const struct invitation *invitation, char out[INVITATION_LIMIT]);

/* What invitation_parse has read: the words, each with a zero behind it, and the key. */
struct invitation_store {
    char words[INVITATION_LIMIT + 1];
    unsigned char fingerprint[FINGERPRINT];
};

/*
 * Reads a line that invitation_write made; blanks around it do not matter. *invitation points into
 * *store. Its `port` is 0, because every server of the line has a port; its room may still be no
 * valid name. False: the line has another form. Nothing in it is ever run or expanded: a word is
 * plain, or in single quotes, and a `$`, a second command or an unknown option is no such form.
 */
bool invitation_parse(struct text line, struct invitation_store *store,
                      struct invitation *invitation);

/* Does it name exactly these servers? `port` is for those without one. */
bool invitation_leads_to(const struct invitation *invitation, const char *servers, uint16_t port);

/* Prints the first server, "HOST:PORT", and returns `out`; of no valid list, "". */
const char *invitation_server(const struct invitation *invitation, char out[SERVER_TEXT]);

/* Is one of the servers only this machine itself? Then a friend elsewhere needs another address. */
bool invitation_is_local(const struct invitation *invitation);

#endif
