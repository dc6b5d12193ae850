/* links: stage3/member/reason.c stage3/member/client_session.c stage3/net/net.c */
/* links: stage3/base/host.c */
/* links: stage3/base/address.c stage3/member/known_hosts.c stage3/base/ordinary.c */
/* links: stage3/base/server_list.c stage3/base/program.c stage3/base/text.c */
/* links: stage3/base/hash.c stage3/crypto/constant.c */
/*
 * client_session: in which order it connects, computes and asks, what it gives away when, and what
 * it leaves open. The sockets are real; the exchange, the talk and the password's key are played
 * here.
 */
#include "member/client_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/random.h"
#include "keys/keyfile.h"
#include "member/known_hosts.h"
#include "member/password.h"
#include "net/resolver.h"
#include "tap.h"

static char path[300];              /* of the file of known servers */
static int listener;
static struct address where;        /* its address */
static unsigned char key[FINGERPRINT] = "the fingerprint of this server.", own[FINGERPRINT];

/* --- what is played --- */

static char steps[256];             /* what happened, a letter each */
static char computed[64];           /* the password whose key was computed last */
static size_t computed_size;
static struct request request;      /* of the last exchange that had one */
static unsigned char proof[SEAL_KEY];
static bool has_proof;
static enum handshake_progress comes; /* what the next exchange ends with */
static int status;

static void step(char letter)
{
    size_t size = strlen(steps);

    if (size + 1 < sizeof steps) steps[size] = letter, steps[size + 1] = '\0';
}

bool resolver_is_number(const char *host) { return host[0] == '1'; }
void resolver_start(void *secret, size_t size) { (void)secret, (void)size; }
int resolver_fd(void) { return -1; }
bool lookup_over(struct lookup *lookup) { return lookup->state != LOOKUP_WAITS; }
void lookup_stop(struct lookup *lookup) { lookup->state = LOOKUP_NONE; }
bool keyfile_own(unsigned char fingerprint[FINGERPRINT])
{
    memcpy(fingerprint, own, FINGERPRINT);
    return own[0] != 0;
}

static enum lookup_state looks = LOOKUP_FOUND; /* what becomes of a look-up */

void lookup_start(struct lookup *lookup, const char *host, uint16_t port)
{
    (void)host, (void)port;
    lookup->state = looks;
    snprintf(lookup->why, sizeof lookup->why, "there is no such name");
    lookup->count = 1;
    lookup->list[0] = where;
}

/* Each byte that is drawn is this one, so that one that was not is seen. */
enum { DRAWN = 0xE7 };

void random_bytes(void *bytes, size_t size) { memset(bytes, DRAWN, size); }

void password_start(struct pbkdf2 *work, struct text password,
                    const unsigned char fingerprint[SHA256_BYTES], struct text room)
{
    (void)work;
    step(memcmp(fingerprint, key, FINGERPRINT) == 0 && text_equal(room, text_of("r")) ? 'P' : '!');
    computed_size = password.size;
    if (password.bytes) memcpy(computed, password.bytes, password.size);
    else step('!'); /* it was wiped already */
}

bool pbkdf2_step(struct pbkdf2 *work, uint32_t rounds)
{
    (void)work, (void)rounds;
    return true;
}

void password_end(struct pbkdf2 *work, unsigned char made[SEAL_KEY], unsigned char secret[SEAL_KEY])
{
    (void)work;
    memset(made, 'p', SEAL_KEY);
    memset(secret, 's', SEAL_KEY);
}

static struct pair spare;
static bool pair_is_good;           /* was that of the last exchange one that had been made? */

void handshake_start(struct handshake *handshake, const struct request *asked,
                     const unsigned char *demanded, struct rsa_key *moved, random_source *random,
                     void *context)
{
    (void)random, (void)context;
    pair_is_good = moved->dp[0] == 0x72727272;
    memset(moved, 0, sizeof *moved);
    memset(handshake, 0, sizeof *handshake);
    step(!asked ? 'k' : demanded ? 'D' : 'K'); /* only the key; with one demanded, or with any */
    if (asked) {
        request = *asked;
        has_proof = asked->proof != NULL;
        if (has_proof) memcpy(proof, asked->proof, SEAL_KEY);
    }
    memcpy(handshake->out, "hello", handshake->out_end = 5);
}

void handshake_sent(struct handshake *handshake, size_t size) { handshake->out_start += size; }
void handshake_end(struct handshake *handshake) { memset(handshake, 0, sizeof *handshake); }

