#include "faulty.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "tool.h"

/* Each is found by the promise behind it, before any other. */
static const struct { const char *stage, *fault, *promise; } faults[] = {
    {"stage1", "forgets-the-zero-in-front", "welcome"},
    {"stage1", "answers-the-wrong-port", "welcome"},
    {"stage1", "compares-ip-alone", "same-machine"},
    {"stage1", "sends-to-one-other", "passes-on"},
    {"stage1", "echoes", "not-to-sender"},
    {"stage1", "ends-text-at-zero", "any-text"},
    {"stage1", "counts-characters", "any-text"},
    {"stage1", "small-buffer", "whole"},
    {"stage1", "signed-size", "long-name"},
    {"stage1", "wants-hello-first", "first-line"},
    {"stage1", "tells-no-joining", "joined"},
    {"stage1", "tells-every-hello", "hello-again"},
    {"stage1", "forgets-goodbye", "goodbye"},
    {"stage1", "tells-no-leaving", "left"},
    {"stage1", "dies-at-unknown-goodbye", "goodbye-of-nobody"},
    {"stage1", "lets-two-take-a-name", "taken"},
    {"stage1", "checks-names-of-hellos-alone", "taken-line"},
    {"stage1", "keeps-names", "free-again"},
    {"stage1", "never-renames", "renamed"},
    {"stage1", "ignores-case", "byte-by-byte"},
    {"stage1", "wants-ascii", "allowed"},
    {"stage1", "takes-any-name", "no-colon"},
    {"stage1", "dies-at-empty", "empty"},
    {"stage1", "believes-the-size", "beyond-the-end"},
    {"stage1", "cuts", "too-long"},
    {"stage1", "skips-utf-8", "utf-8"},
    {"stage1", "counts-utf-8", "utf-8-forms"},
    {"stage1", "passes-notices-on", "notice-of-a-client"},
    {"stage1", "answers-strangers", "strangers-in-silence"},
    {"stage1", "has-ten-places", "fifty"},
    {"stage1", "obeys-text", "who-is-text"},
    {"stage2", "mixes-byte-order", "create"},
    {"stage2", "forgets-the-state", "create"},
    {"stage2", "never-ends-the-stream", "end-of-answer"},
    {"stage2", "sends-raw-tokens", "token-digits"},
    {"stage2", "same-token-twice", "tokens-differ"},
    {"stage2", "echoes", "not-to-sender"},
    {"stage2", "ends-text-at-zero", "any-text"},
    {"stage2", "says-both-slashes", "slash"},
    {"stage2", "keeps-who-left", "left"},
    {"stage2", "keeps-the-room", "host-leaves"},
    {"stage2", "keeps-tokens", "closed"},
    {"stage2", "keeps-the-first-port", "port-of-datagram"},
    {"stage2", "overwrites-rooms", "room-exists"},
    {"stage2", "wrong-status", "no-such-room"},
    {"stage2", "lets-two-take-a-name", "name-taken"},
    {"stage2", "tells-all-rooms", "two-rooms"},
    {"stage2", "compares-what-it-got", "wrong-token"},
    {"stage2", "takes-any-room", "token-of-another-room"},
    {"stage2", "takes-any-address", "token-of-another-address"},
    {"stage2", "reads-once", "pieces"},
    {"stage2", "believes-the-size", "large-header"},
    {"stage2", "reads-one-byte-of-size", "large-payload"},
    {"stage2", "dies-at-broken-connection", "broken-off"},
    {"stage2", "dies-at-empty", "empty-datagram"},
    {"stage2", "skips-utf-8", "utf-8"},
    {"stage2", "cuts", "too-long"},
    {"stage2", "waits-for-one", "slow-one"},
};

static const char *present;

bool fault(const char *name)
{
    return strcmp(present, name) == 0;
}

bool same_address(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
    if (a->sin_addr.s_addr != b->sin_addr.s_addr) return false;
    return a->sin_port == b->sin_port || fault("compares-ip-alone");
}

/* Looks at the first byte of each character alone. */
static bool counts(const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        unsigned char first = (unsigned char)bytes[at++];
        int more = first < 0x80 ? 0 : first < 0xc0 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2
                   : first < 0xf8 ? 3 : first < 0xfc ? 4 : -1;
        if (more < 0) return false;
        for (; more > 0; more--) {
            if (at == size || (bytes[at++] & 0xc0) != 0x80) return false;
        }
    }
    return true;
}

bool is_text(const char *bytes, size_t size)
{
    if (fault("skips-utf-8")) return true;
    if (fault("counts-utf-8")) return counts(bytes, size);
    return text_valid((struct text){bytes, size});
}

bool is_name(const char *bytes, size_t size)
{
    if (fault("takes-any-name")) return size > 0;
    for (size_t i = 0; fault("wants-ascii") && i < size; i++) {
        if ((unsigned char)bytes[i] > 0x7e) return false;
    }
    return name_valid((struct text){bytes, size});
}

static int listen_on(int type, in_port_t port)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = port};
    int fd = socket(AF_INET, type, 0), yes = 1;

    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (type == SOCK_STREAM) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0
        || (type == SOCK_STREAM && listen(fd, 64) != 0)) tool_die(TOOL_FAILED, "cannot listen");
    return fd;
}

static bool is_known(const char *stage, const char *name)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(faults[i].stage, stage) == 0 && strcmp(faults[i].fault, name) == 0) return true;
    }
    return strcmp(name, "none") == 0;
}

int main(int argc, char **argv)
{
    tool_start("faulty");
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
            printf("%s %s %s\n", faults[i].stage, faults[i].fault, faults[i].promise);
        }
        return 0;
    }
    if (argc != 4 || !is_known(argv[1], argv[2])) {
        tool_die(TOOL_USAGE, "usage: faulty stage1|stage2 FAULT PORT | faulty list");
    }
    present = argv[2];
    in_port_t port = htons((in_port_t)tool_number("PORT", argv[3], 1, 65535));
    int udp = listen_on(SOCK_DGRAM, port);
    if (fault("dies-at-broken-connection")) signal(SIGPIPE, SIG_DFL);
    if (strcmp(argv[1], "stage1") == 0) serve_stage1(udp);
    else serve_stage2(listen_on(SOCK_STREAM, port), udp);
    return 0;
}
