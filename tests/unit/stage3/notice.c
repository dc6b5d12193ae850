/* links: stage3/member/notice.c stage3/member/members.c stage3/base/table.c stage3/base/hash.c */
/* links: stage3/base/random.c stage3/base/program.c stage3/base/text.c */
/*
 * notice: the client's own words, and the list of who is here, of a membership that is played here.
 */
#include "member/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct members list;
static unsigned char host[SEAL_ID];
static char out[NOTICE_LIMIT + 1];

const struct members *membership_members(const struct membership *membership)
{
    return membership ? NULL : &list;
}

const unsigned char *membership_host(const struct membership *membership)
{
    return membership ? NULL : host;
}

static bool is(size_t size, const char *expected)
{
    out[size] = '\0';
    bool right = size == strlen(expected) && strcmp(out, expected) == 0;
    if (!right) printf("# got %s\n", out);
    return right;
}

static void sentences(void)
{
    struct text bob = text_of("bob");

    ok(is(notice_welcome(bob, out), "welcome, bob"), "a welcome names the member");
    ok(is(notice_help_of_room(text_of("kitchen"), out),
          "what you type goes to everyone in kitchen; /help shows more"),
       "the help of a room says where a typed line goes");
    ok(is(notice_kicked(bob, out), "bob was kicked by the host"), "a kick is told with the name");
    ok(is(notice_nobody(bob, out), "nobody here is called bob"), "a name that nobody has is shown");
    ok(is(notice_nobody(text_of("a:b"), out), "nobody here is called that"),
       "a word that is no name is not shown");
    ok(is(notice_unreadable(bob, out), "a line under the name bob is unreadable"),
       "an unreadable line is told with the name it came under");
    ok(is(notice_gap(1, out), "1 entry is missing here")
       && is(notice_gap(2, out), "2 entries are missing here"),
       "a gap is told with its number of entries");
    ok(is(notice_went_back(0, out), "the server went back: it has lost some of what you saw, or "
                                    "put other things in its place"),
       "a loss of unknown size is told without a number");
    ok(is(notice_went_back(1, out), "the server went back: it has lost the last 1 entry that you "
                                    "saw")
       && is(notice_went_back(9, out), "the server went back: it has lost the last 9 entries that "
                                       "you saw"),
       "a loss of known size is told with its number of entries");
    ok(is(notice_lost_line(text_of("a line"), out), "the server has lost a line of yours: a line"),
       "a lost line is told with its text");
    ok(is(notice_undone(bob, out), "the server has lost that you kicked bob"),
       "a lost kick is told with the name");
    static char line[FRAME_SAY_LIMIT];
    memset(line, 'x', sizeof line);
    ok(notice_lost_line((struct text){line, sizeof line}, out) < NOTICE_LIMIT,
       "a notice has room for the longest line");
}

static void of_the_session(void)
{
    static char why[NOTICE_WHY];

    ok(is(notice_first_time("a:1", "0123", out),
          "first time at a:1; the fingerprint of its key is 0123"),
       "a new server is shown with its fingerprint");
    ok(is(notice_busy(text_of("busy"), out), "not in yet: busy; trying again for half a minute"),
       "a busy server is told with its reason");
    ok(is(notice_away(text_of("silence"), out), "reconnecting ... (silence)"),
       "a new attempt to connect is told with its reason");
    memset(why, 'x', sizeof why);
    ok(notice_busy((struct text){why, sizeof why}, out) < NOTICE_LIMIT
           && notice_away((struct text){why, sizeof why}, out) < NOTICE_LIMIT,
       "a notice has room for the longest reason");
    ok(is(notice_unacked(1, out), "the last line may not have arrived")
           && is(notice_unacked(2, out), "the last 2 lines may not have arrived"),
       "lines that may be lost are counted");
    ok(notice_result(MEMBERSHIP_OK, text_of("bob"), out) == 0, "a success has no notice");
    ok(is(notice_result(MEMBERSHIP_NOBODY, text_of("bob"), out), "nobody here is called bob")
           && is(notice_result(MEMBERSHIP_NOT_HOST, text_of("bob"), out), NOTICE_NOT_HOST)
           && is(notice_result(MEMBERSHIP_ONESELF, text_of("bob"), out), NOTICE_ONESELF)
           && is(notice_result(MEMBERSHIP_FULL, text_of("x"), out), NOTICE_FULL)
           && is(notice_result(MEMBERSHIP_TOO_LONG, text_of("x"), out), NOTICE_TOO_LONG)
           && is(notice_result(MEMBERSHIP_BAD_TEXT, text_of("x"), out), NOTICE_BAD_TEXT),
       "each failure has a notice of its own");
}

static void begin(unsigned members, int digits)
{
    char name[NAME_LIMIT + 1];
    unsigned char id[SEAL_ID] = {0};

    memset(host, 0, sizeof host);
    if (!members_create(&list, (struct hash_key){{1, 2}})) abort();
    for (unsigned i = 0; i < members; i++) {
        id[0] = (unsigned char)(i + 1);
        id[1] = (unsigned char)(i >> 8);
        snprintf(name, sizeof name, "name%0*u", digits, i);
        members_join(&list, id, text_of(name));
    }
}

/* Of so many members with names of this length at least `least` are named, the others counted. */
static void names_and_counts(unsigned members, int digits, unsigned least)
{
    unsigned shown = 0, others = 0;

    begin(members, digits);
    host[0] = 2;
    size_t size = notice_who(NULL, out);
    if (size < NOTICE_LIMIT) out[size] = '\0';
    for (const char *at = out; (at = strstr(at, "name")) != NULL; at++) shown++;
    const char *more = strstr(out, " and ");
    if (more) sscanf(more, " and %u others", &others);
    ok(size < NOTICE_LIMIT && shown >= least && shown + others == members,
       "%u members are named while there is space (%u), then counted (%u)", members, shown, others);
    members_destroy(&list);
}

static void who(void)
{
    begin(0, 3);
    ok(is(notice_who(NULL, out), "here:"), "an empty room lists nobody");
    members_destroy(&list);
    begin(3, 3);
    ok(is(notice_who(NULL, out), "here: name000, name001, name002"),
       "three members are listed, none of them as the host");
    host[0] = 2;
    ok(is(notice_who(NULL, out), "here: name001 (host), name000, name002"),
       "the host is listed first");
    list.total = 4;
    ok(is(notice_who(NULL, out), "here: name001 (host), name000, name002 and 1 other"),
       "a member whose name is not known is counted");
    list.total = 10003;
    ok(is(notice_who(NULL, out), "here: name001 (host), name000, name002 and 10000 others"),
       "10000 members whose names are not known are counted");
    members_destroy(&list);
    names_and_counts(900, 3, 400);
    names_and_counts(20, NAME_LIMIT - 4, 10);
}

int main(void)
{
    plan(26);
    sentences();
    of_the_session();
    who();
    return done();
}
