#include "arguments.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "base/server_list.h"
#include "crypto/constant.h"
#include "keys/secret.h"
#include "known_hosts.h"

const char arguments_usage[] =
    "usage: client [-n NAME] [-c ROOM | -j ROOM | -l] [-p PORT] [-u UDPPORT] [-k FINGERPRINT]\n"
    "              [HOST[:PORT][,HOST[:PORT]...]]\n"
    "  -n NAME         your name\n"
    "  -c ROOM         create this room: you are its host\n"
    "  -j ROOM         join this room\n"
    "  -l              list the rooms, and end\n"
    "  -p PORT         the server's TCP port, where none stands behind its name (9003)\n"
    "  -u UDPPORT      its UDP port (the same number)\n"
    "  -k FINGERPRINT  talk to the server with this key only, in 64 hexadecimal digits\n"
    "  HOST            the server's name or address (127.0.0.1); several are tried one by one\n"
    "What is missing, you are asked for. A script must say -c, -j or -l. It gives the room's\n"
    "password, if it has one, in the environment variable CHAT_PASSWORD. The keys of servers are\n"
    "noted in $HOME/.chat3_known, or in the file that CHAT_KNOWN names. No password goes to a\n"
    "server that is met for the first time before you have said that the key is right: a script\n"
    "gives -k.\n"
    "Exit status: 0 fine, 1 it could not, 2 wrong usage, 3 wrong password, 4 the server has\n"
    "another key than before, or one that nobody has confirmed, 5 room or server full, 6 kicked\n"
    "by the host, 7 the room was closed.\n";

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

void arguments_forget_password(struct arguments *arguments)
{
    wipe(arguments->password, sizeof arguments->password);
    arguments->password_size = 0;
    arguments->password_known = false;
}

/* From the environment, not from an argument: all users of the machine can see arguments. */
static void password_from_environment(struct arguments *arguments)
{
    arguments->password_known = secret_take("CHAT_PASSWORD", arguments->password,
                                            sizeof arguments->password, &arguments->password_size);
    if (arguments->password_known && arguments->password_size > sizeof arguments->password) {
        program_misuse("CHAT_PASSWORD is longer than %d bytes", ARGUMENTS_PASSWORD_LIMIT);
    }
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

static void demand(struct arguments *arguments, const char *fingerprint)
{
    arguments->demands = true;
    if (!fingerprint_parse(text_of(fingerprint), arguments->fingerprint)) {
        program_misuse("-k wants the 64 hexadecimal digits that the server prints");
    }
}

void arguments_parse(struct arguments *arguments, int argc, char **argv)
{
    struct server_list servers;
    int option;

    opterr = 0;
    arguments->servers = "127.0.0.1";
    arguments->port = 9003;
    arguments->udp_port = -1;
    while ((option = getopt(argc, argv, "n:c:j:lp:u:k:")) != -1) {
        switch (option) {
        case 'n':
            if (!arguments_name(&arguments->user, text_of(optarg)))
                program_misuse("-n: %s", arguments_bad_name);
            break;
        case 'c':
        case 'j': want(arguments, option, optarg); break;
        case 'l': want(arguments, option, NULL); break;
        case 'p': arguments->port = (uint16_t)program_number('p', optarg, 1, 65535); break;
        case 'u': arguments->udp_port = program_number('u', optarg, 1, 65535); break;
        case 'k': demand(arguments, optarg); break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind < argc) arguments->servers = argv[optind++];
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
    if (!server_list_parse(arguments->servers, arguments->port, &servers)) {
        program_misuse("that is no list of servers: write HOST:PORT,HOST:PORT");
    }
    password_from_environment(arguments);
}
