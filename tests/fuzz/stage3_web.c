/*
 * The window of stage 3 under any bytes from a browser: HTTP, JSON, the gate and what is behind it.
 *
 * Model: the first byte of the input chooses how the rest is cut into pieces; the rest is what
 * comes on one connection. The secrets are known numbers, so that inputs can hold the right
 * cookie. Rooms are made up: they accept everything.
 *
 * What must hold: whatever the pieces, the same answers come out, byte by byte, and begin as
 * answers do; no event has a line break within, whatever was said; all in all nothing breaks (a
 * sanitizer tells).
 */
#include "window/web.h"

#include <stdlib.h>
#include <string.h>

#include "window/page.h"

const unsigned char page_bytes[] = "<style>a</style><script>b</script>";
const size_t page_size = sizeof page_bytes - 1;

static void must(int condition)
{
    if (!condition) abort();
}

/* --- rooms --- */

struct seat {
    struct seat_home *home;
    uint64_t handle;
    bool lists, done;
};

struct seat *seat_open(struct seat_home *home, const struct seat_wish *wish, uint64_t handle,
                       int64_t now)
{
    struct seat *seat = malloc(sizeof *seat);

    (void)now;
    must(seat != NULL);
    *seat = (struct seat){home, handle, wish->operation == SEAT_LIST, false};
    if (seat->lists) return seat;
    must(name_valid(wish->room) && name_valid(wish->user));
    must(events_add_room(home->events, handle));
    events_line(home->events, &(struct event){.kind = "key", .room = handle, .name = wish->room});
    return seat;
}

void seat_close(struct seat *seat)
{
    if (seat_shown(seat)) events_drop_room(seat->home->events, seat->handle);
    free(seat);
}

uint64_t seat_handle(const struct seat *seat)
{
    return seat->handle;
}

bool seat_shown(const struct seat *seat)
{
    return !seat->lists && !seat->done;
}

bool seat_done(const struct seat *seat)
{
    return seat->done;
}

int64_t seat_watch(const struct seat *seat, struct net_set *set)
{
    (void)seat;
    (void)set;
    return INT64_MAX;
}

void seat_serve(struct seat *seat, struct net_set *set, int64_t now)
{
    (void)seat;
    (void)set;
    (void)now;
}

const char *seat_say(struct seat *seat, struct text text, int64_t now, uint64_t *number)
{
    (void)now;
    *number = text.size;
    events_line(seat->home->events, &(struct event){.kind = "said", .room = seat->handle,
                                                    .text = text});
    return NULL;
}

const char *seat_kick(struct seat *seat, struct text name, int64_t now)
{
    (void)now;
    events_answer(seat->home->events, &(struct event){.kind = "gone", .room = seat->handle,
                                                      .name = name});
    return name.size > 3 ? "too long" : NULL;
}

void seat_leave(struct seat *seat, int64_t now)
{
    (void)now;
    if (!seat->done && !seat->lists) events_drop_room(seat->home->events, seat->handle);
    seat->done = true;
}

void seat_describe(const struct seat *seat, struct buffer *out)
{
    buffer_print(out, "{\"seat\":%u}", (unsigned)seat->handle);
}

/* --- one connection --- */

static struct api api;
static struct web web;

static void tell(void *context, struct text block)
{
    (void)context;
    must(block.size > 8 && memcmp(block.bytes + block.size - 2, "\n\n", 2) == 0);
    size_t breaks = 0;
    for (size_t i = 0; i < block.size; i++) breaks += block.bytes[i] == '\n';
    must(breaks == (text_starts(block, "id: ") ? 3 : 2));
    web_tell(&web, block);
}

static void count_up(void *context, void *bytes, size_t size)
{
    unsigned char *next = context;

    for (size_t i = 0; i < size; i++) ((unsigned char *)bytes)[i] = (*next)++;
}

struct account {
    uint64_t sum;
    uint64_t size;
};

static void take(struct account *account, size_t piece)
{
    while (web_give(&web).size > 0) {
        struct text out = web_give(&web);
        if (out.size > piece) out.size = piece;
        if (account->size == 0 && out.size > 9) must(text_starts(out, "HTTP/1.1 "));
        for (size_t i = 0; i < out.size; i++) {
            account->sum = account->sum * 31 + (unsigned char)out.bytes[i];
        }
        account->size += out.size;
        web_gave(&web, out.size, &api, 0);
    }
}

static struct account read_all(const char *bytes, size_t size, unsigned pattern)
{
    struct account account = {0};
    unsigned char next = 0;

    api = (struct api){.server = "host:1", .random = count_up, .random_context = &next};
    api_open(&api, 9403, tell, NULL);
    must(web_open(&web, 0));
    while (size > 0 && (web.state == WEB_READING || web.state == WEB_STREAMING)) {
        size_t room = web_room(&web), piece = pattern == 0 ? size : pattern % 7 + pattern % 64;
        must(room > 0);
        pattern = pattern * 5 % 251;
        if (piece == 0) piece = 1;
        if (piece > size) piece = size;
        if (piece > room) piece = room;
        web_take(&web, bytes, piece, &api, 0);
        bytes += piece;
        size -= piece;
        take(&account, pattern == 0 ? SIZE_MAX : pattern);
    }
    web_close(&web);
    api_close(&api);
    return account;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    if (size == 0) return 0;
    const char *bytes = (const char *)input + 1;
    struct account whole = read_all(bytes, size - 1, 0);
    struct account pieces = read_all(bytes, size - 1, input[0]);

    must(whole.sum == pieces.sum && whole.size == pieces.size);
    return 0;
}
