#include "notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A name as printf's "%.*s" wants it: first the size, then the bytes. */
#define SHOW(name) (int)(name).size, (name).bytes

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "welcome, %.*s", SHOW(name));
}

size_t notice_help_of_room(struct text room, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "what you type goes to everyone in %.*s; /help "
                            "shows more", SHOW(room));
}

size_t notice_kicked(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "%.*s was kicked by the host", SHOW(name));
}

size_t notice_nobody(struct text name, char out[NOTICE_LIMIT])
{
    if (!name_valid(name)) return (size_t)snprintf(out, NOTICE_LIMIT, "nobody here is called that");
    return (size_t)snprintf(out, NOTICE_LIMIT, "nobody here is called %.*s", SHOW(name));
}

size_t notice_unreadable(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "a line under the name %.*s is unreadable",
                            SHOW(name));
}

size_t notice_gap(uint64_t count, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "%" PRIu64 " %s missing here", count,
                            count == 1 ? "entry is" : "entries are");
}

size_t notice_went_back(uint64_t count, char out[NOTICE_LIMIT])
{
    if (count == 0) {
        return (size_t)snprintf(out, NOTICE_LIMIT, "the server went back: it has lost some of what "
                                "you saw, or put other things in its place");
    }
    return (size_t)snprintf(out, NOTICE_LIMIT, "the server went back: it has lost the last %" PRIu64
                            " %s that you saw", count, count == 1 ? "entry" : "entries");
}

size_t notice_lost_line(struct text line, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "the server has lost a line of yours: %.*s",
                            SHOW(line));
}

size_t notice_undone(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "the server has lost that you kicked %.*s",
                            SHOW(name));
}

size_t notice_first_time(const char *server, const char *fingerprint_digits,
                         char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "first time at %s; the fingerprint of its key is %s",
                            server, fingerprint_digits);
}

size_t notice_busy(struct text why, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "not in yet: %.*s; trying again for half a minute",
                            SHOW(why));
}

size_t notice_away(struct text why, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "reconnecting ... (%.*s)", SHOW(why));
}

size_t notice_unacked(size_t lines, char out[NOTICE_LIMIT])
{
    if (lines == 1) {
        return (size_t)snprintf(out, NOTICE_LIMIT, "the last line may not have arrived");
    }
    return (size_t)snprintf(out, NOTICE_LIMIT, "the last %zu lines may not have arrived", lines);
}

size_t notice_result(enum membership_result result, struct text name, char out[NOTICE_LIMIT])
{
    const char *why = NULL;

    switch (result) {
    case MEMBERSHIP_OK: return 0;
    case MEMBERSHIP_FULL: why = NOTICE_FULL; break;
    case MEMBERSHIP_TOO_LONG: why = NOTICE_TOO_LONG; break;
    case MEMBERSHIP_BAD_TEXT: why = NOTICE_BAD_TEXT; break;
    case MEMBERSHIP_NOT_HOST: why = NOTICE_NOT_HOST; break;
    case MEMBERSHIP_ONESELF: why = NOTICE_ONESELF; break;
    case MEMBERSHIP_NOBODY: return notice_nobody(name, out);
    }
    return (size_t)snprintf(out, NOTICE_LIMIT, "%s", why);
}

size_t notice_members(const struct text *names, size_t known, uint64_t count, const char *what,
                      char out[NOTICE_LIMIT])
{
    size_t named = known < NOTICE_NAMES ? known : NOTICE_NAMES, used = 0;

    if (count > NOTICE_NAMES) named = named < NOTICE_NAMES - 1 ? named : NOTICE_NAMES - 1;
    for (size_t i = 0; i < named; i++) {
        const char *before = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        used += (size_t)snprintf(out + used, NOTICE_LIMIT - used, "%s%.*s", before,
                                 SHOW(names[i]));
    }
    if (count > named) {
        used += (size_t)snprintf(out + used, NOTICE_LIMIT - used, "%s%" PRIu64 " other%s",
                                 named > 0 ? " and " : "", count - named,
                                 count - named == 1 ? "" : "s");
    }
    used += (size_t)snprintf(out + used, NOTICE_LIMIT - used, " %s", what);
    return used;
}

/* Puts one more name behind the others, if it has space and leaves some. */
static bool put_name(const struct person *person, bool host, uint32_t before,
                     char out[NOTICE_LIMIT], size_t *used)
{
    size_t reserve = 64; /* for " (host)" and "and 10000 others" */

    if (*used + person->name.size + reserve > NOTICE_LIMIT) return false;
    *used += (size_t)snprintf(out + *used, NOTICE_LIMIT - *used, "%s %.*s%s",
                              before > 0 ? "," : "", SHOW(person->name), host ? " (host)" : "");
    return true;
}

size_t notice_who(const struct membership *membership, char out[NOTICE_LIMIT])
{
    const struct members *members = membership_members(membership);
    const struct person *host = members_find(members, membership_host(membership));
    size_t used = (size_t)snprintf(out, NOTICE_LIMIT, "here:");
    uint32_t shown = host && put_name(host, true, 0, out, &used) ? 1 : 0;

    for (uint32_t i = 0; i < members->count; i++) {
        if (&members->list[i] == host) continue;
        if (!put_name(&members->list[i], false, shown, out, &used)) break;
        shown++;
    }
    if (members->total > shown) {
        uint64_t others = members->total - shown;
        used += (size_t)snprintf(out + used, NOTICE_LIMIT - used, " and %" PRIu64 " other%s",
                                 others, others == 1 ? "" : "s");
    }
    return used;
}
