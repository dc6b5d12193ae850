#include "arguments.h"

#include <unistd.h>

#include "base/program.h"

const char arguments_usage[] =
    "usage: client [-n NAME] [-p PORT] [HOST]\n"
    "  -n NAME  your name (you are asked for it if it is missing)\n"
    "  -p PORT  the server's UDP port (9001)\n"
    "  HOST     the server's name or address (127.0.0.1); HOST:PORT and [::1]:PORT do as well\n"
    "A script's client ends with 1 if a line could not be sent, or may be lost.\n";

struct arguments arguments_parse(int argc, char **argv)
{
    struct arguments arguments = {{NULL, 0}, 9001, "127.0.0.1"};
    uint16_t port = 0;
    int option;

    opterr = 0;
    while ((option = getopt(argc, argv, "n:p:")) != -1) {
        switch (option) {
        case 'n': arguments.name = text_of(optarg); break;
        case 'p': arguments.port = port = (uint16_t)program_number('p', optarg, 1, 65535); break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind < argc && !address_read(argv[optind], arguments.host, &arguments.port)) {
        program_misuse("\"%s\" is no HOST, HOST:PORT or [ADDRESS]:PORT", argv[optind]);
    }
    if (port != 0 && port != arguments.port) program_misuse("HOST names one port and -p another");
    optind++;
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
    if (arguments.name.bytes && !name_valid(arguments.name)) {
        program_misuse("\"%s\" cannot be a name: 1 to 255 bytes, no \":\", no control characters, "
                       "no space at its ends, not starting with *, / or {", arguments.name.bytes);
    }
    return arguments;
}
