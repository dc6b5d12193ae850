#include "client_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "connector.h"
#include "keys/system_random.h"
#include "net/resolver.h"
#include "reason.h"

enum { DRAIN_LIMIT = 256 }; /* datagrams taken in a turn */

struct client_session {
    long udp_port;
    char room[NAME_LIMIT], user[NAME_LIMIT];
    client_session_tell *tell;
    news_space *has_space;
    void *context;
    struct connector connector;    /* TCP */
    int udp;                       /* -1: none yet */
    struct membership *membership; /* NULL: not admitted yet */
    int64_t entered_at;            /* milliseconds: when the session was last admitted */
    bool away;                     /* CLIENT_SESSION_AWAY was told, CLIENT_SESSION_BACK not yet */
    bool over;
};

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

static void end_with(struct client_session *session, struct client_session_event event)
{
    if (session->over) return;
    session->over = true;
    connector_stop(&session->connector);
    close_udp(session);
    event.kind = CLIENT_SESSION_OVER;
    tell(session, event);
}

static void on_event(void *context, const struct client_session_event *event)
{
    struct client_session *session = context;

    if (event->kind == CLIENT_SESSION_OVER) end_with(session, *event);
    else tell(session, *event);
}

static void end(struct client_session *session, enum client_session_end why, const char *words)
{
    end_with(session, (struct client_session_event){.end = why, .text = text_of(words)});
}

/* --- entering --- */

/* Opens a socket to the server's UDP port, from the local address that the TCP connection had. */
static int open_udp(const struct client_session *session)
{
    const struct exchange *exchange = &session->connector.exchange;
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
    const struct connector *connector = &session->connector;

    return membership_create(
        &(struct membership_params){.user = connector->user,
                                    .m = connector->m,
                                    .secret = connector->room_key.made
                                        ? connector->room_key.secret : NULL,
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
    const struct handshake *handshake = &session->connector.exchange.handshake;
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
        connector_try_next(&session->connector, why, false, now);
        return;
    }
    session->membership = session->connector.membership = membership;
    session->entered_at = now;
    connector_admitted(&session->connector);
    tell(session, (struct client_session_event){.kind = first ? CLIENT_SESSION_ENTERED
                                                              : CLIENT_SESSION_MEMBERS});
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

/* The server has answered over UDP. */
static void back(struct client_session *session)
{
    connector_cancel(&session->connector);
    if (!session->away) return;
    session->away = false;
    tell(session, (struct client_session_event){.kind = CLIENT_SESSION_BACK});
}

/* Resumes over TCP; not at once if that was just done without effect. */
static void resume(struct client_session *session, int64_t now)
{
    char words[SERVER_TEXT + 64];

    if (!session->away && membership_silent(session->membership, now)) {
        session->away = true; /* told once, until the session is back */
        snprintf(words, sizeof words, membership_dropped(session->membership)
                 ? "%s did not hear from us, and has taken us out" : "no answer from %s over UDP",
                 session->connector.label);
        tell(session,
             (struct client_session_event){.kind = CLIENT_SESSION_AWAY, .text = text_of(words)});
    }
    bool late = now - session->entered_at >= CONNECTOR_PAUSE;
    connector_start(&session->connector, membership_connected(session->membership) && late, now);
}

static void serve_membership(struct client_session *session, int64_t now)
{
    receive_all(session, now);
    membership_tick(session->membership, now);
    if (membership_over(session->membership)) {
        switch (membership_state(session->membership)) {
        case MEMBERSHIP_LEFT: end(session, CLIENT_SESSION_LEFT, ""); return;
        case MEMBERSHIP_KICKED: end(session, CLIENT_SESSION_KICKED, REASON_KICKED); return;
        default: end(session, CLIENT_SESSION_CLOSED, REASON_CLOSED_UNSEEN); return;
        }
    }
    bool wants = membership_wants_resume(session->membership, now);
    if (!wants && membership_connected(session->membership)) back(session);
    if (wants && session->connector.phase == CONNECTOR_RESTING) resume(session, now);
}

/* --- for the owner --- */

/* False: malformed, or no memory. */
static bool copy_params(struct client_session *session, const struct client_session_params *params)
{
    struct connector *connector = &session->connector;

    if (!server_list_parse(params->servers, params->port, &connector->servers)) {
        errno = EINVAL;
        return false;
    }
    session->udp_port = params->udp_port;
    if (params->room.size > 0) memcpy(session->room, params->room.bytes, params->room.size);
    if (params->user.size > 0) memcpy(session->user, params->user.bytes, params->user.size);
    session->tell = params->tell;
    session->has_space = params->has_space;
    session->context = params->context;
    connector->operation = params->operation;
    connector->room = (struct text){session->room, params->room.size};
    connector->user = (struct text){session->user, params->user.size};
    connector->note_when_in = params->note_when_in;
    connector->impatient = params->impatient;
    connector->pair = params->pair;
    connector->tell = on_event;
    connector->context = session;
    server_key_create(&connector->server_key, params->fingerprint);
    return room_key_create(&connector->room_key, params->password);
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
    session->udp = -1;
    if (!copy_params(session, params)) {
        free(session);
        return NULL;
    }
    connector_create(&session->connector, now);
    return session;
}

void client_session_close(struct client_session *session)
{
    if (!session) return;
    connector_stop(&session->connector);
    close_udp(session);
    membership_destroy(session->membership);
    free(session);
}

int64_t client_session_watch(const struct client_session *session, struct net_set *set)
{
    if (session->over) return MEMBERSHIP_NEVER;
    int64_t due = connector_watch(&session->connector, set);
    if (!session->membership) return due;
    net_watch(set, session->udp);
    int64_t next = membership_due(session->membership);
    return next < due ? next : due;
}

void client_session_serve(struct client_session *session, struct net_set *set, int64_t now)
{
    if (connector_serve(&session->connector, set, now)) enter(session, now);
    if (!session->over && session->membership) serve_membership(session, now);
}

enum membership_result client_session_say(struct client_session *session, struct text text,
                                          int64_t now, uint64_t *number)
{
    if (!session->membership || session->over) return MEMBERSHIP_FULL;
    return membership_say(session->membership, text, now, number);
}

enum membership_result client_session_kick(struct client_session *session, struct text name,
                                           int64_t now)
{
    if (!session->membership || session->over) return MEMBERSHIP_FULL;
    return membership_kick(session->membership, name, now);
}

void client_session_leave(struct client_session *session, int64_t now)
{
    if (session->over) return;
    if (session->membership) membership_leave(session->membership, now);
    else end(session, CLIENT_SESSION_LEFT, "");
}

const struct membership *client_session_membership(const struct client_session *session)
{
    return session->membership;
}

const char *client_session_server(const struct client_session *session)
{
    return session->connector.label;
}

const unsigned char *client_session_fingerprint(const struct client_session *session)
{
    return session->connector.server_key.fingerprint;
}
