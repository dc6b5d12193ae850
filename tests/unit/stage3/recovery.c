/* links: stage3/chat/receive.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/wire/tcrp.c */
/* links: stage3/admission/alone.c */
/* links: stage3/journal/recovery.c stage3/journal/change.c stage3/chat/chat.c */
/* links: stage3/admission/admission.c stage3/chat/room.c stage3/chat/session.c stage3/chat/log.c */
/* links: stage3/chat/wheel.c stage3/chat/throttle.c stage3/wire/assembly.c stage3/wire/frame.c */
/* links: stage3/wire/packet.c stage3/wire/seal.c stage3/base/table.c stage3/base/hash.c */
/* links: stage3/base/random.c stage3/base/program.c stage3/base/address.c stage3/base/text.c */
/* links: stage3/crypto/aead.c stage3/crypto/chacha20.c stage3/crypto/poly1305.c */
/* links: stage3/crypto/hmac.c stage3/crypto/sha256.c stage3/crypto/constant.c */
/* links: stage3/chat/announce.c stage3/chat/starts.c stage3/wire/welcome.c stage3/wire/request.c */
/* links: stage3/chat/lost.c stage3/chat/inbox.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * recovery: a server that ends at any moment, and is made again from what its journal has. The
 * journal is a tape in memory. Of a turn, all is on it or nothing, and what was sent before that
 * must not say more than it has.
 */
#include "journal/recovery.h"

#include "base/bytes.h"
#include "life.h"
#include "tap.h"

enum { TAPE = 64 * 1024 * 1024 };

static unsigned char *tape;
static size_t written;   /* bytes that were told to the journal */
static size_t committed; /* bytes of whole turns */

static void put_row(void *context, const void *row, size_t size)
{
    (void)context;
    if (written + size > TAPE) abort();
    memcpy(tape + written, row, size);
    written += size;
}

static void note(void *context, enum chat_change change, uint32_t index)
{
    unsigned char row[CHANGE_LIMIT];

    put_row(context, row, change_write(&chat, change, index, row));
}

static void commit(void)
{
    committed = written;
    chat_settle(&chat);
}

static void tape_begin(void)
{
    if (!tape) tape = malloc(TAPE);
    if (!tape) abort();
    written = 0;
    change_write_starts(&chat.starts, put_row, NULL);
    committed = written;
}

static void begin(uint32_t members)
{
    guests_begin(members, members);
    tape_begin();
    chat.record = note;
}

/* Guests in a room, and the journal has them. */
static void meet(unsigned count)
{
    begin(GUESTS);
    guests_meet(count);
    commit();
}

/* A chat made from what was committed. Returns how many rows did not fit. */
static unsigned recover(struct chat *again, size_t size, bool salvage)
{
    struct chat_options options = {.member_limit = chat.rooms.member_limit,
                                   .room_limit = chat.room_limit, .silence = chat.silence,
                                   .send = guest_arrival, .random = peer_fill,
                                   .decider = &alone};
    struct recovery recovery = {.chat = again, .salvage = salvage, .now = now};
    struct text rows = {(const char *)tape, size};
    struct row row;
    unsigned unfit = 0;

    if (!chat_create(again, &options, now)) abort();
    while (frame_next(&rows, &row)) unfit += recovery_take(&recovery, row) != RECOVERY_TAKEN;
    if (!recovery_end(&recovery)) abort();
    return unfit;
}

/* The tape, made again from the state alone. */
static void summarize(void)
{
    tape_begin();
    for (uint32_t i = 0; i < chat.rooms.rooms_used; i++) {
        change_write_room(&chat, i, put_row, NULL);
    }
    committed = written;
}

/* The server ends, and another one goes on. False: it does not have what it had. */
static bool restart(void)
{
    unsigned char row[CHANGE_LIMIT];
    struct chat again;
    unsigned unfit = recover(&again, committed, false);
    bool settled = written == committed;
    bool same = unfit == 0 && (!settled || same_chat(&chat, &again));

    chat_destroy(&chat);
    chat = again;
    chat.record = note;
    written = committed;
    put_row(NULL, row, change_write_start(&chat.starts, chat.starts.now, row));
    commit();
    return same;
}

