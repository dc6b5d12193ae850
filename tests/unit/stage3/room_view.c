/* links: stage3/member/room_list.c */
/* links: stage3/member/reason.c stage3/window/room_view.c stage3/window/events.c */
/* links: stage3/base/buffer.c stage3/window/words.c stage3/member/invitation.c stage3/base/hex.c */
/* links: stage3/base/path.c stage3/base/address.c */
/* links: stage3/member/known_hosts.c stage3/base/ordinary.c stage3/base/server_list.c */
/* links: stage3/member/members.c stage3/base/table.c stage3/base/hash.c stage3/base/random.c */
/* links: stage3/base/program.c stage3/base/text.c stage3/member/notice.c */
/*
 * room_view: what a page is told, with a session that is played here: the test tells its events.
 */
#include "window/room_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "member/client_session.h"
#include "tap.h"

/* --- the session --- */

static struct client_session_params asked; /* by the last client_session_open */
static unsigned char demanded[FINGERPRINT];
static bool demands, closed, left;
static uint64_t next_number;
static enum membership_result result;
static struct members members;
static const unsigned char host_id[SEAL_ID] = "the host's id..";

struct client_session *client_session_open(const struct client_session_params *params, int64_t now)
{
    (void)now;
    asked = *params;
    demands = params->fingerprint != NULL;
    if (demands) memcpy(demanded, params->fingerprint, FINGERPRINT);
    closed = left = false;
    return (struct client_session *)(void *)&asked;
}

void client_session_close(struct client_session *session)
{
    (void)session;
    closed = true;
}

int64_t client_session_watch(const struct client_session *session, struct net_set *set)
{
    (void)session, (void)set;
    return MEMBERSHIP_NEVER;
}

void client_session_serve(struct client_session *session, struct net_set *set, int64_t now)
{
    (void)session, (void)set, (void)now;
}

enum membership_result client_session_say(struct client_session *session, struct text text,
                                          int64_t now, uint64_t *number)
{
    (void)session, (void)text, (void)now;
    *number = ++next_number;
    return result;
}

enum membership_result client_session_kick(struct client_session *session, struct text name,
                                           int64_t now)
{
    (void)session, (void)name, (void)now;
    return result;
}

void client_session_leave(struct client_session *session, int64_t now)
{
    (void)session, (void)now;
    left = true;
}

const struct membership *client_session_membership(const struct client_session *session)
{
    (void)session;
    return NULL;
}

const char *client_session_server(const struct client_session *session)
{
    (void)session;
    return "server.example:9003";
}

static unsigned char proved[FINGERPRINT]; /* the key of the server, which has proved it */

const unsigned char *client_session_fingerprint(const struct client_session *session)
{
    (void)session;
    return proved;
}

const struct members *membership_members(const struct membership *membership)
{
    (void)membership;
    return &members;
}

const unsigned char *membership_host(const struct membership *membership)
{
    (void)membership;
    return host_id;
}

/* --- the page --- */

static struct events events;
static char told[65536]; /* since the last look */
static size_t told_size;
static struct room_view_home home = {.servers = "server.example", .port = 9003, .udp_port = -1,
                                     .events = &events};
static struct room_view *view;

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

static void open_view(enum room_view_operation operation, const char *fingerprint)
{
    struct room_view_params params = {.operation = operation, .fingerprint = text_of(fingerprint)};

    if (operation != ROOM_VIEW_LIST)
        params.room = text_of("lounge"), params.user = text_of("alice");
    forget();
    result = MEMBERSHIP_OK;
    view = room_view_open(&home, &params, 7, 0);
    if (!view) abort();
}

static void happens(struct client_session_event event)
{
    asked.tell(asked.context, &event);
}

static void enter(void)
{
    open_view(ROOM_VIEW_JOIN, "");
    happens((struct client_session_event){.kind = CLIENT_SESSION_ENTERED});
}

static void leave_all(void)
{
    room_view_close(view);
    forget();
}

