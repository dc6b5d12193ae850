/*
 * orders: in place of cluster.c for the tests of mirror and pending join: what is ordered is noted
 * here, and the test answers as it likes. (What Redis makes of it is in tests/redis.)
 *
 * Contract: for a test that is one C file, with mirror.c and pending_join.c and what they need.
 * begin, or begin_of, makes five checks.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include "base/bytes.h"
#include "base/hex.h"
#include "cluster/pending_join.h"
#include "crypto/sha256.h"
#include "tap.h"
#include "wire/welcome.h"

#include "guest.h"

static struct mirror mirror;
static struct pending_joins joins;
static char orders[256];             /* a letter an order */
static bool reachable = true;        /* can anything be ordered now? */
static struct cluster_ticket ticket; /* of the last order */
static uint64_t number;              /* of its item, or where it reads from */
static unsigned char room[SEAL_ID];  /* of the last order but to look */

/* --- in place of cluster.c --- */

static inline bool note(char letter, struct cluster_ticket of, const unsigned char *in,
                        uint64_t what)
{
    if (!reachable) return false;
    orders[strlen(orders)] = letter;
    ticket = of;
    number = what;
    if (in) memcpy(room, in, SEAL_ID);
    return true;
}

static unsigned char new_salt[ROOM_SALT], new_hash[SEAL_KEY]; /* of the last room that was made */
static bool new_locked;
static struct text named; /* the starts of the last one that comes back */

/* What of a call is looked at: its letter, and which word is its number, if any. */
static const struct {
    char letter;
    size_t number;
} looked_at[] = {
    [CLUSTER_QUIT] = {'Q', 0}, [CLUSTER_LOOK] = {'?', 0}, [CLUSTER_WRONG] = {'W', 0},
    [CLUSTER_CREATE] = {'C', 6}, [CLUSTER_JOIN] = {'J', 6}, [CLUSTER_LIST] = {'I', 0},
    [CLUSTER_SAY] = {'S', 4}, [CLUSTER_KICK] = {'K', 4}, [CLUSTER_LEAVE] = {'L', 4},
    [CLUSTER_LOSE] = {'X', 0}, [CLUSTER_CLOSE] = {'E', 3},
};

bool cluster_call(struct cluster *s, struct cluster_ticket t, struct script_call *call)
{
    const struct text *words = call->words;
    char letter = looked_at[call->operation].letter;
    size_t at = looked_at[call->operation].number;
    unsigned char in[SEAL_ID];
    bool has_room = words[2].size == CLUSTER_HEX && hex_decode(words[2].bytes, in, SEAL_ID);

    (void)s;
    if (call->operation == CLUSTER_CREATE) {
        new_locked = words[9].size > 0;
        if (new_locked) memcpy(new_salt, words[8].bytes, sizeof new_salt);
        if (new_locked) memcpy(new_hash, words[9].bytes, sizeof new_hash);
    }
    if (call->operation == CLUSTER_JOIN) {
        named = words[10];
        if (text_equal(words[9], text_of("0"))) letter = 'j';
    }
    if (call->operation == CLUSTER_SAY && words[5].size == 0) letter = 's';
    return note(letter, t, call->count > 2 && has_room ? in : NULL,
                at > 0 ? strtoull(words[at].bytes, NULL, 10) : 0);
}

bool cluster_follow(struct cluster *s, const unsigned char r[SEAL_ID])
{
    (void)s;
    return note('F', ticket, r, 0);
}

bool cluster_unfollow(struct cluster *s, const unsigned char r[SEAL_ID])
{
    (void)s;
    return note('U', ticket, r, 0);
}

bool cluster_read(struct cluster *s, struct cluster_ticket t, const unsigned char r[SEAL_ID],
                  uint64_t from)
{
    (void)s;
    return note('R', t, r, from);
}

void cluster_create(struct cluster *cluster, const struct redis_url *url,
                    const char fingerprint[2 * 32], struct cluster_owner owner, int64_t at)
{
    (void)url, (void)fingerprint;
    memset(cluster, 0, sizeof *cluster);
    cluster->owner = owner;
    cluster->now = at;
    cluster->up = true;
    memset(cluster->start, 'a', SEAL_ID);
}

void cluster_destroy(struct cluster *cluster)
{
    (void)cluster;
}

void cluster_tick(struct cluster *cluster, int64_t at)
{
    cluster->now = at;
}

int64_t cluster_due(const struct cluster *cluster)
{
    (void)cluster;
    return INT64_MAX;
}

/* --- what the test does --- */

static inline bool ordered(const char *letters)
{
    bool same = strcmp(orders, letters) == 0;

    if (!same) printf("# ordered: %s\n", orders);
    memset(orders, 0, sizeof orders);
    return same;
}

static struct {
    uint64_t known, from;
    uint8_t back;
} place = {0, 1, BACK_NOT}; /* of one that comes back */

static uint32_t total; /* members at all servers, when the next one is let in */

/* What the next answer to a look or a list has. */
static const unsigned char *look_salt, *look_proof;
static struct text answer_text = {"", 0};

/* Answers the order `of`, as operation and status. */
static inline void answer(struct cluster_ticket of, enum cluster_operation operation,
                   enum cluster_status status, uint64_t accepted, uint64_t end)
{
    struct cluster_answer it = {.operation = operation, .status = status, .ticket = of,
                                .number = accepted, .end = end, .count = total,
                                .host = guests[0].m, .text = answer_text,
                                .salt = look_salt, .proof = look_proof,
                                .known = place.known, .from = place.from, .back = place.back};

    memcpy(it.room, room, SEAL_ID);
    mirror.cluster.owner.answer(&mirror, &it);
}

/* The rows of a page. */
static unsigned char rows[8][FRAME_ENTRY_LIMIT];
static size_t sizes[8];

