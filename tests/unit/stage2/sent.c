/* links: stage2/admission/admission.c */
/* links: stage2/base/quota.c */
/* links: stage2/base/bucket.c */
/* links: stage2/admission/conn.c stage2/chat/chat.c stage2/chat/room.c stage2/wire/request.c */
/* links: stage2/wire/tcrp.c stage2/chat/gone.c stage2/wire/notice.c stage2/wire/protocol.c */
/* links: stage2/base/host.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/json.c stage2/base/address.c stage2/base/text.c stage2/base/program.c */
/*
 * Each kind of thing that the server of stage 2 sends: how many bytes it has at most, and that it
 * goes only to a machine that has proved its address over TCP. docs/security.md has the same rows;
 * tests/docs/sent.sh compares them with `rows` here and with the functions in the source.
 */
#include "admission/conn.h"
#include "tap.h"

enum kind { TOLD, GONE, REQUESTED, ROWS };

/* `came`: what must have come; 0: see the test. */
static const struct {
    const char *what;
    size_t bytes, came;
} rows[ROWS] = {
    [TOLD] = {"what a member is told", 4094, 0},
    [GONE] = {"why a token has ended", 4094, 0},
    [REQUESTED] = {"an answer over TCP", 65601, 32},
};

enum { HOST, MEMBER, OTHER, PEERS, ELSEWHERE = 77, ROOMS = 400 };
#include "peers.h"

static char texts[4][64];       /* the last that were sent */
static size_t sent, sent_bytes, largest;
static unsigned astray;         /* datagrams to a machine that has no token, or to another port */
static bool unreachable;        /* the member is */

static enum delivery counted(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    unsigned peer = peer_at(to);

    (void)context;
    snprintf(texts[sent % 4], sizeof texts[0], "%.*s", (int)(size < 60 ? size : 60),
             (const char *)bytes);
    sent++;
    sent_bytes += size;
    if (size > largest) largest = size;
    if (peer >= PEERS || host_port(to) != PEER_PORT + peer) astray++;
    return unreachable && peer == MEMBER ? DELIVERY_UNREACHABLE : DELIVERY_SENT;
}

/* The token of one peer, from the machine of another. Returns the datagram's size. */
static size_t says_from(unsigned token, unsigned peer, const char *text)
{
    static char bytes[2 * DATAGRAM_LIMIT];
    struct address from = address_of(peer);
    size_t size = datagram_encode(text_of("r"), &tokens[token], text_of(text), bytes);

    if (size == 0) { /* it would be too long, and so it is */
        size = DATAGRAM_LIMIT + 1;
        memset(bytes, 'x', size);
        datagram_encode(text_of("r"), &tokens[token], text_of("x"), bytes);
    }
    chat_receive(&chat, &from, bytes, size, now);
    return size;
}

static void begin(void)
{
    now = 1000000;
    chat_create(&chat, &(struct chat_options){ROOMS + PEERS, PEERS, 30000, counted, NULL}, now);
    unreachable = false;
    for (unsigned peer = 0; peer < PEERS; peer++) {
        enters(peer, peer == HOST ? TCRP_CREATE : TCRP_JOIN, true);
    }
    pass(300);
    sent = sent_bytes = largest = 0;
}

/* Was one of the last four this text, or did it begin so? */
static bool told(const char *text)
{
    for (size_t i = 0; i < 4 && i < sent; i++) {
        if (strncmp(texts[i], text, strlen(text)) == 0) return true;
    }
    printf("# %s was not told, but %s\n", text, texts[0]);
    return false;
}

/* --- what a member is told --- */

static void nothing(void)
{
}

static void flood(void)
{
    for (unsigned i = 0; i < 2100; i++) says_from(MEMBER, MEMBER, "");
}

static void silence(void)
{
    pass(25000);
}

