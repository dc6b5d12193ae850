#include "link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/ordinary.h"
#include "base/program.h"
#include "base/random.h"
#include "base/servers.h"
#include "crypto/constant.h"
#include "keys/keyfile.h"
#include "known.h"
#include "lock.h"
#include "net/resolver.h"
#include "reason.h"

enum {
    EXCHANGE_PATIENCE = 10000, /* milliseconds from the start of a connection to the answer */
    PAUSE_SHORTEST = 1000,     /* milliseconds before the servers are tried again; doubling */
    PAUSE_LONGEST = 10000,     /* up to this */
    BUSY_TRIES = 8,            /* times that we come back to enter when all servers are busy, */
    FEW_TRIES = 3,             /* or have lost what they share, or somebody waits for us without
                                  a word: 3 seconds at most */
    SLICE = 10,                /* milliseconds of computing before the loop has its turn again */
    SLICE_ROUNDS = 2000,       /* of PBKDF2, between two looks at the clock */
    DRAIN_LIMIT = 256,         /* datagrams taken in a turn */
    WORDS = 2048               /* bytes of a sentence */
};

/* What is going on over TCP. */
enum phase {
    RESTING,    /* nothing: we are in */
    WORKING,    /* the password's key is being computed */
    PAUSING,    /* until `due` */
    LOOKING,    /* the server's name is being looked up, at most until `due` */
    CONNECTING, /* until the socket is writable, at most until `due` */
    KNOCKING,   /* the exchange, at most until `due` */
    OVER
};

struct link {
    /* The wish. */
    struct servers servers;
    long udp_port;
    enum tcrp_operation operation;
    char room[NAME_LIMIT], user[NAME_LIMIT];
    size_t room_size, user_size;
    char *password;             /* owned; NULL: none, or done with */
    size_t password_size;
    link_tell *tell;
    talk_room *has_room;
    void *context;

    /* The secrets. */
    unsigned char m[SEAL_KEY];
    struct pbkdf2 work;
    bool locked;                /* the next two are there */
    unsigned char proof[SEAL_KEY], secret[SEAL_KEY];
    bool expects;               /* only the key of `fingerprint` will do */
    bool demanded;              /* that was the user's wish: the file of known ones is not asked */
    bool settled;               /* no other one will do, whatever the file says of other servers */
    bool note_when_in;
    unsigned char fingerprint[FINGERPRINT];
    unsigned char shown[FINGERPRINT]; /* what the server last tried has shown, if no key of it was
                                         known; zeros: it has shown none */

    /* TCP. */
    enum phase phase;
    int64_t due;                /* milliseconds: the end of the phase */
    unsigned server;            /* the one being tried, or talked to */
    struct lookup lookup;       /* of its name */
    unsigned address;           /* the next of its addresses; 0: it has no more */
    unsigned tried;             /* the one before */
    char first_why[WORDS];      /* what was wrong with the first of them */
    bool reached;               /* `remote` is where the server `reached_server` was met */
    unsigned reached_server;
    unsigned failures;          /* servers in a row that did not let us in */
    unsigned busy;              /* rounds of them in which one was just busy */
    int last_busy;              /* the status that said so last */
    bool impatient, busy_told;
    int64_t entered_at;         /* milliseconds: when it was let in last */
    int64_t pause;              /* milliseconds: the last one; 0: none yet */
    int tcp;
    struct address local, remote; /* its ends */
    struct knock knock;

    /* UDP. */
    int udp;
    struct talk *talk;          /* NULL: not in yet */
    bool away;                  /* LINK_AWAY was told, LINK_BACK not yet */
    char label[SERVER_TEXT];
};

static void system_random(void *context, void *bytes, size_t size)
{
    (void)context;
    random_bytes(bytes, size);
}

/* --- telling --- */

static void tell(struct link *link, struct link_event event)
{
    link->tell(link->context, &event);
}

static void close_tcp(struct link *link)
{
    if (link->tcp >= 0) close(link->tcp);
    link->tcp = -1;
    knock_end(&link->knock);
}

