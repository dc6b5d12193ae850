/* links: stage3/keys/system_random.c stage3/member/reason.c stage3/member/client_session.c */
/* links: stage3/member/exchange.c stage3/member/connector.c stage3/member/server_key.c */
/* links: stage3/member/room_key.c stage3/net/net.c stage3/base/host.c stage3/base/address.c */
/* links: stage3/member/known_hosts.c stage3/base/ordinary.c stage3/base/server_list.c */
/* links: stage3/base/program.c stage3/base/text.c stage3/base/hash.c stage3/crypto/constant.c */
/*
 * client_session when something goes wrong: each end and its words, servers that are busy, what
 * takes too long, and coming back to a server that was lost.
 */
#include "played.h"

/* In the first five seconds, which is how long loop_until looks. */
static void busy(void)
{
    open_session(TCRP_JOIN, "", key);
    status = TCRP_BUSY;
    ok(loop_until("W") && last.text.size > 0, "a user is told soon that the server is busy");
    ok(!loop_until("WW") && strcmp(told, "W") == 0,
       "a busy server is reported once, and the client continues");
    ok(nothing_open(), "nothing stays open");
    impatient = true;
    open_session(TCRP_JOIN, "", key);
    impatient = false;
    status = TCRP_BUSY;
    ok(loop_until("WO") && last.end == CLIENT_SESSION_REFUSED && last.status == TCRP_BUSY
           && nothing_open(),
       "a client whose user does not wait gives up on a busy server");
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
    ok(worded, "each status has its words");
    open_session(TCRP_LIST, "", key);
    ok(loop_until("LO") && last.end == CLIENT_SESSION_DONE, "a list is told, and that is all");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_KEY_CHANGED;
    ok(loop_until("O") && last.end == CLIENT_SESSION_KEY_CHANGED,
       "another key than the demanded one ends the client");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_MALFORMED;
    ok(loop_until("O") && last.end == CLIENT_SESSION_FAILED, "a malformed answer ends the client");
    ok(nothing_open(), "nothing stays open");
    open_session(TCRP_JOIN, "", key);
    state = MEMBERSHIP_KICKED;
    ok(loop_until("EO") && last.end == CLIENT_SESSION_KICKED, "the host kicks us");
    ok(nothing_open(), "nothing stays open");
}

/* What takes too long ends, neither before its time nor after it. */
static void timeouts(void)
{
    struct net_set set;

    open_session(TCRP_JOIN, "", key);
    idle(1000);
    ok(client_session_watch(session, &set) == 11000, "a connection may take 10 seconds");
    idle(10999);
    ok(told[0] == '\0', "the client waits 10 seconds for a connection");
    idle(11000);
    ok(failed(strerror(ETIMEDOUT)) && nothing_open(),
       "the client gives up after 10 seconds: %s", words);

    open_session(TCRP_JOIN, "", key);
    comes = HANDSHAKE_ON; /* the server accepts, and is silent */
    ok(loop_until("D"), "the client connects and asks");
    int64_t until = client_session_watch(session, &set);
    ok(until - now > 9000 && until - now <= 10000,
       "the answer has to come within the same 10 seconds");
    idle(until - 1);
    ok(told[0] == '\0', "the client waits 10 seconds for the answer");
    idle(until);
    ok(failed(strerror(ETIMEDOUT)) && nothing_open(),
       "the client gives up without an answer: %s", words);

    open_session(TCRP_JOIN, "", key);
    looks = LOOKUP_WAITS;
    idle(1000);
    ok(client_session_watch(session, &set) == 11000, "a look-up of the name may take 10 seconds");
    idle(10999);
    ok(told[0] == '\0', "the client waits 10 seconds for a look-up");
    idle(11000);
    ok(failed("no name server answers") && nothing_open(),
       "the client gives up without a look-up: %s", words);

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
       && strcmp(steps, "Dt") == 0, "a silent server is reported: %s", words);
    struct net_set set;
    int64_t due = client_session_watch(session, &set) - now;
    ok(due >= 500 && due <= 1000, "one that has just come in does not come back at once, but in"
       " %d ms", (int)due);
    idle(now + due - 1);
    ok(strcmp(steps, "Dt") == 0, "a client does not resume before its pause");
    ok(loop_until("EAM") && strcmp(steps, "DtD") == 0 && request.operation == TCRP_JOIN
       && request.room_id, "the client resumes as the same member");
    wants = silent = false;
    ok(loop_until("EAMB"), "the client reports when the server is heard again");
    wants = true;
    dropped = true;
    silent = true;
    entered = now;
    idle(now + 1000);
    ok(strcmp(told, "EAMBA") == 0 && strstr(words, "did not hear from us"),
       "a dropped client reports other words: %s", words);
    ok(loop_until("EAMBAM") && strcmp(steps, "DtDD") == 0, "a dropped client resumes at once");
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
           "a member that is refused with %d is out", status);
    }
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        open_session(TCRP_JOIN, "", key);
        if (!loop_until("E")) abort();
        wants = true;
        status = passing[i];
        now += 1000;
        ok(loop_until("DtDDD") && strcmp(told, "E") == 0,
           "a member that is refused with %d tries again", status);
        status = TCRP_OK;
        ok(loop_until("EM") && nothing_open(), "the member tries until it is let in");
    }
}

static void bad_answers(void)
{
    open_session(TCRP_JOIN, "", key);
    good = false;
    ok(loop_until("O") && failed("its answer is malformed") && strcmp(steps, "Dtd") == 0
       && nothing_open(), "an answer that is none is no way in: %s", words);
}

int main(void)
{
    plan(50);
    played_begin("client_trouble");
    busy();
    ends();
    timeouts();
    coming_back();
    without_names();
    refused_later();
    bad_answers();
    played_end();
    return done();
}
