/*
 * Fuzzes the window of stage 3: any bytes from a browser, through HTTP, JSON, auth and the rest.
 *
 * Model: the first byte of the input decides how the rest is cut into pieces; the rest comes on one
 * connection. The secrets are fixed, so that inputs can contain the right cookie. The rooms are
 * stubs, which accept everything.
 *
 * What must hold: with any pieces, the window gives the same answers, byte for byte, and they begin
 * as answers do; no event contains a line break, whatever was said; a sanitizer finds no fault.
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

struct room_view {
    struct room_view_home *home;
    uint64_t handle;
    bool lists, done;
};

struct room_view *room_view_open(struct room_view_home *home, const struct room_view_params *params,
                                 uint64_t handle, int64_t now)
{
    struct room_view *view = malloc(sizeof *view);

    (void)now;
    must(view != NULL);
    *view = (struct room_view){home, handle, params->operation == ROOM_VIEW_LIST, false};
    if (view->lists) return view;
    must(name_valid(params->room) && name_valid(params->user));
    must(!params->invitation || params->operation == ROOM_VIEW_JOIN);
    must(events_add_room(home->events, handle));
    events_line(home->events, &(struct event){.kind = "key", .room = handle, .name = params->room});
    return view;
}

void room_view_close(struct room_view *view)
{
    if (room_view_shown(view)) events_drop_room(view->home->events, view->handle);
    free(view);
}

uint64_t room_view_handle(const struct room_view *view)
{
    return view->handle;
}

bool room_view_shown(const struct room_view *view)
{
    return !view->lists && !view->done;
}

bool room_view_done(const struct room_view *view)
{
    return view->done;
}

int64_t room_view_watch(const struct room_view *view, struct net_set *set)
{
    (void)view;
    (void)set;
    return INT64_MAX;
}

void room_view_serve(struct room_view *view, struct net_set *set, int64_t now)
{
    (void)view;
    (void)set;
    (void)now;
}

const char *room_view_say(struct room_view *view, struct text text, int64_t now, uint64_t *number)
{
    (void)now;
    *number = text.size;
    events_line(view->home->events, &(struct event){.kind = "said", .room = view->handle,
                                                    .text = text});
    return NULL;
}

const char *room_view_kick(struct room_view *view, struct text name, int64_t now)
{
    (void)now;
    events_answer(view->home->events, &(struct event){.kind = "gone", .room = view->handle,
                                                      .name = name});
    return name.size > 3 ? "too long" : NULL;
}

void room_view_leave(struct room_view *view, int64_t now)
{
    (void)now;
    if (!view->done && !view->lists) events_drop_room(view->home->events, view->handle);
    view->done = true;
}

size_t room_view_invite(const struct room_view *view, char out[INVITATION_LIMIT], bool *local)
{
    *local = view->handle % 2 == 0;
    memset(out, '"', 9);
    return view->handle % 3 == 0 ? 0 : 9;
}

void room_view_describe(const struct room_view *view, struct buffer *out)
{
    buffer_print(out, "{\"view\":%u}", (unsigned)view->handle);
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

    api = (struct api){.home = {.servers = "host:1"}, .server = "host:1", .random = count_up, .random_context = &next};
    api_open(&api, 9403, tell, NULL);
    must(web_open(&web, 0));
    while (size > 0 && (web.state == WEB_READING || web.state == WEB_STREAMING)) {
        size_t space = web_space(&web), piece = pattern == 0 ? size : pattern % 7 + pattern % 64;
        must(space > 0);
        pattern = pattern * 5 % 251;
        if (piece == 0) piece = 1;
        if (piece > size) piece = size;
        if (piece > space) piece = space;
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