static void close_udp(struct link *link)
{
    if (link->udp >= 0) close(link->udp);
    link->udp = -1;
}

static void wipe_password(struct link *link)
{
    if (link->password) wipe(link->password, link->password_size);
    free(link->password);
    link->password = NULL;
}

static void wipe_secrets(struct link *link)
{
    wipe_password(link);
    wipe(link->m, sizeof link->m);
    wipe(&link->work, sizeof link->work);
    wipe(link->proof, sizeof link->proof);
    wipe(link->secret, sizeof link->secret);
}

static void end_with(struct link *link, struct link_event event)
{
    if (link->phase == OVER) return;
    link->phase = OVER;
    lookup_stop(&link->lookup);
    close_tcp(link);
    close_udp(link);
    wipe_secrets(link);
    event.kind = LINK_OVER;
    tell(link, event);
}

static void end(struct link *link, enum link_end why, const char *words)
{
    end_with(link, (struct link_event){.end = why, .text = text_of(words)});
}

static void end_refused(struct link *link, int status)
{
    end_with(link, (struct link_event){.end = LINK_REFUSED, .status = status,
                                       .text = text_of(reason_of_status(status))});
}

/* What a server shows that is met for the first time. If it then does not answer as it should, the
   user is told whose key that was: somebody in between would do just that. */
static void remember_key(struct link *link)
{
    if (link->expects) wipe(link->shown, sizeof link->shown);
    else memcpy(link->shown, link->knock.fingerprint, FINGERPRINT);
}

/* Words that say so; none if it has shown no key, or the right one. */
static const char *words_of_key(const struct link *link, char words[WORDS])
{
    static const unsigned char none[FINGERPRINT];
    char digits[FINGERPRINT_DIGITS + 1];

    words[0] = '\0';
    if (memcmp(link->shown, none, FINGERPRINT) == 0) return words;
    fingerprint_print(link->shown, digits);
    snprintf(words, WORDS, " (what answered there has a key that is not known yet, %s)", digits);
    return words;
}

/* Once, until it is over. */
static void tell_away(struct link *link, const char *words)
{
    if (link->away) return;
    link->away = true;
    tell(link, (struct link_event){.kind = LINK_AWAY, .text = text_of(words)});
}

/* --- trying a server --- */

static void begin(struct link *link, int64_t now);

static void set_label(struct link *link)
{
    server_print(&link->servers.list[link->server], link->label);
}

/* Somewhere in the upper half of the time, so that those who were thrown out together do not all
   come back together. */
static void pause_for_a_while(struct link *link, int64_t now)
{
    uint32_t chance;

    random_bytes(&chance, sizeof chance);
    link->pause = link->pause == 0 ? PAUSE_SHORTEST : 2 * link->pause;
    if (link->pause > PAUSE_LONGEST) link->pause = PAUSE_LONGEST;
    link->phase = PAUSING;
    link->due = now + link->pause / 2 + (int64_t)(chance % (uint32_t)(link->pause / 2 + 1));
}

static void end_failed(struct link *link, const char *why)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words, "no good answer from %s: %.255s; is a server running there?%.255s",
             link->label, why, words_of_key(link, key));
    end(link, LINK_FAILED, words);
}

static void end_busy(struct link *link)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words, "%s%.255s", reason_of_status(link->last_busy),
             words_of_key(link, key));
    end_with(link, (struct link_event){.end = LINK_REFUSED, .status = link->last_busy,
                                       .text = text_of(words)});
}

/* Once, to whoever is not in yet: it may take half a minute. */
static void tell_busy(struct link *link, const char *why)
{
    if (link->talk || link->busy_told) return;
    link->busy_told = true;
    tell(link, (struct link_event){.kind = LINK_BUSY, .text = text_of(why)});
}

