#include "client_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/ordinary.h"
#include "base/program.h"
#include "base/random.h"
#include "base/server_list.h"
#include "crypto/constant.h"
#include "keys/keyfile.h"
#include "known_hosts.h"
#include "net/resolver.h"
#include "password.h"
#include "reason.h"

enum {
    EXCHANGE_TIMEOUT = 10000, /* milliseconds from the start of a connection to the answer */
    PAUSE_SHORTEST = 1000,    /* milliseconds before the servers are tried again; doubled */
    PAUSE_LONGEST = 10000,    /* up to this */
    BUSY_TRIES = 8,           /* times that we come back to enter when all servers are busy, */
    FEW_TRIES = 3,            /* or have lost what they share, or somebody waits for us without
                                 a word: 3 seconds at most */
    SLICE = 10,               /* milliseconds of computing before the loop has its turn again */
    SLICE_ROUNDS = 2000,      /* of PBKDF2, between two looks at the clock */
    DRAIN_LIMIT = 256,        /* datagrams taken in a turn */
    WORDS = 2048              /* bytes of a sentence */
};

/* The state of the TCP side. */
enum phase {
    RESTING,     /* nothing to do: the session is in the room */
    WORKING,     /* the password's key is being computed */
    PAUSING,     /* until `due` */
    PAIRING,     /* until there is an RSA pair for the exchange */
    LOOKING,     /* the server's name is being looked up, at most until `due` */
    CONNECTING,  /* until the socket is writable, at most until `due` */
    HANDSHAKING, /* the exchange, at most until `due` */
    OVER
};

struct client_session {
    /* What the owner asked for. */
    struct server_list servers;
    long udp_port;
    enum tcrp_operation operation;
    char room[NAME_LIMIT], user[NAME_LIMIT];
    size_t room_size, user_size;
    char *password;             /* owned; NULL: none, or no longer needed */
    size_t password_size;
    client_session_tell *tell;
    news_space *has_space;
    void *context;

    /* The secrets. */
    unsigned char m[SEAL_KEY];
    struct pair *pair;          /* the owner's, which makes the next one */
    bool paired;                /* `key` is there */
    struct rsa_key key;         /* our pair for the next exchange */
    struct pbkdf2 work;
    bool locked;                /* the next two are computed */
    unsigned char proof[SEAL_KEY], secret[SEAL_KEY];
    bool expects;               /* the server must have the key of `fingerprint`, */
    bool demanded;              /* because the user demanded it: known hosts are not read */
    bool settled;               /* no other key will do, whatever the file has for others */
    bool note_when_in;
    unsigned char fingerprint[FINGERPRINT];
    unsigned char shown[FINGERPRINT]; /* what the server last tried has shown, if no key of it was
                                         known; zeros: it has shown none */

    /* TCP. */
    enum phase phase;
    int64_t due;                /* milliseconds: the end of the phase */
    unsigned server;            /* the server being tried, or in use */
    struct lookup lookup;       /* of its name */
    unsigned address;           /* the next address to try; 0: there is no more */
    unsigned tried;             /* the address tried before */
    char first_why[WORDS];      /* why the first address failed */
    bool reached;               /* `remote` is the address at which `reached_server` was reached */
    unsigned reached_server;
    unsigned failures;          /* servers in a row that did not admit us */
    unsigned busy;              /* rounds of the servers in which one was busy */
    int last_busy;              /* the last status that meant busy */
    bool impatient, busy_told;
    int64_t entered_at;         /* milliseconds: when the session was last admitted */
    int64_t pause;              /* milliseconds: the last pause; 0: none yet */
    int tcp;
    struct address local, remote; /* its ends */
    struct handshake handshake;

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

static void close_tcp(struct client_session *session)
{
    if (session->tcp >= 0) close(session->tcp);
    session->tcp = -1;
    handshake_end(&session->handshake);
}

static void close_udp(struct client_session *session)
{
    if (session->udp >= 0) close(session->udp);
    session->udp = -1;
}

static void wipe_password(struct client_session *session)
{
    if (session->password) wipe(session->password, session->password_size);
    free(session->password);
    session->password = NULL;
}

static void wipe_secrets(struct client_session *session)
{
    wipe_password(session);
    wipe(session->m, sizeof session->m);
    wipe(&session->key, sizeof session->key);
    session->paired = false;
    wipe(&session->work, sizeof session->work);
    wipe(session->proof, sizeof session->proof);
    wipe(session->secret, sizeof session->secret);
}

static void end_with(struct client_session *session, struct client_session_event event)
{
    if (session->phase == OVER) return;
    session->phase = OVER;
    lookup_stop(&session->lookup);
    close_tcp(session);
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

/* The key of a server at a first visit. If the server then does not answer as it should, the user
   is told the fingerprint: a man in the middle would behave like that. */
static void remember_key(struct client_session *session)
{
    if (session->expects) wipe(session->shown, sizeof session->shown);
    else memcpy(session->shown, session->handshake.fingerprint, FINGERPRINT);
}

/* Writes that as text; nothing if the server has shown no key, or the right one. */
static const char *words_of_key(const struct client_session *session, char words[WORDS])
{
    static const unsigned char none[FINGERPRINT];
    char digits[FINGERPRINT_DIGITS + 1];

    words[0] = '\0';
    if (memcmp(session->shown, none, FINGERPRINT) == 0) return words;
    fingerprint_print(session->shown, digits);
    snprintf(words, WORDS, " (what answered there has a key that is not known yet, %s)", digits);
    return words;
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
             "there?%.255s", session->label, why, words_of_key(session, key));
    end(session, CLIENT_SESSION_FAILED, words);
}

static void end_busy(struct client_session *session)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words, "%s%.255s", reason_of_status(session->last_busy),
             words_of_key(session, key));
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
static void try_next(struct client_session *session, const char *why, bool busy, int64_t now)
{
    remember_key(session);
    close_tcp(session);
    /* If there are several addresses, the error of the first one is reported: a user without IPv6
       needs to know what is wrong with the IPv4 address. */
    if (session->tried == 0) snprintf(session->first_why, sizeof session->first_why, "%s", why);
    why = session->first_why;
    if (session->address == 0 || busy) {
        session->address = 0;
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
        if (!session->settled) session->expects = false;
        set_label(session);
        if (all) {
            pause_for_a_while(session, now);
            if (busy) tell_busy(session, why);
            return;
        }
    }
    begin(session, now);
}

