/*
 * orders: in place of order.c and cluster.c for the tests of mirror and pending join: what is
 * ordered is noted here, and the test answers as it likes. (What Redis makes of it is in
 * tests/redis.)
 *
 * Contract: for a test that is one C file, with mirror.c and pending_join.c and what they need.
 * begin, or begin_of, makes five checks.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include "base/bytes.h"
#include "cluster/order.h"
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

/* --- in place of order.c and cluster.c --- */

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

bool order_look(struct cluster *s, struct cluster_ticket t, struct text name)
{
    (void)s, (void)name;
    return note('?', t, NULL, 0);
}

bool order_wrong(struct cluster *s, struct cluster_ticket t, const unsigned char *r)
{
    (void)s;
    return note('W', t, r, 0);
}

bool order_list(struct cluster *s, struct cluster_ticket t)
{
    (void)s;
    return note('I', t, NULL, 0);
}

static unsigned char new_salt[ROOM_SALT], new_hash[SEAL_KEY]; /* of the last room that was made */
static bool new_locked;

bool order_create(struct cluster *s, struct cluster_ticket t, const struct order_newcomer *host,
                  struct text name, const unsigned char *salt, const unsigned char *proof)
{
    (void)s, (void)name;
    new_locked = proof != NULL;
    if (salt) memcpy(new_salt, salt, sizeof new_salt);
    if (proof) memcpy(new_hash, proof, sizeof new_hash);
    return note('C', t, host->room, host->number);
}

static struct text named; /* the starts of the last one that comes back */

bool order_join(struct cluster *s, struct cluster_ticket t, const struct order_newcomer *newcomer,
                uint64_t next, struct text starts, uint32_t limit, bool places)
{
    (void)s, (void)next, (void)limit;
    named = starts;
    return note(places ? 'J' : 'j', t, newcomer->room, newcomer->number);
}

bool order_say(struct cluster *s, struct cluster_ticket t, const unsigned char *r,
               const unsigned char *member, uint64_t n, struct text row)
{
    (void)s, (void)member;
    return note(row.size > 0 ? 'S' : 's', t, r, n);
}

bool order_kick(struct cluster *s, struct cluster_ticket t, const unsigned char *r,
                const unsigned char *member, uint64_t n, struct text name)
{
    (void)s, (void)member, (void)name;
    return note('K', t, r, n);
}

bool order_leave(struct cluster *s, struct cluster_ticket t, const unsigned char *r,
                 const unsigned char *member, uint64_t n)
{
    (void)s, (void)member;
    return note('L', t, r, n);
}

bool order_lose(struct cluster *s, struct cluster_ticket t, const unsigned char *r,
                const unsigned char *member)
{
    (void)s, (void)member;
    return note('X', t, r, 0);
}

bool order_close(struct cluster *s, struct cluster_ticket t, const unsigned char *r, uint8_t why)
{
    (void)s;
    return note('E', t, r, why);
}

bool order_follow(struct cluster *s, const unsigned char *r)
{
    (void)s;
    return note('F', ticket, r, 0);
}

bool order_unfollow(struct cluster *s, const unsigned char *r)
{
    (void)s;
    return note('U', ticket, r, 0);
}

bool order_read(struct cluster *s, struct cluster_ticket t, const unsigned char *r, uint64_t from)
{
    (void)s;
    return note('R', t, r, from);
}

bool order_quit(struct cluster *s, struct cluster_ticket t)
{
    (void)s;
    return note('Q', t, NULL, 0);
}

/* A page: rows from this number on. */
static unsigned char rows[8][FRAME_ENTRY_LIMIT];
static size_t sizes[8];
static uint64_t first_row;

void order_entry(const struct cluster_answer *answer, uint32_t index, uint64_t *n, struct text *row)
{
    (void)answer;
    *n = first_row + index;
    *row = (struct text){(char *)rows[index], sizes[index]};
}

void cluster_create(struct cluster *cluster, const struct redis_url *url,
                    const char fingerprint[2 * 32], random_source *random, void *chance,
                    struct cluster_owner owner, int64_t at)
{
    (void)url, (void)fingerprint, (void)random, (void)chance;
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

static inline void answer_page(uint64_t from, uint32_t count)
{
    struct cluster_answer it = {.operation = CLUSTER_READ, .status = CLUSTER_OK, .ticket = ticket,
                                .count = count};

    first_row = from;
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
    ok(join && join->step == PENDING_JOIN_LOOK && ordered("?"), "a request looks first");
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    ok(join->step == PENDING_JOIN_ASK && ordered("FC"),
       "then follows the new room, and asks for it");
    answer(ticket, CLUSTER_CREATE, CLUSTER_OK, 0, 2);
    ok(join->step == PENDING_JOIN_READ && ordered("R"), "when it has it, it reads the log");
    joined(0, 1);
    ok(join->pending.done && join->pending.status == TCRP_OK
       && join->pending.answer.size == WELCOME_HEAD, "when that is here, it is over");
    enter(0, join, &keys);
    guests_pass(300);
    guest_reads(0);
    guests_forget();
    answer_page(1, 1);
    ok(ordered(""), "what the page brings is here already");
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
