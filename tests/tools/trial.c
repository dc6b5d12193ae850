/*
 * trial: tries one promise of the kit on one program: starts it, plays a script with it, tells in
 * detail what went wrong, and ends it. tests/judge calls it for each promise.
 *
 *     trial [OPTION...] server COMMAND [SCRIPT]
 *     trial [OPTION...] client COMMAND [SCRIPT]
 *
 * COMMAND is a template (command.h). A server is started first, on a free port, and the script is
 * played as soon as it listens. A client is started by the script, and the script's peer `server`
 * then plays the server. The script (a file, or standard input) has the steps of talk, and these:
 *
 *     alice never-gets 00 "x"        in the next 400 ms this datagram does not come; others may
 *     alice hears-no-line            in the next 400 ms nothing but notices comes
 *     alice awaits-line 05 "alice"   the next datagram that is no notice is this one
 *     alice gets-at-most 30          in the next 700 ms no more datagrams than these come
 *     alice babbles 300              sends so many datagrams of drawn bytes
 *     alice pauses 300               so many milliseconds
 *     bob differs token alice.token  what these two have kept is not the same
 *     bob has-digits token           this has hexadecimal digits alone, 0-9a-f
 *     alice is-let-in                reads frames until one of state 2; its payload is her `token`, and
 *                                    the size of that, one byte, is her `token_size`
 *     server is-told TERM            the server gets this signal
 *     server ends                    it ends by itself; `server ends 0` with this status
 *
 *     client starts alice            under this name; also with `create lounge` or `join lounge`
 *     client types "hello"           one line
 *     client stops-typing            the end of its input
 *     client shows "bob: hi"         it prints these bytes, now or later, on either output
 *     client shows-twice "bob"       at two places
 *     client never-shows 1b "[2J"    it has not printed these bytes, 400 ms from now
 *     client may-end                 from now on its end is no failure
 *     client ends                    as for a server
 *     server accepts                 a connection over TCP
 *     server takes create "r" "a"    reads a request with this room and user, whose name may be
 *                                    bare or in JSON
 *     server sees-port udp           the datagrams of the client come from the port of these bytes
 *     eve forges 00 "x"              a datagram to the client that does not come from the server
 *     server welcomes alice          from now on, while it waits for a line, it answers hellos and
 *                                    keepalives, as a server that has let alice in
 *     client shows-once "one"        it prints these bytes once, and in 700 ms no second time
 *     bob starts bob join lounge     another program, of the command of -o; one that is called server
 *                                    or network is waited for until it listens
 *
 * Options: -t SECONDS for each wait (2); -T: the program uses TCP as well; -p PORT, if it has a
 * fixed one; -i LINE, which a client gets first, a template; -o NAME=COMMAND, the template of another
 * program; -s: a program of -o is the server, not the script; -w NAME, the name of the promise, to
 * say on standard error what a long wait is for. In a command of -o {server} is the port of that
 * server, and {port} that of the network, if the script has started it.
 *
 * Exit status: 0, the promise holds; 1 it does not, and why was printed; 2 the call or the script
 * makes no sense; 3 the server never listened.
 */
#include "trial.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tell.h"

enum {
    NEVER_LISTENED = 3,
    LISTEN_MS = 10000,
    TCP_ALONE_MS = 1000, /* after TCP, for UDP */
    AT_LAST_MS = 200,   /* a program that ends gets so long for its datagrams to be taken */
    LONG_WAIT_MS = 3000 /* of a longer wait the user is told, and again after each of them */
};

struct actor trial_actors[PROGRAMS_MAX];
int trial_actor_count;
struct actor *trial_judged;

static const char usage[] = "usage: trial [-t SECONDS] [-T] [-p PORT] [-i LINE]... [-o NAME=COMMAND]... "
                            "[-s] [-w NAME] server|client COMMAND [SCRIPT]";
static const char *promise = "";
static int64_t ended_at, told_at;

struct actor *trial_find(const char *name, bool add)
{
    for (int i = 0; i < trial_actor_count; i++) {
        if (strcmp(trial_actors[i].name, name) == 0) return &trial_actors[i];
    }
    if (!add || trial_actor_count == PROGRAMS_MAX || strlen(name) >= BYTES_NAME_MAX) return NULL;
    struct actor *actor = &trial_actors[trial_actor_count++];
    strcpy(actor->name, name);
    return actor;
}

static void stop_all(void)
{
    for (int i = 0; i < trial_actor_count; i++) program_stop(&trial_actors[i].program);
}

static void on_signal(int number)
{
    for (int i = 0; i < trial_actor_count; i++) {
        if (trial_actors[i].program.group != 0) kill(-trial_actors[i].program.group, SIGKILL);
    }
    _exit(128 + number);
}

/* Tells of a program that has ended, or what it has printed. */
static void tell_program(void)
{
    char how[120];

    if (trial_judged == NULL || trial_judged->program.group == 0) return;
    if (program_ends(&trial_judged->program, AT_LAST_MS) && !trial_judged->may_end) {
        program_how(&trial_judged->program, how, sizeof how);
        printf("the %s %s; its last words:\n", trial_judged->name, how);
    } else if (strcmp(trial_judged->name, "client") == 0) {
        printf("the client printed last:\n");
    } else return;
    program_last_words(&trial_judged->program, stdout, "  | ");
}

static void on_failure(const struct step *step, const struct talk_failure *failure)
{
    tell_failure(step, failure);
    tell_program();
}

