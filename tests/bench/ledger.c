#include "ledger.h"

#include <stdlib.h>
#include <string.h>

bool ledger_reserve(struct ledger *l, size_t slots)
{
    if (slots <= l->slots) return true;
    free(l->messages);
    free(l->heard);
    l->slots = slots;
    l->messages = calloc(slots, sizeof *l->messages);
    l->heard = calloc(slots, l->row * sizeof *l->heard);
    return l->messages != NULL && l->heard != NULL;
}

bool ledger_open(struct ledger *l, size_t slots, size_t rooms, size_t room_size, bool echo)
{
    memset(l, 0, sizeof *l);
    l->rooms = rooms;
    l->room_size = room_size;
    l->row = room_size / 64 + 1;
    l->echo = echo;
    l->timeout = LEDGER_TIMEOUT;
    if (ledger_reserve(l, slots)) return true;
    ledger_close(l);
    return false;
}

void ledger_close(struct ledger *l)
{
    free(l->messages);
    free(l->heard);
    l->messages = NULL;
    l->heard = NULL;
}

bool ledger_has_space(const struct ledger *l)
{
    return l->next - l->oldest < l->slots;
}

void ledger_send(struct ledger *l, size_t sender, uint64_t now)
{
    size_t slot = (size_t)(l->next % l->slots);
    uint64_t *row = l->heard + slot * l->row;
    size_t place = sender / l->rooms;

    memset(row, 0, l->row * sizeof *row);
    if (!l->echo) row[place / 64] |= (uint64_t)1 << place % 64; /* its own message is a stray */
    l->messages[slot].sent = now;
    l->messages[slot].missing = l->room_size - (l->echo ? 0 : 1);
    l->messages[slot].room = sender % l->rooms;
    l->next++;
}

bool ledger_hear(struct ledger *l, uint64_t number, size_t member, uint64_t now, uint64_t *age)
{
    size_t slot = (size_t)(number % l->slots);
    size_t place = member / l->rooms;
    uint64_t *word = l->heard + slot * l->row + place / 64;
    uint64_t bit = (uint64_t)1 << place % 64;
    bool wrong_room = member % l->rooms != l->messages[slot].room;

    if (number >= l->next || (number >= l->oldest && (wrong_room || (*word & bit) != 0))) {
        l->strays++;
        return false;
    }
    if (number < l->oldest) { /* its row may be in use again, so it cannot be checked */
        l->late++;
        return false;
    }
    *word |= bit;
    l->messages[slot].missing--;
    l->delivered++;
    *age = now - l->messages[slot].sent;
    return true;
}

void ledger_expire(struct ledger *l, uint64_t now)
{
    while (!ledger_is_empty(l)) {
        struct ledger_message *m = &l->messages[l->oldest % l->slots];

        if (m->missing > 0 && now - m->sent < l->timeout) return;
        l->lost += m->missing;
        l->oldest++;
    }
}

bool ledger_is_empty(const struct ledger *l)
{
    return l->oldest == l->next;
}

bool ledger_is_broken(const struct ledger *l)
{
    return l->strays > 0 || l->late > l->lost;
}
