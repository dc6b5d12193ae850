/*
 * The client of stage 2: makes, joins or lists rooms, and talks in one.
 *
 * Model: first it needs to know what is wanted: an operation, a room, a name; what the options do
 * not say is asked for. Then one exchange over TCP (ask.c) gives a token and a UDP socket. From
 * there on it is stage 1's client: a loop that waits for the socket and the keyboard, with
 * keepalives in place of hellos (hello.c).
 *
 * If keepalives go unanswered, the token may be worth nothing any more: we were silent for too
 * long, or this machine has another address now. Then it joins again (as the host it creates
 * again), while the loop goes on, as often as it takes the server to give up what we were before.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "member/ask.h"
#include "member/farewell.h"
#include "member/hello.h"
#include "net/net.h"
#include "net/resolver.h"
#include "terminal/term.h"
#include "wire/notice.h"
#include "wire/protocol.h"

enum {
    DRAIN_LIMIT = 256, /* datagrams taken in before keys are looked at again */
    LINES_AHEAD = 32,  /* lines from a pipe that go out before the server has answered */
    GIVE_UP = 5000,    /* milliseconds without an answer, once a pipe's input has ended */
    REJOIN = 5000,     /* milliseconds between two tries to join again */
    LOST = 90000       /* milliseconds of such tries: by now a server has given us up, and us it */
};

static const char usage[] =
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

static const char bad_name[] =
    "that cannot be a name: 1 to 255 bytes, no \":\", no control characters, not starting with "
    "*, / or {";

/* What the client is doing: asking for something, or talking. */
enum phase { ASKING_WHAT, ASKING_ROOM, ASKING_NAME, TALKING, DONE };

struct name {
    char bytes[NAME_LIMIT];
    size_t size; /* 0: not known yet */
};

struct client {
    struct ask ask;
    enum phase phase;
    enum tcrp_operation operation; /* 0: not known yet */
    bool list_only;                /* -l */
    struct name room, user;
    char prompt[NAME_LIMIT + 2];   /* the user's name and "> " */

    struct hello hello;
    struct farewell farewell;      /* the news that we are out, until it is sure */
    int farewell_status;           /* the program's, if it is */
    bool welcomed;                 /* ever */
    int64_t missed_at;             /* milliseconds: when it became clear that no answer comes */
    int64_t rejoin_at;             /* milliseconds: when to try to join again */
    bool asking;                   /* such a try is going on */
    int refused;                   /* the status that the last one got, or 0 */
    bool bad_news;                 /* it was shown that we are out; not yet that we are in again */
    char held[TERM_INPUT];         /* a script's line that waits */
    size_t held_size;
    bool holds;                    /* is there one? */
    unsigned lost;                 /* lines that were refused, or may not have arrived */
    int lines_ahead;               /* from a pipe, since the last welcome */
    bool credit_asked;             /* a keepalive went out for more of them */
    bool last_hello;               /* all lines are out, and a keepalive behind them */
    int64_t give_up_at;            /* milliseconds; 0: the input has not ended yet */
    int status;                    /* of the program, at its end */
    struct term term;
};

/* --- options --- */

static bool set_name(struct name *name, struct text text)
{
    if (!name_valid(text)) return false;
    memcpy(name->bytes, text.bytes, text.size);
    name->size = text.size;
    return true;
}

static struct text text_of_name(const struct name *name)
{
    return (struct text){name->bytes, name->size};
}

static void want(struct client *client, int option, const char *room)
{
    if (client->operation != 0) program_misuse("only one of -c, -j and -l can be done at once");
    client->operation = option == 'c' ? TCRP_CREATE : option == 'j' ? TCRP_JOIN : TCRP_LIST;
    client->list_only = option == 'l';
    if (room && !set_name(&client->room, text_of(room))) {
        program_misuse("-%c: %s", option, bad_name);
    }
}

