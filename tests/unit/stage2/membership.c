/* links: stage2/member/membership.c stage2/member/farewell.c stage2/member/foreign.c */
/* links: stage2/member/hello.c stage2/member/pace.c stage2/wire/notice.c stage2/base/hash.c */
/* links: stage2/base/random.c stage2/base/program.c stage2/base/text.c */
/* links: stage2/base/bucket.c */
/*
 * membership: notices of a server of ours, of another kind and forged ones, and what they change.
 */
#include "member/membership.h"

#include <string.h>

#include "tap.h"

static char shown[2000]; /* what was shown since the last look, a | before each */

static void show(void *context, struct text notice)
{
    size_t used = strlen(shown);

    (void)context;
    if (used + 1 + notice.size >= sizeof shown) return;
    shown[used] = '|';
    memcpy(shown + used + 1, notice.bytes, notice.size);
    shown[used + 1 + notice.size] = '\0';
}

static bool told(const char *what)
{
    bool good = strcmp(shown, what) == 0;

    if (!good) printf("# told: %s\n", shown);
    shown[0] = '\0';
    return good;
}

static struct membership begin(bool other)
{
    struct membership member = {.user = text_of("alice"), .room = text_of("r"), .screen = true,
                                .show = show};

    shown[0] = '\0';
    membership_enter(&member, other, 1000);
    return member;
}

static void ask(struct membership *member, int64_t now)
{
    hello_sent(&member->hello, now);
    membership_asked(member, now);
}

static enum membership_news hear(struct membership *member, const char *notice, int64_t now)
{
    return membership_hear(member, text_of(notice), now);
}

static void our_server(void)
{
    struct membership member = begin(false);

    ok(membership_may_ask(&member) && membership_due(&member) == 1000,
       "a keepalive is due at once");
    ask(&member, 1000);
    ok(member.hello.due == 3000 && membership_due(&member) == 3000,
       "the next keepalive is due two seconds later");
    ok(hear(&member, "welcome, alice", 3100) == MEMBERSHIP_WELCOMED && member.hello.due == 23100
           && told("|welcome, alice|what you type goes to everyone in r; /help shows more"),
       "a welcome shows a server of ours");
    hear(&member, "speak at least every 3 seconds", 3200);
    ok(member.hello.keepalive == 3000 && told(""), "an order is obeyed without a word");
    ask(&member, 3300);
    hear(&member, "say something within 20 seconds to stay; room and token without a text will do",
         4000);
    ok(member.hello.due == 4300 && told(""), "a reminder brings a keepalive");
    hear(&member, "you were silent for 60 seconds and were taken out", 5000);
    ok(member.bad_news && member.hello.doubted
           && told("|you were silent for 60 seconds and were taken out"),
       "bad news is shown, and the server is asked");
    hear(&member, "welcome, alice", 5100);
    ok(!member.bad_news && told("|the server answers again"),
       "the server's answer refutes the bad news");
    for (int64_t now = 5200; !member.hello.missed && now < 5200 + 20; now++) ask(&member, now);
    shown[0] = '\0';
    hear(&member, "welcome, alice", 5300);
    ok(told("|the server answers again"), "an answer after a silence is told of");
    hear(&member, "you were kicked by the host", 6000);
    hear(&member, "you were kicked by the host", 6100);
    ok(member.farewell.told && member.farewell_status != 0
           && membership_due(&member) == 6000 + FAREWELL_BEHIND
           && told("|you were kicked by the host"), "an end is told once, and asked about");
    ok(hear(&member, "welcome, alice", 6150) == MEMBERSHIP_WELCOMED && member.farewell.told,
       "a welcome that was on its way does not count");
    hear(&member, "only the host can do that", 6200);
    ok(member.lost == 1, "a command that was refused counts as a line that was");
}

static void in_doubt(void)
{
    struct membership member = begin(false);

    hear(&member, "welcome, alice", 1100);
    for (int64_t now = 21100; now < 25000; now += 1000) ask(&member, now);
    ok(membership_in_doubt(&member) && !membership_keeps_up(&member, 25000),
       "unanswered keepalives make the client join again");
    hello_obey(&member.hello, 200);
    membership_enter(&member, false, 26000);
    ok(hello_ghost(&member.hello, 90000) > 600000,
       "the lifetime of a ghost is kept for joining again");
    ok(!membership_in_doubt(&member) && !member.foreign.ours && membership_due(&member) == 26000,
       "a new token starts everything anew");
}

static void foreign_server(void)
{
    static const char *const notices[] = {
        "the server is shutting down", "you were kicked by the host",
        "the room is closed: the host has left", "speak at least every 1 seconds",
        "you were silent for 60 seconds and were taken out", "only the host can do that"};
    struct membership member = begin(false);
    bool own;

    for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
        bool fine = hear(&member, notices[i], 1100) == MEMBERSHIP_GOES_ON
            && strcmp(shown + 1, notices[i]) == 0 && !member.farewell.told && member.lost == 0
            && !member.hello.doubted && member.hello.keepalive == 0;
        ok(fine, "a notice before the welcome is only shown: %s", notices[i]);
        shown[0] = '\0';
    }
    ask(&member, 1000);
    ask(&member, 3000);
    ok(foreign_tick(&member.foreign, 5000), "two unanswered keepalives make the client speak");
    foreign_speak(&member.foreign);
    for (int i = 0; i < 20; i++) ask(&member, member.hello.due);
    ok(member.hello.missed && !membership_in_doubt(&member) && membership_keeps_up(&member, 5000)
           && membership_may_ask(&member),
       "a server that never answers is no reason to join again, nor to end");
    foreign_heard(&member.foreign, member.user, text_of("bob"), text_of("hi"), &own);
    ok(!membership_may_ask(&member) && !membership_knows_commands(&member),
       "lines without an answer end the keepalives");
    hear(&member, "welcome, alice", 500000);
    ok(membership_may_ask(&member) && membership_knows_commands(&member),
       "a welcome ends all of that");
}

static void other_answer(void)
{
    struct membership member = begin(true);
    char marked[FOREIGN_MARKED];

    ok(foreign_speaks(&member.foreign) && !membership_may_ask(&member)
           && !membership_knows_commands(&member),
       "another form over TCP makes the client send at once");
    ask(&member, 1000);
    ok(member.hello.due == 21000 && foreign_due(&member.foreign) == FOREIGN_NEVER,
       "nothing is due at a server of another kind");
    foreign_said(&member.foreign, member.user, text_of("hi"), 2000, marked);
    membership_nobody(&member, 2100);
    membership_tell_lost(&member);
    ok(member.lost == 1 && !membership_keeps_up(&member, 9000)
           && told("|the last line may not have arrived"),
       "a refused port is reported as a line that may be lost");
    for (int i = 0; i < 3; i++) ask(&member, member.hello.due);
    ok(membership_in_doubt(&member) && member.hello.due < 9000,
       "the client may join again within seconds");
}

int main(void)
{
    plan(28);
    our_server();
    in_doubt();
    foreign_server();
    other_answer();
    return done();
}