/* This server does not let us in now: on to the next. When none did, the end, or a pause. */
static void try_next(struct link *link, const char *why, bool busy, int64_t now)
{
    remember_key(link);
    close_tcp(link);
    /* Of several addresses it is the first whose trouble is told: whoever has no IPv6 wants to know
       what is wrong with the other one. */
    if (link->tried == 0) snprintf(link->first_why, sizeof link->first_why, "%s", why);
    why = link->first_why;
    if (link->address == 0 || busy) {
        link->address = 0;
        link->failures++;
        if (busy) link->busy++;
        bool all = link->failures % link->servers.count == 0;
        bool few = link->impatient || link->last_busy == TCRP_APART;
        unsigned tries = few ? FEW_TRIES : BUSY_TRIES;
        if (all && !link->talk && (link->busy == 0 || link->busy >= tries)) {
            if (busy) end_busy(link);
            else end_failed(link, why);
            return;
        }
        link->server = (link->server + 1) % link->servers.count;
        if (!link->settled) link->expects = false;
        set_label(link);
        if (all) {
            pause_for_a_while(link, now);
            if (busy) tell_busy(link, why);
            return;
        }
    }
    begin(link, now);
}

/* What is known of the server's key. False: nobody can say. */
static bool look_up_key(struct link *link)
{
    char words[WORDS];

    if (link->expects) return true;
    switch (known_find(link->label, link->fingerprint)) {
    case KNOWN_YES: link->expects = true; break;
    case KNOWN_NO: break;
    case KNOWN_ERROR:
        snprintf(words, sizeof words, "cannot read %.255s: %s", known_file(),
                 ordinary_why(errno));
        end(link, LINK_FAILED, words);
        return false;
    }
    return true;
}

static void start_work(struct link *link, const unsigned char *fingerprint)
{
    struct text password = {link->password, link->password_size};

    lock_start(&link->work, password, fingerprint, (struct text){link->room, link->room_size});
    wipe_password(link);
    link->settled = true; /* the work is good for this key alone */
    link->phase = WORKING;
}

/* With a password and no idea of the server's key, the first connection only asks for that. */
static void start_knock(struct link *link)
{
    struct request request = {.operation = link->talk ? TCRP_JOIN : link->operation,
                              .room = {link->room, link->room_size},
                              .user = {link->user, link->user_size},
                              .m = link->m,
                              .proof = link->locked ? link->proof : NULL};
    unsigned char starts[REQUEST_STARTS * REQUEST_START];

    if (link->talk) talk_position(link->talk, &request, starts);
    knock_start(&link->knock, link->password ? NULL : &request,
                link->expects ? link->fingerprint : NULL, system_random, NULL);
}

static void connect_to_address(struct link *link, int64_t now)
{
    link->tried = link->address;
    link->address = link->tried + 1 < link->lookup.count ? link->tried + 1 : 0;
    link->tcp = net_tcp_start(&link->lookup.list[link->tried]);
    link->phase = CONNECTING;
    link->due = now + EXCHANGE_PATIENCE;
    if (link->tcp < 0) try_next(link, strerror(errno), false, now);
}

/* The name server may be gone, too, when the way to the server was lost: then it is sought where it
   was. */
static void not_found(struct link *link, const char *why, int64_t now)
{
    lookup_stop(&link->lookup);
    if (link->talk && link->reached && link->reached_server == link->server) {
        link->lookup.list[0] = link->remote;
        link->lookup.count = 1;
        connect_to_address(link, now);
        return;
    }
    link->tried = 0;
    try_next(link, why, false, now);
}

static void looking(struct link *link, int64_t now)
{
    if (!lookup_over(&link->lookup)) return;
    if (link->lookup.state == LOOKUP_FOUND) connect_to_address(link, now);
    else not_found(link, link->lookup.why, now);
}

static void connect_to(struct link *link, int64_t now)
{
    const struct server_name *server = &link->servers.list[link->server];

    if (link->address != 0) {
        connect_to_address(link, now);
        return;
    }
    link->phase = LOOKING;
    link->due = now + EXCHANGE_PATIENCE;
    lookup_start(&link->lookup, server->host, server->port);
    looking(link, now);
}

