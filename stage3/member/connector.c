#include "connector.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "crypto/constant.h"
#include "keys/system_random.h"
#include "reason.h"

enum {
    PAUSE_LONGEST = 10000,   /* milliseconds: the longest pause */
    BUSY_TRIES = 8,          /* times that we come back to enter when all servers are busy, */
    FEW_TRIES = 3,           /* or have lost what they share, or somebody waits for us without a
                                word: 3 seconds at most */
    WORDS = SERVER_KEY_WORDS /* bytes of a sentence */
};

/* --- events --- */

static void tell(struct connector *connector, struct client_session_event event)
{
    connector->tell(connector->context, &event);
}

static void end_with(struct connector *connector, struct client_session_event event)
{
    event.kind = CLIENT_SESSION_OVER;
    tell(connector, event);
}

static void end(struct connector *connector, enum client_session_end why, const char *words)
{
    end_with(connector, (struct client_session_event){.end = why, .text = text_of(words)});
}

static void end_refused(struct connector *connector, int status)
{
    end_with(connector,
             (struct client_session_event){.end = CLIENT_SESSION_REFUSED, .status = status,
                                           .text = text_of(reason_of_status(status))});
}

/* --- trying a server --- */

static void begin(struct connector *connector, int64_t now);

static void set_label(struct connector *connector)
{
    server_print(&connector->servers.list[connector->server], connector->label);
}

/* A random time in the upper half of the pause, so that clients that were dropped together do not
   all come back together. */
static void pause_for_a_while(struct connector *connector, int64_t now)
{
    uint32_t drawn;

    random_bytes(&drawn, sizeof drawn);
    connector->pause = connector->pause == 0 ? CONNECTOR_PAUSE : 2 * connector->pause;
    if (connector->pause > PAUSE_LONGEST) connector->pause = PAUSE_LONGEST;
    connector->phase = CONNECTOR_PAUSING;
    int64_t half = connector->pause / 2;
    connector->due = now + half + (int64_t)(drawn % (uint32_t)(half + 1));
}

static void end_failed(struct connector *connector, const char *why)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words,
             "no good answer from %s: %.255s; is a server running there?%.255s", connector->label,
             why, server_key_words(&connector->server_key, key));
    end(connector, CLIENT_SESSION_FAILED, words);
}

static void end_busy(struct connector *connector)
{
    char words[WORDS], key[WORDS];

    snprintf(words, sizeof words, "%s%.255s", reason_of_status(connector->last_busy),
             server_key_words(&connector->server_key, key));
    end_with(connector, (struct client_session_event){.end = CLIENT_SESSION_REFUSED,
                                                      .status = connector->last_busy,
                                                      .text = text_of(words)});
}

/* This server does not admit us now, so the next one is tried. After all of them, it gives up or
   pauses. */
static void try_next_server(struct connector *connector, const char *why, bool busy, int64_t now)
{
    exchange_restart(&connector->exchange);
    connector->failures++;
    if (busy) connector->busy++;
    bool all = connector->failures % connector->servers.count == 0;
    bool few = connector->impatient || connector->last_busy == TCRP_APART;
    unsigned tries = few ? FEW_TRIES : BUSY_TRIES;
    if (all && !connector->membership && (connector->busy == 0 || connector->busy >= tries)) {
        if (busy) end_busy(connector);
        else end_failed(connector, why);
        return;
    }
    connector->server = (connector->server + 1) % connector->servers.count;
    server_key_leave(&connector->server_key);
    set_label(connector);
    if (!all) {
        begin(connector, now);
        return;
    }
    pause_for_a_while(connector, now);
    /* Told once, before the first admission: it may take half a minute. */
    if (!busy || connector->membership || connector->busy_told) return;
    connector->busy_told = true;
    tell(connector,
         (struct client_session_event){.kind = CLIENT_SESSION_BUSY, .text = text_of(why)});
}

/* A server that is busy is so at all of its addresses. */
void connector_try_next(struct connector *connector, const char *why, bool busy, int64_t now)
{
    server_key_shown(&connector->server_key, connector->exchange.handshake.fingerprint);
    why = exchange_fail(&connector->exchange, why);
    if (exchange_has_more(&connector->exchange) && !busy) begin(connector, now);
    else try_next_server(connector, why, busy, now);
}

static void start_work(struct connector *connector)
{
    room_key_start(&connector->room_key, connector->server_key.fingerprint, connector->room);
    connector->server_key.settled = true; /* the room's key is valid for this server key alone */
    connector->phase = CONNECTOR_WORKING;
}

