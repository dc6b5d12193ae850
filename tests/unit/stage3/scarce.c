/* links: stage3/chat/receive.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/admission/alone.c */
/* links: stage3/cluster/script.c stage3/base/hex.c */
/* links: stage3/cluster/mirror.c stage3/cluster/pending_join.c stage3/redis/redis.c */
/* links: stage3/redis/redis_url.c stage3/base/server_list.c stage3/redis/resp.c */
/* links: stage3/base/buffer.c */
/* links: stage3/journal/journal_file.c */
/* links: stage3/journal/journal_writer.c stage3/journal/journal.c stage3/journal/lockfile.c */
/* links: stage3/base/path.c stage3/journal/record.c stage3/base/ordinary.c stage3/journal/crc.c */
/* links: stage3/journal/recovery.c stage3/journal/change.c stage3/wire/request.c */
/* links: stage3/chat/chat.c stage3/admission/admission.c stage3/admission/conn.c */
/* links: stage3/chat/room.c stage3/chat/session.c stage3/chat/log.c stage3/chat/inbox.c */
/* links: stage3/chat/wheel.c stage3/chat/throttle.c stage3/wire/assembly.c stage3/wire/frame.c */
/* links: stage3/wire/packet.c stage3/wire/seal.c stage3/wire/tcrp.c stage3/base/table.c */
/* links: stage3/base/hash.c stage3/base/random.c stage3/base/program.c stage3/base/address.c */
/* links: stage3/base/text.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c stage3/crypto/oaep.c stage3/crypto/rsa.c */
/* links: stage3/crypto/prime.c stage3/crypto/bignum.c stage3/chat/announce.c */
/* links: stage3/chat/starts.c stage3/wire/welcome.c stage3/chat/lost.c stage3/wire/block.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * No memory at the Nth request, or from it on, for each N until there is enough: for the chat and
 * who comes in, connections, rooms that are shared, the connection to Redis, and the journal. What
 * was taken is given back, what was said to be done is done, and what was not can be done later.
 */
#include "memory.h"

#include <sys/wait.h>
#include <unistd.h>

#include "admission/conn.h"
#include "base/program.h"
#include "journal/journal_writer.h"
#include "lives.h"
#include "orders.h"

enum { PEOPLE = 6 };

/* False: no memory. */
static bool chat_begins(void)
{
    struct chat_options options = {.member_limit = 16, .room_limit = 8, .silence = 60000,
                                   .send = guest_arrival, .random = peer_fill,
                                   .decider = &alone};

    now = 1000000;
    memset(guests, 0, PEOPLE * sizeof guests[0]);
    for (unsigned i = 0; i < PEOPLE; i++) {
        guests[i].peer.address = peer_address(GUEST_PORT + i);
        peer_fill(NULL, guests[i].m, SEAL_KEY);
    }
    return chat_create(&chat, &options, now);
}

/* --- the chat --- */

/* Comes in, and is there if that is what it was told, and only then. */
static bool comes_in(unsigned index, enum tcrp_operation operation, const char *in,
                     const char *password)
{
    static const char *const names[PEOPLE] = {"host", "n1", "n2", "n3", "n4", "n5"};
    uint32_t before = chat.rooms.member_count;
    bool in_now = guest_enters(index, operation, in, names[index], password) == TCRP_OK;

    wrong += chat.rooms.member_count != before + in_now;
    if (in_now) guest_arrives(index);
    return in_now;
}

/* A line counts as heard when it stands in the log, and only then. */
static void says(unsigned index, const char *text)
{
    const struct member *member = member_of(index);
    const struct log *log = &chat.rooms.rooms[member->room].log;
    uint64_t end = log->end, accepted = member->session.accepted;

    guest_does(index, ITEM_SAY, text);
    wrong += log->end - end != member->session.accepted - accepted;
    /* its client repeats it */
    if (member->session.accepted == accepted) guests[index].peer.number--;
}

