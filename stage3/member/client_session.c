#include "client_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/program.h"
#include "base/random.h"
#include "base/server_list.h"
#include "crypto/constant.h"
#include "exchange.h"
#include "net/resolver.h"
#include "reason.h"
#include "room_key.h"
#include "server_key.h"

enum {
    PAUSE_SHORTEST = 1000,    /* milliseconds before the servers are tried again; doubled */
    PAUSE_LONGEST = 10000,    /* up to this */
    BUSY_TRIES = 8,           /* times that we come back to enter when all servers are busy, */
    FEW_TRIES = 3,            /* or have lost what they share, or somebody waits for us without
                                 a word: 3 seconds at most */
    DRAIN_LIMIT = 256,        /* datagrams taken in a turn */
    WORDS = SERVER_KEY_WORDS  /* bytes of a sentence */
};

/* The state of the TCP side. */
enum phase {
    RESTING,    /* nothing to do: the session is in the room */
    WORKING,    /* the password's key is being computed */
    PAUSING,    /* until `due` */
    PAIRING,    /* until there is an RSA pair for the exchange */
    EXCHANGING, /* the exchange with a server */
    OVER
};

struct client_session {
    /* What the owner asked for. */
    struct server_list servers;
    long udp_port;
    enum tcrp_operation operation;
    char room[NAME_LIMIT], user[NAME_LIMIT];
    size_t room_size, user_size;
    bool note_when_in, impatient;
    client_session_tell *tell;
    news_space *has_space;
    void *context;

    /* Keys. */
    unsigned char m[SEAL_KEY];
    struct pair *pair;          /* the owner's, which makes the next one */
    bool paired;                /* `rsa` is there */
    struct rsa_key rsa;         /* our pair for the next exchange */
    struct room_key room_key;
    struct server_key server_key;

    /* TCP. */
    enum phase phase;
    int64_t due;                /* milliseconds: the end of a pause */
    struct exchange exchange;
    unsigned server;            /* the server being tried, or in use */
    unsigned failures;          /* servers in a row that did not admit us */
    unsigned busy;              /* rounds of the servers in which one was busy */
    int last_busy;              /* the last status that meant busy */
    bool busy_told;
    int64_t entered_at;         /* milliseconds: when the session was last admitted */
    int64_t pause;              /* milliseconds: the last pause; 0: none yet */

    /* UDP. */
    int udp;
    struct membership *membership; /* NULL: not admitted yet */
    bool away;                     /* CLIENT_SESSION_AWAY was told, CLIENT_SESSION_BACK not yet */
    char label[SERVER_TEXT];
};

static void system_random(void *context, void *bytes, size_t size)
{
    (void)context;
    random_bytes(bytes, size);
}

/* --- events --- */

static void tell(struct client_session *session, struct client_session_event event)
{
    session->tell(session->context, &event);
}

static void close_udp(struct client_session *session)
{
    if (session->udp >= 0) close(session->udp);
    session->udp = -1;
}

static void wipe_secrets(struct client_session *session)
{
    room_key_destroy(&session->room_key);
    wipe(session->m, sizeof session->m);
    wipe(&session->rsa, sizeof session->rsa);
    session->paired = false;
}

static void end_with(struct client_session *session, struct client_session_event event)
{
    if (session->phase == OVER) return;
    session->phase = OVER;
    exchange_stop(&session->exchange);
    close_udp(session);
    wipe_secrets(session);
    event.kind = CLIENT_SESSION_OVER;
    tell(session, event);
}

static void end(struct client_session *session, enum client_session_end why, const char *words)
{
    end_with(session, (struct client_session_event){.end = why, .text = text_of(words)});
}

static void end_refused(struct client_session *session, int status)
{
    end_with(session, (struct client_session_event){.end = CLIENT_SESSION_REFUSED, .status = status,
                                                    .text = text_of(reason_of_status(status))});
}

/* Tells CLIENT_SESSION_AWAY, once until the session is back. */
static void tell_away(struct client_session *session, const char *words)
{
    if (session->away) return;
    session->away = true;
    tell(session,
         (struct client_session_event){.kind = CLIENT_SESSION_AWAY, .text = text_of(words)});
}

/* --- trying a server --- */

static void begin(struct client_session *session, int64_t now);

static void set_label(struct client_session *session)
{
    server_print(&session->servers.list[session->server], session->label);
}

/* A random time in the upper half of the pause, so that clients that were dropped together do not
   all come back together. */
