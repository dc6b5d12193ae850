#include "invitation.h"

#include <stdio.h>
#include <string.h>

#include "known_hosts.h"

/* Space for the rest of the line; what would not fit is left out, and then `full` is set. */
struct line {
    char *bytes;
    size_t size;
    bool full;
};

static void put(struct line *line, struct text text)
{
    if (text.size > INVITATION_LIMIT - line->size) {
        line->full = true;
        return;
    }
    memcpy(line->bytes + line->size, text.bytes, text.size);
    line->size += text.size;
}

/* These characters are plain in any shell, anywhere in a word. */
static bool is_plain(struct text word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./:,@+-";

    for (size_t i = 0; i < word.size; i++) {
        if (!memchr(plain, word.bytes[i], sizeof plain - 1)) return false;
    }
    return word.size > 0;
}

static void put_quoted(struct line *line, struct text word)
{
    if (is_plain(word)) {
        put(line, word);
        return;
    }
    put(line, text_of("'"));
    for (size_t i = 0; i < word.size; i++) {
        bool is_quote = word.bytes[i] == '\'';
        put(line, is_quote ? text_of("'\\''") : (struct text){word.bytes + i, 1});
    }
    put(line, text_of("'"));
}

/* Every server gets its port, because the friend's client may have another default. */
static void put_servers(struct line *line, const struct server_list *servers)
{
    char list[SERVER_LIST_LIMIT * SERVER_TEXT], server[SERVER_TEXT];
    size_t used = 0;

    for (unsigned i = 0; i < servers->count; i++) {
        const char *name = server_print(&servers->list[i], server);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? "," : "", name);
    }
    put_quoted(line, (struct text){list, used});
}

size_t invitation_write(const struct invitation *invitation, char out[INVITATION_LIMIT])
{
    struct line line = {.bytes = out};
    struct server_list servers;
    char digits[FINGERPRINT_DIGITS + 1], number[32];

    if (!server_list_parse(invitation->servers, invitation->port, &servers)) return 0;
    put_quoted(&line, text_of(invitation->program));
    if (invitation->fingerprint) {
        fingerprint_print(invitation->fingerprint, digits);
        put(&line, text_of(" -k "));
        put(&line, text_of(digits));
    }
    if (invitation->udp_port >= 0) {
        snprintf(number, sizeof number, " -u %ld", invitation->udp_port);
        put(&line, text_of(number));
    }
    put(&line, text_of(" -j "));
    put_quoted(&line, invitation->room);
    put(&line, text_of(" "));
    put_servers(&line, &servers);
    return line.full ? 0 : line.size;
}

bool invitation_is_local(const struct invitation *invitation)
{
    struct server_list servers;

    if (!server_list_parse(invitation->servers, invitation->port, &servers)) return false;
    for (unsigned i = 0; i < servers.count; i++) {
        const char *host = servers.list[i].host;
        if (strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0
            || strcmp(host, "localhost") == 0) return true;
    }
    return false;
}
