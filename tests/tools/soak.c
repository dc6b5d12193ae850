/*
 * soak: very many members of stage 3 come and go, and the members that stay miss nothing.
 *
 *     soak [-s SEED] [-d SECONDS] [-n MEMBERS] [-c ARRIVALS] -f FINGERPRINT SERVERS...
 *
 * ROOMS rooms have STAYERS members each, for the whole time. The first one is the host. All say
 * numbered lines. For SECONDS (30) ARRIVALS (20) visitors a second enter a room: mostly one of
 * these, at times one of their own. At most MEMBERS (150) are there at a time. A visitor says
 * some lines, and leaves after some seconds, or vanishes without a word, or is kicked by the host.
 * What happens depends on SEED, as far as time and the network allow. SERVERS is the list that a
 * client takes: HOST:PORT,HOST:PORT,... If there are several lists, each member takes one of them.
 * Meanwhile the servers may be killed and started again.
 *
 * Then the visitors leave, and the tool waits until each stayer has each line of the others. All
 * stayers of a room must have seen the lines of all in one order, and nobody may be told of a gap.
 * At the end the rooms are closed, and one line says what was done:
 *
 *     soak: 921 entered, 702 left, 160 vanished, 42 were kicked, 17 were closed out, 3 were
 *     refused, 9 got no answer; 6406 lines said, 80110 heard, 60 times without a server
 *
 * Status 1: something was lost, doubled or reordered, or takes longer than two minutes; the reason
 * is on stderr.
 *
 * Model: the members are real, stage3/member/client_session.h, all in one process. All have the
 * key pair of CHAT_TEST_PAIR.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/program.h"
#include "member/client_session.h"

enum {
    ROOMS = 8,
    STAYERS = 3,
    LASTING = ROOMS * STAYERS, /* the first seats are theirs */
    SEATS = 400,               /* each has a socket, and may have two: select() takes 1024 */
    FAREWELL = 120000,         /* milliseconds that a part of the end may take */
    RETRY_TIME = 1000,         /* milliseconds until a stayer tries again to enter */
    KICK_TIME = 10000,         /* milliseconds that a kick may take */
    LINE_PAUSE = 1500,         /* milliseconds between two lines of a member, on average */
    LONG_LINE = 3000           /* bytes: it travels in parts */
};

static const char usage[] =
    "usage: soak [-s SEED] [-d SECONDS] [-n MEMBERS] [-c ARRIVALS] -f FINGERPRINT SERVERS...";

enum manner { LEAVES, VANISHES, IS_KICKED };

struct seat {
    struct client_session *session; /* NULL: the seat is free */
    char name[24], room[24];
    bool entered, over, going;
    enum client_session_end end;
    enum manner manner;
    int64_t next_line, leave_at;    /* milliseconds; a stayer enters again at leave_at */
    unsigned said;
    unsigned heard[STAYERS];        /* a stayer: the last line of each of its room */
    uint64_t order;                 /* a stayer: a hash of all lines of the room so far */
};

static struct {
    unsigned entered, left, vanished, kicked, closed, refused, failed, said, heard, away;
} counts;

static struct seat seats[SEATS];
static struct pair pair;
static unsigned char fingerprint[32];
static char **lists;       /* of servers */
static unsigned list_count;
static uint64_t state = 1; /* of the random numbers */
static unsigned visitors;  /* so far: each has a name of its own */
static unsigned own_room;  /* the last one that a visitor has created */
static bool ends;          /* the stayers leave, and so rooms may close */

/* Vigna's splitmix64, 2015. A number below `limit`. */
static unsigned draw(unsigned limit)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((z ^ z >> 31) % limit);
}

static bool is_stayer(const struct seat *seat)
{
    return seat < seats + LASTING;
}

static struct seat *host_of(const struct seat *seat)
{
    unsigned room = (unsigned)strtoul(seat->room + 1, NULL, 10);

    return seat->room[0] == 'r' ? &seats[room * STAYERS] : NULL;
}

/* --- what a member is told --- */

static void hash(uint64_t *order, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        *order = (*order ^ (unsigned char)text.bytes[i]) * UINT64_C(0x100000001B3); /* FNV-1a */
    }
}