/* The first thing that is missing: the key of the password, or a connection. */
static void begin(struct link *link, int64_t now)
{
    if (!look_up_key(link)) return;
    if (link->password && link->expects) start_work(link, link->fingerprint);
    else connect_to(link, now);
}

static void work(struct link *link, int64_t now)
{
    int64_t until = program_now() + SLICE;

    do {
        if (pbkdf2_step(&link->work, SLICE_ROUNDS)) {
            lock_end(&link->work, link->proof, link->secret);
            link->locked = true;
            connect_to(link, now);
            return;
        }
    } while (program_now() < until);
}

/* --- the answer --- */

/* The server has proved to have that key: only now is it worth noting. */
static void note_key(struct link *link)
{
    unsigned char known[FINGERPRINT];
    char words[WORDS] = "";
    bool in = link->knock.status == TCRP_OK && link->operation != TCRP_LIST;

    memcpy(link->fingerprint, link->knock.fingerprint, FINGERPRINT);
    link->expects = link->settled = true;
    if (link->demanded || known_find(link->label, known) != KNOWN_NO) return;
    int error = in || !link->note_when_in ? known_add(link->label, link->fingerprint) : 0;
    if (error != 0) {
        snprintf(words, sizeof words, "cannot note it in %.255s: %s",
                 known_file() ? known_file() : "any file", ordinary_why(error));
    }
    tell(link, (struct link_event){.kind = LINK_KEY_NEW, .text = text_of(words),
                                   .fingerprint = link->fingerprint});
}

/* A socket that talks to the server's UDP port, from the machine that it has seen us at. */
static int open_udp(const struct link *link)
{
    uint16_t port = link->udp_port < 0 ? host_port(&link->remote) : (uint16_t)link->udp_port;
    struct address remote = host_with_port(&link->remote, port);
    struct address local = host_with_port(&link->local, 0);

    return net_udp_connect(&local, &remote);
}

static void send_datagram(void *context, const void *bytes, size_t size)
{
    const struct link *link = context;
    int error = net_send(link->udp, NULL, bytes, size);

    /* That is the late news of an earlier one: nobody listened there. This one was not sent. */
    if (error == ECONNREFUSED) net_send(link->udp, NULL, bytes, size);
}

static void on_news(void *context, const struct talk_news *news)
{
    struct link *link = context;
    tell(link, (struct link_event){.kind = LINK_NEWS, .news = news});
}

static bool has_room(void *context)
{
    const struct link *link = context;
    return !link->has_room || link->has_room(link->context);
}

static struct talk *make_talk(struct link *link)
{
    return talk_create(&(struct talk_params){.user = {link->user, link->user_size},
                                             .m = link->m,
                                             .secret = link->locked ? link->secret : NULL,
                                             .random = system_random,
                                             .send = send_datagram,
                                             .event = on_news,
                                             .has_room = has_room,
                                             .context = link});
}

/* NULL, or why not. A new socket each time: the way to the server may be another one by now. */
static const char *admit(struct link *link, struct talk *talk, int64_t now)
{
    if (!talk) return strerror(ENOMEM);
    int udp = open_udp(link);
    if (udp < 0) return strerror(errno);
    close_udp(link);
    link->udp = udp;
    bool good = talk_admit(talk, &link->knock.keys, link->knock.answer, now);
    return good ? NULL : "its answer is malformed";
}

/* We are in, for the first time or again. */
static void enter(struct link *link, int64_t now)
{
    bool first = !link->talk;
    struct talk *talk = first ? make_talk(link) : link->talk;
    const char *why = admit(link, talk, now);

    if (why) {
        if (first) talk_destroy(talk);
        try_next(link, why, false, now);
        return;
    }
    link->talk = talk;
    link->entered_at = now;
    close_tcp(link);
    link->phase = RESTING;
    link->failures = link->busy = 0;
    tell(link, (struct link_event){.kind = first ? LINK_ENTERED : LINK_MEMBERS});
}

