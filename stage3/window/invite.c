#include "invite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Is another key noted for one of the servers than the one that the line demands? Yes also if
   nobody can say that, because the file of known servers cannot be read. */
static bool contradicts(const struct invitation *invitation, char why[INVITE_WHY])
{
    struct server_list servers;
    unsigned char known[FINGERPRINT];
    char server[SERVER_TEXT];

    if (!invitation->fingerprint
        || !server_list_parse(invitation->servers, invitation->port, &servers)) return false;
    for (unsigned i = 0; i < servers.count; i++) {
        server_print(&servers.list[i], server);
        enum known_hosts_answer answer = known_hosts_find(server, known);
        if (answer == KNOWN_HOSTS_ERROR) {
            snprintf(why, INVITE_WHY, "%.250s cannot be read: %.100s", known_hosts_file(),
                     strerror(errno));
            return true;
        }
        if (answer == KNOWN_HOSTS_NO
            || memcmp(known, invitation->fingerprint, FINGERPRINT) == 0) continue;
        snprintf(why, INVITE_WHY,
                 "You know %.100s by another key than this invitation names: somebody may be in "
                 "between. If its owner says that it has a new one, take its line out of %.250s.",
                 server, known_hosts_file() ? known_hosts_file() : "the file of known servers");
        return true;
    }
    return false;
}

bool invite_read(struct text line, struct invitation_store *store, struct invitation *invitation,
                 char why[INVITE_WHY])
{
    if (!invitation_parse(line, store, invitation) || !name_valid(invitation->room)) {
        snprintf(why, INVITE_WHY, "%s",
                 "That is no invitation. Paste the whole line, as it was given to you.");
        return false;
    }
    return !contradicts(invitation, why);
}

void invite_describe(const struct room_view_home *home, const struct invitation *invitation,
                     struct buffer *out)
{
    char server[SERVER_TEXT], digits[FINGERPRINT_DIGITS + 1] = "";
    bool usual = invitation_leads_to(invitation, home->servers, home->port);

    if (invitation->fingerprint) fingerprint_print(invitation->fingerprint, digits);
    buffer_print(out, "{\"room\":");
    buffer_json(out, invitation->room);
    buffer_print(out, ",\"server\":");
    buffer_json(out, text_of(invitation_server(invitation, server)));
    buffer_print(out, ",\"usual\":%s,\"fingerprint\":\"%s\"}", usual ? "true" : "false", digits);
}

bool invite_write(const struct room_view *view, struct buffer *out)
{
    char line[INVITATION_LIMIT];
    bool local;
    size_t size = room_view_invite(view, line, &local);

    if (size == 0) return false;
    buffer_print(out, "{\"line\":");
    buffer_json(out, (struct text){line, size});
    buffer_print(out, ",\"local\":%s}", local ? "true" : "false");
    return true;
}