/* Lines of stayers count up: none is missing, comes twice, or overtakes another one. */
static void hears(struct seat *seat, const struct news *news)
{
    char name[24], text[16];

    counts.heard++;
    if (!is_stayer(seat)) return;
    hash(&seat->order, news->name);
    hash(&seat->order, news->text);
    snprintf(name, sizeof name, "%.*s", (int)news->name.size, news->name.bytes);
    snprintf(text, sizeof text, "%.*s", (int)news->text.size, news->text.bytes);
    if (name[0] != 'm') return;
    unsigned who = (unsigned)strtoul(name + 1, NULL, 10) % STAYERS;
    unsigned number = (unsigned)strtoul(text, NULL, 10);
    if (number != seat->heard[who] + 1) {
        program_die("%s got line %u of %s after line %u: lines are lost, doubled or reordered",
                    seat->name, number, name, seat->heard[who]);
    }
    seat->heard[who] = number;
}

static void takes_news(struct seat *seat, const struct news *news)
{
    switch (news->kind) {
    case NEWS_SAID: hears(seat, news); break;
    case NEWS_GAP:
        program_die("%s misses %" PRIu64 " entries", seat->name, news->count);
    case NEWS_BACK:
    case NEWS_LOST:
    case NEWS_UNDONE: program_die("%s is told that the server went back", seat->name);
    default: break;
    }
}

static void on_event(void *context, const struct client_session_event *event)
{
    struct seat *seat = context;

    switch (event->kind) {
    case CLIENT_SESSION_ENTERED:
        seat->entered = true;
        counts.entered++;
        break;
    case CLIENT_SESSION_AWAY: counts.away++; break;
    case CLIENT_SESSION_NEWS: takes_news(seat, event->news); break;
    case CLIENT_SESSION_OVER:
        seat->over = true;
        seat->end = event->end;
        if (is_stayer(seat) && seat->entered && !ends) {
            program_die("%s, a member that stays, is out: %.*s", seat->name,
                        (int)event->text.size, event->text.bytes);
        }
        break;
    default: break;
    }
}

/* --- coming, talking, going --- */

static void opens(struct seat *seat, enum tcrp_operation operation, int64_t now)
{
    const char *servers = lists[draw(list_count)];
    struct client_session_params params = {.servers = servers, .udp_port = -1,
                                           .fingerprint = fingerprint, .operation = operation,
                                           .room = text_of(seat->room),
                                           .user = text_of(seat->name), .tell = on_event,
                                           .context = seat, .pair = &pair};

    seat->session = client_session_open(&params, now);
    if (!seat->session) program_die("no memory for a member, or no such servers: %s", servers);
}

static void seat_stayer(unsigned index, int64_t now)
{
    struct seat *seat = &seats[index];

    snprintf(seat->name, sizeof seat->name, "m%u", index);
    snprintf(seat->room, sizeof seat->room, "r%u", index / STAYERS);
    opens(seat, index % STAYERS == 0 ? TCRP_CREATE : TCRP_JOIN, now);
}

static void seat_visitor(struct seat *seat, int64_t now)
{
    enum tcrp_operation operation = TCRP_JOIN;
    unsigned which = draw(20), manner = draw(20);

    *seat = (struct seat){.manner = manner < 3 ? VANISHES : manner < 4 ? IS_KICKED : LEAVES};
    snprintf(seat->name, sizeof seat->name, "v%u", ++visitors);
    snprintf(seat->room, sizeof seat->room, "r%u", draw(ROOMS));
    if (which < 2) {
        operation = TCRP_CREATE;
        snprintf(seat->room, sizeof seat->room, "s%u", own_room = visitors);
    } else if (which < 4) {
        snprintf(seat->room, sizeof seat->room, "s%u", own_room);
    }
    seat->leave_at = now + 500 + draw(4000);
    seat->next_line = now + 300;
    opens(seat, operation, now);
}

static void arrive(unsigned limit, int64_t now)
{
    for (unsigned i = LASTING; i < limit; i++) {
        if (seats[i].session) continue;
        seat_visitor(&seats[i], now);
        return;
    }
}