static void listed(struct link *link)
{
    tell(link, (struct link_event){.kind = LINK_LISTED, .text = link->knock.answer});
    end(link, LINK_DONE, "");
}

/* Some reasons pass; one who was in waits for that. */
static void refused(struct link *link, int status, int64_t now)
{
    bool passes = status == TCRP_ROOM_FULL || status == TCRP_SERVER_FULL
        || status == TCRP_TOO_MANY_TRIES;

    const char *why = reason_of_status(status);

    link->last_busy = status;
    if (status == TCRP_BUSY || status == TCRP_APART) try_next(link, why, true, now);
    else if (!link->talk) end_refused(link, status);
    else if (passes) try_next(link, why, false, now);
    else if (status == TCRP_NO_ROOM) end(link, LINK_CLOSED, REASON_CLOSED_UNSEEN);
    else if (status == TCRP_PUT_OUT) end(link, LINK_PUT_OUT, REASON_PUT_OUT);
    else end_refused(link, status);
}

static void answered(struct link *link, int64_t now)
{
    note_key(link);
    if (link->phase == OVER) return;
    if (link->knock.status != TCRP_OK) refused(link, link->knock.status, now);
    else if (link->operation == TCRP_LIST) listed(link);
    else enter(link, now);
}

/* It was a first look at the key. Anybody can show a key; if it is this user's own, what the
   password is needed for can begin, as nobody else can read what is sealed for it. */
static void key_seen(struct link *link)
{
    unsigned char own[FINGERPRINT];

    memcpy(link->fingerprint, link->knock.fingerprint, FINGERPRINT);
    close_tcp(link);
    if (!keyfile_own(own) || !constant_equal(own, link->fingerprint, FINGERPRINT)) {
        end_with(link, (struct link_event){.end = LINK_KEY_UNKNOWN,
                                           .text = text_of("its key is not known yet"),
                                           .fingerprint = link->fingerprint});
        return;
    }
    link->expects = true;
    link->address = 0;
    start_work(link, link->fingerprint);
}

static void end_key_changed(struct link *link)
{
    unsigned char now[FINGERPRINT];
    char words[WORDS];
    const char *file = known_file();

    memcpy(now, link->knock.fingerprint, FINGERPRINT);
    if (link->demanded) {
        snprintf(words, sizeof words, "%s has another key than the one demanded", link->label);
    } else {
        snprintf(words, sizeof words,
                 "THE KEY OF %s HAS CHANGED: somebody may be in between. If its owner says that it "
                 "has a new one, take its line out of %.255s", link->label, file ? file : "memory");
    }
    end_with(link, (struct link_event){.end = LINK_KEY_CHANGED, .text = text_of(words),
                                       .fingerprint = now, .expected = link->fingerprint});
}

static void on_knock(struct link *link, int64_t now)
{
    bool busy = link->knock.status == TCRP_BUSY;

    switch (link->knock.progress) {
    case KNOCK_ON: break;
    case KNOCK_KEY_SEEN: key_seen(link); break;
    case KNOCK_ANSWERED: answered(link, now); break;
    case KNOCK_UNAUTHENTICATED:
        link->last_busy = TCRP_BUSY; /* if it is that; nothing else is believed in the clear */
        try_next(link, reason_of_status(link->knock.status), busy, now);
        break;
    case KNOCK_KEY_CHANGED: end_key_changed(link); break;
    case KNOCK_MALFORMED:
        try_next(link, "what it says is malformed, or was changed on the way", false, now);
        break;
    }
}

/* --- the connection --- */