/* A page as XRANGE gives it: a list of entries, each an id and a list of one key and its value. */
static inline void answer_page(uint64_t from, uint32_t count)
{
    struct resp_item page[1 + 8 * 5] = {{.kind = RESP_ARRAY, .count = count,
                                         .items = 1 + 5 * count}};
    struct cluster_answer it = {.operation = CLUSTER_READ, .status = CLUSTER_OK, .ticket = ticket,
                                .count = count, .page = page};
    char ids[8][24];

    for (uint32_t i = 0; i < count; i++) {
        struct resp_item *entry = page + 1 + 5 * i;
        struct text row = {(char *)rows[i], sizes[i]};
        snprintf(ids[i], sizeof ids[i], "0-%llu", (unsigned long long)from + i);
        entry[0] = (struct resp_item){.kind = RESP_ARRAY, .count = 2, .items = 5};
        entry[1] = (struct resp_item){.kind = RESP_TEXT, .items = 1, .text = text_of(ids[i])};
        entry[2] = (struct resp_item){.kind = RESP_ARRAY, .count = 2, .items = 3};
        entry[3] = (struct resp_item){.kind = RESP_TEXT, .items = 1, .text = text_of("r")};
        entry[4] = (struct resp_item){.kind = RESP_TEXT, .items = 1, .text = row};
    }
    mirror.cluster.owner.answer(&mirror, &it);
}

static inline struct text make_row(const struct entry *entry, unsigned index)
{
    sizes[index] = entry_encode(entry, rows[index]);
    return (struct text){(char *)rows[index], sizes[index]};
}

/* Makes row `index` a line of somebody who is elsewhere. */
static inline struct text said(const char *text, unsigned index)
{
    static const unsigned char stranger[SEAL_ID] = "somebody else!!";
    struct entry entry = {.kind = ENTRY_SAID, .member = stranger, .number = 1,
                          .name = text_of("else"), .text = text_of(text)};

    return make_row(&entry, index);
}

static inline void comes(uint64_t at, struct text row)
{
    mirror.cluster.owner.entry(&mirror, room, at, row);
}

/* One who comes back to the room `back` says how far it has come; NULL: it was not in. */
static struct text request_starts; /* that the next one names */
static const unsigned char *request_proof; /* of its password */

static inline struct pending_join *come_back(unsigned index, enum tcrp_operation operation,
                               struct seal_keys *keys, const unsigned char *back, uint64_t next,
                               uint64_t item)
{
    struct request request = {.operation = operation, .room = text_of("den"),
                              .user = text_of(index == 0 ? "host" : "n1"),
                              .m = guests[index].m, .proof = request_proof,
                              .room_id = back, .next = next,
                              .number = item,
                              .starts = request_starts.size / REQUEST_START,
                              .start = (const unsigned char *)request_starts.bytes};

    peer_fill(NULL, keys, sizeof *keys);
    return (struct pending_join *)admission_begin(&chat, &request, &guests[index].peer.address,
                                                  keys, now);
}

static inline struct pending_join *handshake(unsigned index, enum tcrp_operation operation,
                                             struct seal_keys *keys)
{
    return come_back(index, operation, keys, NULL, 0, 0);
}

static inline void joined(unsigned index, uint64_t at)
{
    unsigned char id[SEAL_KEY];
    struct entry entry = {.kind = ENTRY_JOINED, .member = id,
                          .name = text_of(index == 0 ? "host" : "n1")};

    sha256(guests[index].m, SEAL_KEY, id);
    comes(at, make_row(&entry, 0));
}

/* The guest has its answer: it goes on as a member. */
static inline void enter(unsigned index, struct pending_join *join, const struct seal_keys *keys)
{
    struct guest *guest = &guests[index];
    struct text name = text_of(index == 0 ? "host" : "n1");

    guest->member = member_find_name(&chat.rooms, join->room, name);
    guest->peer.session = member_of(index)->session.id;
    guest->peer.keys = guest->first = *keys;
    memcpy(guest->start, join->pending.answer.bytes + 60, SEAL_ID);
    guest->peer.counter = guest->peer.echo = 0;
    guest->peer.read = member_of(index)->session.read;
    admission_end(&join->pending);
    guest_arrives(index);
}

static inline void begin_of(uint32_t members)
{
    static const struct redis_url url;
    static const char fingerprint[2 * 32];
    struct seal_keys keys;

    guests_begin(members, 8);
    total = 1;
    reachable = true;
    memset(orders, 0, sizeof orders);
    if (!mirror_create(&mirror, &chat, &url, fingerprint, now)) abort();
    pending_joins_create(&joins, &mirror);
    struct pending_join *join = handshake(0, TCRP_CREATE, &keys);
    ok(join && join->step == PENDING_JOIN_LOOK && ordered("?"),
       "a request first looks at the room");
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    ok(join->step == PENDING_JOIN_ASK && ordered("FC"),
       "a request for a new room follows the room, and asks for it");
    answer(ticket, CLUSTER_CREATE, CLUSTER_OK, 0, 2);
    ok(join->step == PENDING_JOIN_READ && ordered("R"),
       "a request that was granted its room reads the log");
    joined(0, 1);
    ok(join->pending.done && join->pending.status == TCRP_OK
       && join->pending.answer.size == WELCOME_HEAD, "a request is over when the log is here");
    enter(0, join, &keys);
    guests_pass(300);
    guest_reads(0);
    guests_forget();
    answer_page(1, 1);
    ok(ordered(""), "a page of entries that are here already orders nothing");
}

static inline void begin(void)
{
    begin_of(8);
}

static inline void end(void)
{
    pending_joins_destroy(&joins);
    mirror_destroy(&mirror);
    guests_end();
}

#endif