static void pause_for_a_while(struct client_session *session, int64_t now)
{
    uint32_t drawn;

    random_bytes(&drawn, sizeof drawn);
    session->pause = session->pause == 0 ? PAUSE_SHORTEST : 2 * session->pause;
    if (session->pause > PAUSE_LONGEST) session->pause = PAUSE_LONGEST;
    session->phase = PAUSING;
    session->due = now + session->pause / 2 + (int64_t)(drawn % (uint32_t)(session->pause / 2 + 1));
}

static void end_failed(struct client_session *session, const char *why)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words, "no good answer from %s: %.255s; is a server running "
             "there?%.255s", session->label, why, server_key_words(&session->server_key, key));
    end(session, CLIENT_SESSION_FAILED, words);
}

static void end_busy(struct client_session *session)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words, "%s%.255s", reason_of_status(session->last_busy),
             server_key_words(&session->server_key, key));
    end_with(session, (struct client_session_event){.end = CLIENT_SESSION_REFUSED,
                                                    .status = session->last_busy,
                                                    .text = text_of(words)});
}

/* Tells CLIENT_SESSION_BUSY, once, before the first admission: it may take half a minute. */
static void tell_busy(struct client_session *session, const char *why)
{
    if (session->membership || session->busy_told) return;
    session->busy_told = true;
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_BUSY, .text = text_of(why)});
}

/* This server does not admit us now, so the next one is tried. After all of them, the session ends
   or pauses. */
static void try_next_server(struct client_session *session, const char *why, bool busy, int64_t now)
{
    exchange_restart(&session->exchange);
    session->failures++;
    if (busy) session->busy++;
    bool all = session->failures % session->servers.count == 0;
    bool few = session->impatient || session->last_busy == TCRP_APART;
    unsigned tries = few ? FEW_TRIES : BUSY_TRIES;
    if (all && !session->membership && (session->busy == 0 || session->busy >= tries)) {
        if (busy) end_busy(session);
        else end_failed(session, why);
        return;
    }
    session->server = (session->server + 1) % session->servers.count;
    server_key_leave(&session->server_key);
    set_label(session);
    if (!all) {
        begin(session, now);
        return;
    }
    pause_for_a_while(session, now);
    if (busy) tell_busy(session, why);
}

/* The address that was tried does not do. A server that is busy is so at all of its addresses. */
static void try_next(struct client_session *session, const char *why, bool busy, int64_t now)
{
    server_key_shown(&session->server_key, session->exchange.handshake.fingerprint);
    why = exchange_fail(&session->exchange, why);
    if (exchange_has_more(&session->exchange) && !busy) begin(session, now);
    else try_next_server(session, why, busy, now);
}

static void start_work(struct client_session *session)
{
    room_key_start(&session->room_key, session->server_key.fingerprint,
                   (struct text){session->room, session->room_size});
    session->server_key.settled = true; /* the room's key is valid for this server key alone */
    session->phase = WORKING;
}

/* With a password and an unknown server key, the first connection only asks for the server's key.
   */
static void start_handshake(struct client_session *session)
{
    const struct room_key *room_key = &session->room_key;
    struct request request = {.operation = session->membership ? TCRP_JOIN : session->operation,
                              .room = {session->room, session->room_size},
                              .user = {session->user, session->user_size},
                              .m = session->m,
                              .proof = room_key->made ? room_key->proof : NULL};
    unsigned char starts[REQUEST_STARTS * REQUEST_START];

    if (session->membership) membership_position(session->membership, &request, starts);
    handshake_start(&session->exchange.handshake, room_key->password ? NULL : &request,
                    session->server_key.expects ? session->server_key.fingerprint : NULL,
                    &session->rsa, system_random, NULL);
    session->paired = false;
}

static void on_handshake(struct client_session *session, int64_t now);

static void go_on(struct client_session *session, enum exchange_progress progress, int64_t now)
{
    if (progress == EXCHANGE_CONNECTED) {
        start_handshake(session); /* only now: a request to resume has the current position */
        progress = exchange_converse(&session->exchange);
    }
    if (progress == EXCHANGE_OVER) on_handshake(session, now);
    if (progress == EXCHANGE_FAILED) try_next(session, session->exchange.why, false, now);
}

static void connect_to(struct client_session *session, int64_t now)
{
    const struct server_name *server = &session->servers.list[session->server];

    if (!session->paired) session->paired = pair_take(session->pair, &session->rsa);
    session->phase = session->paired ? EXCHANGING : PAIRING;
    if (session->paired) go_on(session, exchange_connect(&session->exchange, server, now), now);
}