enum handshake_progress handshake_take(struct handshake *handshake, const void *bytes, size_t size)
{
    (void)bytes, (void)size;
    memcpy(handshake->fingerprint, key, FINGERPRINT);
    handshake->status = status;
    return handshake->progress = comes;
}

static char the_membership; /* its address is all there is */
static enum membership_state state;
static struct membership_params params_; /* that it was made with */
static bool wants, silent, dropped, good = true, connected = true;

struct membership *membership_create(const struct membership_params *params)
{
    step(params->secret ? 'T' : 't');
    params_ = *params;
    return (struct membership *)(void *)&the_membership;
}
void membership_destroy(struct membership *membership)
{
    if (membership) step('d');
}
bool membership_admit(struct membership *membership, const struct seal_keys *keys,
                      struct text answer, int64_t now)
{
    (void)membership, (void)keys, (void)answer, (void)now;
    return good;
}
bool membership_connected(const struct membership *membership) { return membership && connected; }
void membership_doubt(struct membership *membership, int64_t now) { (void)membership, (void)now; }
int64_t membership_due(const struct membership *membership)
{
    return membership ? MEMBERSHIP_NEVER : 0;
}
enum membership_result membership_kick(struct membership *membership, struct text name, int64_t now)
{
    return membership && name.size > 0 && now > 0 ? MEMBERSHIP_OK : MEMBERSHIP_NOBODY;
}
void membership_leave(struct membership *membership, int64_t now)
{
    (void)membership, (void)now, state = MEMBERSHIP_LEFT;
}
bool membership_over(const struct membership *membership)
{
    return membership && state != MEMBERSHIP_HERE;
}
void membership_position(struct membership *membership, struct request *resume,
                         unsigned char starts[REQUEST_STARTS * REQUEST_START])
{
    static const unsigned char room_id[SEAL_ID];

    (void)membership, (void)starts;
    resume->room_id = room_id;
    resume->next = resume->number = 1;
    resume->starts = 0;
}
bool membership_receive(struct membership *membership, void *bytes, size_t size, int64_t now)
{
    (void)membership, (void)bytes, (void)size, (void)now;
    return true;
}
enum membership_result membership_say(struct membership *membership, struct text text, int64_t now,
                                      uint64_t *number)
{
    *number = 1;
    return membership && text.size > 0 && now > 0 ? MEMBERSHIP_OK : MEMBERSHIP_BAD_TEXT;
}
bool membership_silent(const struct membership *membership, int64_t now)
{
    return membership && now > 0 && silent;
}
bool membership_dropped(const struct membership *membership) { return membership && dropped; }
enum membership_state membership_state(const struct membership *membership)
{
    return membership ? state : MEMBERSHIP_WAITING;
}
void membership_tick(struct membership *membership, int64_t now) { (void)membership, (void)now; }
bool membership_wants_resume(const struct membership *membership, int64_t now)
{
    return membership && now > 0 && wants;
}

/* A pair is a matter of some turns: until then nothing is connected. */
static int pair_turns;              /* until the next one is there */
static int pairs_taken;

bool pair_take(struct pair *pair, struct rsa_key *made)
{
    if (!pair || pair_turns-- > 0) return false;
    memset(made, 'r', sizeof *made);
    pairs_taken++;
    return true;
}
void pair_want(struct pair *pair) { pair->wanted = true; }

/* --- the user and the server --- */

static struct client_session *session;
static struct client_session_event last; /* the last that was told, */
static char words[512];                  /* and its text */
static char told[64];                    /* a letter an event */
static int64_t now;
static bool impatient;              /* is the next link? */
static long udp_port = 9;           /* of its server */
static int before;                  /* descriptors that were open when there was no link */

static void tell(void *context, const struct client_session_event *event)
{
    static const char letters[] = "NELnABMWO";
    size_t size = strlen(told);

    (void)context;
    last = *event;
    snprintf(words, sizeof words, "%.*s", (int)event->text.size, event->text.bytes);
    if (size + 1 < sizeof told) told[size] = letters[event->kind], told[size + 1] = '\0';
}

