#include "farewell.h"

#include "base/program.h"
#include "wire/notice.h"

bool farewell_is(struct text notice, int *status)
{
    bool out = text_equal(notice, text_of(NOTICE_YOU_ARE_OUT));

    *status = out ? EXIT_CANNOT : EXIT_FINE;
    return out || text_equal(notice, text_of(NOTICE_CLOSED))
        || text_equal(notice, text_of(NOTICE_SHUTTING_DOWN));
}

bool farewell_told(struct farewell *farewell, int64_t now)
{
    if (farewell->told) return false;
    *farewell = (struct farewell){.told = true, .due = now + FAREWELL_BEHIND};
    return true;
}

int64_t farewell_due(const struct farewell *farewell)
{
    return farewell->told ? farewell->due : FAREWELL_NEVER;
}

enum farewell_step farewell_tick(struct farewell *farewell, int64_t now)
{
    if (now < farewell_due(farewell)) return FAREWELL_WAIT;
    if (farewell->asked == FAREWELL_TRIES) return FAREWELL_OVER;
    farewell->asked++;
    farewell->due = now + FAREWELL_PAUSE;
    return FAREWELL_ASK;
}

bool farewell_answered(struct farewell *farewell)
{
    bool in = farewell->told && farewell->asked > 0;

    if (in) farewell->told = false;
    return in;
}
