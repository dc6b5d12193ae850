/* links: stage3/member/invitation.c stage3/member/known_hosts.c stage3/base/address.c stage3/base/hash.c stage3/base/hex.c stage3/base/path.c stage3/base/server_list.c stage3/base/text.c stage3/base/ordinary.c stage3/base/random.c stage3/base/program.c */
/*
 * invitation: what a real shell makes of the line, above all when the room's name is chosen to run
 * something.
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
        "'\"'\"'",
    };
    static char many[4096];
    unsigned char fingerprint[FINGERPRINT];
    struct invitation invitation = to("kitchen");

    plan(10 + (int)(sizeof rooms / sizeof *rooms));
    ok(write_line(&invitation) > 0 && strcmp(line, "show -j kitchen chat.example.org:9003") == 0,
       "plain words stand as they are, and the server has a port");

    memset(fingerprint, 0xa5, sizeof fingerprint);
    invitation.fingerprint = fingerprint;
    invitation.udp_port = 9004;
    write_line(&invitation);
    ok(strstr(line, " -k a5a5") && strstr(line, "a5 -u 9004 -j "), "the key and the UDP port");

    invitation = to("kitchen");
    invitation.servers = "one:1,[::1]:2,two";
    write_line(&invitation);
    ok(shell_makes("[-j][kitchen][one:1,[::1]:2,two:9003]"), "several servers, one of them IPv6");

    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        char expected[256];
        invitation = to(rooms[i]);
        write_line(&invitation);
        snprintf(expected, sizeof expected, "[-j][%s][chat.example.org:9003]", rooms[i]);
        ok(shell_makes(expected), "a room called %s", rooms[i]);
    }

    invitation = to("x");
    invitation.servers = "a';id;'b";
    write_line(&invitation);
    ok(shell_makes("[-j][x][a';id;'b:9003]"), "a server's name cannot run anything either");
    invitation.program = "sho\"w";
    write_line(&invitation);
    ok(strncmp(line, "'sho\"w' ", 8) == 0, "nor can the program's");
    memset(many, '\'', 255);
    invitation = to(many);
    ok(write_line(&invitation) > 1000, "255 quotes have space");
    for (int i = 0; i < 15; i++) {
        memset(many + i * 250, '\x01', 249);
        many[i * 250 + 249] = i < 14 ? ',' : '\0';
    }
    invitation = to("x");
    invitation.servers = many;
    ok(write_line(&invitation) == 0, "a line that would be too long is none");
    invitation.servers = "";
    ok(write_line(&invitation) == 0, "no server, no line");

    static const char *const local[] = {"127.0.0.1", "localhost:9", "[::1]:9",
                                        "x.example,127.1.2.3"};
    bool all = true;
    for (size_t i = 0; i < 4; i++) {
        invitation.servers = local[i];
        all = all && invitation_is_local(&invitation);
    }
    ok(all, "addresses that only this machine can reach");
    invitation.servers = "chat.example.org,192.0.2.7:127,[2001:db8::1]";
    ok(!invitation_is_local(&invitation), "and others that everybody can");
    return done();
}