static int descriptors(void) /* that are open */
{
    int count = 0;

    for (int fd = 0; fd < 64; fd++) count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* Who waits gets a byte, and the connection is closed. */
static void serve_all(void)
{
    struct address from;

    for (int client; (client = net_accept(listener, &from)) >= 0; close(client)) {
        (void)net_write(client, "x", 1);
    }
}

static void open_session(enum tcrp_operation operation, const char *password,
                         const unsigned char *demanded)
{
    struct client_session_params params = {.servers = "127.0.0.1",
                                           .port = 9003,
                                           .udp_port = udp_port,
                                           .fingerprint = demanded,
                                           .operation = operation,
                                           .password = text_of(password),
                                           .tell = tell,
                                           .impatient = impatient,
                                           .pair = &spare};

    if (operation != TCRP_LIST) params.room = text_of("r"), params.user = text_of("alice");
    steps[0] = told[0] = '\0';
    has_proof = pair_is_good = spare.wanted = false;
    computed_size = 0;
    pairs_taken = 0;
    comes = HANDSHAKE_ANSWERED;
    status = TCRP_OK;
    state = MEMBERSHIP_HERE;
    wants = silent = dropped = false;
    good = connected = true;
    looks = LOOKUP_FOUND;
    now = 1000;
    serve_all(); /* those of the test before */
    before = descriptors();
    session = client_session_open(&params, now);
    if (!session) abort();
}

/* The loop, until that has happened; the server accepts and sends a byte. False: 5 seconds of the
   link's time are over. */
static bool loop_until(const char *what)
{
    for (int turn = 0; turn < 500; turn++) {
        struct net_set set;
        if (strcmp(steps, what) == 0 || strcmp(told, what) == 0) return true;
        if (comes != HANDSHAKE_ON) serve_all();
        net_set_clear(&set);
        client_session_watch(session, &set);
        net_wait(&set, 2, NULL); /* all of it is in this process: none is slow */
        client_session_serve(session, &set, now += 10);
    }
    printf("# wanted %s; steps %s, told %s\n", what, steps, told);
    return false;
}

static bool nothing_open(void)
{
    client_session_close(session);
    return descriptors() == before;
}

/* --- the tests --- */

static void passwords(void)
{
    static const char password[] = "open sesame";
    static const unsigned char made[] = "pppppppppppppppppppppppppppppppp";

    open_session(TCRP_JOIN, password, key);
    ok(loop_until("E") && strcmp(steps, "PDT") == 0,
       "the key of the password first, then the rest");
    ok(computed_size == strlen(password) && memcmp(computed, password, computed_size) == 0,
       "of the whole password, its last byte too");
    ok(has_proof && memcmp(proof, made, SEAL_KEY) == 0, "the request has the proof of it");
    ok(nothing_open() && strcmp(steps, "PDTd") == 0, "nothing stays open");

    open_session(TCRP_JOIN, "x", key);
    ok(loop_until("E") && computed_size == 1 && computed[0] == 'x', "one byte is a password");
    ok(nothing_open(), "nothing stays open");

    open_session(TCRP_JOIN, "", key);
    ok(loop_until("E") && strcmp(steps, "Dt") == 0 && !has_proof, "without one there is no proof");
    ok(nothing_open(), "nothing stays open");

    open_session(TCRP_JOIN, password, NULL);
    comes = HANDSHAKE_KEY_SEEN;
    ok(loop_until("O") && strcmp(steps, "k") == 0 && last.end == CLIENT_SESSION_KEY_UNKNOWN,
       "a server that is met for the first time is asked for its key, and for nothing else");
    ok(computed_size == 0, "nothing is computed for it");
    ok(nothing_open(), "nothing stays open");

    memcpy(own, key, FINGERPRINT);
    open_session(TCRP_JOIN, password, NULL);
    comes = HANDSHAKE_KEY_SEEN;
    ok(loop_until("kP"), "if it is the user's own key, the password's is computed");
    comes = HANDSHAKE_ANSWERED;
    ok(loop_until("kPDT") && has_proof, "and that key is demanded from then on");
    ok(nothing_open(), "nothing stays open");
    own[FINGERPRINT - 1] ^= 1;
    unlink(path);
    open_session(TCRP_JOIN, password, NULL);
    comes = HANDSHAKE_KEY_SEEN;
    ok(loop_until("O") && last.end == CLIENT_SESSION_KEY_UNKNOWN && computed_size == 0,
       "a key that differs in its last byte is not the user's own");
    ok(nothing_open(), "nothing stays open");
    own[0] = 0;
    unlink(path);
}

static void closing(void)
{
    struct net_set set;

    open_session(TCRP_JOIN, "", key);
    ok(nothing_open() && told[0] == '\0', "closed before it began: nothing was opened");
    open_session(TCRP_JOIN, "", key);
    net_set_clear(&set);
    client_session_serve(session, &set, now); /* it connects, and nobody looks whether it is
                                                 connected */
    bool opened = descriptors() != before;
    ok(opened && nothing_open() && told[0] == '\0', "closed while it connects");
    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_ON;
    ok(loop_until("D") && descriptors() != before && nothing_open(), "closed in the exchange");
    open_session(TCRP_JOIN, "", key);
    ok(loop_until("E") && descriptors() != before && nothing_open(), "closed while it is in");
    open_session(TCRP_JOIN, "", key);
    net_set_clear(&set);
    client_session_serve(session, &set, now);
    client_session_leave(session, now);
    ok(strcmp(told, "O") == 0 && last.end == CLIENT_SESSION_LEFT && descriptors() == before,
       "one that leaves while it connects is over, and has closed");
    ok(client_session_watch(session, &set) == MEMBERSHIP_NEVER, "it waits for nothing");
    client_session_close(session);
}

static void ends(void)
{
    bool worded = true, known = true;

    for (int refusal = 1; refusal < 256; refusal++) {
        if (refusal == TCRP_BUSY || refusal == TCRP_APART) continue; /* those are tried again */
        open_session(TCRP_JOIN, "", key);
        status = refusal;
        if (!loop_until("O") || last.end != CLIENT_SESSION_REFUSED || last.status != refusal)
            known = false;
        if (last.text.size < 10) worded = false;
        if (!nothing_open() || !known) break;
    }
    ok(known, "each status is told as it came");
    ok(worded, "and has its words");
    open_session(TCRP_LIST, "", key);
    ok(loop_until("LO") && last.end == CLIENT_SESSION_DONE, "a list is told, and that is all");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_KEY_CHANGED;
    ok(loop_until("O") && last.end == CLIENT_SESSION_KEY_CHANGED,
       "another key than the one demanded");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_MALFORMED;
    ok(loop_until("O") && last.end == CLIENT_SESSION_FAILED, "nonsense");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", key);
    state = MEMBERSHIP_KICKED;
    ok(loop_until("EO") && last.end == CLIENT_SESSION_KICKED, "the host kicks us");
    ok(nothing_open(), "nothing stays open");
}

/* Each exchange has a pair of its own, and none begins without one. */
static void pairs(void)
{
    pair_turns = 5;
    open_session(TCRP_JOIN, "", key);
    struct net_set set;
    net_set_clear(&set);
    client_session_serve(session, &set, now);
    ok(client_session_watch(session, &set) == MEMBERSHIP_NEVER && descriptors() == before,
       "without a pair it does not connect, and its owner need not look at it");
    ok(loop_until("E") && pair_is_good && pairs_taken == 1, "when there is one, it does");
    ok(spare.wanted, "and the next is wanted");
    ok(nothing_open(), "nothing stays open");

    open_session(TCRP_JOIN, "", key);
    status = TCRP_BUSY;
    ok(loop_until("DDD") && pair_is_good && pairs_taken == 3, "each try takes another one");
    ok(nothing_open(), "nothing stays open");

    close(listener);
    open_session(TCRP_JOIN, "", key);
    ok(loop_until("O") && last.end == CLIENT_SESSION_FAILED && steps[0] == '\0' && !spare.wanted,
       "where nobody listens none is shown, and no other one is wanted");
    ok(nothing_open(), "nothing stays open");
}

/* In the first five seconds, which is how long loop_until looks. */
static void busy(void)
{
    open_session(TCRP_JOIN, "", key);
    status = TCRP_BUSY;
    ok(loop_until("W") && last.text.size > 0, "a user is told soon that the server is busy");
    ok(!loop_until("WW") && strcmp(told, "W") == 0, "once, and it goes on");
    ok(nothing_open(), "nothing stays open");
    impatient = true;
    open_session(TCRP_JOIN, "", key);
    impatient = false;
    status = TCRP_BUSY;
    ok(loop_until("WO") && last.end == CLIENT_SESSION_REFUSED && last.status == TCRP_BUSY
           && nothing_open(),
       "one that nobody sees waiting is over soon");
}

/* One turn of the loop at that time, in which nothing is ready. */
static void idle(int64_t at)
{
    struct net_set set;

    net_set_clear(&set);
    client_session_watch(session, &set);
    net_set_clear(&set);
    client_session_serve(session, &set, now = at);
}

static bool failed(const char *why)
{
    bool right = strcmp(told, "O") == 0 && last.end == CLIENT_SESSION_FAILED && strstr(words, why);

    if (!right) printf("# told %s: %s\n", told, words);
    return right;
}

/* What takes too long ends, neither before its time nor after it. */
static void timeouts(void)
{
    struct net_set set;

    open_session(TCRP_JOIN, "", key);
    idle(1000);
    ok(client_session_watch(session, &set) == 11000, "a connection may take 10 seconds");
    idle(10999);
    ok(told[0] == '\0', "and is waited for that long");
    idle(11000);
    ok(failed(strerror(ETIMEDOUT)) && nothing_open(), "but not longer: %s", words);

    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_ON; /* the server accepts, and is silent */
    ok(loop_until("D"), "it is connected, and has asked");
    int64_t until = client_session_watch(session, &set);
    ok(until - now > 9000 && until - now <= 10000,
       "the answer has to come within the same 10 seconds");
    idle(until - 1);
    ok(told[0] == '\0', "it is waited for that long");
    idle(until);
    ok(failed(strerror(ETIMEDOUT)) && nothing_open(), "but not longer: %s", words);

    open_session(TCRP_JOIN, "", key);
    looks = LOOKUP_WAITS;
    idle(1000);
    ok(client_session_watch(session, &set) == 11000, "a look-up of the name may take 10 seconds");
    idle(10999);
    ok(told[0] == '\0', "and is waited for that long");
    idle(11000);
    ok(failed("no name server answers") && nothing_open(), "but not longer: %s", words);

    open_session(TCRP_JOIN, "", key);
    looks = LOOKUP_FAILED;
    idle(1000);
    ok(failed("there is no such name") && nothing_open(), "a name that is none: %s", words);
}

/* It was in, and the server is not heard any more. */
static void coming_back(void)
{
    open_session(TCRP_JOIN, "", key);
    if (!loop_until("E")) abort();
    int64_t entered = now;
    wants = silent = true;
    idle(entered + 999);
    ok(strcmp(told, "EA") == 0 && strstr(words, "no answer from 127.0.0.1:9003 over UDP")
       && strcmp(steps, "Dt") == 0, "that it is away is told: %s", words);
    struct net_set set;
    int64_t due = client_session_watch(session, &set) - now;
    ok(due >= 500 && due <= 1000, "one that has just come in does not come back at once, but in"
       " %d ms", (int)due);
    idle(now + due - 1);
    ok(strcmp(steps, "Dt") == 0, "not before");
    ok(loop_until("EAM") && strcmp(steps, "DtD") == 0 && request.operation == TCRP_JOIN
       && request.room_id, "then it joins again, as the one that it was");
    wants = silent = false;
    ok(loop_until("EAMB"), "and when the server is heard, it is back");
    wants = true;
    dropped = true;
    silent = true;
    entered = now;
    idle(now + 1000);
    ok(strcmp(told, "EAMBA") == 0 && strstr(words, "did not hear from us"),
       "another time it is told in other words: %s", words);
    ok(loop_until("EAMBAM") && strcmp(steps, "DtDD") == 0, "and comes back at once");
    ok(nothing_open() && strcmp(steps, "DtDDd") == 0, "nothing stays open");
    looks = LOOKUP_FOUND;
}

/* While it comes back its server's name is not found any more: it is sought where it was. */
static void without_names(void)
{
    open_session(TCRP_JOIN, "", key);
    if (!loop_until("E")) abort();
    looks = LOOKUP_FAILED;
    wants = true;
    now += 1000;
    ok(loop_until("EM") && strcmp(steps, "DtD") == 0,
       "a server whose name is gone is found where it was");
    ok(nothing_open(), "nothing stays open");
}

static void refused_later(void)
{
    static const struct {
        int status;
        enum client_session_end end;
    } ends_with[] = {{TCRP_NO_ROOM, CLIENT_SESSION_CLOSED},
                     {TCRP_KICKED, CLIENT_SESSION_KICKED},
                     {TCRP_WRONG_PASSWORD, CLIENT_SESSION_REFUSED},
                     {TCRP_NAME_TAKEN, CLIENT_SESSION_REFUSED}};
    static const int passing[] = {TCRP_ROOM_FULL, TCRP_SERVER_FULL, TCRP_TOO_MANY_TRIES,
                                  TCRP_BUSY, TCRP_APART};

    for (size_t i = 0; i < sizeof ends_with / sizeof ends_with[0]; i++) {
        open_session(TCRP_JOIN, "", key);
        if (!loop_until("E")) abort();
        wants = true;
        status = ends_with[i].status;
        now += 1000;
        ok(loop_until("EO") && last.end == ends_with[i].end && nothing_open(),
           "one that was in, and is refused with %d, is out", status);
    }
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        open_session(TCRP_JOIN, "", key);
        if (!loop_until("E")) abort();
        wants = true;
        status = passing[i];
        now += 1000;
        ok(loop_until("DtDDD") && strcmp(told, "E") == 0, "with %d it tries on", status);
        status = TCRP_OK;
        ok(loop_until("EM") && nothing_open(), "until it is let in");
    }
}

