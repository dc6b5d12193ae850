/* links: stage3/member/reason.c stage3/window/seat.c stage3/window/events.c stage3/base/buffer.c */
/* links: stage3/member/known.c stage3/base/ordinary.c stage3/base/servers.c */
/* links: stage3/member/people.c stage3/base/table.c stage3/base/hash.c stage3/base/random.c */
/* links: stage3/base/program.c stage3/base/text.c stage3/member/notice.c */
/*
 * seat: what a page is told, with a link that is played here: the test tells its events.
 */
#include "window/seat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "member/link.h"
#include "tap.h"

/* --- the link --- */

static struct link_wish asked;   /* by the last link_open */
static unsigned char demanded[FINGERPRINT];
static bool demands, closed, left;
static uint64_t next_number;
static enum talk_result result;
static struct people people;
static const unsigned char host_id[SEAL_ID] = "the host's id..";

struct link *link_open(const struct link_wish *wish, int64_t now)
{
    (void)now;
    asked = *wish;
    demands = wish->fingerprint != NULL;
    if (demands) memcpy(demanded, wish->fingerprint, FINGERPRINT);
    closed = left = false;
    return (struct link *)(void *)&asked;
}

void link_close(struct link *link)
{
    (void)link;
    closed = true;
}

int64_t link_watch(const struct link *link, struct net_set *set)
{
    (void)link, (void)set;
    return TALK_NEVER;
}

void link_serve(struct link *link, struct net_set *set, int64_t now)
{
    (void)link, (void)set, (void)now;
}

enum talk_result link_say(struct link *link, struct text text, int64_t now, uint64_t *number)
{
    (void)link, (void)text, (void)now;
    *number = ++next_number;
    return result;
}

enum talk_result link_kick(struct link *link, struct text name, int64_t now)
{
    (void)link, (void)name, (void)now;
    return result;
}

void link_leave(struct link *link, int64_t now)
{
    (void)link, (void)now;
    left = true;
}

const struct talk *link_talk(const struct link *link)
{
    (void)link;
    return NULL;
}

const char *link_server(const struct link *link)
{
    (void)link;
    return "server.example:9003";
}

const struct people *talk_people(const struct talk *talk)
{
    (void)talk;
    return &people;
}

const unsigned char *talk_host(const struct talk *talk)
{
    (void)talk;
    return host_id;
}

/* --- the page --- */

static struct events events;
static char told[65536]; /* since the last look */
static size_t told_size;
static struct seat_home home = {.servers = "server.example", .port = 9003, .udp_port = -1,
                                .events = &events};
static struct seat *seat;

static void tell(void *context, struct text block)
{
    (void)context;
    if (block.size >= sizeof told - told_size) abort();
    memcpy(told + told_size, block.bytes, block.size);
    told_size += block.size;
    told[told_size] = '\0';
}

static void forget(void)
{
    told_size = 0;
    told[0] = '\0';
}

static bool has(const char *words)
{
    return strstr(told, words) != NULL;
}

/* The same, and what was told is forgotten. */
static bool says(const char *words)
{
    bool right = has(words);

    if (!right) printf("# wanted %s\n# got    %.400s\n", words, told);
    forget();
    return right;
}

static void open_seat(enum seat_operation operation, const char *fingerprint)
{
    struct seat_wish wish = {.operation = operation, .fingerprint = text_of(fingerprint)};

    if (operation != SEAT_LIST) wish.room = text_of("lounge"), wish.user = text_of("alice");
    forget();
    result = TALK_OK;
    seat = seat_open(&home, &wish, 7, 0);
    if (!seat) abort();
}

static void happens(struct link_event event)
{
    asked.tell(asked.context, &event);
}

static void enter(void)
{
    open_seat(SEAT_JOIN, "");
    happens((struct link_event){.kind = LINK_ENTERED});
}

static void leave_all(void)
{
    seat_close(seat);
    forget();
}

/* --- the list of rooms --- */

/* Exactly this list becomes of those lines. */
static bool lists(const char *lines, const char *rooms)
{
    char wanted[512];

    open_seat(SEAT_LIST, "");
    happens((struct link_event){.kind = LINK_LISTED, .text = text_of(lines)});
    snprintf(wanted, sizeof wanted, "\"rooms\":[%s],\"more\":false}", rooms);
    bool right = says(wanted);
    leave_all();
    return right;
}

