/*
 * guest: for tests of the sealed server's core: people who knock at the door and talk, and a
 * network that keeps what is sent to them. A guest's port is its number, so that a datagram finds
 * its way back.
 *
 * Contract: guests_begin first, guests_end last. Time is `now`, and goes on with guests_pass.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdio.h>
#include <stdlib.h>

#include "admission/alone.h"
#include "base/bytes.h"
#include "chat/receive.h"
#include "peer.h"

/* A test that begins hundreds of times, each time in another process, says that it has fewer: all
   of them are cleared at each beginning. */
#ifndef GUESTS
#define GUESTS 1100
#endif
enum { GUEST_KINDS = 4096, GUEST_PORT = 2000 };

struct guest {
    struct peer peer;
    unsigned char m[SEAL_KEY];
    uint32_t member;               /* its index, when it was let in last */
    enum delivery outcome;         /* of what is sent to it */
    bool deaf;                     /* nothing arrives */
    size_t bytes;                  /* that were sent to it, of any kind */
    unsigned datagrams;            /* that came, but for probes */
    unsigned probes;
    unsigned announcements;        /* that it took: its keys are those of the server's start now */
    unsigned char start[SEAL_ID];  /* the id of the start under which it is */
    struct seal_keys first;        /* its keys, as the exchange made them */
    unsigned waits;                /* times that an item of it was not taken, */
    uint32_t wait;                 /* and for how many milliseconds it has to wait */
    unsigned over;                 /* times that it was told that its session is over */
    bool lost;                     /* an announcement said that the server has lost something */
    unsigned entries;
    unsigned wrong;                /* what cannot be: not sealed for it, malformed, a jump */
    uint64_t accepted;
    uint8_t why;                   /* of the last entry that has one */
    char text[FRAME_TEXT_LIMIT];   /* of the last line or notice */
    size_t text_size;
    unsigned char part[FRAME_WHOLE_LIMIT]; /* an entry that comes in parts, as far as it has come */
    size_t part_size;
    size_t largest;                /* bytes of a datagram that came */
    char kinds[GUEST_KINDS];       /* a letter an entry: S J L P C, G gap, N notice */
};

static struct guest guests[GUESTS];
static struct chat chat;
static int64_t now;

static inline void guest_note(struct guest *guest, const struct entry *entry)
{
    if (guest->entries < GUEST_KINDS - 1) guest->kinds[guest->entries] = "?SJLPCGN"[entry->kind];
    guest->entries++;
    if (entry->kind == ENTRY_LEFT || entry->kind == ENTRY_CLOSED) guest->why = entry->why;
    if (entry->kind != ENTRY_SAID && entry->kind != ENTRY_NOTICE) return;
    memcpy(guest->text, entry->text.bytes, entry->text.size);
    guest->text_size = entry->text.size;
}

/* A part of an entry. They come in order here, so that whatever does not go on begins anew. False:
   it is not whole yet. */
static inline bool guest_part(struct guest *guest, struct row *row, uint64_t *number)
{
    struct text whole = {(char *)guest->part, 0};
    struct part part;

    if (!part_decode(row->bytes, &part)) {
        guest->wrong++;
        return false;
    }
    if (part.offset != 0 && part.offset != guest->part_size) return false;
    memcpy(guest->part + part.offset, part.bytes.bytes, part.bytes.size);
    whole.size = guest->part_size = part.offset + part.bytes.size;
    *number = part.number;
    return guest->part_size == part.whole && frame_next(&whole, row) && whole.size == 0;
}

/* An entry of the log; one that it has already is not noted again. */
static inline void guest_entry(struct guest *guest, uint64_t number, const struct entry *entry)
{
    if (number > guest->peer.read) guest->wrong++;
    if (number != guest->peer.read) return;
    guest_note(guest, entry);
    guest->peer.read = entry->kind == ENTRY_GAP ? entry->number : number + 1;
}

