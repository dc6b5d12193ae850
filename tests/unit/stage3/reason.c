/* links: stage3/member/reason.c */
/*
 * reason: each number that may travel has a sentence, and one of its own if it means something.
 */
#include "member/reason.h"

#include <string.h>

#include "tap.h"
#include "wire/frame.h"
#include "wire/tcrp.h"

enum { BYTES = 256 };

typedef const char *sentence(int number);

/* Does every byte have a sentence that can stand behind a program's name? */
static bool all_said(sentence *say)
{
    for (int i = 0; i < BYTES; i++) {
        const char *words = say(i);
        if (!words || words[0] < 'a' || words[0] > 'z') return false;
        if (words[strlen(words) - 1] == '.') return false;
    }
    return true;
}

/* Do those from `first` to `last` each have another one, and all others one and the same? */
static bool all_differ(sentence *say, int first, int last)
{
    const char *unknown = say(BYTES - 1);

    for (int i = 0; i < BYTES; i++) {
        bool known = i >= first && i <= last;
        if (known == (strcmp(say(i), unknown) == 0)) return false;
        for (int j = first; known && j < i; j++) {
            if (strcmp(say(i), say(j)) == 0) return false;
        }
    }
    return true;
}

int main(void)
{
    plan(5);
    ok(all_said(reason_of_status), "every status has a sentence, whatever byte it is");
    ok(all_differ(reason_of_status, TCRP_ROOM_EXISTS, TCRP_APART),
       "the protocol's statuses have a sentence each, and all others share one");
    ok(all_said(reason_of_closing), "every closing has a sentence, whatever byte it is");
    ok(all_differ(reason_of_closing, CLOSED_HOST_LEFT, CLOSED_LOST),
       "the protocol's closings have a sentence each, and all others share one");
    ok(strstr(reason_of_closing(CLOSED_LOST), "the shared log was lost")
           && !strstr(reason_of_closing(CLOSED_LOST), "shut"),
       "a shared log that was lost is not told as a shutdown");
    return done();
}
