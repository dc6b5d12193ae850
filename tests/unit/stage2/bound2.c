/* links: stage2/admission/admission.c stage2/chat/chat.c stage2/chat/room.c */
/* links: stage2/base/quota.c */
/* links: stage2/base/bucket.c */
/* links: stage2/wire/request.c stage2/base/json.c */
/* links: stage2/wire/tcrp.c stage2/chat/gone.c stage2/wire/notice.c stage2/wire/protocol.c */
/* links: stage2/base/host.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/address.c stage2/base/text.c stage2/base/program.c */
/*
 * The bound in stage 2: from a machine to which a token was not given the server takes whatever
 * comes in silence, now and later, even with that token. Whoever has no membership any more is
 * answered at the machine that had it, and with no more bytes than came from there. Else anybody
 * who can write a wrong sender on a datagram could have others flooded by the server.
 */
#include "tap.h"

enum { HOST, MEMBER, OTHERS, ELSEWHERE = OTHERS + 20, PEERS };
#include "peers.h"

static size_t went[PEERS]; /* bytes to each machine, at whatever port */
static bool unreachable;   /* the member is */

static enum delivery counted(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    unsigned peer = peer_at(to);

    (void)context;
    (void)bytes;
    went[peer] += size;
    return unreachable && peer == MEMBER ? DELIVERY_UNREACHABLE : DELIVERY_SENT;
}

static void says(unsigned peer, const char *text)
{
    struct address from = address_of(peer);
    char bytes[DATAGRAM_LIMIT];

    chat_receive(&chat, &from, bytes,
                 datagram_encode(text_of("r"), &tokens[peer], text_of(text), bytes), now);
}

/* --- what may come --- */

struct kind {
    const char *what, *room, *text;
    size_t more; /* bytes behind that */
    size_t cut;  /* bytes at the end that do not come */
    bool unknown;/* a token that nobody ever had */
};

static const struct kind kinds[] = {
    {.what = "a hello", .room = "r", .text = ""},
    {.what = "a line", .room = "r", .text = "x"},
    {.what = "a long line", .room = "r", .text = "x", .more = 3000},
    {.what = "a line that is too long", .room = "r", .text = "x", .more = 4090},
    {.what = "a line that is no text", .room = "r", .text = "\xff"},
    {.what = "/who", .room = "r", .text = "/who"},
    {.what = "/help", .room = "r", .text = "/help"},
    {.what = "/kick", .room = "r", .text = "/kick peer 2"},
    {.what = "/leave", .room = "r", .text = "/leave"},
    {.what = "no command", .room = "r", .text = "/x"},
    {.what = "another room", .room = "s", .text = "hello"},
    {.what = "no room", .room = "", .text = "hello"},
    {.what = "an unknown token", .room = "r", .text = "hello", .unknown = true},
    {.what = "a token that is cut off", .room = "r", .text = "", .cut = 1},
    {.what = "no token", .room = "r", .text = "", .cut = TOKEN_BYTES},
    {.what = "no bytes", .room = "", .text = "", .cut = 2 + TOKEN_BYTES},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static size_t make(const struct kind *kind, char out[DATAGRAM_LIMIT + 200])
{
    static const struct token never = {{99}};
    size_t size = datagram_encode(text_of(kind->room), kind->unknown ? &never : &tokens[MEMBER],
                                  text_of(kind->text), out);

    memset(out + size, 'x', kind->more);
    return size + kind->more - kind->cut;
}

/* Comes twice, from there, and then a minute passes. How much goes there for one byte that came? */
static bool bounded(const struct kind *kind, unsigned peer, size_t limit)
{
    static char bytes[DATAGRAM_LIMIT + 200];
    struct address from = address_of(peer);

    from = host_with_port(&from, 7);
    for (int twice = 0; twice < 2; twice++) {
        size_t size = make(kind, bytes), before = went[peer];
        chat_receive(&chat, &from, bytes, size, now);
        pass(5000);
        if (went[peer] - before <= limit * size) continue;
        printf("# %s of %zu bytes brings %zu\n", kind->what, size, went[peer] - before);
        return false;
    }
    return true;
}

/* --- the states of a member --- */

static void has_come(void)
{
    enters(MEMBER, TCRP_JOIN, false);
}

static void is_there(void)
{
    enters(MEMBER, TCRP_JOIN, true);
    says(MEMBER, "");
}

static void is_silent(void)
{
    is_there();
    for (int i = 0; i < 3; i++) {
        pass(25000);
        says(HOST, "");
    }
}

static void is_lost(void)
{
    is_there();
    unreachable = true;
    for (int i = 0; i < 3; i++) says(HOST, "hello");
    unreachable = false;
}

static void is_kicked(void)
{
    is_there();
    says(HOST, "/kick peer 1");
}

static void is_closed(void)
{
    is_there();
    says(HOST, "/leave");
}

static void has_left(void)
{
    is_there();
    says(MEMBER, "/leave");
}

static const struct {
    const char *who;
    void (*prepare)(void);
    bool over; /* is its membership? */
} states[] = {
    {"of a member that was not heard yet", has_come, false},
    {"of a member", is_there, false},
    {"of one that was silent", is_silent, true},
    {"of one that could not be reached", is_lost, true},
    {"of one that was kicked", is_kicked, true},
    {"of one whose room is closed", is_closed, true},
    {"of one that has left", has_left, true},
};
enum { STATES = sizeof states / sizeof *states, OVER = 5 };

static void begin(unsigned state)
{
    now = 1000000;
    chat_create(&chat, &(struct chat_options){PEERS, PEERS, 60000, counted, NULL}, now);
    enters(HOST, TCRP_CREATE, true);
    /* Many, so that there is much to tell. Without ports: nothing goes to them. */
    for (unsigned i = OTHERS; i < ELSEWHERE; i++) enters(i, TCRP_JOIN, false);
    states[state].prepare();
    pass(2000); /* why it is out it was told just then */
    memset(went, 0, sizeof went);
}

int main(void)
{
    unsigned told = 0;

    plan(STATES + OVER + 1);
    for (unsigned state = 0; state < STATES; state++) {
        bool silence = true, fine = true;
        for (unsigned kind = 0; kind < KINDS; kind++) {
            begin(state);
            silence &= bounded(&kinds[kind], ELSEWHERE, 0);
            chat_destroy(&chat);
            if (!states[state].over) continue;
            begin(state);
            fine &= bounded(&kinds[kind], MEMBER, 1);
            told += went[MEMBER] > 0;
            chat_destroy(&chat);
        }
        ok(silence, "another machine gets nothing with the token: %s", states[state].who);
        if (!states[state].over) continue;
        ok(fine, "the member's own machine gets no more bytes than came: %s", states[state].who);
    }
    ok(told > 20, "some datagrams are answered: %u times", told);
    return done();
}
