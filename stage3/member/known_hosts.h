/*
 * known_hosts: the keys of servers that have been seen before, in a file.
 *
 * Model: nobody vouches for a server's key. But a key that is the same as last time belongs to the
 * same server as last time, and one that is not may belong to somebody in between. So the
 * fingerprint is noted at the first time and compared from then on, as ssh does it.
 *
 * The file is $CHAT_KNOWN, or else $HOME/.chat3_known: one server a line, "HOST:PORT FINGERPRINT",
 * the fingerprint in 64 hexadecimal digits. The first line about a server is the one that counts.
 * What is no such line is passed over. Servers are noted and compared in a normal form: upper and
 * lower case are the same, a dot at the end of a name is none, a numeric address is the same in
 * all its spellings (127.1, ::ffff:127.0.0.1, [::0001]). Names are not looked up: localhost and
 * 127.0.0.1 are two.
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

/* Is this server known? A file that is not there knows none; but of one that cannot be read
   (KNOWN_HOSTS_ERROR, and errno) nobody can say that. */
enum known_hosts_answer { KNOWN_HOSTS_NO, KNOWN_HOSTS_YES, KNOWN_HOSTS_ERROR };
enum known_hosts_answer known_hosts_find(const char *server,
                                         unsigned char fingerprint[FINGERPRINT]);

/* Notes it, in a file that nobody else may read. Returns 0 or the value of errno. */
int known_hosts_add(const char *server, const unsigned char fingerprint[FINGERPRINT]);

#endif
