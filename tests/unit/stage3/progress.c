/* links: stage3/member/progress.c stage3/base/text.c */
/*
 * progress: when lines that are on their way are counted, and when a script gives up.
 */
#include "member/progress.h"

#include <string.h>

#include "tap.h"

static struct progress progress;
static char prompt[PROGRESS_PROMPT];

static bool shows(size_t lines, const char *expected)
{
    size_t size = progress_prompt(&progress, text_of("alice"), lines, prompt);
    return text_equal((struct text){prompt, size}, text_of(expected));
}

static void counts(void)
{
    progress_start(&progress, 100);
    ok(shows(0, "alice> "), "the prompt is the name while nothing is on its way");
    ok(progress_due(&progress, 9999) == PROGRESS_NEVER,
       "nothing is due while nothing is on its way");
    ok(progress_look(&progress, 2, 5000) == 0 && progress_look(&progress, 2, 5999) == 0,
       "lines are not counted for a moment");
    ok(progress_due(&progress, 5999) == 6000, "another look is due after that moment");
    ok(progress_look(&progress, 3, 6000) == 3,
       "lines are counted after that moment, with any newer ones");
    ok(shows(3, "alice (3 on the way)> "), "the prompt has the number of lines on the way");
    ok(progress_look(&progress, 1, 6001) == 1, "lines are counted until all have arrived");
    ok(progress_look(&progress, 0, 6002) == 0 && shows(0, "alice> "),
       "no line is counted when all have arrived");
    ok(progress_look(&progress, 1, 6003) == 0, "the next line has a moment of its own");
}

static void gives_up(void)
{
    progress_start(&progress, 0);
    ok(!progress_stuck(&progress, 10 * PROGRESS_GIVE_UP), "nothing on its way is not stuck");
    progress_look(&progress, 2, 1000);
    shows(2, "");
    ok(progress_due(&progress, 2000) == 1000 + PROGRESS_GIVE_UP, "a line has half a minute");
    progress_look(&progress, 3, 2000);
    ok(!progress_stuck(&progress, 999 + PROGRESS_GIVE_UP)
           && progress_stuck(&progress, 1000 + PROGRESS_GIVE_UP),
       "another line does not prolong the half minute");
    progress_look(&progress, 2, 3000);
    ok(!progress_stuck(&progress, 2999 + PROGRESS_GIVE_UP)
           && progress_stuck(&progress, 3000 + PROGRESS_GIVE_UP),
       "an acknowledgement prolongs the half minute");
    ok(progress_due(&progress, 3000 + PROGRESS_GIVE_UP) == PROGRESS_NEVER,
       "nothing is due when the half minute is over");
}

static void longest(void)
{
    static char name[NAME_LIMIT];

    memset(name, 'x', sizeof name);
    ok(progress_prompt(&progress, (struct text){name, sizeof name}, SIZE_MAX, prompt)
           < PROGRESS_PROMPT, "the longest prompt has room");
}

int main(void)
{
    plan(15);
    counts();
    gives_up();
    longest();
    return done();
}
