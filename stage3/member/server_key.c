#include "server_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/ordinary.h"
#include "crypto/constant.h"
#include "keys/keyfile.h"

void server_key_create(struct server_key *key, const unsigned char *demanded)
{
    key->demanded = key->expects = key->settled = demanded != NULL;
    if (demanded) memcpy(key->fingerprint, demanded, FINGERPRINT);
}

bool server_key_find(struct server_key *key, const char *label, char words[SERVER_KEY_WORDS])
{
    if (key->expects) return true;
    switch (known_hosts_find(label, key->fingerprint)) {
    case KNOWN_HOSTS_YES: key->expects = true; break;
    case KNOWN_HOSTS_NO: break;
    case KNOWN_HOSTS_ERROR:
        snprintf(words, SERVER_KEY_WORDS, "cannot read %.255s: %s", known_hosts_file(),
                 ordinary_why(errno));
        return false;
    }
    return true;
}

void server_key_leave(struct server_key *key)
{
    if (!key->settled) key->expects = false;
}

void server_key_shown(struct server_key *key, const unsigned char fingerprint[FINGERPRINT])
{
    if (key->expects) wipe(key->shown, sizeof key->shown);
    else memcpy(key->shown, fingerprint, FINGERPRINT);
}

const char *server_key_words(const struct server_key *key, char words[SERVER_KEY_WORDS])
{
    static const unsigned char none[FINGERPRINT];
    char digits[FINGERPRINT_DIGITS + 1];

    words[0] = '\0';
    if (memcmp(key->shown, none, FINGERPRINT) == 0) return words;
    fingerprint_print(key->shown, digits);
    snprintf(words, SERVER_KEY_WORDS, " (what answered there has a key that is not known yet, %s)",
             digits);
    return words;
}

void server_key_note(const char *label, const unsigned char fingerprint[FINGERPRINT],
                     char words[SERVER_KEY_WORDS])
{
    int error = known_hosts_add(label, fingerprint);

    words[0] = '\0';
    if (error != 0) {
        snprintf(words, SERVER_KEY_WORDS, "cannot note it in %.255s: %s",
                 known_hosts_file() ? known_hosts_file() : "any file", ordinary_why(error));
    }
}

bool server_key_proved(struct server_key *key, const char *label,
                       const unsigned char fingerprint[FINGERPRINT], bool notes,
                       char words[SERVER_KEY_WORDS])
{
    unsigned char known[FINGERPRINT];

    words[0] = '\0';
    memcpy(key->fingerprint, fingerprint, FINGERPRINT);
    key->expects = key->settled = true;
    if (key->demanded || known_hosts_find(label, known) != KNOWN_HOSTS_NO) return false;
    if (notes) server_key_note(label, fingerprint, words);
    return true;
}

bool server_key_is_own(const unsigned char fingerprint[FINGERPRINT])
{
    unsigned char own[FINGERPRINT];

    return keyfile_own(own) && constant_equal(own, fingerprint, FINGERPRINT);
}

void server_key_changed(const struct server_key *key, const char *label,
                        char words[SERVER_KEY_WORDS])
{
    const char *file = known_hosts_file();

    if (key->demanded) {
        snprintf(words, SERVER_KEY_WORDS, "%s has another key than the one demanded", label);
    } else {
        snprintf(words, SERVER_KEY_WORDS,
                 "THE KEY OF %s HAS CHANGED: somebody may be in between. If its owner says that it "
                 "has a new one, take its line out of %.255s",
                 label, file ? file : "memory");
    }
}
