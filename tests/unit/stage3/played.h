/*
 * played: a client_session whose other parts are played, for tests of the order in which it works.
 * The sockets are real. The look-up of names, the exchange, the password's key and the membership
 * are functions of this file, which note their calls and end as a test has chosen.
 *
 *     played_begin("client");                  a listener, and a file of known servers
 *     open_session(TCRP_JOIN, "", key);      sets all that a test may choose to "all goes well"
 *     comes = HANDSHAKE_MALFORMED;           what this test wants instead
 *     loop_until("O")                        until these steps, or these events, have happened
 *     nothing_open()                         closes it: is every descriptor closed, too?
 *     played_end();
 *
 * Contract: for a test that is one C file; it links client_session.c, connector.c, exchange.c,
 * server_key.c and room_key.c, and none of the sources that are played.
 */
#ifndef PLAYED_H
#define PLAYED_H

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

static enum membership_state state;
static struct membership_params params_; /* that it was made with */
static bool wants, silent, dropped, good = true, connected = true;

/* Nothing looks into it. It is a block of memory so that there may be none for it. */
struct membership *membership_create(const struct membership_params *params)
{
    step(params->secret ? 'T' : 't');
    params_ = *params;
    return malloc(1);
}
void membership_destroy(struct membership *membership)
{
    if (membership) step('d');
    free(membership);
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
static bool impatient;              /* is the next session? */
static long udp_port = 9;           /* of its server */
static int before;                  /* descriptors that were open when there was no session */

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

/* Each client that waits gets a byte, and the connection is closed. */
static void serve_all(void)
{
    struct address from;

    for (int client; (client = net_accept(listener, &from)) >= 0; close(client)) {
        (void)net_write(client, "x", 1);
    }
}

/* False: there is no memory for it. */
static bool try_to_open(enum tcrp_operation operation, const char *password,
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
    return session != NULL;
}

static inline void open_session(enum tcrp_operation operation, const char *password,
                                const unsigned char *demanded)
{
    if (!try_to_open(operation, password, demanded)) abort();
}

/* One turn of the loop; the server accepts and sends a byte. */
static void turn_once(void)
{
    struct net_set set;

    if (comes != HANDSHAKE_ON) serve_all();
    net_set_clear(&set);
    client_session_watch(session, &set);
    /* All of it is in this process: nothing is slow, and a pause need not be waited for. */
    net_wait(&set, set.highest < 0 ? 0 : 2, NULL);
    client_session_serve(session, &set, now += 10);
}

/* The loop, until that has happened. False: 5 seconds of the session's time are over. */
static inline bool loop_until(const char *what)
{
    for (int turn = 0; turn < 500; turn++) {
        if (strcmp(steps, what) == 0 || strcmp(told, what) == 0) return true;
        turn_once();
    }
    printf("# wanted %s; steps %s, told %s\n", what, steps, told);
    return false;
}

static bool nothing_open(void)
{
    client_session_close(session);
    return descriptors() == before;
}

/* One turn of the loop at that time, in which nothing is ready. */
static inline void idle(int64_t at)
{
    struct net_set set;

    net_set_clear(&set);
    client_session_watch(session, &set);
    net_set_clear(&set);
    client_session_serve(session, &set, now = at);
}

static inline bool failed(const char *why)
{
    bool right = strcmp(told, "O") == 0 && last.end == CLIENT_SESSION_FAILED && strstr(words, why);

    if (!right) printf("# told %s: %s\n", told, words);
    return right;
}

static inline void played_begin(const char *name)
{
    const char *folder = getenv("TMPDIR");

    snprintf(path, sizeof path, "%s/%s.%ld", folder ? folder : "/tmp", name, (long)getpid());
    setenv("CHAT_KNOWN", path, 1);
    signal(SIGPIPE, SIG_IGN);
    listener = net_tcp_listen("127.0.0.1", 0, &where);
    if (listener < 0) abort();
}

static inline void played_end(void) { unlink(path); }

#endif
