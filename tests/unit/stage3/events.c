/* links: stage3/window/events.c stage3/base/buffer.c stage3/base/text.c */
/*
 * events: numbers, what is kept of each room and what is not, and telling it again.
 */
#include "window/events.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct events events;
static struct buffer told; /* everything, one behind the other */

static void tell(void *context, struct text block)
{
    (void)context;
    buffer_put(&told, block.bytes, block.size);
}

static void start(void)
{
    buffer_free(&told);
    events_open(&events, tell, NULL);
    events.wall = 1000;
}

static bool is(struct buffer *buffer, const char *wanted)
{
    bool same = text_equal(buffer_text(buffer), text_of(wanted));

    if (!same) printf("# %.*s\n", (int)buffer_text(buffer).size, buffer_text(buffer).bytes);
    buffer_free(buffer);
    return same;
}

static struct buffer past(uint64_t after)
{
    struct buffer out = {0};

    events_past(&events, after, &out);
    return out;
}

static void say(uint64_t room, const char *text)
{
    events_line(&events, &(struct event){.kind = "said", .room = room, .text = text_of(text)});
}

static void forms(void)
{
    struct buffer out;

    start();
    events_line(&events, &(struct event){.kind = "said", .room = 7, .name = text_of("a"),
                                         .text = text_of("b"), .number = 3, .own = true});
    ok(is(&told, "id: 1\ndata: {\"kind\":\"said\",\"room\":\"7\",\"id\":1,\"time\":1000,"
                 "\"name\":\"a\",\"text\":\"b\",\"number\":3,\"own\":true}\n\n"),
       "a line is one block, numbered");
    events_line(&events, &(struct event){.kind = "gap", .room = 7, .count = 5, .old = true});
    ok(is(&told, "id: 2\ndata: {\"kind\":\"gap\",\"room\":\"7\",\"id\":2,\"count\":5,"
                 "\"old\":true}\n\n"),
       "an old one has no time");
    out = past(0);
    ok(is(&out, ""), "lines of an unknown room are not kept");
    events_state(&events, text_of("{}"));
    ok(is(&told, "data: {}\n\n"), "a state has no number");
    out = past(0);
    ok(is(&out, ""), "a state is not kept");
    events_close(&events);
}

static void json(void)
{
    struct buffer out = {0};
    const char hostile[] = "\"\\\b\x1b[2J\r\n\t</script>\xE2\x80\xAE\xff\xe2\x82.\x7f";

    buffer_json(&out, (struct text){hostile, sizeof hostile - 1});
    ok(is(&out, "\"\\\"\\\\" REPLACEMENT REPLACEMENT "[2J" REPLACEMENT "\\n\\t</script>" REPLACEMENT
                REPLACEMENT REPLACEMENT REPLACEMENT "." REPLACEMENT "\""),
       "a JSON string holds no control, no direction and no broken character");
    buffer_json(&out, (struct text){"\0", 1});
    ok(is(&out, "\"" REPLACEMENT "\""), "a JSON string has no zero byte");
    buffer_json(&out, (struct text){NULL, 0});
    ok(is(&out, "\"\""), "an empty string is written");
}

/* Whether `out` has the lines from `first` on up to `last`, and no others, in order. */
static bool has_lines(struct buffer out, uint64_t first, uint64_t last)
{
    char id[32];
    struct text left = buffer_text(&out);
    bool good = true;

    for (uint64_t i = first; i <= last && good; i++) {
        sprintf(id, "id: %llu\n", (unsigned long long)i);
        good = text_starts(left, id);
        for (int breaks = 0; good && breaks < 3;) {
            breaks += left.bytes[0] == '\n';
            left = (struct text){left.bytes + 1, left.size - 1};
        }
    }
    good = good && left.size == 0;
    buffer_free(&out);
    return good;
}