/* --- a restart, step by step --- */

static void called_back(void)
{
    meet(3);
    guest_does(1, ITEM_SAY, "before");
    commit();
    guests_flush();
    for (unsigned i = 0; i < 3; i++) guest_reads(i);
    guests_forget();
    struct session before = member_of(1)->session;
    ok(restart(), "the server goes on with rooms, members, keys and entries");
    ok(chat.counts.joined == chat.rooms.member_count, "the members of before count as joined");
    const struct session *after = &member_of(1)->session;
    ok(memcmp(before.up, after->up, SEAL_KEY) != 0
           && memcmp(before.down, after->down, SEAL_KEY) != 0,
       "the restarted server seals with new keys");
    chat_tick(&chat, now);
    ok(guests[0].announcements == 1 && guests[1].announcements == 1 && guests[1].datagrams == 0,
       "each member is told, where it was");
    ok(!guests[1].lost, "the announcement says that nothing is lost");
    for (unsigned i = 0; i < 3; i++) guest_reads(i);
    guests_flush();
    ok(guests[1].datagrams == 0 && guests[1].wrong == 0,
       "a member that has everything is sent nothing");
    guest_does(1, ITEM_SAY, "after");
    commit();
    guests_flush();
    ok(got(0, "S") && got(1, "S") && got_text(2, "after"), "the room continues after the restart");
    guests_end();
}

/* What came in while the answer was on its way, and what nobody has got yet. */
static void catching_up(void)
{
    meet(3);
    guests[2].deaf = true;
    for (int i = 0; i < 30; i++) guest_does(1, ITEM_SAY, "a line that guest 2 does not get");
    commit();
    guests_flush();
    guest_reads(1);
    guests_forget();
    bool same = restart();
    guests[2].deaf = false;
    guest_does(1, ITEM_SAY, "under the keys of before");
    ok(same && chat.rooms.rooms[0].log.end == guests[1].peer.read && guests[1].announcements == 1,
       "an item of a member that does not know the start is not taken, but announced");
    guests[1].peer.number--;
    guest_does(1, ITEM_SAY, "the first line after the restart");
    commit();
    guests_flush();
    guest_arrives(2);
    guest_reads(2);
    guests_flush();
    ok(guests[2].entries == 31 && guests[2].wrong == 0
       && got_text(2, "the first line after the restart"),
       "a member gets all missed entries in one go");
    guests_end();
}

/* Somebody has recorded what a member sent to the old server, and plays it to the new one. */
static void recorded(void)
{
    unsigned char old[PACKET_LIMIT], older[PACKET_LIMIT], again[PACKET_LIMIT], item[64];
    struct address elsewhere = peer_address(GUEST_PORT + 9);

    meet(2);
    struct peer *peer = &guests[1].peer;
    struct up up = {.echo = peer->echo, .read = peer->read, .number = peer->number + 1};
    size_t item_size = frame_put(ITEM_SAY, text_of("mine"), item);
    size_t size = peer_seal(peer, &up, item, item_size, older);
    peer_seal(peer, &up, item, item_size, old);
    peer->number++;
    restart();
    uint64_t end = chat.rooms.rooms[0].log.end;
    memcpy(again, old, size);
    guests[9].peer = *peer;
    guests[9].first = guests[1].first;
    memcpy(guests[9].start, guests[1].start, SEAL_ID);
    chat_receive(&chat, &elsewhere, again, size, now);
    ok(chat.rooms.rooms[0].log.end == end && guests[9].announcements == 1,
       "a recorded datagram is good for an announcement, and no more");
    memcpy(again, old, size);
    now += SESSION_ANNOUNCE;
    chat_receive(&chat, &elsewhere, again, size, now);
    ok(guests[9].announcements == 1 && member_of(1)->session.address.size == 0,
       "a second recorded datagram has no effect");
    guest_reads(1);
    guest_reads(1);
    memcpy(again, older, size);
    uint64_t dropped = chat.counts.dropped;
    chat_receive(&chat, &peer->address, again, size, now);
    ok(member_of(1)->session.address.size != 0 && chat.rooms.rooms[0].log.end == end
       && chat.counts.dropped == dropped + 1,
       "older datagrams do not count once the member has answered");
    guest_does(1, ITEM_KICK, "nobody");
    peer->number -= 2;
    guest_does(1, ITEM_SAY, "mine");
    ok(chat.rooms.rooms[0].log.end == end + 1, "a new item of the member counts");
    guests_end();
}