/* Looks up the server's key. False: the file of known hosts cannot be read. */
static bool look_up_key(struct client_session *session)
{
    char words[WORDS];

    if (session->expects) return true;
    switch (known_hosts_find(session->label, session->fingerprint)) {
    case KNOWN_HOSTS_YES: session->expects = true; break;
    case KNOWN_HOSTS_NO: break;
    case KNOWN_HOSTS_ERROR:
        snprintf(words, sizeof words, "cannot read %.255s: %s", known_hosts_file(),
                 ordinary_why(errno));
        end(session, CLIENT_SESSION_FAILED, words);
        return false;
    }
    return true;
}

static void start_work(struct client_session *session, const unsigned char *fingerprint)
{
    struct text password = {session->password, session->password_size};

    password_start(&session->work, password, fingerprint,
                   (struct text){session->room, session->room_size});
    wipe_password(session);
    session->settled = true; /* the computed key is valid for this server key alone */
    session->phase = WORKING;
}

/* With a password and an unknown server key, the first connection only asks for the server's key.
   */
static void start_handshake(struct client_session *session)
{
    struct request request = {.operation = session->membership ? TCRP_JOIN : session->operation,
                              .room = {session->room, session->room_size},
                              .user = {session->user, session->user_size},
                              .m = session->m,
                              .proof = session->locked ? session->proof : NULL};
    unsigned char starts[REQUEST_STARTS * REQUEST_START];

    if (session->membership) membership_position(session->membership, &request, starts);
    handshake_start(&session->handshake, session->password ? NULL : &request,
                    session->expects ? session->fingerprint : NULL, &session->key, system_random,
                    NULL);
    session->paired = false;
}

static void connect_to_address(struct client_session *session, int64_t now)
{
    session->tried = session->address;
    session->address = session->tried + 1 < session->lookup.count ? session->tried + 1 : 0;
    session->tcp = net_tcp_start(&session->lookup.list[session->tried]);
    session->phase = CONNECTING;
    session->due = now + EXCHANGE_TIMEOUT;
    if (session->tcp < 0) try_next(session, strerror(errno), false, now);
}

/* If the path to the server was lost, the name server may be unreachable, too. Then the server's
   last address is tried. */
static void not_found(struct client_session *session, const char *why, int64_t now)
{
    lookup_stop(&session->lookup);
    if (session->membership && session->reached && session->reached_server == session->server) {
        session->lookup.list[0] = session->remote;
        session->lookup.count = 1;
        connect_to_address(session, now);
        return;
    }
    session->tried = 0;
    try_next(session, why, false, now);
}

static void looking(struct client_session *session, int64_t now)
{
    if (!lookup_over(&session->lookup)) return;
    if (session->lookup.state == LOOKUP_FOUND) connect_to_address(session, now);
    else not_found(session, session->lookup.why, now);
}

static void connect_to(struct client_session *session, int64_t now)
{
    const struct server_name *server = &session->servers.list[session->server];

    if (!session->paired) session->paired = pair_take(session->pair, &session->key);
    if (!session->paired) {
        session->phase = PAIRING;
        return;
    }
    if (session->address != 0) {
        connect_to_address(session, now);
        return;
    }
    session->phase = LOOKING;
    session->due = now + EXCHANGE_TIMEOUT;
    lookup_start(&session->lookup, server->host, server->port);
    looking(session, now);
}

