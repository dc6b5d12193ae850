#include "purse.h"

/* How long it would take to fill what is missing, in milliseconds. */
static int64_t missing(const struct purse *purse, int64_t size, int64_t now)
{
    int64_t at = purse->pays ? purse->since : now;
    int64_t missing = purse->full_at > at ? purse->full_at - at : 0;

    if (purse->pays) missing += PURSE_REFILL * (now - purse->since);
    return missing < PURSE_REFILL * size ? missing : PURSE_REFILL * size;
}

int64_t purse_left(const struct purse *purse, int64_t size, int64_t now)
{
    return size - (missing(purse, size, now) + PURSE_REFILL - 1) / PURSE_REFILL;
}

bool purse_may_pay(const struct purse *purse, int64_t size, int64_t now)
{
    return purse_left(purse, size, now) >= (size < PURSE_LEAST ? size : PURSE_LEAST) && size > 0;
}

void purse_begin(struct purse *purse, int64_t now)
{
    purse->since = now;
    purse->pays = true;
}

void purse_end(struct purse *purse, int64_t size, int64_t now)
{
    purse->full_at = now + missing(purse, size, now);
    purse->pays = false;
}