/* With a password and an unknown server key, the first connection only asks for the server's key.
   */
static void start_handshake(struct connector *connector)
{
    const struct room_key *room_key = &connector->room_key;
    struct request request = {.operation = connector->membership ? TCRP_JOIN : connector->operation,
                              .room = connector->room,
                              .user = connector->user,
                              .m = connector->m,
                              .proof = room_key->made ? room_key->proof : NULL};
    unsigned char starts[REQUEST_STARTS * REQUEST_START];

    if (connector->membership) membership_position(connector->membership, &request, starts);
    handshake_start(&connector->exchange.handshake, room_key->password ? NULL : &request,
                    connector->server_key.expects ? connector->server_key.fingerprint : NULL,
                    &connector->rsa, system_random, NULL);
    connector->paired = false;
}

static void on_handshake(struct connector *connector, int64_t now);

static void go_on(struct connector *connector, enum exchange_progress progress, int64_t now)
{
    if (progress == EXCHANGE_CONNECTED) {
        start_handshake(connector); /* only now: a request to resume has the current position */
        progress = exchange_converse(&connector->exchange);
    }
    if (progress == EXCHANGE_OVER) on_handshake(connector, now);
    if (progress == EXCHANGE_FAILED)
        connector_try_next(connector, connector->exchange.why, false, now);
}

static void connect_to(struct connector *connector, int64_t now)
{
    const struct server_name *server = &connector->servers.list[connector->server];

    connector->phase = CONNECTOR_PAIRING;
    if (!connector->paired) connector->paired = pair_take(connector->pair, &connector->rsa);
    if (!connector->paired) return;
    connector->phase = CONNECTOR_EXCHANGING;
    go_on(connector, exchange_connect(&connector->exchange, server, now), now);
}

/* Starts the next step that is missing: the password's key, an RSA pair, or a connection. */
static void begin(struct connector *connector, int64_t now)
{
    char words[WORDS];

    if (!server_key_find(&connector->server_key, connector->label, words))
        end(connector, CLIENT_SESSION_FAILED, words);
    else if (connector->room_key.password && connector->server_key.expects) start_work(connector);
    else connect_to(connector, now);
}

/* --- the answer --- */

/* Notes the key, now that the server has proved that it has it. */
static void note_key(struct connector *connector)
{
    const struct handshake *handshake = &connector->exchange.handshake;
    char words[WORDS];
    bool in = handshake->status == TCRP_OK && connector->operation != TCRP_LIST;

    if (server_key_proved(&connector->server_key, connector->label, handshake->fingerprint,
                          in || !connector->note_when_in, words)) {
        tell(connector,
             (struct client_session_event){.kind = CLIENT_SESSION_KEY_NEW,
                                           .text = text_of(words),
                                           .fingerprint = connector->server_key.fingerprint});
    }
}

/* Is the refusal temporary? A client that was in the room waits and tries again. */
static void refused(struct connector *connector, int status, int64_t now)
{
    bool passes = status == TCRP_ROOM_FULL || status == TCRP_SERVER_FULL
        || status == TCRP_TOO_MANY_TRIES;
    const char *why = reason_of_status(status);

    connector->last_busy = status;
    if (status == TCRP_BUSY || status == TCRP_APART) connector_try_next(connector, why, true, now);
    else if (!connector->membership) end_refused(connector, status);
    else if (passes) connector_try_next(connector, why, false, now);
    else if (status == TCRP_NO_ROOM) end(connector, CLIENT_SESSION_CLOSED, REASON_CLOSED_UNSEEN);
    else if (status == TCRP_KICKED) end(connector, CLIENT_SESSION_KICKED, REASON_KICKED);
    else end_refused(connector, status);
}

static void answered(struct connector *connector, int64_t now)
{
    const struct handshake *handshake = &connector->exchange.handshake;

    note_key(connector);
    if (connector->phase == CONNECTOR_OVER) return;
    if (handshake->status != TCRP_OK) {
        refused(connector, handshake->status, now);
    } else if (connector->operation == TCRP_LIST) {
        tell(connector, (struct client_session_event){.kind = CLIENT_SESSION_LISTED,
                                                      .text = handshake->answer});
        end(connector, CLIENT_SESSION_DONE, "");
    } else {
        connector->phase = CONNECTOR_ADMITTED;
    }
}