static void chat_life(void)
{
    static char long_line[FRAME_SAY_LIMIT + 1];
    static const char password[] = "the proof of a password, 32 long";

    memset(long_line, 'x', FRAME_SAY_LIMIT);
    if (!chat_begins()) return;
    bool here[PEOPLE] = {comes_in(0, TCRP_CREATE, "den", NULL), false};
    for (unsigned i = 1; i < 4; i++) here[i] = comes_in(i, TCRP_JOIN, "den", NULL);
    here[4] = comes_in(4, TCRP_CREATE, "cave", password);
    here[5] = comes_in(5, TCRP_JOIN, "cave", password);
    guests_pass(300);
    for (unsigned i = 0; i < PEOPLE; i++) {
        if (here[i]) says(i, "hello to you all, and more"); /* as if it were sealed */
        if (here[i]) says(i, i < 2 ? "again" : long_line);
    }
    guests_flush();
    if (here[0]) guest_does(0, ITEM_KICK, "n2");
    if (here[1]) guest_does(1, ITEM_LEAVE, "");
    guests_pass(70000); /* who has not answered is lost */
    for (unsigned i = 0; i < PEOPLE; i++) wrong += guests[i].wrong;
    chat_destroy(&chat);
}

static void conn_life(void)
{
    struct address from = peer_address(1);
    struct conn conn;

    if (!conn_open(&conn, &from, 0)) {
        wrong += conn.out != NULL;
        return;
    }
    wrong += conn_space(&conn) == 0;
    conn_close(&conn);
}

/* --- rooms that are shared --- */

static void cluster_life(void)
{
    static const struct redis_url url;
    static const char fingerprint[2 * 32];
    struct seal_keys keys;

    if (!chat_begins()) return;
    memset(orders, 0, sizeof orders);
    total = 1;
    if (mirror_create(&mirror, &chat, &url, fingerprint, now)) {
        pending_joins_create(&joins, &mirror);
        struct pending_join *join = handshake(0, TCRP_CREATE, &keys);
        if (join) answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
        if (join && join->step == PENDING_JOIN_ASK)
            answer(ticket, CLUSTER_CREATE, CLUSTER_OK, 0, 2);
        if (join && join->step == PENDING_JOIN_READ) joined(0, 1);
        bool in = join && join->pending.done && join->pending.status == TCRP_OK;
        wrong += in && join->pending.answer.size != WELCOME_HEAD;
        if (in) enter(0, join, &keys);
        else if (join) admission_end(&join->pending);
        for (unsigned i = 0; in && i < 40; i++) {
            const struct log *log = &chat.rooms.rooms[member_of(0)->room].log;
            uint64_t end = log->end;
            comes(end, said("a line of somebody elsewhere", 0));
            /* What was not taken is asked for again. */
            wrong += log->end == end && orders[strlen(orders) - 1] != 'R';
            memset(orders, 0, sizeof orders);
            if (log->end == end) answer_page(end, 1);
            memset(orders, 0, sizeof orders);
        }
        struct pending_join *list = handshake(1, TCRP_LIST, &keys);
        answer_text = text_of("den\t1\topen\n");
        if (list) answer(ticket, CLUSTER_LIST, CLUSTER_OK, 0, 0);
        wrong += list && list->pending.status == TCRP_OK
            && !text_equal(list->pending.answer, answer_text);
        if (list) admission_end(&list->pending);
        answer_text = (struct text){"", 0};
        pending_joins_destroy(&joins);
    }
    mirror_destroy(&mirror);
    chat_destroy(&chat);
}

/* --- the connection to Redis --- */

static unsigned answers, downs;

static bool on_answer(void *context, struct redis_ticket of, const struct resp_item *reply)
{
    (void)context, (void)of, (void)reply;
    answers++;
    return true;
}
static void on_message(void *context, struct text channel, struct text message)
{
    (void)context, (void)channel, (void)message;
}
static void on_ready(void *context) { (void)context; }
static void on_down(void *context) { (void)context, downs++; }

