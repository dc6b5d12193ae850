/* links: stage3/member/coalesce.c stage3/member/notice.c stage3/member/members.c */
/* links: stage3/base/table.c stage3/base/hash.c stage3/base/random.c stage3/base/program.c */
/* links: stage3/base/text.c */
/*
 * coalesce: who came and went, told together; and the words of these notices.
 */
#include "member/coalesce.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

/* notice_who is not looked at here: it wants a whole membership. */
const struct members *membership_members(const struct membership *membership)
{
    (void)membership;
    return NULL;
}

const unsigned char *membership_host(const struct membership *membership)
{
    (void)membership;
    return NULL;
}

static struct coalesce coalesce;
static char taken[NOTICE_LIMIT];

static const char *take(void)
{
    size_t size = coalesce_take(&coalesce, taken);

    taken[size] = '\0';
    return taken;
}

/* Somebody whose id and name are made of a number. */
static void joins(unsigned number, int64_t now)
{
    unsigned char id[SEAL_ID] = {(unsigned char)number, (unsigned char)(number >> 8)};
    char name[16];

    snprintf(name, sizeof name, "n%u", number);
    coalesce_joined(&coalesce, id, text_of(name), now);
}

static void leaves(unsigned number, int64_t now)
{
    unsigned char id[SEAL_ID] = {(unsigned char)number, (unsigned char)(number >> 8)};
    char name[16];

    snprintf(name, sizeof name, "n%u", number);
    coalesce_left(&coalesce, id, text_of(name), now);
}

static bool says(const char *words)
{
    return strcmp(take(), words) == 0 || (printf("# %s\n", taken), false);
}

int main(void)
{
    plan(15);
    ok(coalesce_due(&coalesce) == COALESCE_NEVER && says(""), "nothing is announced at first");
    joins(1, 1000);
    joins(2, 1200);
    ok(coalesce_due(&coalesce) == 1000 + COALESCE_TIME, "the first one starts the clock");
    ok(says("n1 and n2 joined") && says(""), "two joins make one notice");
    ok(coalesce_due(&coalesce) == COALESCE_NEVER, "nothing is due after the notice");
    joins(1, 0);
    ok(says("n1 joined"), "one join makes a notice");
    for (unsigned i = 1; i <= 3; i++) joins(i, 0);
    ok(says("n1, n2 and n3 joined"), "three joins make one notice");
    for (unsigned i = 1; i <= 4; i++) joins(i, 0);
    ok(says("n1, n2 and 2 others joined"), "four joins make one notice with a number");
    for (unsigned i = 1; i <= 1000; i++) joins(i, 0);
    ok(says("n1, n2 and 998 others joined"), "a thousand joins make one notice with a number");
    leaves(1, 0);
    joins(2, 0);
    leaves(3, 0);
    ok(says("n1 and n3 left") && says("n2 joined"), "leaves are announced before joins");
    joins(1, 0);
    joins(2, 0);
    leaves(1, 0);
    ok(says("n2 joined") && says(""), "a member that joins and leaves is not announced");
    leaves(1, 0);
    joins(1, 0);
    ok(says("n1 left") && says("n1 joined"),
       "a member that leaves and joins again is announced twice");
    for (unsigned i = 1; i <= 66; i++) joins(i, 0);
    for (unsigned i = 1; i <= 64; i++) leaves(i, 0);
    ok(says("2 others joined"), "joins beyond the limit are announced by number");

    char out[NOTICE_LIMIT];
    ok(notice_gap(1, out) == strlen("1 entry is missing here"), "a gap of one entry is singular");
    out[notice_gap(7, out)] = '\0';
    ok(strcmp(out, "7 entries are missing here") == 0, "a gap of seven entries is plural");
    out[notice_nobody(text_of("a\033b"), out)] = '\0';
    ok(strcmp(out, "nobody here is called that") == 0, "a name that cannot be is not repeated");
    return done();
}