static void say(struct seat *seat, int64_t now)
{
    static char line[LONG_LINE + 1];
    size_t size = (size_t)snprintf(line, sizeof line, "%u ", seat->said + 1);
    size_t more = draw(100) == 0 ? LONG_LINE - size : draw(60);

    seat->next_line = now + LINE_PAUSE / 2 + draw(LINE_PAUSE);
    memset(line + size, 'x', more);
    struct text text = {line, size + more};
    if (client_session_say(seat->session, text, now, NULL) != MEMBERSHIP_OK) return;
    seat->said++;
    counts.said++;
}

/* Has the host kick it? A kick has no effect if the server took the visitor for lost just then: so
   if the visitor is still here after some seconds, it leaves. */
static bool is_kicked(struct seat *seat, int64_t now)
{
    struct seat *host = host_of(seat);
    bool kicked = seat->manner == IS_KICKED && seat->entered && host
        && client_session_kick(host->session, text_of(seat->name), now) == MEMBERSHIP_OK;

    seat->manner = LEAVES;
    seat->leave_at = kicked ? now + KICK_TIME : INT64_MAX;
    return kicked;
}

/* The visitor's time is over. */
static void go(struct seat *seat, int64_t now)
{
    seat->going = true;
    if (seat->manner == VANISHES) {
        client_session_close(seat->session);
        seat->session = NULL;
        counts.vanished += seat->entered;
    } else if (!is_kicked(seat, now)) {
        client_session_leave(seat->session, now);
    }
}

static void count_end(const struct seat *seat)
{
    switch (seat->end) {
    case CLIENT_SESSION_LEFT: counts.left += seat->entered; break;
    case CLIENT_SESSION_KICKED: counts.kicked++; break;
    case CLIENT_SESSION_CLOSED: counts.closed++; break;
    case CLIENT_SESSION_REFUSED: counts.refused++; break;
    default: counts.failed++;
    }
}

/* A stayer that was not let in, because the server was killed just then, tries again. */
static void try_again(struct seat *seat, int64_t now)
{
    if (!is_stayer(seat) || ends || seat->leave_at == 0 || now < seat->leave_at) return;
    seat_stayer((unsigned)(seat - seats), now);
}

static void serve_seat(struct seat *seat, bool talks, int64_t now)
{
    if (!seat->session) {
        try_again(seat, now);
        return;
    }
    if (seat->over) {
        if (!is_stayer(seat) || seat->entered) count_end(seat);
        seat->over = false;
        seat->leave_at = now + RETRY_TIME;
        client_session_close(seat->session);
        seat->session = NULL;
        return;
    }
    if (!is_stayer(seat) && now >= seat->leave_at) go(seat, now);
    if (!talks || !seat->session || !seat->entered || seat->going) return;
    if (now >= seat->next_line) say(seat, now);
}

/* --- the loop --- */

/* One turn: waits, at most until `due`, and serves all. */
static int64_t turn(bool talks, int64_t due)
{
    static struct net_set set;
    int64_t now = program_now();

    net_set_clear(&set);
    if (pair_due(&pair) < due) due = pair_due(&pair);
    for (unsigned i = 0; i < SEATS; i++) {
        if (!seats[i].session) continue;
        int64_t next = client_session_watch(seats[i].session, &set);
        if (next < due) due = next;
    }
    net_wait(&set, due > now ? due - now : 0, NULL);
    now = program_now();
    pair_work(&pair);
    for (unsigned i = 0; i < SEATS; i++) {
        if (seats[i].session) client_session_serve(seats[i].session, &set, now);
    }
    for (unsigned i = 0; i < SEATS; i++) serve_seat(&seats[i], talks, now);
    return now;
}

/* Serves all until `done`, for two minutes at most. `what` did not happen otherwise. */
static void until(bool (*done)(void), const char *what)
{
    int64_t now = program_now(), end_at = now + FAREWELL;

    while (!done()) {
        now = turn(false, now + 50);
        if (now >= end_at) program_die("%s within %d s", what, FAREWELL / 1000);
    }
}

static bool hosts_are_in(void)
{
    for (unsigned i = 0; i < LASTING; i += STAYERS) {
        if (!seats[i].entered) return false;
    }
    return true;
}

