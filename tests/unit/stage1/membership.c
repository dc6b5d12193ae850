/* links: stage1/member/membership.c stage1/member/command.c stage1/member/foreign.c stage1/member/hello.c stage1/member/naming.c stage1/member/pace.c stage1/wire/notice.c stage1/base/hash.c stage1/base/random.c stage1/base/program.c stage1/base/text.c */
/* links: stage1/base/bucket.c */
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

static struct membership begin(bool screen)
{
    struct membership member = {.screen = screen, .show = show};

    naming_wish(&member.naming, text_of("alice"));
    hello_now(&member.hello, 1000);
    hello_sent(&member.hello, 1000);
    return member;
}

static enum membership_news hear(struct membership *member, const char *notice, int64_t now)
{
    return membership_hear(member, text_of(notice), now);
}

static const char *const bad_news[] = {
    "the server is shutting down", "you could not be reached and were taken out",
    "you were silent for 60 seconds and were taken out"};

static void foreign_server(void)
{
    struct membership member = begin(true);
    bool asked = false;

    for (size_t i = 0; i < 3; i++) {
        hear(&member, bad_news[i], 1100);
        asked = asked || member.hello.doubted || member.bad_news;
    }
    ok(!asked && told("|the server is shutting down|you could not be reached and were taken out"
                      "|you were silent for 60 seconds and were taken out"),
       "bad news before an answer are shown and have no effect");
    hear(&member, "speak at least every 1 seconds", 1100);
    ok(member.hello.keepalive == 0 && told("|speak at least every 1 seconds"),
       "an interval before an answer is shown and has no effect");
    ok(hear(&member, "welcome, bob", 1100) == MEMBERSHIP_GOES_ON && !member.foreign.ours
           && told("|welcome, bob"), "another member's welcome does not make it a server of ours");
    ok(hear(&member, "the name bob is taken, choose another one", 1100) == MEMBERSHIP_GOES_ON
           && !member.foreign.ours && told("|the name bob is taken, choose another one"),
       "another member's refusal does not make it a server of ours");
}

static void our_server(void)
{
    struct membership member = begin(true);

    ok(hear(&member, "welcome, alice", 1100) == MEMBERSHIP_GOES_ON && member.foreign.ours
           && told("|welcome, alice|what you type goes to everyone; /help shows more"),
       "a welcome makes it a server of ours");
    hear(&member, "speak at least every 3 seconds", 1100);
    ok(member.hello.keepalive == 3000 && told(""),
       "an interval after the welcome is obeyed and not shown");
    hello_sent(&member.hello, 1200);
    hear(&member, "say something within 20 seconds to stay; your name without a text will do",
         1300);
    ok(member.hello.due == 2200 && told(""),
       "a reminder after the welcome is obeyed and not shown");
    hear(&member, "welcome, alice", 1400);
    for (size_t i = 0; i < 3; i++) {
        int64_t now = 2000 + 5000 * (int64_t)i;
        hear(&member, bad_news[i], now);
        ok(member.hello.doubted && member.hello.due <= now + 1000 && strstr(shown, bad_news[i]),
           "bad news %u is shown, and the server is asked", (unsigned)i);
        shown[0] = '\0';
        hello_sent(&member.hello, now + 100);
        hear(&member, "welcome, alice", now + 200);
        ok(!member.hello.doubted && told("|the server answers again"),
           "the server's answer ends the doubt");
    }
    hear(&member, "bob joined", 20300);
    ok(!member.hello.doubted && told("|bob joined"), "any other notice is shown");
    hello_said(&member.hello, 20400);
    hear(&member, bad_news[0], 20500);
    ok(member.lost == 1
           && told("|the server is shutting down|the last line may not have arrived"),
       "a line without an answer is told of");
}

