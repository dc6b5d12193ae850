/* links: stage3/admission/queue.c stage3/base/host.c stage3/base/address.c stage3/base/hash.c */
/* links: stage3/base/random.c stage3/base/program.c */
/*
 * queue: whose connection is next. Connections are opened, wait, have their turn, and end; who had
 * which turn is written down as letters.
 */
#include "admission/queue.h"

#include <arpa/inet.h>
#include <string.h>

#include "tap.h"

enum { PLACES = 600 };

static struct queue queue;
static struct conn conns[PLACES];
static size_t count;
static char turns[64];

/* A connection from the address of that number, in a state. */
static void comes(unsigned address, enum conn_state state)
{
    struct conn *conn = &conns[count++];

    memset(conn, 0, sizeof *conn);
    conn->state = state;
    conn->from.is.v4.sin_family = AF_INET;
    conn->from.is.v4.sin_addr.s_addr = htonl(0x7f000000u + address);
    conn->from.is.v4.sin_port = htons((uint16_t)(1000 + count));
    conn->from.size = sizeof conn->from.is.v4;
    queue_enter(&queue, conn);
}

static void begin(void)
{
    memset(&queue, 0, sizeof queue);
    count = 0;
    turns[0] = '\0';
}

/* The next one of that state has its turn: it goes into another state, or ends, and the last one
   moves into its place, as the server does it. Its letter is that of its address. */
static char next(enum conn_state state, enum conn_state then)
{
    size_t index = queue_next(conns, count, state), size = strlen(turns);

    if (index == count) return '-';
    char letter = (char)('a' + (ntohl(conns[index].from.is.v4.sin_addr.s_addr) & 0xff));
    queue_turn(&queue, conns, count, index);
    conns[index].state = then;
    if (then == CONN_OVER) conns[index] = conns[--count];
    if (size + 1 < sizeof turns) turns[size] = letter, turns[size + 1] = '\0';
    return letter;
}

static void all(enum conn_state state, enum conn_state then)
{
    while (next(state, then) != '-') continue;
}

static bool were(const char *wanted)
{
    if (strcmp(turns, wanted) == 0) return true;
    printf("# wanted %s, got %s\n", wanted, turns);
    return false;
}

int main(void)
{
    plan(8);
    begin();
    ok(next(CONN_SHOW, CONN_OVER) == '-', "a queue in which nobody waits has no next connection");

    begin();
    for (unsigned i = 0; i < 4; i++) comes(i, CONN_SHOW);
    all(CONN_SHOW, CONN_REQUEST);
    ok(were("abcd"), "the address that came first has the first turn");

    begin();
    for (int i = 0; i < 5; i++) comes(0, CONN_SHOW);
    comes(1, CONN_SHOW);
    comes(1, CONN_SHOW);
    comes(2, CONN_SHOW);
    all(CONN_SHOW, CONN_REQUEST);
    ok(were("abcabaaa"), "addresses with several connections take turns");
    begin();
    for (int i = 0; i < 5; i++) comes(0, CONN_SHOW);
    comes(1, CONN_SHOW);
    comes(1, CONN_SHOW);
    comes(2, CONN_SHOW);
    all(CONN_SHOW, CONN_OVER);
    ok(were("abcabaaa"), "addresses take turns, too, if each connection ends after its turn");

    begin();
    comes(0, CONN_SHOW);
    comes(1, CONN_WORK);
    comes(0, CONN_WORK);
    next(CONN_SHOW, CONN_REQUEST);
    all(CONN_WORK, CONN_OVER);
    ok(were("aba"), "a turn counts as one, whatever it was for");

    /* One that had a turn waits again, and each turn a new address comes with a connection. */
    begin();
    comes(0, CONN_SHOW);
    comes(0, CONN_SHOW);
    comes(1, CONN_SHOW);
    next(CONN_SHOW, CONN_OVER);
    for (unsigned i = 2; i < 8; i++) {
        comes(i, CONN_SHOW);
        next(CONN_SHOW, CONN_OVER);
    }
    ok(were("abacdef"), "new addresses keep nobody from a second turn");

    /* And each turn one that was there comes again. */
    begin();
    for (int i = 0; i < 3; i++) comes(0, CONN_SHOW);
    comes(1, CONN_SHOW);
    for (int i = 0; i < 6; i++) {
        next(CONN_SHOW, CONN_OVER);
        comes(0, CONN_SHOW);
    }
    ok(were("abaaaa"), "an address that comes again and again keeps nobody from a turn");

    begin();
    for (unsigned i = 0; i < PLACES; i++) comes(i % 2 == 0 ? 0 : 1 + i % 7, CONN_SHOW);
    unsigned own = 0;
    for (int i = 0; i < 80; i++) own += next(CONN_SHOW, CONN_OVER) == 'a';
    ok(own == 10,
       "an address with half of the connections gets an eighth of the turns: %u of 80", own);
    return done();
}
