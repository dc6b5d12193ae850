#include "rejoin.h"

void rejoin_begin(struct rejoin *rejoin, bool first, int64_t now)
{
    rejoin->at = now;
    rejoin->refused = TCRP_OK;
    /* If no answer came since the last time we joined again, the earlier start counts. */
    if (first) rejoin->since = now;
}

enum rejoin_news rejoin_go_on(struct rejoin *rejoin, struct ask *ask,
                              const struct arguments *arguments, struct net_set *set, int64_t now)
{
    if (!rejoin->asking) {
        if (now < rejoin->at) return REJOIN_NOTHING;
        rejoin->asking = true;
        ask_begin(ask, arguments->operation, text_of_name(&arguments->room),
                  text_of_name(&arguments->user));
    }
    int status = ask_go_on(ask, set);
    if (status == ASK_WAITS) return REJOIN_NOTHING;
    rejoin->asking = false;
    rejoin->at = now + REJOIN_PAUSE;
    if (status == TCRP_OK) return REJOIN_DONE;
    if (status == ASK_FAILED || status == rejoin->refused) return REJOIN_NOTHING;
    rejoin->refused = status;
    return REJOIN_REFUSED;
}

void rejoin_cancel(struct rejoin *rejoin)
{
    if (rejoin->asking) ask_cancel();
    rejoin->asking = false;
}
