/* links: stage3/keys/system_random.c stage3/member/reason.c stage3/member/client_session.c */
/* links: stage3/member/exchange.c stage3/member/connector.c stage3/member/server_key.c */
/* links: stage3/member/room_key.c stage3/net/net.c stage3/base/host.c stage3/base/address.c */
/* links: stage3/member/known_hosts.c stage3/base/ordinary.c stage3/base/server_list.c */
/* links: stage3/base/program.c stage3/base/text.c stage3/base/hash.c stage3/crypto/constant.c */
/*
 * client_session: in which order it connects, computes and asks, what it gives away when, what goes
 * through while it is in, and that it leaves nothing open. What goes wrong is in client_trouble.c.
 */
#include "played.h"

static void passwords(void)
{
    static const char password[] = "open sesame";
    static const unsigned char made[] = "pppppppppppppppppppppppppppppppp";

    open_session(TCRP_JOIN, password, key);
    ok(loop_until("E") && strcmp(steps, "PDT") == 0,
       "the key of the password is computed before the rest");
    ok(computed_size == strlen(password) && memcmp(computed, password, computed_size) == 0,
       "the key is computed from the whole password");
    ok(has_proof && memcmp(proof, made, SEAL_KEY) == 0, "the request has the proof of it");
    ok(nothing_open() && strcmp(steps, "PDTd") == 0, "nothing stays open");

    open_session(TCRP_JOIN, "x", key);
    ok(loop_until("E") && computed_size == 1 && computed[0] == 'x',
       "a password of one byte is computed");
    ok(nothing_open(), "nothing stays open");

    open_session(TCRP_JOIN, "", key);
    ok(loop_until("E") && strcmp(steps, "Dt") == 0 && !has_proof,
       "a client without a password sends no proof");
    ok(nothing_open(), "nothing stays open");

    open_session(TCRP_JOIN, password, NULL);
    comes = HANDSHAKE_KEY_SEEN;
    ok(loop_until("O") && strcmp(steps, "k") == 0 && last.end == CLIENT_SESSION_KEY_UNKNOWN,
       "a server that is met for the first time is asked for its key, and for nothing else");
    ok(computed_size == 0, "nothing is computed for an unknown server");
    ok(nothing_open(), "nothing stays open");

    memcpy(own, key, FINGERPRINT);
    open_session(TCRP_JOIN, password, NULL);
    comes = HANDSHAKE_KEY_SEEN;
    ok(loop_until("kP"), "the password is computed if the server has the user's own key");
    comes = HANDSHAKE_ANSWERED;
    ok(loop_until("kPDT") && has_proof, "the user's own key is demanded from then on");
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
    ok(opened && nothing_open() && told[0] == '\0',
       "a client closed while it connects leaves nothing open");
    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_ON;
    ok(loop_until("D") && descriptors() != before && nothing_open(),
       "a client closed in the exchange leaves nothing open");
    open_session(TCRP_JOIN, "", key);
    ok(loop_until("E") && descriptors() != before && nothing_open(),
       "a client closed while it is a member leaves nothing open");
    open_session(TCRP_JOIN, "", key);
    net_set_clear(&set);
    client_session_serve(session, &set, now);
    client_session_leave(session, now);
    ok(strcmp(told, "O") == 0 && last.end == CLIENT_SESSION_LEFT && descriptors() == before,
       "a client that leaves while it connects is over and closed");
    ok(client_session_watch(session, &set) == MEMBERSHIP_NEVER,
       "a client that is over waits for nothing");
    client_session_close(session);
}

static void new_keys(void)
{
    unlink(path);
    open_session(TCRP_JOIN, "", NULL);
    ok(loop_until("NE") && strcmp(steps, "Kt") == 0, "a key that is new is told");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", NULL);
    ok(loop_until("E") && strcmp(steps, "Dt") == 0, "a known key is demanded at the next visit");
    ok(nothing_open(), "nothing stays open");
    unlink(path);
}

/* What a member says, and what it hears, goes through. */
static void talking(void)
{
    struct news news = {0};
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
       "nothing can be said before the admission");
    ok(strcmp(client_session_server(session), "127.0.0.1:9003") == 0,
       "the client has the server's name");
    if (!loop_until("E")) abort();
    bool drawn = true;
    for (size_t i = 0; i < SEAL_KEY; i++) drawn = drawn && request.m[i] == DRAWN;
    ok(drawn, "all bytes of m are random");
    ok(client_session_say(session, text_of("x"), 1, &number) == MEMBERSHIP_OK && number == 1
           && client_session_kick(session, text_of("bob"), 1) == MEMBERSHIP_OK
           && client_session_membership(session) != NULL,
       "a line and a kick are accepted after the admission");
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
    params_.tell(params_.context, &news);
    ok(strcmp(told, "En") == 0 && last.news == &news, "an event is passed to the owner");
    ok(params_.has_space(params_.context), "an owner that does not answer always has space");
    client_session_leave(session, now);
    ok(loop_until("EnO") && last.end == CLIENT_SESSION_LEFT
           && client_session_say(session, text_of("x"), 1, &number) == MEMBERSHIP_FULL
           && client_session_kick(session, text_of("bob"), 1) == MEMBERSHIP_FULL,
       "nothing can be said after leaving");
    client_session_leave(session, now);
    ok(strcmp(told, "EnO") == 0, "leaving twice has no effect");
    client_session_close(session);
    close(server);
    udp_port = 9;
    open_session(TCRP_JOIN, "", key);
    state = MEMBERSHIP_CLOSED;
    ok(loop_until("EO") && last.end == CLIENT_SESSION_CLOSED && nothing_open(),
       "a room that is closed");
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
       "a client without a key pair does not connect");
    ok(loop_until("E") && pair_is_good && pairs_taken == 1, "a client with a key pair connects");
    ok(spare.wanted, "the next key pair is made");
    ok(nothing_open(), "nothing stays open");

    open_session(TCRP_JOIN, "", key);
    status = TCRP_BUSY;
    ok(loop_until("DDD") && pair_is_good && pairs_taken == 3, "each try takes another one");
    ok(nothing_open(), "nothing stays open");

    close(listener);
    open_session(TCRP_JOIN, "", key);
    ok(loop_until("O") && last.end == CLIENT_SESSION_FAILED && steps[0] == '\0' && !spare.wanted,
       "no key pair is used if nobody listens");
    ok(nothing_open(), "nothing stays open");
}

int main(void)
{
    plan(44);
    played_begin("client_session");
    passwords();
    closing();
    new_keys();
    talking();
    pairs();
    played_end();
    return done();
}