/* Starts the next step that is missing: the password's key, an RSA pair, or a connection. */
static void begin(struct client_session *session, int64_t now)
{
    char words[WORDS];

    if (!server_key_find(&session->server_key, session->label, words))
        end(session, CLIENT_SESSION_FAILED, words);
    else if (session->room_key.password && session->server_key.expects) start_work(session);
    else connect_to(session, now);
}

/* --- the answer --- */

/* Notes the key, now that the server has proved that it has it. */
static void note_key(struct client_session *session)
{
    const struct handshake *handshake = &session->exchange.handshake;
    char words[WORDS];
    bool in = handshake->status == TCRP_OK && session->operation != TCRP_LIST;

    if (server_key_proved(&session->server_key, session->label, handshake->fingerprint,
                          in || !session->note_when_in, words)) {
        tell(session,
             (struct client_session_event){.kind = CLIENT_SESSION_KEY_NEW,
                                           .text = text_of(words),
                                           .fingerprint = session->server_key.fingerprint});
    }
}

/* Opens a socket to the server's UDP port, from the local address that the TCP connection had. */
static int open_udp(const struct client_session *session)
{
    const struct exchange *exchange = &session->exchange;
    uint16_t port =
        session->udp_port < 0 ? host_port(&exchange->remote) : (uint16_t)session->udp_port;
    struct address remote = host_with_port(&exchange->remote, port);
    struct address local = host_with_port(&exchange->local, 0);

    return net_udp_connect(&local, &remote);
}

static void send_datagram(void *context, const void *bytes, size_t size)
{
    const struct client_session *session = context;
    int error = net_send(session->udp, NULL, bytes, size);

    /* The error is that of an earlier datagram (nobody listens there). This one was not sent. */
    if (error == ECONNREFUSED) net_send(session->udp, NULL, bytes, size);
}

static void on_news(void *context, const struct news *news)
{
    struct client_session *session = context;
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_NEWS, .news = news});
}

static bool has_space(void *context)
{
    const struct client_session *session = context;
    return !session->has_space || session->has_space(session->context);
}

static struct membership *make_membership(struct client_session *session)
{
    const struct room_key *room_key = &session->room_key;

    return membership_create(
        &(struct membership_params){.user = {session->user, session->user_size},
                                    .m = session->m,
                                    .secret = room_key->made ? room_key->secret : NULL,
                                    .random = system_random,
                                    .send = send_datagram,
                                    .tell = on_news,
                                    .has_space = has_space,
                                    .context = session});
}

/* Returns NULL, or the reason of a failure. The socket is new each time, because the route to the
   server may have changed. */
static const char *admit(struct client_session *session, struct membership *membership, int64_t now)
{
    if (!membership) return strerror(ENOMEM);
    int udp = open_udp(session);
    if (udp < 0) return strerror(errno);
    close_udp(session);
    session->udp = udp;
    const struct handshake *handshake = &session->exchange.handshake;
    bool good = membership_admit(membership, &handshake->keys, handshake->answer, now);
    return good ? NULL : "its answer is malformed";
}

/* The server has admitted us, for the first time or again. */
static void enter(struct client_session *session, int64_t now)
{
    bool first = !session->membership;
    struct membership *membership = first ? make_membership(session) : session->membership;
    const char *why = admit(session, membership, now);

    if (why) {
        if (first) membership_destroy(membership);
        try_next(session, why, false, now);
        return;
    }
    session->membership = membership;
    session->entered_at = now;
    session->exchange.falls_back = true;
    exchange_close(&session->exchange);
    session->phase = RESTING;
    session->failures = session->busy = 0;
    tell(session, (struct client_session_event){.kind = first ? CLIENT_SESSION_ENTERED
                                                              : CLIENT_SESSION_MEMBERS});
}

static void listed(struct client_session *session)
{
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_LISTED,
                                                .text = session->exchange.handshake.answer});
    end(session, CLIENT_SESSION_DONE, "");
}

/* Is the refusal temporary? A session that was in the room waits and tries again. */
static void refused(struct client_session *session, int status, int64_t now)
{
    bool passes = status == TCRP_ROOM_FULL || status == TCRP_SERVER_FULL
        || status == TCRP_TOO_MANY_TRIES;

    const char *why = reason_of_status(status);

    session->last_busy = status;
    if (status == TCRP_BUSY || status == TCRP_APART) try_next(session, why, true, now);
    else if (!session->membership) end_refused(session, status);
    else if (passes) try_next(session, why, false, now);
    else if (status == TCRP_NO_ROOM) end(session, CLIENT_SESSION_CLOSED, REASON_CLOSED_UNSEEN);
    else if (status == TCRP_KICKED) end(session, CLIENT_SESSION_KICKED, REASON_KICKED);
    else end_refused(session, status);
}