static unsigned announced_after(unsigned starts)
{
    for (unsigned i = 0; i < starts; i++) restart();
    guests_forget();
    guest_reads(1);
    return guests[1].announcements;
}

/* The server ends before it hears that the member took the announcement, and ends many more times
   while the member is not heard: so no start of which the journal knows that is the member's. */
static void short_lives(void)
{
    unsigned char forged[PACKET_EXTRA + FRAME_UP_HEAD] = {0};

    meet(2);
    restart();
    chat_tick(&chat, now);
    ok(guests[1].announcements == 1 && member_of(1)->session.under == 1,
       "a member takes a start, and the server ends before it hears of that");
    ok(announced_after(3) == 1, "a few starts later it is told of the one that is");
    ok(announced_after(20) == 1, "a member is told many starts later");
    guest_reads(1);
    guest_reads(1);
    ok(member_of(1)->session.address.size != 0, "the member is back without TCP");

    restart();
    chat_tick(&chat, now);
    for (unsigned i = 0; i < 20; i++) restart();
    for (unsigned i = 0; i < 8; i++) {
        forged[i] = (unsigned char)(guests[1].peer.session >> (56 - 8 * i) & 0xFF);
    }
    chat_receive(&chat, &guests[9].peer.address, forged, sizeof forged, now);
    guests_forget();
    guest_reads(1);
    ok(guests[1].announcements == 0,
       "the keys are tried once for datagrams that anybody can forge");
    now += SESSION_ANNOUNCE;
    guest_reads(1);
    ok(guests[1].announcements == 1, "the keys are tried again a second later");
    ok(announced_after(STARTS_KEPT) == 0, "a member under a start that is not kept comes by TCP");
    guests_end();
}

/* --- what is sent before the journal has it --- */

static void unsettled(void)
{
    meet(2);
    uint64_t accepted = guests[1].accepted;
    guest_does(1, ITEM_SAY, "one");
    guest_sends(1, 0, guests[1].peer.number + 1, "\1\0\1\377", 4); /* no UTF-8: a notice at once */
    ok(guests[1].datagrams == 1 && guests[1].accepted == accepted,
       "a notice does not say that a line was heard which is not in the journal");
    ok(written > committed, "the unacknowledged line waits to be written");
    commit();
    guests_flush();
    ok(guests[1].accepted == accepted + 2, "the member gets its acknowledgement after the write");
    guests_end();
}

static void stalled(void)
{
    meet(3);
    guest_does(1, ITEM_SAY, "one");
    chat_stall(&chat);
    size_t before = written;
    guest_does(2, ITEM_SAY, "two");
    guest_does(0, ITEM_LEAVE, "");
    guests[1].outcome = DELIVERY_UNREACHABLE;
    for (int i = 0; i < 70; i++) {
        now += 1000;
        chat_tick(&chat, now);
        guest_sends(2, FRAME_ANSWER_ME, guests[2].peer.number, NULL, 0);
    }
    ok(written == before && chat.rooms.rooms[0].count == 3,
       "nothing changes while nothing can be written");
    ok(got(2, "") && guests[2].accepted == 0, "nobody is told anything without the write");
    ok(guests[2].datagrams >= 70, "a member that asks is answered without the write");
    guests[1].outcome = DELIVERY_SENT;
    for (unsigned i = 0; i < 3; i++) guest_reads(i);
    commit();
    guests_flush();
    ok(got(0, "S") && got(2, "S"), "everything continues after the write");
    guests[2].peer.number--;
    guest_does(2, ITEM_SAY, "two");
    commit();
    guests_flush();
    ok(got(0, "SS") && got_text(0, "two"), "items that were not taken before are taken");
    guests_end();
}