static void listing(void)
{
    static const char *const bad[] = {"", "x", "1x", "x1", "-1", "+1", "1.5", " 1", "1 ", "0x1",
                                      "01", "1e3", "1234567890", "1,\"locked\":1", "/", ":", "1/",
                                      "1:"};
    char line[64];

    ok(lists("a\t1\topen\nb\t23\tlocked\n",
             "{\"members\":1,\"locked\":false,\"name\":\"a\"},"
             "{\"members\":23,\"locked\":true,\"name\":\"b\"}"), "rooms, open and locked");
    ok(lists("a\t0\topen\nb\t999999999\topen",
             "{\"members\":0,\"locked\":false,\"name\":\"a\"},"
             "{\"members\":999999999,\"locked\":false,\"name\":\"b\"}"),
       "the smallest and the largest count");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(line, sizeof line, "a\t%s\topen\nb\t2\topen\n", bad[i]);
        ok(lists(line, "{\"members\":2,\"locked\":false,\"name\":\"b\"}"),
           "\"%s\" is no count, and does not reach the page's JSON", bad[i]);
    }
    ok(lists("\t1\topen\n\n\t\t\na\tb\tc\td\n", ""), "what is no line of a list is passed over");
    open_seat(SEAT_LIST, "");
    happens((struct link_event){.kind = LINK_LISTED, .text = text_of("a\t1\topen\n...\n")});
    ok(says("],\"more\":true}"), "a list that was cut says so");
    happens((struct link_event){.kind = LINK_OVER, .end = LINK_DONE});
    ok(seat_done(seat) && !has("refused"), "and is done");
    leave_all();
}

/* --- refusals --- */

static void refusing(void)
{
    static const char *const words[] = {
        "malformed", "exists", "none", "password", "name", "malformed", "full", "full", "busy",
        "busy", "put-out", "busy"};
    enum { WORDS_COUNT = sizeof words / sizeof words[0] };
    char wanted[64];

    for (int status = -1; status < 300; status++) {
        bool known = status >= 0 && status < WORDS_COUNT;
        open_seat(SEAT_JOIN, "");
        happens((struct link_event){.kind = LINK_OVER, .end = LINK_REFUSED, .status = status,
                                    .text = text_of("why")});
        snprintf(wanted, sizeof wanted, "\"status\":\"%s\"", known ? words[status] : words[0]);
        bool right = has(wanted) && has("\"kind\":\"refused\"") && seat_done(seat);
        if (known || !right || status == 299) {
            ok(right, "status %d is told as %s", status, known ? words[status] : words[0]);
        }
        leave_all();
        if (!right) break;
    }
    open_seat(SEAT_JOIN, "");
    happens((struct link_event){.kind = LINK_OVER, .end = LINK_FAILED, .text = text_of("no way")});
    ok(has("\"status\":\"unreachable\"") && says("No way"),
       "no server: the link's words, as a sentence");
    leave_all();
}

/* --- keys --- */

static void keys(void)
{
    static const unsigned char shown[FINGERPRINT] = "thirty-two bytes of fingerprint";
    unsigned char found[FINGERPRINT];
    char digits[FINGERPRINT_DIGITS + 1], other[FINGERPRINT_DIGITS + 1];

    fingerprint_print(shown, digits);
    memcpy(other, digits, sizeof other);
    open_seat(SEAT_JOIN, digits);
    ok(!demands && known_find("server.example:9003", found) == KNOWN_NO,
       "a yes to a question that was not asked is none");
    happens((struct link_event){.kind = LINK_OVER, .end = LINK_KEY_UNKNOWN, .fingerprint = shown});
    ok(has("\"status\":\"key-unknown\"") && says(digits), "an unknown key is asked about");
    leave_all();
    for (size_t i = 0; i < FINGERPRINT_DIGITS; i += FINGERPRINT_DIGITS - 1) {
        other[i] = other[i] == '0' ? '1' : '0';
        open_seat(SEAT_JOIN, other);
        ok(!demands && known_find("server.example:9003", found) == KNOWN_NO,
           "a yes to another key is none: digit %zu differs", i + 1);
        leave_all();
        other[i] = digits[i];
    }
    open_seat(SEAT_JOIN, digits);
    ok(demands && memcmp(demanded, shown, FINGERPRINT) == 0, "after a yes that key is demanded");
    ok(known_find("server.example:9003", found) == KNOWN_YES
           && memcmp(found, shown, FINGERPRINT) == 0, "and noted");
    leave_all();
    open_seat(SEAT_JOIN, "");
    happens((struct link_event){.kind = LINK_KEY_NEW, .fingerprint = shown});
    ok(told_size == 0, "a new key is not told before we are in");
    happens((struct link_event){.kind = LINK_ENTERED});
    ok(has("\"kind\":\"key\"") && says(digits), "but then");
    leave_all();
}

