/*
 * load: the load generator: R rooms of N members each, and what they cost their server.
 *
 * Model: one process has all members. They join before the clock starts. Then they take turns to
 * speak, either with a window of W messages in flight (when all members have received a message,
 * the next is sent: closed loop) or at a fixed rate in any case (open loop). Every delivery is
 * accounted for: see ledger.h. The server's processor time and memory are read from outside, see
 * watch.h. The result is one line of CSV, see result.h. With -j the joins themselves are measured,
 * see joins.h; with -J they happen while the members talk.
 *
 * In stage 3 members acknowledge what they read, up to 2 s later. That is a part of what the
 * deliveries cost the server, so the measurement ends when nothing is left to be acknowledged.
 *
 * A text is the number of its message in 16 hexadecimal digits, then padding. The ledger has the
 * time at which it was sent, so both ends of a latency are read from one clock.
 *
 * With -i the members stay, and each line on stdin asks for one more measurement. So two servers
 * can be measured in turns within a fraction of a second, and changes of the machine's speed affect
 * both. A line may change the load: "-w 64 -t 0.5".
 *
 * The loop spins (poll without waiting) and yields when nothing has come: the server's sendto()
 * would have to wake a sleeping receiver, and that cost, which a server does not pay if its members
 * are on other machines, would hide what the server itself does.
 *
 * Limits: rooms of one size; members on one address; in stages 1 and 2 at most 50 s from joining to
 * the end, or members are dropped for silence. Exit status: 0, 1 could not measure or the server
 * delivered what it should not, 2 usage.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "crowd.h"
#include "dialect.h"
#include "joins.h"
#include "ledger.h"
#include "options.h"
#include "result.h"
#include "watch.h"

struct run {
    struct options *options;
    struct crowd crowd;
    struct ledger ledger;
    struct joins *joins; /* NULL: nobody ever joined while others talked */
    char text[OPTIONS_TEXT_MAX];
    struct result result;
    uint64_t first; /* number of the measurement's first message */
};

static void number_write(char *digits, uint64_t number)
{
    for (size_t i = OPTIONS_TEXT_MIN; i-- > 0; number >>= 4)
        digits[i] = "0123456789abcdef"[number & 15];
}

/* 0 to 15, or 16 if it is no digit. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
    return 16;
}

/* The number of a message from its text. False if this is no text that we sent. */
static bool number_read(const struct run *r, const char *text, size_t size, uint64_t *number)
{
    if (size != r->options->text_size) return false;
    *number = 0;
    for (size_t i = 0; i < OPTIONS_TEXT_MIN; i++) {
        unsigned digit = digit_value(text[i]);

        if (digit == 16) return false;
        *number = *number << 4 | digit;
    }
    return memcmp(text + OPTIONS_TEXT_MIN, r->text + OPTIONS_TEXT_MIN, size - OPTIONS_TEXT_MIN)
           == 0;
}

static void send_next(struct run *r)
{
    unsigned char datagram[DATAGRAM_MAX];
    size_t sender = (size_t)(r->ledger.next % r->crowd.size);
    uint64_t now = watch_clock();
    size_t size;

    number_write(r->text, r->ledger.next);
    size = r->crowd.dialect->say(&r->crowd.seats[sender], r->text, r->options->text_size,
                                 datagram, now);
    ledger_send(&r->ledger, sender, now);
    /* If it gets lost, nobody receives it, and the ledger counts each missing delivery. */
    crowd_send(&r->crowd, sender, datagram, size);
    crowd_tend(&r->crowd, sender, now);
}

/* Has this measurement more messages to send, now or later? */
static bool goes_on(const struct run *r, uint64_t now)
{
    return r->ledger.next - r->first < r->options->messages
           && (double)(now - r->result.start) / 1e9 < r->options->seconds;
}

/* May the next message be sent? In the open loop number n is due n / rate after the start. */
static bool may_send(const struct run *r, uint64_t now)
{
    const struct options *o = r->options;

    if (!goes_on(r, now) || !ledger_has_space(&r->ledger)) return false;
    if (o->window > 0) return r->ledger.next - r->ledger.oldest < o->window;
    return (double)(now - r->result.start) / 1e9 * o->rate >= (double)(r->ledger.next - r->first);
}

static void hear(struct run *r, size_t member, const unsigned char *datagram, size_t size,
                 uint64_t now)
{
    struct seat *seat = &r->crowd.seats[member];
    const char *text;
    size_t text_size;
    size_t at = 0;
    uint64_t number;
    uint64_t age;

    while (r->crowd.dialect->next_text(seat, datagram, size, &at, &text, &text_size))
        if (!number_read(r, text, text_size, &number))
            r->ledger.strays++;
        else if (ledger_hear(&r->ledger, number, member, now, &age))
            histogram_add(&r->result.latencies, age);
}

/* Reads what has come for one member. With one message in flight there is one datagram to read,
 * and looking for a second would only cost time. */
static void read_member(struct run *r, size_t member)
{
    unsigned char datagram[DATAGRAM_MAX];
    uint64_t now;
    long got;

    do {
        now = watch_clock();
        got = crowd_receive(&r->crowd, member, datagram, now);
        if (got > 0) hear(r, member, datagram, (size_t)got, now);
    } while (got >= 0 && r->options->window != 1);
    crowd_tend(&r->crowd, member, now);
}