/* Its entries in order. */
static inline void guest_take(struct guest *guest, const struct down *down)
{
    struct text rows = down->entries;
    uint64_t number = down->first, of_part = 0;
    struct entry entry;
    struct row row;

    guest->accepted = down->accepted;
    while (frame_next(&rows, &row)) {
        bool in_part = row.kind == ENTRY_PART;
        if (in_part && !guest_part(guest, &row, &of_part)) continue;
        if (row.kind == ENTRY_LOST) {
            guest->over++;
        } else if (row.kind == ENTRY_WAIT && row.bytes.size == 4) {
            guest->waits++;
            guest->wait = wire_get32(row.bytes.bytes);
        } else if (!entry_decode(row, &entry)) {
            guest->wrong++;
        } else if (entry.kind == ENTRY_NOTICE) {
            guest_note(guest, &entry);
        } else {
            guest_entry(guest, in_part ? of_part : number, &entry);
            if (!in_part) number = entry.kind == ENTRY_GAP ? entry.number : number + 1;
        }
    }
    guest->wrong += rows.size != 0;
}

/* The server was started again. False: that is nothing for this guest. */
static inline bool guest_hears(struct guest *guest, const void *packet, size_t size)
{
    struct announcement announcement;
    unsigned char down[SEAL_KEY];

    if (!packet_announces(packet, size, &announcement)) return false;
    announcement.before = guest->start;
    seal_key_of_start(guest->first.down, announcement.id, down);
    if (!packet_open_announcement(packet, down, &announcement)) return false;
    guest->announcements++;
    guest->lost = guest->peer.read > announcement.end || guest->accepted > announcement.accepted;
    if (guest->lost) return true;
    memcpy(guest->peer.keys.down, down, SEAL_KEY);
    seal_key_of_start(guest->first.up, announcement.id, guest->peer.keys.up);
    memcpy(guest->start, announcement.id, SEAL_ID);
    guest->peer.echo = announcement.counter;
    return true;
}

/* A session_send. */
static inline enum delivery guest_arrival(void *context, const struct address *to,
                                          const void *bytes, size_t size)
{
    struct guest *guest = &guests[peer_port(to) - GUEST_PORT];
    unsigned char packet[PACKET_LIMIT];
    struct text body;
    struct down down;
    uint64_t counter;

    (void)context;
    guest->bytes += size;
    if (size > PACKET_SEND_LIMIT) guest->wrong++;
    if (guest->outcome != DELIVERY_SENT || guest->deaf) return guest->outcome;
    if (size > guest->largest) guest->largest = size;
    memcpy(packet, bytes, size);
    if (guest_hears(guest, packet, size)) return guest->outcome;
    if (!peer_open(&guest->peer, packet, size, &counter, &body)) {
        guest->wrong++;
    } else if (body.size == 0) {
        guest->peer.echo = counter;
        guest->probes++;
    } else if (down_decode(body, &down)) {
        guest->datagrams++;
        guest_take(guest, &down);
    } else {
        guest->wrong++;
    }
    return guest->outcome;
}

static inline void guests_begin(uint32_t members, uint32_t of_a_room)
{
    struct chat_options options = {.member_limit = members, .room_limit = of_a_room,
                                   .silence = 60000, .send = guest_arrival, .random = peer_fill,
                                   .decider = &alone};

    now = 1000000;
    memset(guests, 0, sizeof guests);
    for (unsigned i = 0; i < GUESTS; i++) {
        guests[i].peer.address = peer_address(GUEST_PORT + i);
        peer_fill(NULL, guests[i].m, SEAL_KEY);
    }
    if (!chat_create(&chat, &options, now)) exit(1);
    chat.rooms.member_quota.share = chat.rooms.room_quota.share = 1; /* all have one address */
}

static inline void guests_end(void)
{
    chat_destroy(&chat);
}

/* What came so far is forgotten. */
static inline void guests_forget(void)
{
    for (unsigned i = 0; i < GUESTS; i++) {
        guests[i].datagrams = guests[i].probes = guests[i].entries = 0;
        guests[i].announcements = guests[i].waits = 0;
        memset(guests[i].kinds, 0, sizeof guests[i].kinds);
    }
}

static inline void guest_admitted(struct guest *guest, const struct seal_keys *keys,
                                  struct text bytes)
{
    struct welcome answer;

    if (!welcome_decode(bytes, &answer)) exit(1);
    guest->member = member_find(&chat.rooms, answer.session);
    guest->peer.session = chat.rooms.members[guest->member].session.id;
    guest->peer.keys = guest->first = *keys;
    memcpy(guest->start, starts_id(&chat.starts, chat.starts.now), SEAL_ID);
    guest->peer.counter = guest->peer.echo = 0;
    guest->peer.read = chat.rooms.members[guest->member].session.read;
}