/* --- in the room --- */

static void lines(void)
{
    struct talk_news news = {.kind = NEWS_SAID, .name = text_of("alice"), .own = true};
    char failed[80];
    uint64_t number, first;
    int taken = 0;

    enter();
    ok(has("\"state\":\"open\"") && has("\"name\":\"lounge\"") && says("\"you\":\"alice\""),
       "who is in has a room");
    ok(!seat_say(seat, text_of("one"), 0, &first) && says("\"kind\":\"sent\""),
       "what is said is told as sent");
    if (seat_say(seat, text_of("two"), 0, &number)) abort();
    news.number = first;
    news.text = text_of("one");
    happens((struct link_event){.kind = LINK_NEWS, .news = &news});
    ok(has("\"own\":true") && says("\"kind\":\"said\""), "and as said, when it has come back");
    happens((struct link_event){.kind = LINK_OVER, .end = LINK_CLOSED});
    snprintf(failed, sizeof failed, "\"number\":%u", (unsigned)number);
    bool the_other = has("\"kind\":\"failed\"") && has(failed);
    snprintf(failed, sizeof failed, "\"number\":%u,", (unsigned)first);
    ok(the_other && !has(failed) && says("\"state\":\"over\""),
       "what has not come back when the room ends has failed, and nothing else");
    ok(seat_say(seat, text_of("x"), 0, &number) && seat_kick(seat, text_of("bob"), 0),
       "in a room that is over nothing can be done");
    leave_all();

    enter();
    while (taken < 1000 && !seat_say(seat, text_of("x"), 0, &number)) taken++;
    ok(taken == 64, "64 lines can be on their way");
    news.number = number;
    happens((struct link_event){.kind = LINK_NEWS, .news = &news});
    ok(!seat_say(seat, text_of("x"), 0, &number), "one that has come back makes space");
    leave_all();
}

static void leaving(void)
{
    enter();
    happens((struct link_event){.kind = LINK_AWAY});
    ok(seat_shown(seat) && says("\"state\":\"reconnecting\""), "a silent server is told");
    happens((struct link_event){.kind = LINK_BACK});
    ok(says("\"state\":\"open\""), "and its return");
    seat_leave(seat, 1000);
    ok(left && !seat_shown(seat) && !seat_done(seat) && says("\"kind\":\"gone\""),
       "who leaves is gone from the page at once, and the server is told");
    ok(seat_watch(seat, NULL) == 1000 + SEAT_FAREWELL, "it has some time to hear it");
    seat_serve(seat, NULL, 1000 + SEAT_FAREWELL - 1);
    bool early = seat_done(seat);
    seat_serve(seat, NULL, 1000 + SEAT_FAREWELL);
    ok(!early && seat_done(seat), "and no more");
    leave_all();
    ok(closed, "the link is closed with it");
    open_seat(SEAT_JOIN, "");
    seat_leave(seat, 1000);
    ok(seat_done(seat) && !left, "one that is not in yet is done at once");
    leave_all();
}

int main(void)
{
    const char *folder = getenv("TMPDIR");
    char path[300];

    plan(59);
    snprintf(path, sizeof path, "%s/seat.%ld", folder ? folder : "/tmp", (long)getpid());
    setenv("CHAT_KNOWN", path, 1);
    events_open(&events, tell, NULL);
    if (!people_create(&people, (struct hash_key){{1, 2}})) abort();
    listing();
    refusing();
    keys();
    lines();
    leaving();
    people_destroy(&people);
    events_close(&events);
    unlink(path);
    return done();
}
