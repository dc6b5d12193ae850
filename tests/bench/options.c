#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void usage(void)
{
    fputs("usage: load [-d DIALECT] [-l LABEL] [-b HOST] -p PORT,... [-P PID,...] [-Q PID]\n"
          "            [-R ROOMS] [-n MEMBERS of a room] [-w WINDOW | -r RATE | -e RATE of each member]\n"
          "            [-j | -J RATE] [-t SECONDS] [-c MESSAGES] [-s SIZE] [-i] [-S]\n"
          "       load -H    prints the names of the columns\n"
          "-j measures how many members a second get in, and not what they say; with -J so many\n"
          "others join each second while they talk\n"
          "several servers share their rooms: members take turns in which one they join; -Q is what\n"
          "they share them with; with -S they share nothing, and each room is on one of them\n"
          "DIALECT: bare stage1 stage2 stage3 redis nats mqtt irc\n"
          "-i waits for lines that ask for measurements; a line may change -w -r -e -J -t -c\n",
          stderr);
    exit(2);
}

/* Fills in what follows from the others, and checks them all. */
static void options_check(struct options *o)
{
    o->members = o->joins ? o->room_size : o->rooms * o->room_size;
    if (o->rate_each > 0) o->rate = o->rate_each * (double)o->members;
    if (o->dialect == NULL || o->servers == 0) usage();
    if (o->room_size < (o->dialect->echo ? 1 : 2)) /* alone, nobody would hear anything */
        usage();
    if (o->servers > 1 && (o->joins || o->beside > 0)) usage();
    if (o->rooms == 0 || (o->rooms > 1 && !o->dialect->rooms)) usage();
    if ((o->joins || o->beside > 0) && !o->dialect->tokens && !o->dialect->sealed) usage();
    if (o->joins && o->window == 0) usage();
    if (o->window == 0 && !(o->rate > 0)) usage();
    if (o->text_size < OPTIONS_TEXT_MIN || o->text_size > OPTIONS_TEXT_MAX) usage();
    if (o->dialect->text_max != 0 && o->text_size > o->dialect->text_max) usage();
    if (!(o->seconds > 0) || o->seconds > OPTIONS_SECONDS_MAX) usage();
}

/* One of those that may be changed later. False: it is another one. A load takes the place of the
 * one before. */
static bool option_change(struct options *o, int option, const char *value)
{
    switch (option) {
    case 'J': o->beside = strtod(value, NULL); return true;
    case 'c': o->messages = strtoull(value, NULL, 10); return true;
    case 't': o->seconds = strtod(value, NULL); return true;
    case 'e':
    case 'r':
    case 'w':
        o->window = option == 'w' ? strtoul(value, NULL, 10) : 0;
        o->rate = option == 'r' ? strtod(value, NULL) : 0;
        o->rate_each = option == 'e' ? strtod(value, NULL) : 0;
        return true;
    default: return false;
    }
}

/* Takes a list apart at its commas, OPTIONS_SERVERS words at most. Returns how many there are. */
static size_t split(char *list, const char **words)
{
    size_t count = 0;

    for (char *word = strtok(list, ","); word != NULL; word = strtok(NULL, ",")) {
        if (count == OPTIONS_SERVERS) usage();
        words[count++] = word;
    }
    return count;
}

static void read_watched(struct options *o, char *list)
{
    const char *words[OPTIONS_SERVERS];

    o->watched_count = split(list, words);
    for (size_t i = 0; i < o->watched_count; i++)
        o->watched[i] = (pid_t)strtol(words[i], NULL, 10);
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
    o->beside = -1;
    while ((option = getopt(argc, argv, "HJ:Q:R:Sb:c:d:e:ijl:n:p:P:r:s:t:w:")) != -1) {
        switch (option) {
        case 'H': o->header = true; return;
        case 'R': o->rooms = strtoul(optarg, NULL, 10); break;
        case 'S': o->apart = true; break;
        case 'b': o->host = optarg; break;
        case 'd': dialect = optarg; break;
        case 'i': o->on_demand = true; break;
        case 'j': o->joins = true; break;
        case 'l': o->label = optarg; break;
        case 'n': o->room_size = strtoul(optarg, NULL, 10); break;
        case 'p': o->servers = split(optarg, o->ports); break;
        case 'P': read_watched(o, optarg); break;
        case 'Q': o->helper = (pid_t)strtol(optarg, NULL, 10); break;
        case 's': o->text_size = strtoul(optarg, NULL, 10); break;
        default:
            if (!option_change(o, option, optarg)) usage();
        }
    }
    if (optind != argc) usage();
    o->dialect = dialect_find(dialect);
    options_check(o);
}

void options_change(struct options *o, char *line)
{
    char *word = strtok(line, " ");

    while (word != NULL) {
        char *value = strtok(NULL, " ");

        if (word[0] != '-' || word[1] == '\0' || word[2] != '\0' || value == NULL
            || !option_change(o, word[1], value))
            usage();
        word = strtok(NULL, " ");
    }
    options_check(o);
}
