/*
 * server_key: which key the server must have.
 *
 * Model: the key is demanded by the user, or it is the one that the file of known hosts has for
 * this server (known_hosts.h), or any key will do: then this is the first visit. Once a server has
 * proved to have its key, or a password's key was computed for it, no other will do.
 *
 * A key that was only shown proves nothing. It is remembered, because if that server then does not
 * answer as it should, the user is told the fingerprint: a man in the middle would behave like
 * that.
 *
 * Contract: reads and writes the file of known hosts, and reads the user's own key file.
 */
#ifndef SERVER_KEY_H
#define SERVER_KEY_H

#include "known_hosts.h"

enum { SERVER_KEY_WORDS = 2048 }; /* bytes of a sentence, with the final zero */

struct server_key {
    bool expects;  /* the server must have the key of `fingerprint`, */
    bool demanded; /* because the user demanded it: known hosts are not read */
    bool settled;  /* no other key will do, whatever the file has for others */
    unsigned char fingerprint[FINGERPRINT];
    unsigned char shown[FINGERPRINT]; /* what the server last tried has shown, if no key of it was
                                         known; zeros: it has shown none */
};

/* NULL: none is demanded. */
void server_key_create(struct server_key *key, const unsigned char *demanded);

/* The server `label` is tried next: looks up its key. False: the file cannot be read, and `words`
   says why. */
bool server_key_find(struct server_key *key, const char *label, char words[SERVER_KEY_WORDS]);

/* Another server is tried next. */
void server_key_leave(struct server_key *key);

/* The server has shown a key; zeros: it has not. */
void server_key_shown(struct server_key *key, const unsigned char fingerprint[FINGERPRINT]);

/* Writes that as text to add to a reason; nothing if the server has shown no key, or the right
   one. */
const char *server_key_words(const struct server_key *key, char words[SERVER_KEY_WORDS]);

/*
 * The server has proved that it has this key: no other will do from now on. Returns whether that is
 * a first visit. Then it is also noted, if `notes`; `words` says why it could not be, or is empty.
 */
bool server_key_proved(struct server_key *key, const char *label,
                       const unsigned char fingerprint[FINGERPRINT], bool notes,
                       char words[SERVER_KEY_WORDS]);

/* Notes that this server has this key. `words` says why it could not be noted, or is empty. */
void server_key_note(const char *label, const unsigned char fingerprint[FINGERPRINT],
                     char words[SERVER_KEY_WORDS]);

/* The server has only shown this key. Is it the one of the user's own key file? */
bool server_key_is_own(const unsigned char fingerprint[FINGERPRINT]);

/* Writes that the server has another key than `key`. */
void server_key_changed(const struct server_key *key, const char *label,
                        char words[SERVER_KEY_WORDS]);

#endif