/* --- the list of rooms --- */

/* Exactly this list becomes of those lines. */
static bool lists(const char *lines, const char *rooms)
{
    char wanted[512];

    open_view(ROOM_VIEW_LIST, "");
    happens((struct client_session_event){.kind = CLIENT_SESSION_LISTED, .text = text_of(lines)});
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
             "{\"members\":23,\"locked\":true,\"name\":\"b\"}"),
       "open and locked rooms are listed");
    ok(lists("a\t0\topen\nb\t999999999\topen",
             "{\"members\":0,\"locked\":false,\"name\":\"a\"},"
             "{\"members\":999999999,\"locked\":false,\"name\":\"b\"}"),
       "the smallest and the largest number are listed");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(line, sizeof line, "a\t%s\topen\nb\t2\topen\n", bad[i]);
        ok(lists(line, "{\"members\":2,\"locked\":false,\"name\":\"b\"}"),
           "\"%s\" is no count, and does not reach the page's JSON", bad[i]);
    }
    ok(lists("\t1\topen\n\n\t\t\na\tb\tc\td\n", ""), "invalid lines of a list are ignored");
    open_view(ROOM_VIEW_LIST, "");
    happens((struct client_session_event){.kind = CLIENT_SESSION_LISTED,
                                          .text = text_of("a\t1\topen\n...\n")});
    ok(says("],\"more\":true}"), "a list that was cut says so");
    happens((struct client_session_event){.kind = CLIENT_SESSION_OVER, .end = CLIENT_SESSION_DONE});
    ok(room_view_done(view) && !has("refused"), "a view is done after its list");
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
        open_view(ROOM_VIEW_JOIN, "");
        happens((struct client_session_event){.kind = CLIENT_SESSION_OVER,
                                              .end = CLIENT_SESSION_REFUSED,
                                              .status = status,
                                              .text = text_of("why")});
        snprintf(wanted, sizeof wanted, "\"status\":\"%s\"", known ? words[status] : words[0]);
        bool right = has(wanted) && has("\"kind\":\"refused\"") && room_view_done(view);
        if (known || !right || status == 299) {
            ok(right, "status %d is told as %s", status, known ? words[status] : words[0]);
        }
        leave_all();
        if (!right) break;
    }
    open_view(ROOM_VIEW_JOIN, "");
    happens((struct client_session_event){
        .kind = CLIENT_SESSION_OVER, .end = CLIENT_SESSION_FAILED, .text = text_of("no way")});
    ok(has("\"status\":\"unreachable\"") && says("No way"),
       "a failed connection is told in a sentence");
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
    open_view(ROOM_VIEW_JOIN, digits);
    ok(!demands && known_hosts_find("server.example:9003", found) == KNOWN_HOSTS_NO,
       "a yes to a question that was not asked is none");
    happens((struct client_session_event){
        .kind = CLIENT_SESSION_OVER, .end = CLIENT_SESSION_KEY_UNKNOWN, .fingerprint = shown});
    ok(has("\"status\":\"key-unknown\"") && says(digits), "an unknown key is asked about");
    leave_all();
    for (size_t i = 0; i < FINGERPRINT_DIGITS; i += FINGERPRINT_DIGITS - 1) {
        other[i] = other[i] == '0' ? '1' : '0';
        open_view(ROOM_VIEW_JOIN, other);
        ok(!demands && known_hosts_find("server.example:9003", found) == KNOWN_HOSTS_NO,
           "a yes to another key is none: digit %zu differs", i + 1);
        leave_all();
        other[i] = digits[i];
    }
    open_view(ROOM_VIEW_JOIN, digits);
    ok(demands && memcmp(demanded, shown, FINGERPRINT) == 0, "a confirmed key is demanded");
    ok(known_hosts_find("server.example:9003", found) == KNOWN_HOSTS_YES
           && memcmp(found, shown, FINGERPRINT) == 0, "a confirmed key is stored");
    leave_all();
    open_view(ROOM_VIEW_JOIN, "");
    happens((struct client_session_event){.kind = CLIENT_SESSION_KEY_NEW, .fingerprint = shown});
    ok(told_size == 0, "a new key is not told before we are in");
    happens((struct client_session_event){.kind = CLIENT_SESSION_ENTERED});
    ok(has("\"kind\":\"key\"") && says(digits), "a new key is told after the admission");
    leave_all();
}