static void order(void)
{
    start();
    for (uint64_t room = 1; room <= 3; room++) events_add_room(&events, room);
    for (int i = 0; i < 30; i++) say((uint64_t)(i * 7 % 3 + 1), "x");
    ok(has_lines(past(0), 1, 30), "the lines of several rooms are told again in one order");
    ok(has_lines(past(12), 13, 30), "the lines behind a number are told again");
    ok(has_lines(past(29), 30, 30), "the last line is told again");
    ok(has_lines(past(30), 31, 30), "no line is told again after the last");
    ok(has_lines(past(UINT64_MAX), 1, 0), "an unknown number is told nothing");
    events_drop_room(&events, 2);
    events_drop_room(&events, 99);
    size_t blocks = 0;
    struct buffer out = past(0);
    for (size_t i = 1; i < buffer_text(&out).size; i++) {
        blocks += out.bytes[i - 1] == '\n' && out.bytes[i] == '\n';
    }
    buffer_free(&out);
    ok(blocks == 20, "a room that is dropped takes its lines along");
    events_close(&events);
    ok(events.rooms == NULL, "no room is left at the end");
}

static void limits(void)
{
    char *large = malloc(100 * 1024 + 1);

    start();
    events_add_room(&events, 1);
    events_add_room(&events, 2);
    say(2, "first");
    ok(events_cut(&events, 1) == 0, "nothing is cut at first");
    for (int i = 0; i < EVENTS_LINES + 10; i++) say(1, "x");
    ok(events_cut(&events, 1) == 11, "the oldest lines go when there are too many");
    ok(events_cut(&events, 2) == 0, "the lines of another room stay");
    ok(events_cut(&events, 3) == 0, "an unknown room has nothing to cut");
    memset(large, 'x', 100 * 1024);
    large[100 * 1024] = '\0';
    for (int i = 0; i < 20; i++) say(1, large);
    struct buffer out = past(1);
    ok(buffer_text(&out).size <= EVENTS_BYTES, "the oldest lines go when they take too many bytes");
    ok(events_cut(&events, 1) == EVENTS_LINES + 11 + 10, "ten of a hundred kilobytes stay");
    buffer_free(&out);
    free(large);
    events_close(&events);
}

static void answers(void)
{
    struct buffer out;

    start();
    events_answer(&events, &(struct event){.kind = "gone", .room = 4});
    ok(is(&told, "data: {\"kind\":\"gone\",\"room\":\"4\"}\n\n"), "an answer is told");
    events_answer_json(&events, text_of("{\"a\":1}"));
    out = past(1000);
    ok(is(&out, "data: {\"kind\":\"gone\",\"room\":\"4\"}\n\ndata: {\"a\":1}\n\n"),
       "answers are told again to a new stream, in order");
    for (int i = 0; i < 2 * EVENTS_ANSWERS; i++) events_answer_json(&events, text_of("1"));
    out = past(0);
    ok(buffer_text(&out).size == EVENTS_ANSWERS * strlen("data: 1\n\n"),
       "only the latest answers are told again");
    buffer_free(&out);
    events_close(&events);
}

static void taking(void)
{
    struct buffer buffer = {0};
    size_t wrong = 0, put = 0, taken = 0;

    for (int round = 0; round < 5000; round++) {
        char bytes[97];
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(put++ % 251);
        buffer_put(&buffer, bytes, sizeof bytes);
        size_t take = (size_t)round * 31 % (buffer_text(&buffer).size + 1);
        struct text text = buffer_text(&buffer);
        for (size_t i = 0; i < take; i++) wrong += text.bytes[i] != (char)(taken++ % 251);
        buffer_take(&buffer, take);
    }
    ok(wrong == 0, "a buffer gives its bytes in order");
    ok(buffer.space < 64 * 1024, "the buffer does not grow while it is emptied");
    buffer_free(&buffer);
}

int main(void)
{
    plan(26);
    forms();
    json();
    order();
    limits();
    answers();
    taking();
    buffer_free(&told);
    return done();
}
