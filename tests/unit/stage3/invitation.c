/* links: stage3/member/invitation.c stage3/member/known_hosts.c stage3/base/address.c */
/* links: stage3/base/hash.c stage3/base/hex.c stage3/base/path.c stage3/base/server_list.c */
/* links: stage3/base/text.c stage3/base/ordinary.c stage3/base/random.c stage3/base/program.c */
/*
 * invitation: what a real shell makes of the line, above all when the room's name is chosen to run
 * something; and that a line is read back, and nothing that is no such line.
 */
#include "member/invitation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static char line[INVITATION_LIMIT + 1];

static size_t write_line(const struct invitation *invitation)
{
    size_t size = invitation_write(invitation, line);

    line[size] = '\0';
    return size;
}

/* What a shell hands to a program that prints each of its arguments in brackets. */
static bool shell_makes(const char *expected)
{
    static char script[INVITATION_LIMIT + 64], output[INVITATION_LIMIT];

    snprintf(script, sizeof script, "show() { printf '[%%s]' \"$@\"; }; %s", line);
    setenv("SCRIPT", script, 1);
    FILE *pipe = popen("sh -c \"$SCRIPT\" 2>&1", "r");
    size_t size = pipe ? fread(output, 1, sizeof output - 1, pipe) : 0;
    output[size] = '\0';
    bool ended = pipe && pclose(pipe) == 0;
    if (ended && strcmp(output, expected) == 0) return true;
    printf("# %s\n# %s\n", line, output);
    return false;
}

/*
 * What other shells make of it. Between single quotes, fish takes a backslash before a quote or a
 * backslash for an escape, and csh takes ! for a reference to an earlier command. So neither may
 * stand there; behind a backslash outside of quotes, all shells take both as they are.
 */
static bool suits_other_shells(void)
{
    bool quoted = false;

    for (const char *at = line; *at; at++) {
        if (*at == '\'') quoted = !quoted;
        else if (*at == '!' || (quoted && *at == '\\')) return false;
        else if (*at == '\\') at++;
    }
    return !quoted;
}

/* Is the line read back as what was written? */
static bool reads_back(const struct invitation *written)
{
    static struct invitation_store store;
    static char again[INVITATION_LIMIT];
    struct invitation read;
    size_t size = strlen(line);

    if (!invitation_parse(text_of(line), &store, &read)) return false;
    return text_equal(read.room, written->room) && strcmp(read.program, written->program) == 0
        && read.udp_port == written->udp_port
        && invitation_leads_to(&read, written->servers, written->port)
        && (read.fingerprint && written->fingerprint
                ? memcmp(read.fingerprint, written->fingerprint, FINGERPRINT) == 0
                : read.fingerprint == written->fingerprint)
        && invitation_write(&read, again) == size && memcmp(again, line, size) == 0;
}

static bool is_refused(const char *text, size_t size)
{
    static struct invitation_store store;
    struct invitation read;

    return !invitation_parse((struct text){text, size}, &store, &read);
}

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char *const hostile_lines[] = {
    "", " ", "\n", "chat3", "chat3 -j", "chat3 -j room", "chat3 -j room host",
    "chat3 room host:1",
    "chat3 -j room host:", "chat3 -j room host:0", "chat3 -j room host:65536",
    "chat3 -j room host:1,", "chat3 -j room host:1,other", "chat3 -j room -h:1",
    "chat3 -j room http://host:1", "chat3 -j room host:1 more", "chat3 -j room host:1; id",
    "chat3 -j room host:1;id", "chat3 -j room host:1 | sh", "chat3 -j room host:1 && id",
    "chat3 -j room host:1&", "chat3 -j room host:1 >file", "chat3 -j room host:1\nid",
    "chat3 -j room host:1\rid", "chat3\t-j room host:1", "chat3 -j $(id) host:1",
    "chat3 -j `id` host:1", "chat3 -j \"room\" host:1", "chat3 -j $HOME host:1",
    "chat3 -j ~ host:1", "chat3 -j a\\ b host:1", "chat3 -j * host:1", "chat3 -j {a,b} host:1",
    "chat3 -j 'room host:1", "chat3 -j room' host:1", "chat3 -j 'ro'om host:1",
    "chat3 -j ro'om' host:1", "chat3 -j 'a''b' host:1", "chat3 -j 'a'\\'b host:1",
    "chat3 -j 'a'\\''b host:1", "chat3 -j 'a'\\a'b' host:1", "chat3 -j 'a'\\ 'b' host:1",
    "chat3 -j 'a'\\!b host:1", "chat3 -j 'a'\\", "chat3 -j 'a'\\!", "chat3 -j '' host:1",
    "'' -j room host:1", "-j room host:1",
    "sudo chat3 -j room host:1", "CHAT_PASSWORD=x chat3 -j room host:1",
    "./chat 3 -j room host:1",
    "chat3 -c room host:1", "chat3 -n me -j room host:1", "chat3 -j room -j room host:1",
    "chat3 -j room -k " KEY " host:1", "chat3 -k " KEY " -k " KEY " -j room host:1",
    "chat3 -k 0011 -j room host:1", "chat3 -k " KEY "0 -j room host:1", "chat3 -k " KEY,
    "chat3 -k " KEY " -u 1", "chat3 -u 0 -j room host:1", "chat3 -u 65536 -j room host:1",
    "chat3 -u -1 -j room host:1", "chat3 -u 1x -j room host:1",
    "chat3 -u 000001 -j room host:1",
    "chat3 -j room 'host:1\x7f'", "chat3 -j '\x1b[2J' host:1", "# chat3 -j room host:1",
    "chat3 -j room host:1 # x", "chat3 -j room 'ho st:1'",
    "\xe2\x80\x8b" "chat3 -j room host:1",
    "chat3 -j \xe9\x83\xa8 host:1", "chat3 -j room \xc3\xa9host:1",
};

