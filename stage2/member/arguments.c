#include "arguments.h"

#include <string.h>
#include <unistd.h>

#include "base/program.h"

const char arguments_usage[] =
    "usage: client [-n NAME] [-c ROOM | -j ROOM | -l] [-p PORT] [-u UDPPORT] [HOST]\n"
    "  -n NAME     your name\n"
    "  -c ROOM     create this room: you are its host\n"
    "  -j ROOM     join this room\n"
    "  -l          list the rooms, and end\n"
    "  -p PORT     the server's TCP port (9002)\n"
    "  -u UDPPORT  its UDP port (the same number)\n"
    "  HOST        the server's name or address (127.0.0.1); HOST:PORT and [::1]:PORT do as well\n"
    "What is missing, you are asked for. A script must say -c, -j or -l; its client ends with\n"
    "1 if a line could not be sent, or may be lost.\n";

const char arguments_bad_name[] =
    "that cannot be a name: 1 to 255 bytes, no \":\", no control characters, not starting with "
    "*, / or {";

bool arguments_name(struct name *name, struct text text)
{
    if (!name_valid(text)) return false;
    memcpy(name->bytes, text.bytes, text.size);
    name->size = text.size;
    return true;
}

struct text text_of_name(const struct name *name)
{
    return (struct text){name->bytes, name->size};
}

static void want(struct arguments *arguments, int option, const char *room)
{
    if (arguments->operation != 0) program_misuse("only one of -c, -j and -l can be done at once");
    arguments->operation = option == 'c' ? TCRP_CREATE : option == 'j' ? TCRP_JOIN : TCRP_LIST;
    arguments->list_only = option == 'l';
    if (room && !arguments_name(&arguments->room, text_of(room))) {
        program_misuse("-%c: %s", option, arguments_bad_name);
    }
}

void arguments_parse(struct arguments *arguments, int argc, char **argv)
{
    uint16_t port = 0;
    int option;

    opterr = 0;
    strcpy(arguments->host, "127.0.0.1");
    arguments->port = 9002;
    arguments->udp_port = -1;
    while ((option = getopt(argc, argv, "n:c:j:lp:u:")) != -1) {
        switch (option) {
        case 'n':
            if (arguments_name(&arguments->user, text_of(optarg))) break;
            program_misuse("-n: %s", arguments_bad_name);
        case 'c':
        case 'j': want(arguments, option, optarg); break;
        case 'l': want(arguments, option, NULL); break;
        case 'p': arguments->port = port = (uint16_t)program_number('p', optarg, 1, 65535); break;
        case 'u': arguments->udp_port = program_number('u', optarg, 1, 65535); break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind < argc && !address_read(argv[optind], arguments->host, &arguments->port)) {
        program_misuse("\"%s\" is no HOST, HOST:PORT or [ADDRESS]:PORT", argv[optind]);
    }
    if (port != 0 && port != arguments->port) program_misuse("HOST names one port and -p another");
    optind++;
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
}