static void answered(struct client_session *session, int64_t now)
{
    int status = session->exchange.handshake.status;

    note_key(session);
    if (session->phase == OVER) return;
    if (status != TCRP_OK) refused(session, status, now);
    else if (session->operation == TCRP_LIST) listed(session);
    else enter(session, now);
}

/* The exchange only asked for the key. Anybody can show a key. But if it is this user's own, the
   password may be used: nobody else can open what is encrypted for it. */
static void key_seen(struct client_session *session)
{
    unsigned char *fingerprint = session->server_key.fingerprint;

    memcpy(fingerprint, session->exchange.handshake.fingerprint, FINGERPRINT);
    exchange_close(&session->exchange);
    if (!server_key_is_own(fingerprint)) {
        end_with(session, (struct client_session_event){.end = CLIENT_SESSION_KEY_UNKNOWN,
                                                        .text = text_of("its key is not known yet"),
                                                        .fingerprint = fingerprint});
        return;
    }
    session->server_key.expects = true;
    exchange_restart(&session->exchange);
    start_work(session);
}

static void end_key_changed(struct client_session *session)
{
    unsigned char now[FINGERPRINT];
    char words[WORDS];

    memcpy(now, session->exchange.handshake.fingerprint, FINGERPRINT);
    server_key_changed(&session->server_key, session->label, words);
    end_with(session,
             (struct client_session_event){.end = CLIENT_SESSION_KEY_CHANGED,
                                           .text = text_of(words),
                                           .fingerprint = now,
                                           .expected = session->server_key.fingerprint});
}

static void on_handshake(struct client_session *session, int64_t now)
{
    const struct handshake *handshake = &session->exchange.handshake;

    pair_want(session->pair); /* for the next time */
    switch (handshake->progress) {
    case HANDSHAKE_ON: break;
    case HANDSHAKE_KEY_SEEN: key_seen(session); break;
    case HANDSHAKE_ANSWERED: answered(session, now); break;
    case HANDSHAKE_UNAUTHENTICATED:
        session->last_busy = TCRP_BUSY; /* the only status that is accepted in the clear */
        try_next(session, reason_of_status(handshake->status), handshake->status == TCRP_BUSY, now);
        break;
    case HANDSHAKE_KEY_CHANGED: end_key_changed(session); break;
    case HANDSHAKE_MALFORMED:
        try_next(session, "what it says is malformed, or was changed on the way", false, now);
        break;
    }
}

static void serve_tcp(struct client_session *session, struct net_set *set, int64_t now)
{
    switch (session->phase) {
    case WORKING:
        if (room_key_work(&session->room_key)) connect_to(session, now);
        break;
    case PAIRING: connect_to(session, now); break;
    case EXCHANGING: go_on(session, exchange_serve(&session->exchange, set, now), now); break;
    case PAUSING:
        if (now >= session->due) begin(session, now);
        break;
    case RESTING:
    case OVER: break;
    }
}

/* --- the datagrams --- */

static void receive_all(struct client_session *session, int64_t now)
{
    char bytes[PACKET_LIMIT + 1];
    bool nobody = false;

    for (int i = 0; i < DRAIN_LIMIT; i++) {
        ssize_t size = net_receive(session->udp, bytes, sizeof bytes, NULL, &nobody);
        if (size < 0) break;
        membership_receive(session->membership, bytes, (size_t)size, now);
    }
    /* Anybody can forge this error (ICMP), so it is only a reason to ask. */
    if (nobody) membership_doubt(session->membership, now);
}

static void end_membership(struct client_session *session)
{
    switch (membership_state(session->membership)) {
    case MEMBERSHIP_LEFT: end(session, CLIENT_SESSION_LEFT, ""); break;
    case MEMBERSHIP_KICKED: end(session, CLIENT_SESSION_KICKED, REASON_KICKED); break;
    default: end(session, CLIENT_SESSION_CLOSED, REASON_CLOSED_UNSEEN); break;
    }
}

/* The server has answered over UDP. */
static void back(struct client_session *session)
{
    session->pause = 0;
    if (session->phase == PAUSING) session->phase = RESTING;
    if (!session->away) return;
    session->away = false;
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_BACK});
}

