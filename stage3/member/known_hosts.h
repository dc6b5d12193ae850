/*
 * known_hosts: the keys of servers that have been seen before, in a file.
 *
 * Model: nobody vouches for a server's key. But the same key as last time belongs to the same
 * server, and another key may belong to a man in the middle. So the client notes the fingerprint at
 * the first visit and compares it from then on, as ssh does.
 *
 * The file is $CHAT_KNOWN, or else $HOME/.chat3_known: one server a line, "HOST:PORT FINGERPRINT",
 * the fingerprint in 64 hexadecimal digits. The first line about a server is the one that counts.
 * Other lines are ignored. Servers are noted and compared in a normal form: case does not matter,
 * nor does a dot at the end of a name, and all spellings of a numeric address are the same (127.1,
 * ::ffff:127.0.0.1, [::0001]). Names are not looked up: localhost and 127.0.0.1 are two servers.
 *
 * Contract: nothing is locked. A line is added by one write() at the file's end, which POSIX does
 * not mix with another program's; two that see a server for the first time at the same time both
 * add a line, and both lines say the same.
 */
#ifndef KNOWN_HOSTS_H
#define KNOWN_HOSTS_H

#include "base/text.h"
#include "handshake.h"

enum { FINGERPRINT_DIGITS = 2 * FINGERPRINT };

void fingerprint_print(const unsigned char fingerprint[FINGERPRINT],
                       char out[FINGERPRINT_DIGITS + 1]);

/* False: not 64 hexadecimal digits, upper or lower case. */
bool fingerprint_parse(struct text digits, unsigned char fingerprint[FINGERPRINT]);

/* The file's name; NULL: the environment names none. */
const char *known_hosts_file(void);

/* Is this server known? Without a file, no server is. If the file cannot be read, the result is
   KNOWN_HOSTS_ERROR, with errno. */
enum known_hosts_answer { KNOWN_HOSTS_NO, KNOWN_HOSTS_YES, KNOWN_HOSTS_ERROR };
enum known_hosts_answer known_hosts_find(const char *server,
                                         unsigned char fingerprint[FINGERPRINT]);

/* Notes a server, in a file that no other user may read. Returns 0 or the value of errno. */
int known_hosts_add(const char *server, const unsigned char fingerprint[FINGERPRINT]);

#endif
