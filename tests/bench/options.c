#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void usage(void)
{
    fputs("usage: load [-d DIALECT] [-l LABEL] [-b HOST] -p PORT [-P PID] [-n MEMBERS]\n"
          "            [-w WINDOW | -r RATE] [-t SECONDS] [-c MESSAGES] [-s SIZE] [-i]\n"
          "       load -H    prints the names of the columns\n",
          stderr);
    exit(2);
}

void options_read(struct options *o, int argc, char **argv)
{
    const char *dialect = "stage1";
    int option;

    *o = (struct options){.label = "server", .host = "127.0.0.1", .members = 10, .window = 1};
    o->seconds = 2;
    o->messages = UINT64_MAX;
    o->text_size = 64;
    while ((option = getopt(argc, argv, "Hb:c:d:il:n:p:P:r:s:t:w:")) != -1) {
        switch (option) {
        case 'H': o->header = true; return;
        case 'b': o->host = optarg; break;
        case 'c': o->messages = strtoull(optarg, NULL, 10); break;
        case 'd': dialect = optarg; break;
        case 'i': o->on_demand = true; break;
        case 'l': o->label = optarg; break;
        case 'n': o->members = strtoul(optarg, NULL, 10); break;
        case 'p': o->port = optarg; break;
        case 'P': o->server = (pid_t)strtol(optarg, NULL, 10); break;
        case 'r': o->rate = strtod(optarg, NULL); break;
        case 's': o->text_size = strtoul(optarg, NULL, 10); break;
        case 't': o->seconds = strtod(optarg, NULL); break;
        case 'w': o->window = strtoul(optarg, NULL, 10); break;
        default: usage();
        }
    }
    if (o->rate > 0) o->window = 0;
    o->dialect = dialect_find(dialect);
    if (o->dialect == NULL || o->port == NULL || optind != argc) usage();
    if (o->members < (o->dialect->echo ? 1 : 2)) /* alone, nobody would hear anything */
        usage();
    if (o->window == 0 && !(o->rate > 0)) usage();
    if (o->text_size < OPTIONS_TEXT_MIN || o->text_size > OPTIONS_TEXT_MAX) usage();
    if (!(o->seconds > 0) || o->seconds > OPTIONS_SECONDS_MAX) usage();
}