/* Resumes over TCP; not at once if that was just done without effect. */
static void resume(struct client_session *session, int64_t now)
{
    char words[WORDS];

    if (membership_silent(session->membership, now)) {
        snprintf(words, sizeof words, membership_dropped(session->membership)
                 ? "%s did not hear from us, and has taken us out" : "no answer from %s over UDP",
                 session->label);
        tell_away(session, words);
    }
    exchange_restart(&session->exchange);
    if (membership_connected(session->membership) && now - session->entered_at >= PAUSE_SHORTEST)
        begin(session, now);
    else pause_for_a_while(session, now);
}

static void serve_membership(struct client_session *session, int64_t now)
{
    receive_all(session, now);
    membership_tick(session->membership, now);
    if (membership_over(session->membership)) {
        end_membership(session);
        return;
    }
    bool wants = membership_wants_resume(session->membership, now);
    if (!wants && membership_connected(session->membership)) back(session);
    if (wants && session->phase == RESTING) resume(session, now);
}

/* --- for the owner --- */

static bool copy_params(struct client_session *session, const struct client_session_params *params)
{
    if (!server_list_parse(params->servers, params->port, &session->servers)) {
        errno = EINVAL;
        return false;
    }
    session->udp_port = params->udp_port;
    session->operation = params->operation;
    session->room_size = params->room.size;
    session->user_size = params->user.size;
    if (params->room.size > 0) memcpy(session->room, params->room.bytes, params->room.size);
    if (params->user.size > 0) memcpy(session->user, params->user.bytes, params->user.size);
    server_key_create(&session->server_key, params->fingerprint);
    session->note_when_in = params->note_when_in;
    session->impatient = params->impatient;
    session->tell = params->tell;
    session->has_space = params->has_space;
    session->pair = params->pair;
    session->context = params->context;
    return room_key_create(&session->room_key, params->password);
}

void client_session_prepare(const char *servers, void *secret, size_t size)
{
    struct server_list all;

    if (!server_list_parse(servers, 1, &all)) return;
    for (unsigned i = 0; i < all.count; i++) {
        if (!resolver_is_number(all.list[i].host)) resolver_start(secret, size);
    }
}

struct client_session *client_session_open(const struct client_session_params *params, int64_t now)
{
    struct client_session *session = calloc(1, sizeof *session);

    if (!session) return NULL;
    session->exchange.tcp = session->udp = -1;
    if (!copy_params(session, params)) {
        free(session);
        return NULL;
    }
    random_bytes(session->m, sizeof session->m);
    set_label(session);
    session->phase = PAUSING; /* it begins with the first client_session_serve: until then nothing
                                 is told */
    session->due = now;
    return session;
}

void client_session_close(struct client_session *session)
{
    if (!session) return;
    exchange_stop(&session->exchange);
    close_udp(session);
    wipe_secrets(session);
    membership_destroy(session->membership);
    free(session);
}

int64_t client_session_watch(const struct client_session *session, struct net_set *set)
{
    int64_t due = MEMBERSHIP_NEVER;

    switch (session->phase) {
    case WORKING: due = 0; break; /* at once */
    case EXCHANGING: due = exchange_watch(&session->exchange, set); break;
    case PAUSING: due = session->due; break;
    case PAIRING: /* the owner drives the pair */
    case RESTING: break;
    case OVER: return MEMBERSHIP_NEVER;
    }
    if (!session->membership) return due;
    net_watch(set, session->udp);
    return membership_due(session->membership) < due ? membership_due(session->membership) : due;
}

void client_session_serve(struct client_session *session, struct net_set *set, int64_t now)
{
    serve_tcp(session, set, now);
    if (session->phase != OVER && session->membership) serve_membership(session, now);
}

enum membership_result client_session_say(struct client_session *session, struct text text,
                                          int64_t now, uint64_t *number)
{
    if (!session->membership || session->phase == OVER) return MEMBERSHIP_FULL;
    return membership_say(session->membership, text, now, number);
}

enum membership_result client_session_kick(struct client_session *session, struct text name,
                                           int64_t now)
{
    if (!session->membership || session->phase == OVER) return MEMBERSHIP_FULL;
    return membership_kick(session->membership, name, now);
}

void client_session_leave(struct client_session *session, int64_t now)
{
    if (session->phase == OVER) return;
    if (session->membership) membership_leave(session->membership, now);
    else end(session, CLIENT_SESSION_LEFT, "");
}

const struct membership *client_session_membership(const struct client_session *session)
{
    return session->membership;
}

const char *client_session_server(const struct client_session *session)
{
    return session->label;
}

const unsigned char *client_session_fingerprint(const struct client_session *session)
{
    return session->server_key.fingerprint;
}