/* The exchange only asked for the key. Anybody can show a key. But if it is this user's own, the
   password may be used: nobody else can open what is encrypted for it. */
static void key_seen(struct connector *connector)
{
    unsigned char *fingerprint = connector->server_key.fingerprint;

    memcpy(fingerprint, connector->exchange.handshake.fingerprint, FINGERPRINT);
    exchange_close(&connector->exchange);
    if (!server_key_is_own(fingerprint)) {
        end_with(connector,
                 (struct client_session_event){.end = CLIENT_SESSION_KEY_UNKNOWN,
                                               .text = text_of("its key is not known yet"),
                                               .fingerprint = fingerprint});
        return;
    }
    connector->server_key.expects = true;
    exchange_restart(&connector->exchange);
    start_work(connector);
}

static void end_key_changed(struct connector *connector)
{
    unsigned char now[FINGERPRINT];
    char words[WORDS];

    memcpy(now, connector->exchange.handshake.fingerprint, FINGERPRINT);
    server_key_changed(&connector->server_key, connector->label, words);
    end_with(connector,
             (struct client_session_event){.end = CLIENT_SESSION_KEY_CHANGED,
                                           .text = text_of(words),
                                           .fingerprint = now,
                                           .expected = connector->server_key.fingerprint});
}

static void on_handshake(struct connector *connector, int64_t now)
{
    const struct handshake *handshake = &connector->exchange.handshake;
    const char *why = reason_of_status(handshake->status);

    pair_want(connector->pair); /* for the next time */
    switch (handshake->progress) {
    case HANDSHAKE_ON: break;
    case HANDSHAKE_KEY_SEEN: key_seen(connector); break;
    case HANDSHAKE_ANSWERED: answered(connector, now); break;
    case HANDSHAKE_UNAUTHENTICATED:
        connector->last_busy = TCRP_BUSY; /* the only status that is accepted in the clear */
        connector_try_next(connector, why, handshake->status == TCRP_BUSY, now);
        break;
    case HANDSHAKE_KEY_CHANGED: end_key_changed(connector); break;
    case HANDSHAKE_MALFORMED:
        connector_try_next(connector, "what it says is malformed, or was changed on the way", false,
                           now);
        break;
    }
}

/* --- for the owner --- */

void connector_create(struct connector *connector, int64_t now)
{
    random_bytes(connector->m, sizeof connector->m);
    set_label(connector);
    connector->exchange.tcp = -1;
    connector->phase = CONNECTOR_PAUSING;
    connector->due = now;
}

void connector_start(struct connector *connector, bool at_once, int64_t now)
{
    exchange_restart(&connector->exchange);
    if (at_once) begin(connector, now);
    else pause_for_a_while(connector, now);
}

void connector_cancel(struct connector *connector)
{
    connector->pause = 0;
    if (connector->phase == CONNECTOR_PAUSING) connector->phase = CONNECTOR_RESTING;
}

int64_t connector_watch(const struct connector *connector, struct net_set *set)
{
    switch (connector->phase) {
    case CONNECTOR_WORKING: return 0; /* at once */
    case CONNECTOR_EXCHANGING: return exchange_watch(&connector->exchange, set);
    case CONNECTOR_PAUSING: return connector->due;
    default: return MEMBERSHIP_NEVER; /* the owner drives the pair */
    }
}

bool connector_serve(struct connector *connector, struct net_set *set, int64_t now)
{
    switch (connector->phase) {
    case CONNECTOR_WORKING:
        if (room_key_work(&connector->room_key)) connect_to(connector, now);
        break;
    case CONNECTOR_PAIRING: connect_to(connector, now); break;
    case CONNECTOR_EXCHANGING:
        go_on(connector, exchange_serve(&connector->exchange, set, now), now);
        break;
    case CONNECTOR_PAUSING:
        if (now >= connector->due) begin(connector, now);
        break;
    default: break;
    }
    return connector->phase == CONNECTOR_ADMITTED;
}

void connector_admitted(struct connector *connector)
{
    exchange_close(&connector->exchange);
    connector->exchange.falls_back = true;
    connector->phase = CONNECTOR_RESTING;
    connector->failures = connector->busy = 0;
}

void connector_stop(struct connector *connector)
{
    connector->phase = CONNECTOR_OVER;
    exchange_stop(&connector->exchange);
    room_key_destroy(&connector->room_key);
    wipe(connector->m, sizeof connector->m);
    wipe(&connector->rsa, sizeof connector->rsa);
    connector->paired = false;
}