/* False: the connection has failed, and errno says why. */
static bool write_out(struct link *link)
{
    struct knock *knock = &link->knock;

    while (knock->out_start < knock->out_end) {
        ssize_t taken = net_write(link->tcp, knock->out + knock->out_start,
                                  knock->out_end - knock->out_start);
        if (taken < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        knock_sent(knock, (size_t)taken);
    }
    return true;
}

static bool read_in(struct link *link)
{
    char bytes[4096];

    while (link->knock.progress == KNOCK_ON) {
        ssize_t size = net_read(link->tcp, bytes, sizeof bytes);
        if (size == 0) errno = ECONNRESET; /* it closed in the middle of a frame */
        if (size == 0) return false;
        if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        knock_take(&link->knock, bytes, (size_t)size);
    }
    return true;
}

static void converse(struct link *link, int64_t now)
{
    bool alive = write_out(link) && read_in(link) && write_out(link);

    if (link->knock.progress != KNOCK_ON) on_knock(link, now);
    else if (!alive) try_next(link, strerror(errno), false, now);
}

static void connecting(struct link *link, struct net_set *set, int64_t now)
{
    if (!net_ready_write(set, link->tcp)) return;
    if (!net_connected(link->tcp, &link->local, &link->remote)) {
        try_next(link, strerror(errno), false, now);
        return;
    }
    link->reached = true;
    link->reached_server = link->server;
    start_knock(link); /* only now: a request to resume says how far we have come */
    link->phase = KNOCKING;
    converse(link, now);
}

static void serve_tcp(struct link *link, struct net_set *set, int64_t now)
{
    enum phase before = link->phase;

    switch (before) {
    case WORKING: work(link, now); break;
    case LOOKING: looking(link, now); break;
    case CONNECTING: connecting(link, set, now); break;
    case KNOCKING: converse(link, now); break;
    case PAUSING:
        if (now >= link->due) begin(link, now);
        break;
    case RESTING:
    case OVER: break;
    }
    if (link->phase != before || now < link->due) return;
    if (before == LOOKING) not_found(link, "no name server answers", now);
    if (before == CONNECTING || before == KNOCKING) {
        try_next(link, strerror(ETIMEDOUT), false, now);
    }
}

/* --- the datagrams --- */

static void receive_all(struct link *link, int64_t now)
{
    char bytes[PACKET_LIMIT + 1];
    bool nobody = false;

    for (int i = 0; i < DRAIN_LIMIT; i++) {
        ssize_t size = net_receive(link->udp, bytes, sizeof bytes, NULL, &nobody);
        if (size < 0) break;
        talk_receive(link->talk, bytes, (size_t)size, now);
    }
    /* Anybody can forge that news: it is a reason to ask, no more. */
    if (nobody) talk_doubt(link->talk, now);
}

static void end_talk(struct link *link)
{
    switch (talk_state(link->talk)) {
    case TALK_LEFT: end(link, LINK_LEFT, ""); break;
    case TALK_PUT_OUT: end(link, LINK_PUT_OUT, REASON_PUT_OUT); break;
    default: end(link, LINK_CLOSED, REASON_CLOSED_UNSEEN); break;
    }
}

/* The server has answered over UDP. */
static void back(struct link *link)
{
    link->pause = 0;
    if (link->phase == PAUSING) link->phase = RESTING;
    if (!link->away) return;
    link->away = false;
    tell(link, (struct link_event){.kind = LINK_BACK});
}

/* Over TCP again. If that has just been done and was of no use, not at once. */
static void resume(struct link *link, int64_t now)
{
    char words[WORDS];

    if (talk_silent(link->talk, now)) {
        snprintf(words, sizeof words, talk_dropped(link->talk)
                 ? "%s did not hear from us, and has taken us out" : "no answer from %s over UDP",
                 link->label);
        tell_away(link, words);
    }
    link->address = 0;
    if (talk_connected(link->talk) && now - link->entered_at >= PAUSE_SHORTEST) begin(link, now);
    else pause_for_a_while(link, now);
}

static void serve_talk(struct link *link, int64_t now)
{
    receive_all(link, now);
    talk_tick(link->talk, now);
    if (talk_over(link->talk)) {
        end_talk(link);
        return;
    }
    bool wants = talk_wants_resume(link->talk, now);
    if (!wants && talk_connected(link->talk)) back(link);
    if (wants && link->phase == RESTING) resume(link, now);
}

/* --- for the owner --- */

static bool copy_wish(struct link *link, const struct link_wish *wish)
{
    if (!servers_parse(wish->servers, wish->port, &link->servers)) {
        errno = EINVAL;
        return false;
    }
    link->udp_port = wish->udp_port;
    link->operation = wish->operation;
    link->room_size = wish->room.size;
    link->user_size = wish->user.size;
    if (wish->room.size > 0) memcpy(link->room, wish->room.bytes, wish->room.size);
    if (wish->user.size > 0) memcpy(link->user, wish->user.bytes, wish->user.size);
    link->demanded = link->expects = link->settled = wish->fingerprint != NULL;
    link->note_when_in = wish->note_when_in;
    link->impatient = wish->impatient;
    if (wish->fingerprint) memcpy(link->fingerprint, wish->fingerprint, FINGERPRINT);
    link->tell = wish->tell;
    link->has_room = wish->has_room;
    link->context = wish->context;
    if (wish->password.size == 0) return true;
    link->password_size = wish->password.size;
    link->password = malloc(wish->password.size);
    if (link->password) memcpy(link->password, wish->password.bytes, wish->password.size);
    return link->password != NULL;
}

void link_prepare(const char *servers, void *secret, size_t size)
{
    struct servers all;

    if (!servers_parse(servers, 1, &all)) return;
    for (unsigned i = 0; i < all.count; i++) {
        if (!resolver_is_number(all.list[i].host)) resolver_start(secret, size);
    }
}

struct link *link_open(const struct link_wish *wish, int64_t now)
{
    struct link *link = calloc(1, sizeof *link);

    if (!link) return NULL;
    link->tcp = link->udp = -1;
    if (!copy_wish(link, wish)) {
        free(link);
        return NULL;
    }
    random_bytes(link->m, sizeof link->m);
    set_label(link);
    link->phase = PAUSING; /* it begins with the first link_serve: until then nothing is told */
    link->due = now;
    return link;
}

void link_close(struct link *link)
{
    if (!link) return;
    lookup_stop(&link->lookup);
    close_tcp(link);
    close_udp(link);
    wipe_secrets(link);
    talk_destroy(link->talk);
    free(link);
}

int64_t link_watch(const struct link *link, struct net_set *set)
{
    int64_t due = TALK_NEVER;

    switch (link->phase) {
    case WORKING: due = 0; break; /* at once */
    case LOOKING:
        if (resolver_fd() >= 0) net_watch(set, resolver_fd());
        break;
    case CONNECTING: net_watch_write(set, link->tcp); break;
    case KNOCKING:
        net_watch(set, link->tcp);
        if (link->knock.out_start < link->knock.out_end) net_watch_write(set, link->tcp);
        break;
    case PAUSING:
    case RESTING: break;
    case OVER: return TALK_NEVER;
    }
    if (link->phase != WORKING && link->phase != RESTING) due = link->due;
    if (!link->talk) return due;
    net_watch(set, link->udp);
    return talk_due(link->talk) < due ? talk_due(link->talk) : due;
}

void link_serve(struct link *link, struct net_set *set, int64_t now)
{
    serve_tcp(link, set, now);
    if (link->phase != OVER && link->talk) serve_talk(link, now);
}

enum talk_result link_say(struct link *link, struct text text, int64_t now, uint64_t *number)
{
    if (!link->talk || link->phase == OVER) return TALK_FULL;
    return talk_say(link->talk, text, now, number);
}

enum talk_result link_kick(struct link *link, struct text name, int64_t now)
{
    if (!link->talk || link->phase == OVER) return TALK_FULL;
    return talk_kick(link->talk, name, now);
}

void link_leave(struct link *link, int64_t now)
{
    if (link->phase == OVER) return;
    if (link->talk) talk_leave(link->talk, now);
    else end(link, LINK_LEFT, "");
}

const struct talk *link_talk(const struct link *link)
{
    return link->talk;
}

const char *link_server(const struct link *link)
{
    return link->label;
}