static void hostile(void)
{
    static char large[INVITATION_LIMIT + 64];

    for (size_t i = 0; i < sizeof hostile_lines / sizeof *hostile_lines; i++) {
        ok(is_refused(hostile_lines[i], strlen(hostile_lines[i])),
           "hostile line %u is refused", (unsigned)i);
    }
    ok(is_refused("chat3 -j a\0b host:1", 19), "a zero byte is refused");
    memset(large, 'a', sizeof large);
    memcpy(large, "chat3 -j ", 9);
    memcpy(large + sizeof large - 7, " host:1", 7);
    ok(is_refused(large, sizeof large), "a line that is too long is refused");
    memcpy(large + INVITATION_LIMIT - 7, " host:1", 7);
    ok(!is_refused(large, INVITATION_LIMIT), "the longest line is accepted");
    const char whole[] = "chat3 -k " KEY " -u 5 -j 'a b'\\''c' 'one:1,[::1]:2'";
    bool all = true;
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        char *part = malloc(size + 1); /* of its size, so that a sanitizer sees the end */
        memcpy(part, whole, size);
        all = all && is_refused(part, size);
        free(part);
    }
    ok(all, "a line that is cut anywhere is refused");
    ok(!is_refused(whole, sizeof whole - 1), "the whole line is accepted");
    ok(!is_refused("  chat3 -j a h:1\r\n", 18),
       "blanks and a line end around the line are accepted");
    ok(!is_refused("chat3  -j  a  h:1", 17), "two spaces between words are accepted");
}

static struct invitation to(const char *room)
{
    return (struct invitation){.program = "show", .servers = "chat.example.org", .port = 9003,
                               .udp_port = -1, .room = text_of(room)};
}

int main(void)
{
    static const char *const rooms[] = {
        "x'; id; '", "$(id)", "`id`", "a b", "a  b", "\"", "\\", "\\'", "'", "''", "!!", "~", "*",
        "-h", "a\\nb", "a;b", "a&b|c>d<e", "#x", "部屋", "a=b", "{a,b}", "[a-z]", "?", "%s",
        "'\"'\"'", "\\'; id #", "x\\", "\\\\", "!id", "'!id'", "\\!",
    };
    static char many[4096];
    unsigned char fingerprint[FINGERPRINT];
    struct invitation invitation = to("kitchen");

    plan(17 + 3 * (int)(sizeof rooms / sizeof *rooms) + 77);
    ok(write_line(&invitation) > 0 && strcmp(line, "show -j kitchen chat.example.org:9003") == 0,
       "plain words stand as they are, and the server has a port");

    memset(fingerprint, 0xa5, sizeof fingerprint);
    invitation.fingerprint = fingerprint;
    invitation.udp_port = 9004;
    write_line(&invitation);
    ok(strstr(line, " -k a5a5") && strstr(line, "a5 -u 9004 -j "),
       "the line has the key and the UDP port");
    ok(reads_back(&invitation), "the key and the UDP port are read back");

    invitation = to("kitchen");
    invitation.servers = "one:1,[::1]:2,two";
    write_line(&invitation);
    ok(shell_makes("[-j][kitchen][one:1,[::1]:2,two:9003]"),
       "an invitation has several servers, one of them IPv6");
    ok(reads_back(&invitation), "several servers are read back");
    ok(!invitation_leads_to(&invitation, "one:1,[::1]:2", 9003)
           && !invitation_leads_to(&invitation, "one:1,[::1]:2,two:9004", 9003)
           && !invitation_leads_to(&invitation, "one:1,[::1]:2,too", 9003)
           && !invitation_leads_to(&invitation, "", 9003), "other servers are not the same");

    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        char expected[256];
        invitation = to(rooms[i]);
        write_line(&invitation);
        snprintf(expected, sizeof expected, "[-j][%s][chat.example.org:9003]", rooms[i]);
        ok(shell_makes(expected), "the shell reads a room called %s", rooms[i]);
        ok(suits_other_shells(), "fish and csh read that line in the same way");
        ok(reads_back(&invitation), "the room is read back");
    }

    invitation = to("x");
    invitation.servers = "a';id;'b";
    write_line(&invitation);
    ok(shell_makes("[-j][x][a';id;'b:9003]"), "a server's name cannot run anything either");
    invitation.program = "sho\"w";
    write_line(&invitation);
    ok(strncmp(line, "'sho\"w' ", 8) == 0, "a program's name cannot run anything");
    memset(many, '\'', 255);
    invitation = to(many);
    ok(write_line(&invitation) > 1000, "255 quotes have space");
    ok(reads_back(&invitation), "255 quotes are read back");
    for (int i = 0; i < 15; i++) {
        memset(many + i * 250, '\x01', 249);
        many[i * 250 + 249] = i < 14 ? ',' : '\0';
    }
    invitation = to("x");
    invitation.servers = many;
    ok(write_line(&invitation) == 0, "a line that would be too long is none");
    invitation.servers = "";
    ok(write_line(&invitation) == 0, "no line is made without a server");

    static const char *const local[] = {"127.0.0.1", "localhost:9", "[::1]:9",
                                        "x.example,127.1.2.3"};
    bool all = true;
    for (size_t i = 0; i < 4; i++) {
        invitation.servers = local[i];
        all = all && invitation_is_local(&invitation);
    }
    ok(all, "addresses that only this machine can reach");
    invitation.servers = "chat.example.org,192.0.2.7:127,[2001:db8::1]";
    ok(!invitation_is_local(&invitation), "an address that others can reach is not local");
    hostile();
    return done();
}