static void read_all(struct run *r)
{
    int ready = poll(r->crowd.sockets, (nfds_t)r->crowd.size, 0);

    if (ready == 0) sched_yield();
    for (size_t i = 0; ready > 0; i++)
        if (r->crowd.sockets[i].revents != 0) {
            read_member(r, i);
            ready--;
        }
    crowd_tick(&r->crowd, watch_clock());
}

/* From the first message until each of them has either been received by all or been given up. */
static void talk(struct run *r)
{
    const struct options *o = r->options;
    uint64_t now = r->result.start;

    while (goes_on(r, now) || !ledger_is_empty(&r->ledger)) {
        while (may_send(r, watch_clock())) send_next(r);
        read_all(r);
        now = watch_clock();
        ledger_expire(&r->ledger, now);
        if (o->beside > 0)
            joins_beside(r->joins, (double)(now - r->result.start) / 1e9 * o->beside);
    }
    if (o->beside > 0) joins_finish(r->joins);
}

/* Lets the members acknowledge everything, and waits for an answer, which shows that the server has
 * read it. */
static void fall_silent(struct run *r)
{
    const struct dialect *dialect = r->crowd.dialect;
    unsigned char datagram[DATAGRAM_MAX];
    uint64_t received;

    if (dialect->due == NULL) return;
    while (!crowd_is_done(&r->crowd)) read_all(r);
    received = r->crowd.received;
    crowd_send(&r->crowd, 0, datagram,
               dialect->hello(&r->crowd.seats[0], datagram, watch_clock()));
    while (r->crowd.received == received) read_all(r);
}

static void measure(struct run *r)
{
    struct options *o = r->options;
    uint64_t delivered = r->ledger.delivered;
    uint64_t lost = r->ledger.lost;
    uint64_t received = r->crowd.received;
    uint64_t sent = r->crowd.sent;
    /* In the open loop, as many as can be sent before the oldest is given up, and some to spare. */
    size_t slots = o->window > 0 ? o->window : (size_t)(o->rate * LEDGER_TIMEOUT / 1e9 * 1.5) + 64;

    if (!ledger_reserve(&r->ledger, slots)) die("messages in flight", strerror(ENOMEM));
    if (o->beside > 0 && r->joins == NULL) r->joins = joins_open(o);
    r->first = r->ledger.next;
    result_begin(&r->result, o);
    talk(r);
    result_delivered(&r->result);
    fall_silent(r);
    result_end(&r->result, o);
    r->result.done = r->ledger.delivered - delivered;
    r->result.lost = r->ledger.lost - lost;
    r->result.received = r->crowd.received - received;
    r->result.sent = r->crowd.sent - sent;
    result_print(&r->result, o);
}

static void let_in(struct run *r)
{
    const struct options *o = r->options;
    struct result *result = &r->result;
    pid_t server = o->watched[0]; /* of several, each has its part of the members */

    result->memory_known = o->watched_count == 1 && watch_memory(server, &result->memory_empty);
    crowd_open(&r->crowd, o);
    crowd_join(&r->crowd);
    crowd_settle(&r->crowd);
    result->memory_known = result->memory_known && watch_memory(server, &result->memory_joined);
}

/* Waits for a line, and applies it. False at the end of the input. */
static bool asked_for(struct options *o)
{
    char line[128];

    if (fgets(line, sizeof line, stdin) == NULL) return false;
    line[strcspn(line, "\n")] = '\0';
    options_change(o, line);
    return true;
}

/* Reports that it is ready, and waits for a line; without -i it measures once, at once. */
static bool asked_again(struct options *o, bool first)
{
    if (!o->on_demand) return first;
    if (first) {
        puts("joined");
        fflush(stdout);
    }
    return asked_for(o);
}

static int run_joins(struct options *o)
{
    struct joins *joins = joins_open(o);

    for (bool first = true; asked_again(o, first); first = false) joins_measure(joins);
    joins_close(joins);
    return 0;
}

static int run_talk(struct options *o)
{
    /* static, because histogram and text may be too large for the stack */
    static struct run r;

    r.options = o;
    memset(r.text, 'x', sizeof r.text);
    if (!ledger_open(&r.ledger, 64, o->rooms, o->room_size, o->dialect->echo))
        die("messages in flight", strerror(ENOMEM));
    if (o->dialect->cut != NULL) r.ledger.timeout = LEDGER_TIMEOUT_STREAM;
    let_in(&r);
    for (bool first = true; asked_again(o, first); first = false) measure(&r);
    if (ledger_is_broken(&r.ledger))
        fprintf(stderr,
                "load: the server delivered something twice, to its sender, into another room, or "
                "garbled: %lu strays, %lu late\n",
                (unsigned long)r.ledger.strays, (unsigned long)r.ledger.late);
    crowd_close(&r.crowd);
    ledger_close(&r.ledger);
    if (r.joins != NULL) joins_close(r.joins);
    return ledger_is_broken(&r.ledger) ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct options o;

    options_read(&o, argc, argv);
    if (o.header) {
        result_print_header();
        return 0;
    }
    return o.joins ? run_joins(&o) : run_talk(&o);
}