/* --- chance --- */

/* Has the server what everybody was told? */
static unsigned forgotten(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PEOPLE; i++) {
        if (!is_in(i)) continue;
        const struct member *member = member_of(i);
        count += guests[i].accepted > member->session.accepted;
        count += guests[i].peer.read > chat.rooms.rooms[member->room].log.end;
    }
    return count;
}

/* Lines of one member id that do not have rising numbers: one of them was taken twice. */
static unsigned doubled(const struct log *log)
{
    uint64_t last[PEOPLE] = {0};
    unsigned char bytes[FRAME_ENTRY_LIMIT];
    unsigned count = 0;
    struct entry entry;
    struct row row;

    for (uint64_t i = log->first; i < log->end; i++) {
        struct text rows = {(char *)bytes, log_copy(log, i, i + 1, bytes)};
        if (!frame_next(&rows, &row) || !entry_decode(row, &entry)) abort();
        for (unsigned guest = 0; entry.kind == ENTRY_SAID && guest < PEOPLE; guest++) {
            if (memcmp(entry.member, ids[guest], SEAL_ID) != 0) continue;
            count += entry.number <= last[guest];
            last[guest] = entry.number;
        }
    }
    return count;
}

/* All listen, and say again what was not heard. Returns how many have not got everything. */
static unsigned settle_down(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PEOPLE; i++) {
        guests[i].deaf = false;
        guests[i].outcome = DELIVERY_SENT;
    }
    for (unsigned turn = 0; turn < 600; turn++) {
        now += 100;
        for (unsigned i = 0; i < PEOPLE; i++) {
            if (is_in(i)) speak(i, false);
        }
        chat_tick(&chat, now);
        commit();
        guests_flush();
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        if (!is_in(i)) continue;
        count += guests[i].accepted != guests[i].peer.number;
        count += guests[i].peer.read != chat.rooms.rooms[member_of(i)->room].log.end;
    }
    for (uint32_t i = 0; i < chat.rooms.rooms_used; i++) {
        if (chat.rooms.rooms[i].name.bytes) count += doubled(&chat.rooms.rooms[i].log);
    }
    return count;
}

/* Thousands of turns, and an end of the server in every twentieth, at any place of the turn. */
static void life(void)
{
    unsigned lost = 0, different = 0, early = 0, restarts = 0, summaries = 0;

    begin(64);
    for (unsigned turn = 0; turn < 20000; turn++) {
        now += peer_below(200) == 0 ? 30000 : peer_below(400);
        for (unsigned i = peer_below(6); i > 0; i--) act(peer_below(PEOPLE));
        chat_tick(&chat, now);
        unsigned fate = peer_below(40);
        if (fate > 0) {
            commit();
            guests_flush();
            early += written != committed; /* has telling changed anything? */
        }
        if (fate < 2) {
            different += !restart();
            lost += forgotten();
            restarts++;
        }
        if (turn % 500 == 499) {
            struct chat again;
            summarize();
            different += recover(&again, committed, false) != 0 || !same_chat(&chat, &again);
            chat_destroy(&again);
            summaries++;
        }
    }
    ok(restarts > 500 && summaries > 30, "%u ends, %u summaries", restarts, summaries);
    ok(different == 0, "a restart restores exactly what was there");
    ok(lost == 0, "a restart restores everything that anybody was told");
    ok(early == 0, "nothing is told before it is in the journal");
    ok(settle_down() == 0 && chat.rooms.member_count > 3,
       "all members get every entry, and no item is taken twice");
    guests_end();
}