/* --- in the room --- */

static void lines(void)
{
    struct news news = {.kind = NEWS_SAID, .name = text_of("alice"), .own = true};
    char failed[80];
    uint64_t number, first;
    int taken = 0;

    enter();
    ok(has("\"state\":\"open\"") && has("\"name\":\"lounge\"") && says("\"you\":\"alice\""),
       "an admitted view has a room");
    ok(!room_view_say(view, text_of("one"), 0, &first) && says("\"kind\":\"sent\""),
       "a line is told as sent");
    if (room_view_say(view, text_of("two"), 0, &number)) abort();
    news.number = first;
    news.text = text_of("one");
    happens((struct client_session_event){.kind = CLIENT_SESSION_NEWS, .news = &news});
    ok(has("\"own\":true") && says("\"kind\":\"said\""), "a line that came back is told as said");
    happens(
        (struct client_session_event){.kind = CLIENT_SESSION_OVER, .end = CLIENT_SESSION_CLOSED});
    snprintf(failed, sizeof failed, "\"number\":%u", (unsigned)number);
    bool the_other = has("\"kind\":\"failed\"") && has(failed);
    snprintf(failed, sizeof failed, "\"number\":%u,", (unsigned)first);
    ok(the_other && !has(failed) && says("\"state\":\"over\""),
       "only lines that have not come back are told as failed");
    ok(room_view_say(view, text_of("x"), 0, &number) && room_view_kick(view, text_of("bob"), 0),
       "a closed room takes no line and no kick");
    leave_all();

    enter();
    while (taken < 1000 && !room_view_say(view, text_of("x"), 0, &number)) taken++;
    ok(taken == 64, "64 lines can be on their way");
    news.number = number;
    happens((struct client_session_event){.kind = CLIENT_SESSION_NEWS, .news = &news});
    ok(!room_view_say(view, text_of("x"), 0, &number), "a line that came back makes space");
    leave_all();
}

/* --- invitations --- */

/* Opens it with that line, and is the session opened so? `key`: all bytes of it; -1: none. */
static bool opens_at(const char *line, const char *servers, uint16_t port, long udp_port, int key)
{
    static struct invitation_store store;
    struct invitation invitation;
    unsigned char wanted[FINGERPRINT];

    memset(wanted, key, sizeof wanted);
    if (!invitation_parse(text_of(line), &store, &invitation)) abort();
    struct room_view_params params = {.operation = ROOM_VIEW_JOIN, .room = text_of("lounge"),
                                      .user = text_of("alice"), .invitation = &invitation};
    forget();
    view = room_view_open(&home, &params, 7, 0);
    if (!view) abort();
    memset(&store, 'x', sizeof store); /* the view has copied it */
    return strcmp(asked.servers, servers) == 0 && asked.port == port && asked.udp_port == udp_port
        && demands == (key >= 0) && (!demands || memcmp(demanded, wanted, FINGERPRINT) == 0);
}

static bool invites(const char *line, bool local)
{
    char out[INVITATION_LIMIT];
    bool is_local;
    size_t size = room_view_invite(view, out, &is_local);
    bool right = text_equal((struct text){out, size}, text_of(line)) && is_local == local;

    if (!right) printf("# %.*s\n", (int)size, out);
    return right;
}