static void bad_answers(void)
{
    open_session(TCRP_JOIN, "", key);
    good = false;
    ok(loop_until("O") && failed("its answer is malformed") && strcmp(steps, "Dtd") == 0
       && nothing_open(), "an answer that is none is no way in: %s", words);
}

static void new_keys(void)
{
    unlink(path);
    open_session(TCRP_JOIN, "", NULL);
    ok(loop_until("NE") && strcmp(steps, "Kt") == 0, "a key that is new is told");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", NULL);
    ok(loop_until("E") && strcmp(steps, "Dt") == 0, "the next time it is known, and demanded");
    ok(nothing_open(), "nothing stays open");
    unlink(path);
}

/* What a member says, and what it hears, goes through. */
static void talking(void)
{
    struct membership_news news = {0};
    struct address remote;
    uint64_t number = 0;
    char bytes[16] = "";

    int server = net_udp_listen("127.0.0.1", 0, &remote);
    if (server < 0) abort();
    udp_port = host_port(&remote);
    open_session(TCRP_JOIN, "", key);
    ok(client_session_say(session, text_of("x"), 1, &number) == MEMBERSHIP_FULL
           && client_session_kick(session, text_of("bob"), 1) == MEMBERSHIP_FULL
           && !client_session_membership(session),
       "before it is in nothing can be said");
    ok(strcmp(client_session_server(session), "127.0.0.1:9003") == 0, "the server's name");
    if (!loop_until("E")) abort();
    bool drawn = true;
    for (size_t i = 0; i < SEAL_KEY; i++) drawn = drawn && request.m[i] == DRAWN;
    ok(drawn, "all bytes of m are drawn");
    ok(client_session_say(session, text_of("x"), 1, &number) == MEMBERSHIP_OK && number == 1
           && client_session_kick(session, text_of("bob"), 1) == MEMBERSHIP_OK
           && client_session_membership(session) != NULL,
       "then something can");
    params_.send(params_.context, "datagram", 8);
    for (int i = 0; i < 100 && bytes[0] == '\0'; i++) {
        struct net_set set;
        net_set_clear(&set);
        net_watch(&set, server);
        net_wait(&set, 50, NULL);
        bool nobody;
        if (net_receive(server, bytes, sizeof bytes, &remote, &nobody) < 0) bytes[0] = '\0';
    }
    ok(memcmp(bytes, "datagram", 8) == 0, "a datagram goes to the server's UDP port");
    params_.event(params_.context, &news);
    ok(strcmp(told, "En") == 0 && last.news == &news, "and news are told");
    ok(params_.has_space(params_.context), "one that does not ask always has room");
    client_session_leave(session, now);
    ok(loop_until("EnO") && last.end == CLIENT_SESSION_LEFT
           && client_session_say(session, text_of("x"), 1, &number) == MEMBERSHIP_FULL
           && client_session_kick(session, text_of("bob"), 1) == MEMBERSHIP_FULL,
       "who has left says nothing any more");
    client_session_leave(session, now);
    ok(strcmp(told, "EnO") == 0, "nor leaves again");
    client_session_close(session);
    close(server);
    udp_port = 9;
    open_session(TCRP_JOIN, "", key);
    state = MEMBERSHIP_CLOSED;
    ok(loop_until("EO") && last.end == CLIENT_SESSION_CLOSED && nothing_open(),
       "a room that is closed");
}

int main(void)
{
    const char *folder = getenv("TMPDIR");

    plan(94);
    snprintf(path, sizeof path, "%s/link.%ld", folder ? folder : "/tmp", (long)getpid());
    setenv("CHAT_KNOWN", path, 1);
    signal(SIGPIPE, SIG_IGN);
    listener = net_tcp_listen("127.0.0.1", 0, &where);
    if (listener < 0) abort();
    passwords();
    closing();
    busy();
    ends();
    timeouts();
    coming_back();
    without_names();
    refused_later();
    bad_answers();
    new_keys();
    talking();
    pairs();
    unlink(path);
    return done();
}