/* --- a tape with holes --- */

static bool is_sound(const struct chat *again)
{
    for (uint32_t i = 0; i < again->rooms.rooms_used; i++) {
        const struct room *room = &again->rooms.rooms[i];
        if (room->closed) return false;
        if (!room->name.bytes) continue;
        const struct member *host = &again->rooms.members[room->host];
        if (host->state != MEMBER_HERE || host->room != i) return false;
    }
    return true;
}

/* Does it take none of the starts of before for one that it knows? */
static bool forgets_starts(const struct chat *again)
{
    return again->starts.first == again->starts.now
        && starts_number(&again->starts, starts_id(&chat.starts, chat.starts.now)) == 0;
}

/* Rows are missing here and there, or changed: what comes of it has hosts in its rooms, and vouches
   for nothing that was read before. */
static void holes(void)
{
    unsigned char *whole = malloc(TAPE);
    unsigned wrong = 0, unfit = 0;

    begin(64);
    for (unsigned turn = 0; turn < 3000; turn++) {
        now += peer_below(400);
        for (unsigned i = peer_below(6); i > 0; i--) act(peer_below(PEOPLE));
        chat_tick(&chat, now);
        commit();
        guests_flush();
    }
    if (!whole) abort();
    memcpy(whole, tape, committed);
    for (unsigned round = 0; round < 60; round++) {
        struct text rows = {(const char *)whole, committed};
        struct chat again;
        struct row row;
        size_t size = 0;
        while (frame_next(&rows, &row)) {
            if (peer_below(100) < round / 10) continue;
            size_t row_size = frame_put(row.kind, row.bytes, tape + size);
            if (peer_below(100) < round % 10) tape[size + FRAME_ROW] ^= (unsigned char)round;
            size += row_size;
        }
        unfit += recover(&again, size, true) > 0;
        wrong += !is_sound(&again) || !forgets_starts(&again);
        chat_destroy(&again);
    }
    ok(unfit > 10, "rows that do not fit are noticed");
    ok(wrong == 0, "the rest of a damaged journal is sound");
    free(whole);
    guests_end();
}

/* Rows of which some bytes are missing, or which say what cannot be. */
static void malformed(void)
{
    unsigned wrong = 0;

    begin(64);
    guests_meet(5);
    guest_does(0, ITEM_KICK, "n3");
    commit();
    struct text rows = {(const char *)tape, committed};
    struct row row;
    while (frame_next(&rows, &row)) {
        for (size_t size = 0; size < row.bytes.size && size < 60; size++) {
            struct chat again;
            struct row cut = {row.kind, {row.bytes.bytes, size}};
            recover(&again, committed, false);
            struct recovery recovery = {.chat = &again, .now = now, .begun = true};
            wrong += recovery_take(&recovery, cut) == RECOVERY_TAKEN;
            chat_destroy(&again);
        }
    }
    ok(wrong == 0, "a row that is cut does not fit, nor does one a second time");

    unsigned char bytes[4 + CHANGE_TAG + SEAL_ID] = {0};
    struct recovery there = {.chat = &chat, .now = now, .begun = true};
    row = (struct row){CHANGE_KICKED, {(const char *)bytes, sizeof bytes}};
    memcpy(bytes + 4, chat.rooms.rooms[0].id, CHANGE_TAG);
    bool fits = recovery_take(&there, row) == RECOVERY_TAKEN;
    bytes[4] ^= 1;
    ok(fits && recovery_take(&there, row) == RECOVERY_UNFIT,
       "a kick counts in the room that it names, and in no other at that place");
    static unsigned char summary[TAPE / 64];
    size_t size = 0;
    summarize();
    memcpy(summary, tape, size = committed);
    rows = (struct text){(const char *)summary, size};
    bool recalls = false;
    wrong = 0;
    while (frame_next(&rows, &row)) {
        if (row.kind != CHANGE_RECALL) continue;
        recalls = true;
        for (size_t part = 0; part < row.bytes.size; part++) {
            struct chat again;
            struct row cut = {row.kind, {row.bytes.bytes, part}};
            recover(&again, size, false);
            struct recovery recovery = {.chat = &again, .now = now, .begun = true};
            bool whole = part >= 8 && (part - 8) % (SEAL_ID + 8) == 0;
            wrong += (recovery_take(&recovery, cut) == RECOVERY_TAKEN) != whole;
            chat_destroy(&again);
        }
    }
    ok(recalls && wrong == 0,
       "a cut list of remembered members does not fit, unless it is cut between two");
    struct chat small;
    struct chat_options options = {.member_limit = 2, .room_limit = 2, .silence = 1000,
                                   .send = guest_arrival, .random = peer_fill,
                                   .decider = &alone};
    struct recovery recovery = {.chat = &small, .now = now};
    chat_create(&small, &options, now);
    bool no_place = false;
    rows = (struct text){(const char *)tape, committed};
    while (frame_next(&rows, &row)) {
        if (recovery_take(&recovery, row) == RECOVERY_NO_PLACE) no_place = true;
    }
    ok(no_place, "too few places for the members are reported");
    chat_destroy(&small);
    guests_end();
}