/* A request of this guest's, with new keys. */
static inline enum tcrp_status guest_asks(unsigned index, const struct request *request)
{
    struct guest *guest = &guests[index];
    struct seal_keys keys;

    peer_fill(NULL, &keys, sizeof keys);
    struct pending *pending = admission_begin(&chat, request, &guest->peer.address, &keys, now);
    if (!pending) return TCRP_BUSY;
    enum tcrp_status status = pending->status;
    if (status == TCRP_OK) guest_admitted(guest, &keys, pending->answer);
    admission_end(pending);
    return status;
}

/* Says in a request to resume under which start it was. `start` is for it to point to. */
static inline void guest_names_start(unsigned index, struct request *request,
                                     unsigned char start[REQUEST_START])
{
    memcpy(start, guests[index].start, SEAL_ID);
    for (int i = 0; i < 8; i++) {
        start[SEAL_ID + i] = (unsigned char)(request->next >> (56 - 8 * i) & 0xFF);
    }
    request->start = start;
    request->starts = 1;
}

/* Creates or joins; `password` (its proof) is 32 bytes or NULL. */
static inline enum tcrp_status guest_enters(unsigned index, enum tcrp_operation operation,
                                            const char *room, const char *user,
                                            const char *password)
{
    struct request request = {.operation = operation, .room = text_of(room),
                              .user = text_of(user), .m = guests[index].m,
                              .proof = (const unsigned char *)password};

    return guest_asks(index, &request);
}

/* Sends a datagram with these items, the first under `number`. */
static inline void guest_sends(unsigned index, uint8_t flags, uint64_t number, const void *items,
                               size_t size)
{
    struct peer *peer = &guests[index].peer;
    unsigned char packet[PACKET_LIMIT];
    struct up up = {.flags = flags, .echo = peer->echo, .read = peer->read, .number = number};

    size = peer_seal(peer, &up, items, size, packet);
    chat_receive(&chat, &peer->address, packet, size, now);
}

/* Says what it has read, and where it is. */
static inline void guest_reads(unsigned index)
{
    guest_sends(index, 0, guests[index].peer.number + 1, NULL, 0);
}

/* Its next item. */
static inline void guest_does(unsigned index, enum item_kind kind, const char *text)
{
    static unsigned char item[FRAME_ROW + FRAME_TEXT_LIMIT];
    size_t size = frame_put((uint8_t)kind, text_of(text), item);

    guest_sends(index, 0, ++guests[index].peer.number, item, size);
}

static inline void guests_flush(void)
{
    chat_flush(&chat, now);
}

/* Proves its address, and gets what there is. */
static inline void guest_arrives(unsigned index)
{
    guest_reads(index);
    guest_reads(index);
    guests_flush();
    guest_reads(index);
}

/* Lets time pass as the server's loop does: it wakes whenever something is due. */
static inline void guests_pass(int64_t milliseconds)
{
    int64_t end = now + milliseconds;

    while (chat_due(&chat) <= end) {
        if (chat_due(&chat) > now) now = chat_due(&chat);
        chat_tick(&chat, now);
        chat_flush(&chat, now);
    }
    now = end;
}

/* Guest 0 creates the room "den" as "host", the next ones join it as "n1", "n2" and so on; all
   have proved their addresses and read all that there is. */
static inline void guests_meet(unsigned count)
{
    char name[16];
    unsigned failed = guest_enters(0, TCRP_CREATE, "den", "host", NULL) != TCRP_OK;

    guest_arrives(0);
    for (unsigned i = 1; i < count; i++) {
        snprintf(name, sizeof name, "n%u", i);
        failed += guest_enters(i, TCRP_JOIN, "den", name, NULL) != TCRP_OK;
        guest_arrives(i);
    }
    guests_pass(300);
    for (unsigned i = 0; i < count; i++) guest_reads(i);
    guests_pass(1000);
    for (unsigned i = 0; i < count; i++) failed += guests[i].wrong;
    if (failed > 0) abort();
    guests_forget();
}

static inline struct member *member_of(unsigned index)
{
    return &chat.rooms.members[guests[index].member];
}

static inline bool got(unsigned index, const char *kinds)
{
    return strcmp(guests[index].kinds, kinds) == 0 && guests[index].wrong == 0;
}

static inline bool got_text(unsigned index, const char *text)
{
    return text_equal(text_of(text), (struct text){guests[index].text, guests[index].text_size});
}

#endif