static void loss(void)
{
    unreachable = true;
    for (int i = 0; i < 3; i++) says_from(HOST, HOST, "hello");
    unreachable = false;
    sent = 0;
}

static void sweep(void)
{
    pass(31000);
}

static void coalesced(void)
{
    pass(300);
}

static void shutting_down(void)
{
    chat_close(&chat);
}

/* What happens, what member 1 or the host says then, and what happens after it: somebody is
   told. */
static const struct {
    void (*before)(void);
    unsigned who;
    const char *text; /* NULL: none */
    void (*after)(void);
    const char *told;
} tellings[] = {
    {nothing, MEMBER, "", nothing, "* welcome, peer 1"},
    {nothing, MEMBER, "", nothing, "* speak at least every 10"},
    {nothing, MEMBER, "hello", nothing, "peer 1: hello"},
    {nothing, MEMBER, "\xff", nothing, "* not delivered: the text"},
    {nothing, MEMBER, "/who", nothing, "* here: "},
    {nothing, MEMBER, "/help", nothing, "* /who lists"},
    {nothing, MEMBER, "/x", nothing, "* there is no such command"},
    {nothing, MEMBER, "/kick peer 2", nothing, "* only the host"},
    {nothing, HOST, "/kick", nothing, "* say whom"},
    {nothing, HOST, "/kick nobody", nothing, "* nobody here is called"},
    {nothing, HOST, "/kick peer 0", nothing, "* you cannot kick yourself"},
    {nothing, HOST, "/kick peer 1", nothing, "* you were kicked"},
    {nothing, HOST, "/kick peer 1", coalesced, "* peer 1 was kicked"},
    {nothing, MEMBER, "/leave", coalesced, "* peer 1 left"},
    {nothing, HOST, "/leave", nothing, "* the room is closed"},
    {flood, MEMBER, NULL, nothing, "* not delivered: you say too much"},
    {nothing, MEMBER, NULL, silence, "* say something within 10"},
    {nothing, MEMBER, NULL, sweep, "* you were silent"},
    {nothing, MEMBER, NULL, shutting_down, "* the server is shutting down"},
};
enum { TELLINGS = sizeof tellings / sizeof *tellings };

static void all_tellings(void)
{
    static char text[DATAGRAM_LIMIT + 1];
    unsigned right = 0;
    size_t most = 0;

    for (unsigned i = 0; i < TELLINGS; i++) {
        begin();
        tellings[i].before();
        if (tellings[i].text) says_from(tellings[i].who, tellings[i].who, tellings[i].text);
        tellings[i].after();
        right += told(tellings[i].told);
        if (largest > most) most = largest;
        chat_destroy(&chat);
    }
    ok(right == TELLINGS, "each of %u kinds of telling was told", (unsigned)TELLINGS);
    begin();
    memset(text, 'x', sizeof text - 1);
    says_from(MEMBER, MEMBER, text);
    ok(told("* not delivered: longer"), "and so is that a datagram is too long");
    text[DATAGRAM_LIMIT - 2 - 1 - TOKEN_DIGITS] = '\0';
    says_from(MEMBER, MEMBER, text);
    if (largest > most) most = largest;
    chat_destroy(&chat);
    ok(most > 4000 && most <= rows[TOLD].bytes, "%s has %zu bytes at most: %zu", rows[TOLD].what,
       rows[TOLD].bytes, most);
    ok(astray == 0, "and goes only to a machine that has a token");
}

/* --- why a token has ended --- */

static void kicked(void)
{
    says_from(HOST, HOST, "/kick peer 1");
}

static void closed(void)
{
    says_from(HOST, HOST, "/leave");
}