static void invitations(void)
{
    static const char fives[] = "5555555555555555555555555555555555555555555555555555555555555555";
    static const char other[] = "chat3 -k 55555555555555555555555555555555"
                                "55555555555555555555555555555555 -u 9 -j lounge 'b:1,[::1]:2'";
    unsigned char key[FINGERPRINT];
    char line[256];

    unlink(getenv("CHAT_KNOWN"));
    home.program = "chat3";
    enter();
    ok(!has("\"server\":"), "the usual server is not told with each room");
    memset(proved, 0x55, sizeof proved);
    snprintf(line, sizeof line, "chat3 -k %s -j lounge server.example:9003", fives);
    ok(invites(line, false), "an invitation demands the key of the session, though no file has it");
    memset(key, 0x66, sizeof key);
    if (known_hosts_add("server.example:9003", key) != 0) abort();
    ok(invites(line, false), "the invitation has the session's key, whatever the file has");
    leave_all();

    ok(opens_at(other, "b:1,[::1]:2", 0, 9, 0x55),
       "an invitation opens a room with its servers, port and key");
    happens((struct client_session_event){.kind = CLIENT_SESSION_ENTERED});
    ok(says("\"server\":\"b:1\""), "another server than the usual one is told");
    ok(invites(other, true), "the room's own invitation is the same, and partly for here only");
    leave_all();
    ok(opens_at("x -j lounge b:1", "b:1", 0, -1, -1), "no key is demanded without one");
    leave_all();
    ok(opens_at("x -j lounge server.example:9003", "server.example:9003", 0, -1, -1),
       "an invitation to the usual server opens a view");
    happens((struct client_session_event){.kind = CLIENT_SESSION_ENTERED});
    ok(!has("\"server\":"), "the usual server is not told");
    leave_all();

    memset(key, 0x77, sizeof key);
    home.fingerprint = key;
    snprintf(line, sizeof line, "x -k %s -j lounge server.example:9003", fives);
    ok(opens_at(line, "server.example:9003", 0, -1, 0x77),
       "the key that the program was given goes before an invitation's");
    leave_all();
    ok(opens_at(other, "b:1,[::1]:2", 0, 9, 0x55),
       "the program's key does not count at another server");
    leave_all();
    ok(opens_at("x -j lounge b:1", "b:1", 0, -1, -1), "another server without a key demands none");
    leave_all();
    home.fingerprint = NULL;
}

static void leaving(void)
{
    enter();
    happens((struct client_session_event){.kind = CLIENT_SESSION_AWAY});
    ok(room_view_shown(view) && says("\"state\":\"reconnecting\""), "a silent server is told");
    happens((struct client_session_event){.kind = CLIENT_SESSION_BACK});
    ok(says("\"state\":\"open\""), "the return of the server is told");
    room_view_leave(view, 1000);
    ok(left && !room_view_shown(view) && !room_view_done(view) && says("\"kind\":\"gone\""),
       "a view that leaves is gone from the page at once");
    ok(room_view_watch(view, NULL) == 1000 + ROOM_VIEW_FAREWELL,
       "the server has some time to acknowledge the leave");
    room_view_serve(view, NULL, 1000 + ROOM_VIEW_FAREWELL - 1);
    bool early = room_view_done(view);
    room_view_serve(view, NULL, 1000 + ROOM_VIEW_FAREWELL);
    ok(!early && room_view_done(view), "the view is done after that time");
    leave_all();
    ok(closed, "the session is closed with it");
    open_view(ROOM_VIEW_JOIN, "");
    room_view_leave(view, 1000);
    ok(room_view_done(view) && !left, "a view that is not admitted is done at once");
    leave_all();
}

int main(void)
{
    const char *folder = getenv("TMPDIR");
    char path[300];

    plan(71);
    snprintf(path, sizeof path, "%s/seat.%ld", folder ? folder : "/tmp", (long)getpid());
    setenv("CHAT_KNOWN", path, 1);
    events_open(&events, tell, NULL);
    if (!members_create(&members, (struct hash_key){{1, 2}})) abort();
    listing();
    refusing();
    keys();
    lines();
    leaving();
    invitations();
    members_destroy(&members);
    events_close(&events);
    unlink(path);
    return done();
}
