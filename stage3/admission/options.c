#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"

/* Letters of options, in the order of the usage. Engines add theirs. */
static const char letters[] = "b:p:u:t:m:M:a:q:l:L:w:k:ev";

static const char usage_call[] =
    "usage: server [-b ADDRESS] [-p PORT] [-u UDPPORT] [-t SECONDS] [-m MEMBERS] [-M MEMBERS]\n"
    "              [-a CONNECTIONS] [-q SHARE] [-l LINES] [-L KB] [-w SECONDS]\n"
    "              [-k KEYFILE] ";

static const char usage_first[] =
    "[-e] [-v]\n"
    "  -b ADDRESS      listen on this address of the machine (127.0.0.1), IPv4 or IPv6\n"
    "  -p PORT         listen on this TCP port (9003); 0 takes a free one\n"
    "  -u UDPPORT      listen on this UDP port (the same number)\n"
    "  -t SECONDS      drop a member that was silent for so long (60)\n"
    "  -m MEMBERS      let at most so many into one room (10000)\n"
    "  -M MEMBERS      let at most so many in at all (10000)\n"
    "  -a CONNECTIONS  serve at most so many TCP connections of one address at once (16)\n"
    "  -q SHARE        half full, give an address at most one in so many places (16; 1: any)\n"
    "  -l LINES        take at most so many lines a second from a member (1000)\n"
    "  -L KB           and so many kilobytes a second (1000)\n"
    "  -w SECONDS      let a room wait at most so long for slow readers (2; 0: never)\n"
    "  -k KEYFILE      the server's private key (.chat3_key in the home folder); made if missing\n";

static const char usage_last[] =
    "  -e              end when the last member has left, or if none comes in five minutes\n"
    "  -v              log counts to stderr, a line every ten seconds and one at the end\n";

const char *options_usage(void)
{
    static char usage[4096];
    size_t used = (size_t)snprintf(usage, sizeof usage, "%s", usage_call);

    for (size_t i = 0; engines[i]; i++) {
        if (!engines[i]->synopsis) continue;
        used += (size_t)snprintf(usage + used, sizeof usage - used, "%s ", engines[i]->synopsis);
    }
    used += (size_t)snprintf(usage + used, sizeof usage - used, "%s", usage_first);
    for (size_t i = 0; engines[i]; i++) {
        if (!engines[i]->usage) continue;
        used += (size_t)snprintf(usage + used, sizeof usage - used, "%s", engines[i]->usage);
    }
    snprintf(usage + used, sizeof usage - used, "%s", usage_last);
    return usage;
}

static const char *all_letters(void)
{
    static char all[64];
    size_t used = (size_t)snprintf(all, sizeof all, "%s", letters);

    for (size_t i = 0; engines[i]; i++) {
        used += (size_t)snprintf(all + used, sizeof all - used, "%s", engines[i]->letters);
    }
    return all;
}

static const struct engine *engine_of(int letter)
{
    for (size_t i = 0; engines[i]; i++) {
        if (letter != '?' && strchr(engines[i]->letters, letter)) return engines[i];
    }
    return NULL;
}

static void take_option(struct options *options, const struct engine *engine, int letter,
                        const char *value)
{
    if (!engine->option) {
        program_misuse("this server was built without -%c (WINGS=%s)", letter, engine->name);
    }
    if (letter == engine->letters[0]) { /* it chooses the engine, and there can be only one */
        if (options->engine && options->engine != engine) {
            program_misuse("-%c and -%c do not go together", options->engine->letters[0], letter);
        }
        options->engine = engine;
    }
    engine->option(letter, value);
}

static void take_environment(struct options *options)
{
    for (size_t i = 0; engines[i]; i++) {
        const struct engine *engine = engines[i];
        const char *value = engine->variable ? getenv(engine->variable) : NULL;
        if (value && options->engine != engine) {
            take_option(options, engine, engine->letters[0], value);
        }
    }
}

struct options options_parse(int argc, char **argv)
{
    struct options options = {.host = "127.0.0.1", .tcp_port = 9003, .udp_port = -1,
                              .silence = 60 * 1000, .room_limit = 10000,
                              .member_limit = 10000, .address_limit = 16,
                              .share = QUOTA_SHARE, .rate = {BUCKET_LINES, BUCKET_KILOBYTES},
                              .wait = PURSE_SIZE};
    const struct engine *engine;
    int option, besides = 0; /* an option that needs an engine's first one */

    opterr = 0; /* the program prints its own error, in one line */
    while ((option = getopt(argc, argv, all_letters())) != -1) {
        switch (option) {
        case 'b': options.host = optarg; break;
        case 'p': options.tcp_port = (uint16_t)program_number('p', optarg, 0, 65535); break;
        case 'u': options.udp_port = program_number('u', optarg, 0, 65535); break;
        case 't': options.silence = 1000 * program_number('t', optarg, 1, 86400); break;
        case 'm': options.room_limit = (uint32_t)program_number('m', optarg, 1, 1000000); break;
        case 'M': options.member_limit = (uint32_t)program_number('M', optarg, 1, 1000000); break;
        case 'a': options.address_limit = (size_t)program_number('a', optarg, 1, 1000000); break;
        case 'q': options.share = (uint32_t)program_number('q', optarg, 1, 1000000); break;
        case 'l':
            options.rate.lines = (uint32_t)program_number('l', optarg, 1, BUCKET_LARGEST);
            break;
        case 'L':
            options.rate.kilobytes = (uint32_t)program_number('L', optarg, 1, BUCKET_LARGEST);
            break;
        case 'w': options.wait = 1000 * program_number('w', optarg, 0, 10); break;
        case 'k': options.keyfile = optarg; break;
        case 'e': options.end_when_empty = true; break;
        case 'v': options.verbose = true; break;
        default:
            engine = engine_of(option);
            if (!engine) program_misuse("-%c is not an option, or its value is missing", optopt);
            take_option(&options, engine, option, optarg);
            if (option != engine->letters[0]) besides = option;
        }
    }
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
    take_environment(&options);
    engine = besides ? engine_of(besides) : options.engine;
    if (engine != options.engine) {
        program_misuse("-%c is nothing without -%c", besides, engine->letters[0]);
    }
    return options;
}