/* Says what a long wait is for. */
static void say_so(const char *what, const char *rest, int64_t since)
{
    int64_t now = tool_now();

    if (now - since < LONG_WAIT_MS) told_at = since;
    if (now - told_at < LONG_WAIT_MS) return;
    told_at = now;
    fprintf(stderr, "# %s: has waited %" PRId64 " seconds for: %s %s\n", promise,
            (now - since) / 1000, what, rest);
}

/* The end of the program is a failure, after all that it sent was taken. */
static void on_wait(const struct step *step, int64_t since)
{
    char what[2 * BYTES_NAME_MAX];

    snprintf(what, sizeof what, "%s %s", step->who, step->verb);
    say_so(what, step->rest, since);
    if (trial_judged == NULL || trial_judged->may_end) return;
    if (!program_ended(&trial_judged->program)) return;
    if (ended_at == 0) ended_at = tool_now();
    if (tool_now() - ended_at < AT_LAST_MS) return;
    talk_end(step, &(struct talk_failure){.came = "nothing any more"});
}

/* Waits until the server listens. One that has only got as far as TCP is tried all the same. */
static bool gets_ready(const char *tcp, const char *udp, bool uses_tcp)
{
    int64_t since = tool_now(), has_tcp = 0;

    for (;;) {
        if (uses_tcp && has_tcp == 0 && command_listens(tcp, true)) has_tcp = tool_now();
        bool listens = uses_tcp ? has_tcp != 0 : true;
        if (listens && !command_listens(udp, false)) {
            listens = uses_tcp && tool_now() - has_tcp > TCP_ALONE_MS;
        }
        if (program_ended(&trial_judged->program)) return false;
        if (listens) return true;
        if (tool_now() - since > LISTEN_MS) return false;
        say_so("the server must listen on the port", udp, since);
        tool_sleep(5);
    }
}

static void start_server(const char *template, struct command_values *values, bool uses_tcp)
{
    char command[4096], how[120];
    bool two = strstr(template, "{udp}") != NULL && strstr(template, "{tcp}") != NULL;
    static char tcp[6], udp[6];

    trial_judged = trial_find("server", true);
    for (int again = 0; again < 2; again++) { /* somebody may have taken the port meanwhile */
        if (values->tcp == NULL || again > 0) {
            if (!command_free_port(2 * again, tcp)) tool_die(TOOL_FAILED, "no free port");
            if (!two) strcpy(udp, tcp);
            else if (!command_free_port(2 * again + 1, udp)) tool_die(TOOL_FAILED, "no free port");
            values->tcp = tcp;
            values->udp = udp;
        }
        if (!command_make(template, values, command, sizeof command)) {
            tool_die(TOOL_USAGE, "the command is too long");
        }
        program_stop(&trial_judged->program);
        program_start(&trial_judged->program, command, false);
        if (gets_ready(values->tcp, values->udp, uses_tcp)) return;
        if (!trial_judged->program.ended) break;
    }
    printf("started:  %s\n", command);
    if (trial_judged->program.ended) {
        program_how(&trial_judged->program, how, sizeof how);
        printf("came:     it %s before it listened; its last words:\n", how);
    } else {
        printf("came:     it does not listen on %sUDP port %s within %d seconds; it printed:\n",
               uses_tcp ? "TCP or " : "", values->udp, LISTEN_MS / 1000);
    }
    program_last_words(&trial_judged->program, stdout, "  | ");
    exit(NEVER_LISTENED);
}

int main(int argc, char **argv)
{
    static char port[6];
    const char *first_lines[9] = {NULL};
    struct command_values values = {.host = "127.0.0.1", .name = "", .room = ""};
    size_t lines = 0, others = 0;
    bool uses_tcp = false, has_server = false;
    int option;

    tool_start("trial");
    talk_patience_ms = 2000;
    while ((option = getopt(argc, argv, "t:Tp:i:o:sw:")) != -1) {
        if (option == 't') talk_patience_ms = 1000 * tool_number("-t", optarg, 1, 3600);
        else if (option == 'T') uses_tcp = true;
        else if (option == 'p') values.tcp = values.udp = optarg;
        else if (option == 'i' && lines < 8) first_lines[lines++] = optarg;
        else if (option == 'o' && others < OTHERS_MAX) trial_other_commands[others++] = optarg;
        else if (option == 's') has_server = true;
        else if (option == 'w') promise = optarg;
        else tool_die(TOOL_USAGE, usage);
    }
    if (argc - optind < 2 || argc - optind > 3) tool_die(TOOL_USAGE, usage);
    bool judges_client = strcmp(argv[optind], "client") == 0;
    FILE *script = argc - optind == 3 ? fopen(argv[optind + 2], "r") : stdin;
    if (script == NULL) tool_die(TOOL_USAGE, "%s: %s", argv[optind + 2], strerror(errno));
    atexit(stop_all);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGHUP, on_signal);
    talk_watcher = (struct talk_watcher){trial_commands, tell_note, on_wait, on_failure};
    if (!judges_client) {
        start_server(argv[optind + 1], &values, uses_tcp);
    } else if (values.tcp == NULL) {
        if (!command_free_port(0, port)) tool_die(TOOL_FAILED, "no free port");
        values.tcp = values.udp = port;
    }
    tool_resolve(values.host, values.tcp, &peer_tcp_server);
    tool_resolve(values.host, values.udp, &peer_udp_server);
    values.server = values.tcp;
    if (judges_client) trial_judge_client(argv[optind + 1], &values, first_lines);
    if (judges_client && !has_server) trial_play_server(uses_tcp);
    talk_play(script);
    return 0;
}