/* After a salvage members come in anew, and go on. */
static void salvaged(void)
{
    struct chat again;

    meet(2);
    for (int i = 0; i < 5; i++) guest_does(1, ITEM_SAY, "a line");
    commit();
    guests_flush();
    guest_reads(1);
    guests_forget();
    recover(&again, committed, true);
    chat_destroy(&chat);
    chat = again;
    chat.rooms.members[guests[1].member].session.accepted = 2; /* as if three were lost */
    guest_reads(1);
    ok(guests[1].probes == 0 && guests[1].announcements == 0,
       "an old session gets no answer after a salvage");
    come_again(1);
    ok(member_of(1)->back == BACK_NOWHERE && member_of(1)->known == 2,
       "a member that joins again is told that the loss is unknown");
    guest_does(1, ITEM_SAY, "on");
    guest_reads(1);
    guest_reads(1);
    guest_sends(1, 0, guests[1].peer.number, "\1\0\2on", 5);
    guests_flush();
    ok(got_text(1, "on"), "that member can say a line");
    guests_end();
}

/* The last of the tape's rows of this kind; `at` is where its first number stands. */
static struct row last_row(enum chat_change kind, unsigned char **at)
{
    struct text rows = {(const char *)tape, committed};
    struct row row, last = {.kind = 0};

    while (frame_next(&rows, &row)) {
        if (row.kind == (uint8_t)kind) last = row;
    }
    if (last.kind == 0) abort();
    *at = tape + (last.bytes.bytes - (const char *)tape);
    return last;
}

/* What a smaller server makes of rows of places that it does not have. */
static void places(void)
{
    struct chat_options options = {.member_limit = 3, .room_limit = 3, .silence = 60000,
                                   .send = guest_arrival, .random = peer_fill,
                                   .decider = &alone};
    static const enum chat_change kinds[] = {CHANGE_ROOM, CHANGE_MEMBER};
    unsigned char *at;

    for (int kind = 0; kind < 2; kind++) {
        unsigned taken = 0, refused = 0;
        meet(3);
        for (uint32_t place = 0; place < 100; place++) {
            struct row row = last_row(kinds[kind], &at);
            struct recovery recovery = {.now = now};
            struct text rows = {(const char *)tape, committed};
            struct chat again;
            struct row other;
            if (!chat_create(&again, &options, now)) abort();
            recovery.chat = &again;
            while (frame_next(&rows, &other) && other.bytes.bytes != row.bytes.bytes) {
                recovery_take(&recovery, other);
            }
            wire_put32(at, place);
            if (kind == 1) wire_put32(at + 4 + CHANGE_TAG + 4, place); /* its session */
            enum recovery_result result = recovery_take(&recovery, row);
            if (place < 3) taken += result == RECOVERY_TAKEN;
            else refused += result == RECOVERY_NO_PLACE;
            chat_destroy(&again);
        }
        ok(refused == 97, "no %s fits beyond the last place", kind == 0 ? "room" : "member");
        ok(taken > 0, "the last place can be used");
        guests_end();
    }
}