static void parse(struct client *client, int argc, char **argv)
{
    static char host[ADDRESS_HOST] = "127.0.0.1";
    uint16_t port = 0;
    int option;

    opterr = 0;
    client->ask.host = host;
    client->ask.port = 9002;
    client->ask.udp_port = -1;
    while ((option = getopt(argc, argv, "n:c:j:lp:u:")) != -1) {
        switch (option) {
        case 'n':
            if (!set_name(&client->user, text_of(optarg))) program_misuse("-n: %s", bad_name);
            break;
        case 'c':
        case 'j': want(client, option, optarg); break;
        case 'l': want(client, option, NULL); break;
        case 'p': client->ask.port = port = (uint16_t)program_number('p', optarg, 1, 65535); break;
        case 'u': client->ask.udp_port = program_number('u', optarg, 1, 65535); break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind < argc && !address_read(argv[optind], host, &client->ask.port)) {
        program_misuse("\"%s\" is no HOST, HOST:PORT or [ADDRESS]:PORT", argv[optind]);
    }
    if (port != 0 && port != client->ask.port) program_misuse("HOST names one port and -p another");
    optind++;
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
}

/* --- what the user is told --- */

/* In `format`, "%s" is the detail and then "%u" the port. */
static void tell(struct client *client, const char *format, const char *detail)
{
    char text[512];
    int size = snprintf(text, sizeof text, format, detail, (unsigned)client->ask.port);

    if (size >= (int)sizeof text) size = (int)sizeof text - 1;
    term_notice(&client->term, (struct text){text, (size_t)size});
}

/* A script cannot be asked again, so for it this is the end. */
static _Noreturn void cannot(struct client *client, const char *format, const char *detail)
{
    char why[512], text[3 * sizeof why];

    snprintf(why, sizeof why, format, detail, (unsigned)client->ask.port);
    int size = (int)text_sanitise(text_of(why), text);
    term_close(&client->term);
    program_die("%.*s", size, text);
}

static void end(struct client *client, int status)
{
    client->phase = DONE;
    client->status = status;
}

/* --- asking for what is missing --- */

static void enter(struct client *client);

/* The next thing to be asked for, or, when all is known, on to the server. */
static void advance(struct client *client)
{
    if (client->operation == 0) {
        client->phase = ASKING_WHAT;
        term_ask(&client->term, text_of("create, join or list? "));
    } else if (client->operation != TCRP_LIST && client->room.size == 0) {
        client->phase = ASKING_ROOM;
        term_ask(&client->term, text_of("Room: "));
    } else if (client->operation != TCRP_LIST && client->user.size == 0) {
        client->phase = ASKING_NAME;
        term_ask(&client->term, text_of("Your name: "));
    } else {
        enter(client);
    }
}

/* What somebody types for "create": any beginning of the word will do. */
static bool means(struct text line, const char *word)
{
    return line.size > 0 && line.size <= strlen(word) && memcmp(line.bytes, word, line.size) == 0;
}

static bool is_goodbye(struct text line)
{
    return text_equal(line, text_of("/quit")) || text_equal(line, text_of("/leave"))
        || text_equal(line, text_of("/exit"));
}

static void take_answer(struct client *client, struct text line)
{
    struct name *name = client->phase == ASKING_ROOM ? &client->room : &client->user;

    if (is_goodbye(line)) {
        end(client, EXIT_FINE);
    } else if (client->phase == ASKING_WHAT) {
        if (means(line, "create")) client->operation = TCRP_CREATE;
        else if (means(line, "join")) client->operation = TCRP_JOIN;
        else if (means(line, "list")) client->operation = TCRP_LIST;
        else term_notice(&client->term, text_of("type create, join or list, or /quit"));
    } else if (!set_name(name, line)) {
        if (!client->term.screen) cannot(client, "%s", bad_name);
        term_notice(&client->term, text_of(bad_name));
    }
    if (client->phase != DONE) advance(client);
}

/* --- the exchange over TCP --- */

/* A line of the list is NAME TAB MEMBERS. */
static void show_room(struct client *client, struct text line)
{
    const char *tab = line.size > 0 ? memchr(line.bytes, '\t', line.size) : NULL;
    size_t size = tab ? (size_t)(tab - line.bytes) : 0;
    char members[40];

    if (!tab) {
        tell(client, "and more that the list has no room for%s", "");
        return;
    }
    struct text number = {tab + 1, line.size - size - 1};
    if (number.size > 20) number.size = 20;
    snprintf(members, sizeof members, "%.*s %s", (int)number.size, number.bytes,
             text_equal(number, text_of("1")) ? "member" : "members");
    term_message(&client->term, (struct text){line.bytes, size}, text_of(members), false);
}

static void show_list(struct client *client)
{
    struct text list = {client->ask.list, client->ask.list_size};

    if (list.size == 0) tell(client, "there are no rooms%s", "");
    while (list.size > 0) {
        const char *line_end = memchr(list.bytes, '\n', list.size);
        size_t size = line_end ? (size_t)(line_end - list.bytes) : list.size;
        show_room(client, (struct text){list.bytes, size});
        if (line_end) size++;
        list.bytes += size;
        list.size -= size;
    }
}

/* After a list: the end, if that was all that was wanted, else the question again. */
static void listed(struct client *client)
{
    show_list(client);
    client->operation = 0;
    if (client->list_only) end(client, EXIT_FINE);
    else advance(client);
}

static void entered(struct client *client)
{
    struct text user = text_of_name(&client->user);
    int64_t now = program_now();

    client->phase = TALKING;
    client->missed_at = now;
    memcpy(client->prompt, user.bytes, user.size);
    memcpy(client->prompt + user.size, "> ", 2);
    term_prompt(&client->term, (struct text){client->prompt, user.size + 2});
    hello_now(&client->hello, now);
}

/* Why the server refused. */
static const char *reason_of(int status)
{
    static const char *const why[] = {
        [TCRP_ROOM_EXISTS] = "there is a room of that name already",
        [TCRP_NO_ROOM] = "there is no room of that name",
        [TCRP_WRONG_PASSWORD] = "that room wants another password",
        [TCRP_NAME_TAKEN] = "somebody in the room has that name",
        [TCRP_MALFORMED] = "the server did not understand the request",
        [TCRP_ROOM_FULL] = "the room is full",
        [TCRP_SERVER_FULL] = "the server is full, try again later"};
    bool known = status > 0 && status < (int)(sizeof why / sizeof why[0]);

    return known ? why[status] : "the server refused, with a status that is unknown";
}

/* Tells it, and asks for what could be wished for instead. */
static void refused(struct client *client, int status)
{
    const char *reason = reason_of(status);

    if (!client->term.screen || client->list_only) cannot(client, "%s", reason);
    term_notice(&client->term, text_of(reason));
    if (status == TCRP_NAME_TAKEN) {
        client->user.size = 0;
    } else {
        client->room.size = 0;
        client->operation = 0;
    }
    advance(client);
}

static void enter(struct client *client)
{
    char why[512];

    term_release(&client->term); /* this may take a while, and Ctrl-C must end it */
    int status = ask(&client->ask, client->operation, text_of_name(&client->room),
                     text_of_name(&client->user));
    if (program_stopped()) {
        end(client, EXIT_FINE);
        return;
    }
    term_redraw(&client->term);
    if (status < 0 && !client->ask.found) {
        snprintf(why, sizeof why, "cannot find the host \"%.255s\": %s; check its spelling, or "
                 "give a number such as 127.0.0.1", client->ask.host, client->ask.why);
        cannot(client, "%s", why);
    }
    if (status < 0) {
        snprintf(why, sizeof why,
                 "no good answer from %.255s port %u: %s; is a server running there?",
                 client->ask.host, (unsigned)client->ask.port, client->ask.why);
        cannot(client, "%s", why);
    }
    if (status != TCRP_OK) refused(client, status);
    else if (client->operation == TCRP_LIST) listed(client);
    else entered(client);
}

/* --- what goes out --- */

/* Returns 0 or the value of errno. */
static int send_datagram(struct client *client, struct text text, int64_t now)
{
    char bytes[DATAGRAM_LIMIT];
    size_t size = datagram_encode(text_of_name(&client->room), &client->ask.token, text, bytes);
    int error = net_send(client->ask.udp, NULL, bytes, size);

    /* That is the late news of an earlier datagram: nobody listened there. This one has not been
       sent, and somebody may listen by now. */
    if (error == ECONNREFUSED) {
        hello_doubt(&client->hello, now);
        error = net_send(client->ask.udp, NULL, bytes, size);
    }
    return error == ECONNREFUSED ? 0 : error;
}

/* Lines that were shown as said, or taken from a pipe, and have been followed by no answer. */
static void tell_lines_lost(struct client *client)
{
    unsigned lines = hello_lines_lost(&client->hello);
    char text[64];

    if (lines == 0) return;
    client->lost += lines;
    client->bad_news = true;
    if (lines == 1) snprintf(text, sizeof text, "the last line may not have arrived");
    else snprintf(text, sizeof text, "the last %u lines may not have arrived", lines);
    term_notice(&client->term, text_of(text));
}

static void say_hello(struct client *client, int64_t now)
{
    send_datagram(client, (struct text){NULL, 0}, now);
    if (hello_sent(&client->hello, now) != HELLO_NO_ANSWER) return;
    tell(client, "no answer from %s port %u, still trying", client->ask.host);
    tell_lines_lost(client);
    client->rejoin_at = now;
    client->refused = TCRP_OK;
    /* If we joined again and were not answered since, that counts from before. */
    if (client->hello.answered) client->missed_at = now;
}

/* --- joining again --- */

static void rejoined(struct client *client, int64_t now)
{
    tell(client, client->operation == TCRP_CREATE ? "your room was closed; it is created again%s"
         : "you were taken out; you have joined again%s", "");
    client->hello = (struct hello){0};
    hello_now(&client->hello, now);
    client->bad_news = false;
}

/* Goes on with a try, or begins the next one. The token that we have may still be good: it is used
   until there is another one. */
static void rejoin(struct client *client, struct net_set *set, int64_t now)
{
    if (!client->asking) {
        if (now < client->rejoin_at) return;
        client->asking = true;
        ask_begin(&client->ask, client->operation, text_of_name(&client->room),
                  text_of_name(&client->user));
    }
    int status = ask_go_on(&client->ask, set);
    if (status == ASK_WAITS) return;
    client->asking = false;
    client->rejoin_at = now + REJOIN;
    if (status == TCRP_OK) {
        rejoined(client, now);
    } else if (status != ASK_FAILED && status != client->refused) {
        tell(client, "not joined again yet: %s", reason_of(status));
        client->refused = status;
    }
}

/* The end of that: what the server still holds is given back, if it hears us at all. */
static _Noreturn void give_up(struct client *client, int64_t now)
{
    send_datagram(client, text_of("/leave"), now);
    if (client->refused != TCRP_OK) {
        cannot(client, "you are no longer in the room: %s", reason_of(client->refused));
    }
    cannot(client, "no answer from %s port %u for a minute and a half: gave up", client->ask.host);
}

/* What the others will read, if it is something that is said: a command is not. */
static bool is_said(struct text line, struct text *said)
{
    *said = line;
    if (text_starts(line, "//")) *said = (struct text){line.bytes + 1, line.size - 1};
    return text_starts(line, "//") || !text_starts(line, "/");
}

/* A line is shown as said only if nothing speaks against it. That nobody listens there is known at
   once on the same machine; elsewhere it is told later, see tell_lines_lost. */
static bool try_to_send(struct client *client, struct text line, int64_t now)
{
    struct text said;
    bool is_talk = is_said(line, &said);
    int error = send_datagram(client, line, now);

    client->lines_ahead++;
    if (error == 0 && net_refused(client->ask.udp)) error = ECONNREFUSED;
    if (error == 0) {
        if (is_talk) term_message(&client->term, text_of_name(&client->user), said, true);
        hello_said(&client->hello, now);
        return true;
    }
    tell(client, "not sent: %s", strerror(error));
    client->bad_news = true;
    hello_doubt(&client->hello, now);
    return false;
}

static void send_line(struct client *client, struct text line, int64_t now)
{
    struct text said;
    size_t head = 2 + client->room.size + TOKEN_DIGITS;
    bool sent = false;

    is_said(line, &said);

    if (head + line.size > DATAGRAM_LIMIT || client->user.size + 2 + said.size > TALK_LIMIT) {
        term_notice(&client->term, text_of(NOTICE_TOO_LONG));
    } else if (!text_valid(line)) {
        term_notice(&client->term, text_of(NOTICE_BAD_TEXT));
    } else if (client->farewell.told) {
        term_notice(&client->term, text_of("not sent: the server is asked whether you are out"));
    } else if (client->term.screen && !hello_connected(&client->hello)) {
        tell(client, "not sent: no answer from %s port %u yet", client->ask.host);
    } else {
        sent = try_to_send(client, line, now);
    }
    if (!sent) client->lost++;
}

static void take_line(struct client *client, struct text line, int64_t now)
{
    if (client->phase != TALKING) take_answer(client, line);
    else if (is_goodbye(line)) end(client, EXIT_FINE);
    else if (text_visible(line)) send_line(client, line, now);
}

/* A person's lines are taken as they come; those of a script when the server keeps up. */
static bool may_take_line(const struct client *client)
{
    if (client->phase == DONE) return false;
    if (client->term.screen || client->phase != TALKING) return true;
    if (client->hello.missed || client->hello.doubted || client->farewell.told) return false;
    return client->hello.answered && client->lines_ahead < LINES_AHEAD;
}

/* The next line: the one that waits, or else what was entered. */
static bool next_line(struct client *client, struct text *line)
{
    if (!client->holds) return term_line(&client->term, line, client->phase == TALKING);
    *line = (struct text){client->held, client->held_size};
    client->holds = false;
    return true;
}

/* A line of a script has to wait, and those behind it. (Only a goodbye needs no server.) */
static void hold(struct client *client, struct text line)
{
    if (line.size > 0) memmove(client->held, line.bytes, line.size);
    client->held_size = line.size;
    client->holds = true;
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (client->phase != DONE && next_line(client, &line)) {
        if (!may_take_line(client) && !is_goodbye(line)) {
            hold(client, line);
            break;
        }
        take_line(client, line, now);
    }
    if (client->lines_ahead >= LINES_AHEAD && !client->term.screen && !client->credit_asked) {
        client->credit_asked = true; /* the welcome that answers this keepalive gives more */
        hello_now(&client->hello, now);
    }
}

/* A script's input has ended: its lines go out, then a keepalive, and with the answer to that we
   leave. See stage 1. */
static void finish_script(struct client *client, int64_t now)
{
    bool all_taken = term_ended(&client->term) && !client->holds;

    if (all_taken && client->phase != TALKING) {
        cannot(client, "%s", "no name: give one with -n, or as the first line of the input");
    }
    if (client->give_up_at == 0) client->give_up_at = now + GIVE_UP;
    if (all_taken && !client->last_hello) {
        client->last_hello = true;
        hello_now(&client->hello, now);
    }
    if (now >= client->give_up_at) {
        cannot(client, "no answer from %s port %u any more", client->ask.host);
    }
}

static void finish(struct client *client, int64_t now)
{
    if (client->phase == DONE || !client->term.input_ended) return;
    if (!client->term.screen) finish_script(client, now);
    else if (term_ended(&client->term)) end(client, EXIT_FINE);
}

/* --- what comes in --- */

static void show_hint(struct client *client)
{
    char hint[NAME_LIMIT + 64];

    snprintf(hint, sizeof hint, "what you type goes to everyone in %.*s; /help shows more",
             (int)client->room.size, client->room.bytes);
    term_notice(&client->term, text_of(hint));
}

static void on_welcome(struct client *client, struct text notice, int64_t now)
{
    client->welcomed = true;
    if (farewell_answered(&client->farewell)) {
        tell(client, "but the server says that you are in the room: somebody forged that, or it "
             "was late%s", "");
    }
    client->lines_ahead = 0;
    client->credit_asked = false;
    if (client->asking) ask_cancel(); /* we were in all the time */
    client->asking = false;
    switch (hello_answered(&client->hello, now)) {
    case HELLO_ANSWER_AGAIN: client->bad_news = true; break;
    case HELLO_FIRST_ANSWER:
        term_notice(&client->term, notice);
        if (client->term.screen) show_hint(client);
        break;
    default: break;
    }
    if (client->bad_news) term_notice(&client->term, text_of("the server answers again"));
    client->bad_news = false;
    if (client->give_up_at != 0) client->give_up_at = now + GIVE_UP;
    if (client->last_hello) end(client, EXIT_FINE);
}

/* Does it say that we are out for good? Then `*status` becomes the program's. */
static bool is_farewell(struct text notice, int *status)
{
    bool out = text_equal(notice, text_of(NOTICE_YOU_ARE_OUT));

    *status = out ? EXIT_CANNOT : EXIT_FINE;
    return out || text_equal(notice, text_of(NOTICE_CLOSED))
        || text_equal(notice, text_of(NOTICE_SHUTTING_DOWN));
}

/* Without the room there is nothing to wait for, so the program ends, once it is sure. */
static void on_farewell(struct client *client, struct text notice, int status, int64_t now)
{
    if (!farewell_told(&client->farewell, now)) return; /* the server says it again, as asked */
    client->farewell_status = status;
    term_notice(&client->term, notice);
}

static void on_notice(struct client *client, struct text notice, int64_t now)
{
    char welcome[NOTICE_LIMIT];
    size_t size = notice_welcome(text_of_name(&client->user), welcome);
    int status;

    if (text_equal(notice, (struct text){welcome, size})) {
        on_welcome(client, notice, now);
        return;
    }
    if (notice_read_speak(notice) != 0) {
        hello_obey(&client->hello, notice_read_speak(notice));
        return;
    }
    if (is_farewell(notice, &status)) {
        on_farewell(client, notice, status, now);
        return;
    }
    term_notice(&client->term, notice);
    if (notice_is_refusal(notice)) client->lost++;
    if (notice_is_end(notice)) { /* it may be forged: we ask, and join again if no answer comes */
        client->bad_news = true;
        hello_doubt(&client->hello, now);
    }
}

/* At most DRAIN_LIMIT at a time; what is left makes the next wait a short one. */
static void receive_all(struct client *client, int64_t now)
{
    char bytes[TALK_LIMIT];
    struct text name, text;
    bool refused_there = false;

    for (int i = 0; i < DRAIN_LIMIT && term_has_room(&client->term); i++) {
        if (client->phase != TALKING) break;
        ssize_t size = net_receive(client->ask.udp, bytes, sizeof bytes, NULL, &refused_there);
        if (size < 0) break;
        bool said = talk_decode((struct text){bytes, (size_t)size}, &name, &text);
        if (said) term_message(&client->term, name, text, false);
        else on_notice(client, text, now);
    }
    if (!refused_there || client->farewell.told) return;
    hello_doubt(&client->hello, now);
    tell_lines_lost(client);
}

/* --- the loop --- */

static int64_t next_due(const struct client *client, int64_t now)
{
    if (client->phase != TALKING) return now + HELLO_KEEPALIVE; /* wait for keys, no more */
    int64_t due = client->hello.due; /* while we try to join again it is never far away */
    if (client->farewell.told) due = farewell_due(&client->farewell);
    return client->give_up_at != 0 && client->give_up_at < due ? client->give_up_at : due;
}

static void ask_about_farewell(struct client *client, int64_t now)
{
    switch (farewell_tick(&client->farewell, now)) {
    case FAREWELL_WAIT: break;
    case FAREWELL_ASK: send_datagram(client, (struct text){NULL, 0}, now); break;
    case FAREWELL_OVER: end(client, client->farewell_status); break;
    }
}

static void on_time(struct client *client, int64_t now)
{
    if (client->phase != TALKING) return;
    if (client->farewell.told) { /* no other question meanwhile */
        ask_about_farewell(client, now);
        return;
    }
    if (now >= client->hello.due) say_hello(client, now);
    if (client->hello.missed && now - client->missed_at >= LOST) give_up(client, now);
}

static void wait_and_read(struct client *client)
{
    struct net_set set;
    int64_t now = program_now();
    bool talking = client->phase == TALKING;

    net_set_clear(&set);
    if (talking && term_has_room(&client->term)) net_watch(&set, client->ask.udp);
    if (client->asking) ask_watch(&set);
    if (term_wants_input(&client->term)) net_watch(&set, STDIN_FILENO);
    if (term_wants_output(&client->term)) net_watch_write(&set, STDOUT_FILENO);
    net_wait(&set, next_due(client, now) - now, client->ask.signals);
    if (program_suspended()) term_suspend(&client->term);
    if (program_screen_lost()) term_redraw(&client->term);
    /* Whether it is ready or not: after a signal nobody can say, and what is there must be read
       before anybody is called silent. */
    if (talking) receive_all(client, program_now());
    if (client->phase == TALKING && client->welcomed && client->hello.missed
        && !client->farewell.told) {
        rejoin(client, &set, program_now());
    }
    if (net_ready(&set, STDIN_FILENO)) term_read(&client->term);
}

static void run(struct client *client)
{
    while (!program_stopped()) {
        int64_t now = program_now();

        take_lines(client, now);
        now = program_now(); /* that may have taken a while */
        finish(client, now);
        on_time(client, now);
        if (client->phase == DONE || !term_flush(&client->term)) return;
        wait_and_read(client);
    }
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for the stack of some systems; all zero */

    program_start("stage2 client", usage, argc, argv);
    parse(&client, argc, argv);
    if (!resolver_is_number(client.ask.host)) resolver_start(NULL, 0);
    client.ask.udp = -1;
    client.ask.signals = program_signals(true);
    term_open(&client.term, client.ask.signals);
    if (client.operation == 0 && !client.term.screen) {
        program_misuse("a script must say what it wants, with -c, -j or -l");
    }
    advance(&client);
    run(&client);
    if (client.ask.udp >= 0) send_datagram(&client, text_of("/leave"), program_now());
    term_close(&client.term);
    if (client.term.output.failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(client.term.output.failed));
    }
    if (client.status != EXIT_FINE) program_die("you are no longer in the room");
    if (client.lost > 0 && !client.term.screen) {
        program_die("%u of the lines were not sent, or may not have arrived", client.lost);
    }
    return EXIT_FINE;
}
