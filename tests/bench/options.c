#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void usage(void)
{
    fputs("usage: load [-d DIALECT] [-l LABEL] [-b HOST] -p PORT [-P PID] [-R ROOMS]\n"
          "            [-n MEMBERS of a room] [-w WINDOW | -r RATE | -e RATE of each member]\n"
          "            [-j] [-t SECONDS] [-c MESSAGES] [-s SIZE] [-i]\n"
          "       load -H    prints the names of the columns\n"
          "-j measures how many members a second get in, and not what they say\n",
          stderr);
    exit(2);
}

/* Fills in what follows from the others, and checks them all. */
static void options_check(struct options *o)
{
    o->members = o->joins ? o->room_size : o->rooms * o->room_size;
    if (o->rate_each > 0) o->rate = o->rate_each * (double)o->members;
    if (o->rate > 0) o->window = 0;
    if (o->dialect == NULL || o->port == NULL) usage();
    if (o->room_size < (o->dialect->echo ? 1 : 2)) /* alone, nobody would hear anything */
        usage();
    if (o->rooms == 0 || (o->rooms > 1 && !o->dialect->rooms)) usage();
    if (o->joins && (!o->dialect->tokens || o->window == 0)) usage();
    if (o->window == 0 && !(o->rate > 0)) usage();
    if (o->text_size < OPTIONS_TEXT_MIN || o->text_size > OPTIONS_TEXT_MAX) usage();
    if (!(o->seconds > 0) || o->seconds > OPTIONS_SECONDS_MAX) usage();
}

void options_read(struct options *o, int argc, char **argv)
{
    const char *dialect = "stage1";
    int option;

    *o = (struct options){.label = "server", .host = "127.0.0.1", .rooms = 1, .room_size = 10};
    o->window = 1;
    o->seconds = 2;
    o->messages = UINT64_MAX;
    o->text_size = 64;
    while ((option = getopt(argc, argv, "HR:b:c:d:e:ijl:n:p:P:r:s:t:w:")) != -1) {
        switch (option) {
        case 'H': o->header = true; return;
        case 'R': o->rooms = strtoul(optarg, NULL, 10); break;
        case 'b': o->host = optarg; break;
        case 'c': o->messages = strtoull(optarg, NULL, 10); break;
        case 'd': dialect = optarg; break;
        case 'e': o->rate_each = strtod(optarg, NULL); break;
        case 'i': o->on_demand = true; break;
        case 'j': o->joins = true; break;
        case 'l': o->label = optarg; break;
        case 'n': o->room_size = strtoul(optarg, NULL, 10); break;
        case 'p': o->port = optarg; break;
        case 'P': o->server = (pid_t)strtol(optarg, NULL, 10); break;
        case 'r': o->rate = strtod(optarg, NULL); break;
        case 's': o->text_size = strtoul(optarg, NULL, 10); break;
        case 't': o->seconds = strtod(optarg, NULL); break;
        case 'w': o->window = strtoul(optarg, NULL, 10); break;
        default: usage();
        }
    }
    if (optind != argc) usage();
    o->dialect = dialect_find(dialect);
    options_check(o);
}