/* A member at a place, or under a name, that another member has. */
static void in_the_way(void)
{
    unsigned char *at, row_bytes[CHANGE_LIMIT];
    unsigned refused = 0, taken = 0, left = 0;

    meet(3);
    struct row row = last_row(CHANGE_MEMBER, &at);
    memcpy(row_bytes, row.bytes.bytes, row.bytes.size);
    for (int salvage = 0; salvage < 2; salvage++) {
        for (int same_name = 0; same_name < 2; same_name++) {
            struct chat again;
            recover(&again, committed, salvage == 1);
            struct recovery recovery = {.chat = &again, .salvage = salvage == 1, .now = now,
                                        .begun = true};
            struct row other = {row.kind, {(const char *)row_bytes, row.bytes.size}};
            memcpy(row_bytes, row.bytes.bytes, row.bytes.size);
            if (same_name == 0) row_bytes[row.bytes.size - 1] ^= 1;
            else {
                wire_put32(row_bytes, 7);
                wire_put32(row_bytes + 4 + CHANGE_TAG + 4, 7); /* its session */
            }
            enum recovery_result result = recovery_take(&recovery, other);
            refused += salvage == 0 && result == RECOVERY_UNFIT;
            taken += salvage == 1 && result == RECOVERY_TAKEN;
            left += salvage == 1 && again.rooms.member_count == 3;
            chat_destroy(&again);
        }
    }
    ok(refused == 2, "a member whose place or name another one has does not fit");
    ok(taken == 2 && left == 2, "a salvage gives the place to the later member");
    guests_end();
}

/* Members whose addresses are those of IPv6: whole, and of no byte more. */
static void far_away(void)
{
    struct address far = {.size = sizeof far.is.v6};
    unsigned char row[CHANGE_LIMIT];
    unsigned char *bytes = far.is.v6.sin6_addr.s6_addr;

    far.is.v6.sin6_family = AF_INET6;
    far.is.v6.sin6_port = htons(GUEST_PORT);
    far.is.v6.sin6_scope_id = 0x01020304;
    for (int i = 0; i < 16; i++) bytes[i] = (unsigned char)(0xF0 + i);
    meet(2);
    size_t small = change_write(&chat, CHANGE_ADDRESS, guests[0].member, row);
    member_of(0)->session.address = far;
    size_t large = change_write(&chat, CHANGE_ADDRESS, guests[0].member, row);
    ok(large - small == 4 + 16 - 4, "such a row is longer by a scope, and by 12 bytes of address");
    note(NULL, CHANGE_ADDRESS, guests[0].member);
    commit();
    restart();
    const struct session *session = &member_of(0)->session;
    const struct address *found = session->address.size != 0 ? &session->address
                                                             : &session->candidate;
    ok(found->size == far.size && found->is.v6.sin6_family == AF_INET6
           && found->is.v6.sin6_port == far.is.v6.sin6_port
           && found->is.v6.sin6_scope_id == far.is.v6.sin6_scope_id
           && memcmp(&found->is.v6.sin6_addr, bytes, 16) == 0,
       "an address is read as it was written");
    guests_end();
}

int main(void)
{
    plan(50);
    called_back();
    catching_up();
    recorded();
    short_lives();
    unsettled();
    stalled();
    life();
    holes();
    malformed();
    salvaged();
    places();
    in_the_way();
    far_away();
    free(tape);
    return done();
}