static bool stayers_are_in(void)
{
    for (unsigned i = 0; i < LASTING; i++) {
        if (!seats[i].entered) return false;
    }
    return true;
}

static bool visitors_are_gone(void)
{
    for (unsigned i = LASTING; i < SEATS; i++) {
        if (seats[i].session) return false;
    }
    return true;
}

static bool all_is_heard(void)
{
    for (unsigned i = 0; i < LASTING; i++) {
        const struct seat *room = &seats[i - i % STAYERS];
        for (unsigned who = 0; who < STAYERS; who++) {
            if (seats[i].heard[who] != room[who].said) return false;
        }
    }
    return true;
}

static bool only_hosts_are_in(void)
{
    for (unsigned i = 0; i < LASTING; i++) {
        if (i % STAYERS != 0 && seats[i].session) return false;
    }
    return true;
}

static bool nobody_is_in(void)
{
    for (unsigned i = 0; i < LASTING; i++) {
        if (seats[i].session) return false;
    }
    return true;
}

static void compare_orders(void)
{
    for (unsigned i = 0; i < LASTING; i++) {
        if (seats[i].order == seats[i - i % STAYERS].order) continue;
        program_die("%s has seen the lines of %s in another order than %s", seats[i].name,
                    seats[i].room, seats[i - i % STAYERS].name);
    }
}

static void begin(void)
{
    for (unsigned i = 0; i < LASTING; i += STAYERS) seat_stayer(i, program_now());
    until(hosts_are_in, "the hosts were not let in");
    for (unsigned i = 0; i < LASTING; i++) {
        if (i % STAYERS != 0) seat_stayer(i, program_now());
    }
    until(stayers_are_in, "the members that stay were not let in");
}

static void come_and_go(int64_t seconds, unsigned limit, unsigned arrivals)
{
    int64_t now = program_now(), end_at = now + 1000 * seconds, arrival = now;

    while (now < end_at) {
        for (; arrival <= now; arrival += 1 + draw(2000 / arrivals)) arrive(limit, now);
        int64_t due = now + 20;
        now = turn(true, due < arrival ? due : arrival);
    }
}

/* Two steps: the others of a room hear that one leaves, and then the hosts close the rooms. */
static void end(void)
{
    until(visitors_are_gone, "the visitors did not get away");
    until(all_is_heard, "not every line of the members that stay came to the others");
    compare_orders();
    ends = true;
    for (unsigned i = 0; i < LASTING; i++) {
        if (i % STAYERS != 0) client_session_leave(seats[i].session, program_now());
    }
    until(only_hosts_are_in, "the members that stayed could not leave");
    for (unsigned i = 0; i < LASTING; i += STAYERS) {
        client_session_leave(seats[i].session, program_now());
    }
    until(nobody_is_in, "the hosts could not leave");
}

int main(int argc, char **argv)
{
    long seconds = 30, limit = 150, arrivals = 20;
    const char *key = NULL;
    int option;

    program_start("soak", usage, argc, argv);
    while ((option = getopt(argc, argv, "s:d:n:c:f:")) != -1) {
        switch (option) {
        case 's': state = (uint64_t)program_number('s', optarg, 0, 0x7fffffff); break;
        case 'd': seconds = program_number('d', optarg, 1, 1000000); break;
        case 'n': limit = program_number('n', optarg, LASTING + 1, SEATS); break;
        case 'c': arrivals = program_number('c', optarg, 1, 1000); break;
        case 'f': key = optarg; break;
        default: program_misuse("there is no such option");
        }
    }
    if (optind >= argc || !key || !hex_decode(key, fingerprint, sizeof fingerprint)) {
        program_misuse("a fingerprint and the servers, please");
    }
    lists = argv + optind;
    list_count = (unsigned)(argc - optind);
    pair_open(&pair);
    begin();
    come_and_go(seconds, (unsigned)limit, (unsigned)arrivals);
    end();
    printf("soak: %u entered, %u left, %u vanished, %u were kicked, %u were closed out, %u were "
           "refused, %u got no answer; %u lines said, %u heard, %u times without a server\n",
           counts.entered, counts.left, counts.vanished, counts.kicked, counts.closed,
           counts.refused, counts.failed, counts.said, counts.heard, counts.away);
    return EXIT_FINE;
}
