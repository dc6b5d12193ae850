/*
 * talk: plays a script that sends to a server, and compares what comes back.
 *
 *     talk [-t SECONDS] [-u UDPPORT] [-v] HOST PORT [FILE]
 *
 * The script (FILE, or standard input) has one step a line; they are done one after the other:
 *
 *     # a comment
 *     alice at 127.0.0.2         alice will send from this address; before her first step
 *     alice at 127.0.0.2 1537    and over UDP from this port
 *     alice send 05 "alice"      sends one datagram; BYTES are described in bytes.h
 *     alice gets 00 "hello"      the next datagram to alice is exactly this one
 *     alice awaits 00 "hello"    one of the next datagrams is; those before it are skipped
 *     alice hears nothing        no datagram comes within 400 ms
 *     alice closes               closes her UDP socket; a later step opens one on another port
 *
 *     alice connects             over TCP
 *     alice writes 06 "hello"    writes all bytes, in one write
 *     alice trickles 7 06 "hel"  writes them in pieces of 7 bytes, 2 ms apart
 *     alice reads 06 "hello"     exactly these bytes come next, in any pieces
 *     alice reads end            and then the end of the stream
 *     alice half-closes          ends her side of the stream; she can still read
 *     alice hangs up             closes the connection; she may connect again
 *     alice resets               the same, with a reset
 *
 * The bytes of gets, awaits and reads may contain `token=32`: any 32 bytes match there, and are
 * kept as alice's `token`. In her later BYTES `token` stands for them, and in those of others
 * `alice.token`. `port` stands for the number of her UDP port, two bytes, big-endian.
 *
 * A peer needs no declaration: at its first step it gets a socket of its own, connected to the
 * server. So the server can tell peers apart by their addresses, and peers receive only datagrams
 * of the server. Datagrams wait in the socket until a step asks for them.
 *
 * It ends with 0 if every step went as written. At the first step that did not, it prints one line
 * (the line of the script, what was expected, what came) and ends with 1; a script that makes no
 * sense ends it with 2. -t sets the limit of each wait (10 seconds), -u is the server's UDP port if
 * that differs from the TCP port, -v prints every step when it is done, and what was kept.
 *
 * Limits: 256 peers; "hears nothing" only means nothing within 400 ms.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "talk.h"

static const char usage[] = "usage: talk [-t SECONDS] [-u UDPPORT] [-v] HOST PORT [FILE]";

int main(int argc, char **argv)
{
    const char *udp_port = NULL;
    FILE *script = stdin;
    int option;

    tool_start("talk");
    while ((option = getopt(argc, argv, "t:u:v")) != -1) {
        if (option == 't') talk_patience_ms = 1000 * tool_number("-t", optarg, 0, 3600);
        else if (option == 'u') udp_port = optarg;
        else if (option == 'v') talk_verbose = true;
        else tool_die(TOOL_USAGE, usage);
    }
    if (argc - optind < 2 || argc - optind > 3) tool_die(TOOL_USAGE, usage);
    const char *host = argv[optind], *port = argv[optind + 1];
    tool_resolve(host, port, &peer_tcp_server);
    tool_resolve(host, udp_port == NULL ? port : udp_port, &peer_udp_server);
    if (argc - optind == 3 && (script = fopen(argv[optind + 2], "r")) == NULL) {
        tool_die(TOOL_USAGE, "%s: %s", argv[optind + 2], strerror(errno));
    }
    talk_play(script);
    return 0;
}