/* Starts the next step that is missing: the password's key, an RSA pair, or a connection. */
static void begin(struct client_session *session, int64_t now)
{
    if (!look_up_key(session)) return;
    if (session->password && session->expects) start_work(session, session->fingerprint);
    else connect_to(session, now);
}

static void work(struct client_session *session, int64_t now)
{
    int64_t until = program_now() + SLICE;

    do {
        if (pbkdf2_step(&session->work, SLICE_ROUNDS)) {
            password_end(&session->work, session->proof, session->secret);
            session->locked = true;
            connect_to(session, now);
            return;
        }
    } while (program_now() < until);
}

/* --- the answer --- */

/* Notes the key, now that the server has proved that it has it. */
static void note_key(struct client_session *session)
{
    unsigned char known[FINGERPRINT];
    char words[WORDS] = "";
    bool in = session->handshake.status == TCRP_OK && session->operation != TCRP_LIST;

    memcpy(session->fingerprint, session->handshake.fingerprint, FINGERPRINT);
    session->expects = session->settled = true;
    if (session->demanded || known_hosts_find(session->label, known) != KNOWN_HOSTS_NO) return;
    int error =
        in || !session->note_when_in ? known_hosts_add(session->label, session->fingerprint) : 0;
    if (error != 0) {
        snprintf(words, sizeof words, "cannot note it in %.255s: %s",
                 known_hosts_file() ? known_hosts_file() : "any file", ordinary_why(error));
    }
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_KEY_NEW,
                                                .text = text_of(words),
                                                .fingerprint = session->fingerprint});
}

/* Opens a socket to the server's UDP port, from the local address that the TCP connection had. */
static int open_udp(const struct client_session *session)
{
    uint16_t port =
        session->udp_port < 0 ? host_port(&session->remote) : (uint16_t)session->udp_port;
    struct address remote = host_with_port(&session->remote, port);
    struct address local = host_with_port(&session->local, 0);

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
    return membership_create(
        &(struct membership_params){.user = {session->user, session->user_size},
                                    .m = session->m,
                                    .secret = session->locked ? session->secret : NULL,
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
    bool good =
        membership_admit(membership, &session->handshake.keys, session->handshake.answer, now);
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
    close_tcp(session);
    session->phase = RESTING;
    session->failures = session->busy = 0;
    tell(session, (struct client_session_event){.kind = first ? CLIENT_SESSION_ENTERED
                                                              : CLIENT_SESSION_MEMBERS});
}

static void listed(struct client_session *session)
{
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_LISTED,
                                                .text = session->handshake.answer});
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
    note_key(session);
    if (session->phase == OVER) return;
    if (session->handshake.status != TCRP_OK) refused(session, session->handshake.status, now);
    else if (session->operation == TCRP_LIST) listed(session);
    else enter(session, now);
}

/* The exchange only asked for the key. Anybody can show a key. But if it is this user's own, the
   password may be used: nobody else can open what is encrypted for it. */
static void key_seen(struct client_session *session)
{
    unsigned char own[FINGERPRINT];

    memcpy(session->fingerprint, session->handshake.fingerprint, FINGERPRINT);
    close_tcp(session);
    if (!keyfile_own(own) || !constant_equal(own, session->fingerprint, FINGERPRINT)) {
        end_with(session, (struct client_session_event){.end = CLIENT_SESSION_KEY_UNKNOWN,
                                                        .text = text_of("its key is not known yet"),
                                                        .fingerprint = session->fingerprint});
        return;
    }
    session->expects = true;
    session->address = 0;
    start_work(session, session->fingerprint);
}

static void end_key_changed(struct client_session *session)
{
    unsigned char now[FINGERPRINT];
    char words[WORDS];
    const char *file = known_hosts_file();

    memcpy(now, session->handshake.fingerprint, FINGERPRINT);
    if (session->demanded) {
        snprintf(words, sizeof words, "%s has another key than the one demanded", session->label);
    } else {
        snprintf(words, sizeof words,
                 "THE KEY OF %s HAS CHANGED: somebody may be in between. If its owner says that it "
                 "has a new one, take its line out of %.255s",
                 session->label, file ? file : "memory");
    }
    end_with(session, (struct client_session_event){.end = CLIENT_SESSION_KEY_CHANGED,
                                                    .text = text_of(words),
                                                    .fingerprint = now,
                                                    .expected = session->fingerprint});
}

