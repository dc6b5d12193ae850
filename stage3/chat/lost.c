#include "lost.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/constant.h"

bool lost_create(struct lost *lost)
{
    *lost = (struct lost){.sessions = calloc(LOST_PLACES, sizeof *lost->sessions)};
    bool table = table_create(&lost->by_id, LOST_PLACES);

    return lost->sessions && table;
}

void lost_destroy(struct lost *lost)
{
    if (lost->sessions) wipe(lost->sessions, LOST_PLACES * sizeof *lost->sessions);
    table_destroy(&lost->by_id);
    free(lost->sessions);
    lost->sessions = NULL;
}

/* The session, or NULL. (Ids are random, so they are hashes of themselves.) */
static struct lost_session *find(const struct lost *lost, uint64_t id)
{
    struct probe probe = table_probe(&lost->by_id, id);
    uint32_t index;

    while ((index = table_next(&lost->by_id, &probe)) != TABLE_NONE) {
        if (lost->sessions[index].id == id) return &lost->sessions[index];
    }
    return NULL;
}

static void empty(struct lost *lost, struct lost_session *session)
{
    if (session->until == 0) return;
    table_remove(&lost->by_id, session->id, (uint32_t)(session - lost->sessions));
    wipe(session, sizeof *session);
}

void lost_add(struct lost *lost, const struct session *session, int64_t now)
{
    struct lost_session *place = &lost->sessions[lost->next];

    empty(lost, place);
    *place = (struct lost_session){.id = session->id,
                                   .counter = session->counter,
                                   .window = session->window,
                                   .acked = session->acked,
                                   .until = now + LOST_MEMORY};
    memcpy(place->up, session->up, SEAL_KEY);
    memcpy(place->down, session->down, SEAL_KEY);
    table_insert(&lost->by_id, place->id, lost->next);
    lost->next = (lost->next + 1) % LOST_PLACES;
}

void lost_tick(struct lost *lost, int64_t now)
{
    for (uint32_t i = 0; i < LOST_PLACES; i++) {
        if (now >= lost->sessions[i].until) empty(lost, &lost->sessions[i]);
    }
}

static void answer(struct lost_session *session, struct sender *sender, const struct address *to)
{
    unsigned char packet[LOST_ANSWER], *body = packet + PACKET_HEAD;
    struct down head = {.accepted = session->acked, .first = 1};

    down_encode(&head, body);
    size_t size = FRAME_DOWN_HEAD;
    size += frame_put(ENTRY_LOST, (struct text){NULL, 0}, body + size);
    size = packet_seal(packet, size, session->id, ++session->counter, session->down);
    enum delivery delivery = sender->send(sender->context, to, packet, size);
    if (delivery == DELIVERY_SENT || delivery == DELIVERY_LATER) sender->sent++;
}

bool lost_take(struct lost *lost, struct sender *sender, uint64_t id,
               const struct datagram *datagram, int64_t now)
{
    struct lost_session *session = find(lost, id);
    uint64_t counter;

    /* Clients send none so short, and an unproved address must not be sent more than came. */
    if (!session || now >= session->until || datagram->size < LOST_ANSWER) return false;
    if (!packet_open(datagram->bytes, datagram->size, session->up, &counter)) return false;
    if (window_has(&session->window, counter)) return false;
    window_add(&session->window, counter);
    if (now < session->quiet) return true;
    session->quiet = now + LOST_PAUSE;
    answer(session, sender, datagram->from);
    return true;
}