static void refusals(void)
{
    struct membership member = begin(true);

    ok(hear(&member, "the name alice is taken, choose another one", 1100) == MEMBERSHIP_NAMED
           && member.foreign.ours && naming_wished(&member.naming).size == 0
           && told("|the name alice is taken, choose another one"),
       "a refusal, too, is an answer in our words: the user is asked for another name");
    member = begin(false);
    ok(hear(&member, "the name alice is taken, choose another one", 1100) == MEMBERSHIP_REFUSED
           && told(""), "a script cannot be asked");
    member = begin(true);
    ok(hear(&member, "the server is full, try again later", 1100) == MEMBERSHIP_GOES_ON
           && hear(&member, "the server is full, try again later", 1200) == MEMBERSHIP_GOES_ON
           && member.foreign.ours && told("|the server is full, try again later"),
       "a full server is asked again, and that is told once");
    hear(&member, "welcome, alice", 1300);
    shown[0] = '\0';
    hear(&member, "the server is full, try again later", 1400);
    ok(told("|the server is full, try again later"),
       "a full server is told of again after a welcome");
    member = begin(false);
    ok(hear(&member, "the server is full, try again later", 1100) == MEMBERSHIP_REFUSED
           && told(""), "a script does not wait for that");

    member = begin(true);
    hear(&member, "welcome, alice", 1100);
    naming_wish(&member.naming, text_of("al"));
    shown[0] = '\0';
    ok(hear(&member, "the name al is taken, choose another one", 1200) == MEMBERSHIP_NAMED
           && text_equal(naming_wished(&member.naming), text_of("alice")) && member.lost == 1,
       "a refused new name leaves the old one in place");
}

static void moves(void)
{
    struct membership member = begin(true);

    hear(&member, "welcome, alice", 1100);
    shown[0] = '\0';
    membership_moved(&member, 5000);
    ok(member.hello.doubted && strstr(shown, "has changed"),
       "a new address makes the client ask the server");
    shown[0] = '\0';
    ok(hear(&member, "the name alice is taken, choose another one", 5100) == MEMBERSHIP_GOES_ON
           && hear(&member, "the name alice is taken, choose another one", 6100)
              == MEMBERSHIP_GOES_ON
           && told("|the server holds your name for your old address; waiting for it"),
       "our own name, held by our old address, is waited for, and that is told once");
    ok(hear(&member, "the name alice is taken, choose another one", 5000 + MEMBERSHIP_HELD)
           == MEMBERSHIP_NAMED, "the client does not wait for its name for ever");
    shown[0] = '\0';
}

static void nobody(void)
{
    struct membership member = begin(true);
    char marked[FOREIGN_MARKED];

    foreign_speak(&member.foreign);
    struct text name = foreign_said(&member.foreign, text_of("alice"), text_of("hi"), 2000, marked);
    ok(text_equal(name, text_of("alice (unconfirmed)")),
       "a line to a server of another kind is marked");
    membership_nobody(&member, 2100);
    membership_tell_lost(&member);
    ok(member.lost == 1 && !foreign_speaks(&member.foreign)
           && told("|the last line may not have arrived"),
       "a refused port is reported as a line that may be lost");
    hear(&member, "welcome, alice", 2200);
    ok(!foreign_speaks(&member.foreign) && foreign_due(&member.foreign) == FOREIGN_NEVER,
       "a welcome of our server ends all of that");
}

static void asks_who(void)
{
    struct membership member = begin(true);

    shown[0] = '\0';
    ok(!membership_who(&member, 1000) && membership_due(&member) == INT64_MAX
           && told("|the server has not welcomed you: it cannot be asked who is here"),
       "a server that has not answered is not asked who is here");
    hear(&member, "welcome, alice", 1100);
    shown[0] = '\0';
    ok(membership_who(&member, 2000) && membership_due(&member) == 2000 + MEMBERSHIP_WHO
           && told(""), "/who is sent to a server that has answered");
    hear(&member, "here: alice", 2100);
    membership_tick(&member, 9000);
    ok(membership_due(&member) == INT64_MAX && told("|here: alice"), "the answer to /who is shown");
    membership_who(&member, 10000);
    membership_tick(&member, 11999);
    membership_tick(&member, 12000);
    membership_tick(&member, 12001);
    ok(told("|no answer to /who: it was lost, or this server does not know it"),
       "a missing answer to /who is reported once");
}

int main(void)
{
    plan(31);
    foreign_server();
    our_server();
    refusals();
    moves();
    nobody();
    asks_who();
    return done();
}