static void on_handshake(struct client_session *session, int64_t now)
{
    bool busy = session->handshake.status == TCRP_BUSY;

    /* for the next time */
    if (session->handshake.progress != HANDSHAKE_ON) pair_want(session->pair);
    switch (session->handshake.progress) {
    case HANDSHAKE_ON: break;
    case HANDSHAKE_KEY_SEEN: key_seen(session); break;
    case HANDSHAKE_ANSWERED: answered(session, now); break;
    case HANDSHAKE_UNAUTHENTICATED:
        session->last_busy = TCRP_BUSY; /* the only status that is accepted in the clear */
        try_next(session, reason_of_status(session->handshake.status), busy, now);
        break;
    case HANDSHAKE_KEY_CHANGED: end_key_changed(session); break;
    case HANDSHAKE_MALFORMED:
        try_next(session, "what it says is malformed, or was changed on the way", false, now);
        break;
    }
}

/* --- the connection --- */

/* False: the connection has failed, and errno says why. */
static bool write_out(struct client_session *session)
{
    struct handshake *handshake = &session->handshake;

    while (handshake->out_start < handshake->out_end) {
        ssize_t taken = net_write(session->tcp, handshake->out + handshake->out_start,
                                  handshake->out_end - handshake->out_start);
        if (taken < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        handshake_sent(handshake, (size_t)taken);
    }
    return true;
}

static bool read_in(struct client_session *session)
{
    char bytes[4096];

    while (session->handshake.progress == HANDSHAKE_ON) {
        ssize_t size = net_read(session->tcp, bytes, sizeof bytes);
        if (size == 0) errno = ECONNRESET; /* the server closed in the middle of a frame */
        if (size == 0) return false;
        if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        handshake_take(&session->handshake, bytes, (size_t)size);
    }
    return true;
}

static void converse(struct client_session *session, int64_t now)
{
    bool alive = write_out(session) && read_in(session) && write_out(session);

    if (session->handshake.progress != HANDSHAKE_ON) on_handshake(session, now);
    else if (!alive) try_next(session, strerror(errno), false, now);
}

static void connecting(struct client_session *session, struct net_set *set, int64_t now)
{
    if (!net_ready_write(set, session->tcp)) return;
    if (!net_connected(session->tcp, &session->local, &session->remote)) {
        try_next(session, strerror(errno), false, now);
        return;
    }
    session->reached = true;
    session->reached_server = session->server;
    start_handshake(session); /* only now, because a request to resume has the current position */
    session->phase = HANDSHAKING;
    converse(session, now);
}

static void serve_tcp(struct client_session *session, struct net_set *set, int64_t now)
{
    enum phase before = session->phase;

    switch (before) {
    case WORKING: work(session, now); break;
    case PAIRING: connect_to(session, now); break;
    case LOOKING: looking(session, now); break;
    case CONNECTING: connecting(session, set, now); break;
    case HANDSHAKING: converse(session, now); break;
    case PAUSING:
        if (now >= session->due) begin(session, now);
        break;
    case RESTING:
    case OVER: break;
    }
    if (session->phase != before || now < session->due) return;
    if (before == LOOKING) not_found(session, "no name server answers", now);
    if (before == CONNECTING || before == HANDSHAKING) {
        try_next(session, strerror(ETIMEDOUT), false, now);
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
    session->address = 0;
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
    session->demanded = session->expects = session->settled = params->fingerprint != NULL;
    session->note_when_in = params->note_when_in;
    session->impatient = params->impatient;
    if (params->fingerprint) memcpy(session->fingerprint, params->fingerprint, FINGERPRINT);
    session->tell = params->tell;
    session->has_space = params->has_space;
    session->pair = params->pair;
    session->context = params->context;
    if (params->password.size == 0) return true;
    session->password_size = params->password.size;
    session->password = malloc(params->password.size);
    if (session->password) memcpy(session->password, params->password.bytes, params->password.size);
    return session->password != NULL;
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
    session->tcp = session->udp = -1;
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
    lookup_stop(&session->lookup);
    close_tcp(session);
    close_udp(session);
    wipe_secrets(session);
    membership_destroy(session->membership);
    free(session);
}

int64_t client_session_watch(const struct client_session *session, struct net_set *set)
{
    int64_t due = MEMBERSHIP_NEVER;
    bool waits = true;

    switch (session->phase) {
    case WORKING: due = 0, waits = false; break; /* at once */
    case LOOKING:
        if (resolver_fd() >= 0) net_watch(set, resolver_fd());
        break;
    case CONNECTING: net_watch_write(set, session->tcp); break;
    case HANDSHAKING:
        net_watch(set, session->tcp);
        if (session->handshake.out_start < session->handshake.out_end)
            net_watch_write(set, session->tcp);
        break;
    case PAUSING: break;
    case PAIRING: /* the owner drives the pair */
    case RESTING: waits = false; break;
    case OVER: return MEMBERSHIP_NEVER;
    }
    if (waits) due = session->due;
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
    return session->fingerprint;
}
