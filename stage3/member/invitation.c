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

/* These must not stand between single quotes: see the header. */
static bool is_apart(char byte)
{
    return byte == '\'' || byte == '\\' || byte == '!';
}

static void put_quoted(struct line *line, struct text word)
{
    if (is_plain(word)) {
        put(line, word);
        return;
    }
    put(line, text_of("'"));
    for (size_t i = 0; i < word.size; i++) {
        bool apart = is_apart(word.bytes[i]);
        if (apart) put(line, text_of("'\\"));
        put(line, (struct text){word.bytes + i, 1});
        if (apart) put(line, text_of("'"));
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

bool invitation_leads_to(const struct invitation *invitation, const char *servers, uint16_t port)
{
    struct server_list there, here;

    if (!server_list_parse(invitation->servers, invitation->port, &there)
        || !server_list_parse(servers, port, &here) || there.count != here.count) return false;
    for (unsigned i = 0; i < here.count; i++) {
        if (strcmp(there.list[i].host, here.list[i].host) != 0
            || there.list[i].port != here.list[i].port) return false;
    }
    return true;
}

const char *invitation_server(const struct invitation *invitation, char out[SERVER_TEXT])
{
    struct server_list servers;

    out[0] = '\0';
    if (!server_list_parse(invitation->servers, invitation->port, &servers)) return out;
    return server_print(&servers.list[0], out);
}

/* --- reading --- */

/* The rest of a line, and the place for its next word. */
struct reader {
    struct text rest;
    char *space;
};

static char next_of(const struct reader *reader)
{
    return reader->rest.size > 0 ? reader->rest.bytes[0] : ' ';
}

static void skip(struct reader *reader, size_t size)
{
    reader->rest.bytes += size;
    reader->rest.size -= size;
}

/* A word in single quotes, with characters behind a backslash between two quoted pieces. */
static bool read_quoted(struct reader *reader)
{
    for (;;) {
        skip(reader, 1); /* the quote that opens */
        while (reader->rest.size > 0 && next_of(reader) != '\'') {
            if (is_apart(next_of(reader))) return false;
            *reader->space++ = next_of(reader);
            skip(reader, 1);
        }
        if (reader->rest.size == 0) return false;
        skip(reader, 1); /* the one that closes */
        if (next_of(reader) != '\\') return next_of(reader) == ' ';
        if (reader->rest.size < 3 || reader->rest.bytes[2] != '\'') return false;
        if (!is_apart(reader->rest.bytes[1])) return false;
        *reader->space++ = reader->rest.bytes[1];
        skip(reader, 2);
    }
}

static bool read_plain(struct reader *reader)
{
    while (next_of(reader) != ' ') {
        if (!is_plain((struct text){reader->rest.bytes, 1})) return false;
        *reader->space++ = next_of(reader);
        skip(reader, 1);
    }
    return true;
}

/* Reads a word, and the spaces after it. False: there is none of the two forms that put_quoted
   writes. A zero follows the word, which *word does not count. */
static bool read_word(struct reader *reader, struct text *word)
{
    char *start = reader->space;

    if (reader->rest.size == 0) return false;
    if (next_of(reader) == '\'' ? !read_quoted(reader) : !read_plain(reader)) return false;
    *word = (struct text){start, (size_t)(reader->space - start)};
    *reader->space++ = '\0';
    while (reader->rest.size > 0 && next_of(reader) == ' ') skip(reader, 1);
    return word->size > 0;
}

static bool read_number(struct text digits, long *number)
{
    *number = 0;
    if (digits.size > 5) return false;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return false;
        *number = *number * 10 + (digits.bytes[i] - '0');
    }
    return *number >= 1 && *number <= 65535;
}

/* Every server must have a port and be of printable ASCII, as in every line that invitation_write
   makes. */
static bool names_servers(struct text word)
{
    struct server_list servers;

    for (size_t i = 0; i < word.size; i++) {
        if (word.bytes[i] <= ' ' || word.bytes[i] > '~') return false;
    }
    if (!server_list_parse(word.bytes, 0, &servers)) return false;
    for (unsigned i = 0; i < servers.count; i++) {
        if (servers.list[i].port == 0) return false;
        if (servers.list[i].host[0] == '-') return false; /* to a shell's program, an option */
    }
    return true;
}

/* The end of a line, and blanks around it, come along when it is copied. */
static struct text trimmed(struct text line)
{
    while (line.size > 0 && memchr(" \t\r\n", line.bytes[0], 4)) line.bytes++, line.size--;
    while (line.size > 0 && memchr(" \t\r\n", line.bytes[line.size - 1], 4)) line.size--;
    return line;
}

static bool has_control(struct text line)
{
    for (size_t i = 0; i < line.size; i++) {
        if ((unsigned char)line.bytes[i] < ' ' || line.bytes[i] == '\x7f') return true;
    }
    return false;
}

bool invitation_parse(struct text line, struct invitation_store *store,
                      struct invitation *invitation)
{
    struct reader reader = {.rest = trimmed(line), .space = store->words};
    struct text word;

    if (reader.rest.size > INVITATION_LIMIT || has_control(reader.rest)) return false;
    *invitation = (struct invitation){.udp_port = -1};
    if (!read_word(&reader, &word)) return false;
    invitation->program = word.bytes;
    if (!read_word(&reader, &word)) return false;
    if (text_equal(word, text_of("-k"))) {
        if (!read_word(&reader, &word) || !fingerprint_parse(word, store->fingerprint)
            || !read_word(&reader, &word)) return false;
        invitation->fingerprint = store->fingerprint;
    }
    if (text_equal(word, text_of("-u"))) {
        if (!read_word(&reader, &word) || !read_number(word, &invitation->udp_port)
            || !read_word(&reader, &word)) return false;
    }
    if (!text_equal(word, text_of("-j")) || !read_word(&reader, &invitation->room)) return false;
    if (!read_word(&reader, &word) || reader.rest.size > 0 || !names_servers(word)) return false;
    invitation->servers = word.bytes;
    return true;
}
