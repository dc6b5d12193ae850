#include "wish.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "base/servers.h"
#include "crypto/constant.h"
#include "keys/secret.h"
#include "known.h"

const char wish_usage[] =
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
    "noted in $HOME/.chat3_known, or in the file that CHAT_KNOWN names. No password goes to a server\n"
    "that is met for the first time before you have said that the key is right: a script gives -k.\n"
    "Exit status: 0 fine, 1 it could not, 2 wrong usage, 3 wrong password, 4 the server has\n"
    "another key than before, or one that nobody has confirmed, 5 room or server full, 6 put out\n"
    "by the host, 7 the room was closed.\n";

const char wish_bad_name[] =
    "that cannot be a name: 1 to 255 bytes, no \":\", no control characters, not starting with "
    "*, / or {";

bool wish_name(struct name *name, struct text text)
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

void wish_forget_password(struct wish *wish)
{
    wipe(wish->password, sizeof wish->password);
    wish->password_size = 0;
    wish->password_known = false;
}

/* Not from the call itself: everybody on the machine can see that. */
static void password_from_environment(struct wish *wish)
{
    wish->password_known = secret_take("CHAT_PASSWORD", wish->password, sizeof wish->password,
                                       &wish->password_size);
    if (wish->password_known && wish->password_size > sizeof wish->password) {
        program_misuse("CHAT_PASSWORD is longer than %d bytes", WISH_PASSWORD_LIMIT);
    }
}

static void want(struct wish *wish, int option, const char *room)
{
    if (wish->operation != 0) program_misuse("only one of -c, -j and -l can be done at once");
    wish->operation = option == 'c' ? TCRP_CREATE : option == 'j' ? TCRP_JOIN : TCRP_LIST;
    wish->list_only = option == 'l';
    if (room && !wish_name(&wish->room, text_of(room))) {
        program_misuse("-%c: %s", option, wish_bad_name);
    }
}

static void demand(struct wish *wish, const char *fingerprint)
{
    wish->demands = true;
    if (!fingerprint_parse(text_of(fingerprint), wish->fingerprint)) {
        program_misuse("-k wants the 64 hexadecimal digits that the server prints");
    }
}

void wish_parse(struct wish *wish, int argc, char **argv)
{
    struct servers servers;
    int option;

    opterr = 0;
    wish->servers = "127.0.0.1";
    wish->port = 9003;
    wish->udp_port = -1;
    while ((option = getopt(argc, argv, "n:c:j:lp:u:k:")) != -1) {
        switch (option) {
        case 'n':
            if (!wish_name(&wish->user, text_of(optarg))) program_misuse("-n: %s", wish_bad_name);
            break;
        case 'c':
        case 'j': want(wish, option, optarg); break;
        case 'l': want(wish, option, NULL); break;
        case 'p': wish->port = (uint16_t)program_number('p', optarg, 1, 65535); break;
        case 'u': wish->udp_port = program_number('u', optarg, 1, 65535); break;
        case 'k': demand(wish, optarg); break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind < argc) wish->servers = argv[optind++];
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
    if (!servers_parse(wish->servers, wish->port, &servers)) {
        program_misuse("that is no list of servers: write HOST:PORT,HOST:PORT");
    }
    password_from_environment(wish);
}