static void all_ends(void)
{
    static void (*const ends[])(void) = {kicked, closed, loss, sweep};
    unsigned answered = 0, more = 0, twice = 0, elsewhere = 0;
    char text[80];

    for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
        begin();
        ends[i]();
        pass(2000);
        for (size_t size = 0; size < sizeof text; size++) {
            memset(text, 'x', sizeof text);
            text[size] = '\0';
            pass(1100);
            sent_bytes = 0;
            size_t came = says_from(MEMBER, MEMBER, text), went = sent_bytes;
            answered += went > 0;
            more += went > came;
            says_from(MEMBER, MEMBER, text);
            twice += went > 0 && sent_bytes > went;
            sent_bytes = 0;
            says_from(MEMBER, ELSEWHERE, text);
            elsewhere += sent_bytes > 0;
        }
        chat_destroy(&chat);
    }
    ok(answered > 200 && more == 0, "%s has at most as many bytes as came", rows[GONE].what);
    ok(twice == 0, "and is told once a second");
    ok(elsewhere == 0 && astray == 0, "and only to the machine that had the token");
}

/* --- over TCP --- */

static struct conn conn;

/* Takes the bytes one at a time. Returns how many had come when it began to answer. */
static size_t hands_over(const char *bytes, size_t size, size_t *gave)
{
    static const struct token fresh = {{200}};
    size_t had = 0;

    for (size_t i = 0; i < size; i++) {
        conn_take(&conn, bytes + i, 1, &fresh, &chat, now);
        size_t some = conn_give(&conn).size;
        if (had == 0 && some > 0) had = i + 1;
        *gave += some;
        if (some > 0) conn_gave(&conn, some, now);
    }
    return had;
}

/* Is this request answered with so many bytes at most, once, and not before it is there? */
static bool answered(const char *bytes, size_t size, size_t *gave)
{
    static const char more[3000];
    struct address from = address_of(OTHER);

    *gave = 0;
    if (!conn_open(&conn, &from, now)) abort();
    bool right = hands_over(bytes, size, gave) >= rows[REQUESTED].came && *gave > 0
        && *gave <= rows[REQUESTED].bytes;
    size_t before = *gave;
    hands_over(more, sizeof more, gave);
    conn_take_end(&conn);
    right &= *gave == before && conn_give(&conn).size == 0;
    conn_close(&conn);
    return right;
}

static void over_tcp(void)
{
    static char bytes[TCRP_FRAME_LIMIT];
    struct address from = address_of(OTHER);
    size_t gave, list;
    char room[NAME_LIMIT + 1];
    bool right = true;

    begin();
    chat.rooms.member_quota.share = chat.rooms.room_quota.share = 1;
    memset(room, 'r', sizeof room);
    for (unsigned i = 0; i < ROOMS; i++) {
        struct token token = {{(unsigned char)(i >> 8), (unsigned char)i, 1}};
        snprintf(room + NAME_LIMIT - 4, 5, "%04u", i);
        struct request request = {TCRP_CREATE, text_of(room), text_of("host")};
        if (admission_request(&chat, &request, &from, &token, now) != TCRP_OK) abort();
    }
    for (unsigned operation = 0; operation < 256; operation++) {
        struct tcrp_frame frame = {(uint8_t)operation, TCRP_REQUEST, {NULL, 0}, {NULL, 0}};
        right &= answered(bytes, tcrp_encode(frame, bytes), &gave);
        frame.room = text_of(room);
        frame.payload = text_of("somebody");
        right &= answered(bytes, tcrp_encode(frame, bytes), &gave);
    }
    ok(right, "%s comes once, and not before %zu bytes have come", rows[REQUESTED].what,
       rows[REQUESTED].came);
    struct tcrp_frame frame = {TCRP_LIST, TCRP_REQUEST, {NULL, 0}, {NULL, 0}};
    right = answered(bytes, tcrp_encode(frame, bytes), &list);
    ok(right && list > rows[REQUESTED].bytes - 300, "it has %zu bytes at most: %zu",
       rows[REQUESTED].bytes, list);
    chat_destroy(&chat);
}

int main(void)
{
    plan(9);
    all_tellings();
    all_ends();
    over_tcp();
    return done();
}