static void redis_life(void)
{
    static const struct redis_owner owner = {NULL, on_answer, on_message, on_ready, on_down};
    static struct redis redis;
    static char large[50000];
    struct redis_url url;
    unsigned asked = 0;

    answers = downs = 0;
    memset(large, 'x', sizeof large);
    memcpy(large, "$49000\r\n", 8);
    memcpy(large + 49008, "\r\n", 2);
    if (!redis_url_parse("redis://127.0.0.1:6379", &url)) abort();
    redis_create(&redis, &url, text_of("return 1"), owner, 0);
    redis_connecting(&redis, 0);
    redis_connected(&redis, 0);
    redis_gave(&redis, redis_give(&redis).size);
    static const char greeting[] = "%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n+OK\r\n";
    redis_take(&redis, greeting, sizeof greeting - 1, 0);
    for (uint64_t i = 0; i < 30; i++) {
        struct text words[2] = {text_of("a word of some length"), {large, 4000}};
        asked += redis_call(&redis, (struct redis_ticket){1, i, 0}, words, 2, 1);
    }
    if (redis.state == REDIS_READY) redis_take(&redis, large, 49010, 2);
    redis_lost(&redis, "the end", 3);
    /* Whoever asked is told, be it that there is no answer. */
    wrong += answers != asked;
    redis_destroy(&redis);
}

/* --- the journal --- */

enum { ROOMS = 16 };

static char path[300];

struct ends {
    uint64_t of[ROOMS]; /* the rooms' logs */
};

static struct ends ends_now(void)
{
    struct ends ends = {{0}};

    for (uint32_t i = 0; i < chat.rooms.rooms_used; i++) {
        if (chat.rooms.rooms[i].name.bytes) ends.of[i] = chat.rooms.rooms[i].log.end;
    }
    return ends;
}

/* What runs at the end of a program may want memory, too. */
static void grant_all(void) { memory_counts = false; }

/* A server that may end for want of memory, in a process of its own. Whatever it has let its
   members know it writes to `told`. */
static void server_life(int told)
{
    static struct journal_writer writer;
    struct journal_writer_options options = {path, "0123456789abcdef", false, false};

    wrong = 0;
    if (!freopen("/dev/null", "w", stderr) || atexit(grant_all) != 0) _exit(99);
    if (!chat_begins()) _exit(99);
    journal_writer_open(&writer, &chat, &options, now);
    journal_writer_begin(&writer);
    memory_counts = true; /* it has started well */
    bool in = comes_in(0, TCRP_CREATE, "den", NULL);
    for (unsigned i = 1; in && i < 4; i++) comes_in(i, TCRP_JOIN, "den", NULL);
    for (unsigned i = 0; i < 20; i++) {
        if (in) says(0, "a line for the journal");
        if (journal_writer_commit(&writer, now)) {
            struct ends ends = ends_now();
            guests_flush();
            if (write(told, &ends, sizeof ends) != sizeof ends) _exit(99);
        }
        if (i == 10) writer.shorten_at = 0;
        journal_writer_shorten(&writer);
        now += JOURNAL_WRITER_RETRY;
    }
    _exit(wrong > 0 ? 98 : memory_refused ? 97 : 0);
}

/* Then another one starts, with memory enough: what was told is there. */
static void journal_life(void)
{
    static struct journal_writer writer;
    struct ends told = {{0}}, next;
    int ends[2], status = 0;

    memory_counts = false; /* until the other one has started */
    unlink(path);
    fflush(stdout);
    if (pipe(ends) != 0) abort();
    pid_t child = fork();
    if (child == 0) server_life(ends[1]);
    close(ends[1]);
    while (read(ends[0], &next, sizeof next) == sizeof next) told = next;
    close(ends[0]);
    waitpid(child, &status, 0);
    bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CANNOT;
    bool went_on = WIFEXITED(status) && WEXITSTATUS(status) == 97;
    if (!fine && !ended && !went_on) printf("# status %x\n", (unsigned)status);
    wrong += !fine && !ended && !went_on;
    memory_refused = ended || went_on; /* it was the child's */
    struct journal_writer_options options = {path, "0123456789abcdef", false, false};
    if (!chat_begins()) abort();
    journal_writer_open(&writer, &chat, &options, now);
    for (uint32_t i = 0; i < ROOMS; i++) wrong += ends_now().of[i] < told.of[i];
    journal_writer_close(&writer);
    chat_destroy(&chat);
}

int main(void)
{
    const char *folder = getenv("TMPDIR");

    plan(10);
    snprintf(path, sizeof path, "%s/scarce.%ld", folder ? folder : "/tmp", (long)getpid());
    lives_of(chat_life, "the chat");
    lives_of(conn_life, "a connection");
    lives_of(cluster_life, "shared rooms");
    lives_of(redis_life, "Redis");
    lives_of(journal_life, "the journal");
    unlink(path);
    return done();
}
