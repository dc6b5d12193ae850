/* links: stage3/wire/frame.c stage3/base/text.c */
/*
 * assembly: a row put together again from parts that are cut, mixed up and doubled in any way.
 */
#include <stdbool.h>
#include <stdlib.h>

static bool no_memory;

static void *try_calloc(size_t count, size_t size)
{
    return no_memory ? NULL : calloc(count, size);
}

static void *try_malloc(size_t size)
{
    return no_memory ? NULL : malloc(size);
}

#define calloc try_calloc
#define malloc try_malloc
#include "../../../stage3/wire/assembly.c"
#undef calloc
#undef malloc

#include "tap.h"

static unsigned char row[FRAME_WHOLE_LIMIT]; /* what is to come out */
static size_t row_size;
static struct assembly assembly;

static uint32_t draw(uint32_t limit)
{
    static uint64_t state = 1;

    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)((state >> 32) * limit >> 32);
}

static void make_row(size_t size)
{
    row_size = size;
    for (size_t i = 0; i < size; i++) row[i] = (unsigned char)(i * 7 + i / 251);
    row[0] = ENTRY_SAID;
    wire_put16(row + 1, (unsigned)(size - FRAME_ROW));
}

/* Its bytes are a copy of their own size, so that a sanitizer sees what is read beyond them. */
static bool add(size_t from, size_t to)
{
    char *bytes = malloc(to - from);
    struct part part = {.number = 1, .offset = from, .whole = row_size,
                        .bytes = {bytes, to - from}};

    if (!bytes) abort();
    memcpy(bytes, row + from, to - from);
    bool taken = assembly_add(&assembly, &part);
    free(bytes);
    return taken;
}

static bool is_right(void)
{
    if (!assembly_whole(&assembly)) return false;
    struct row whole = assembly_row(&assembly);
    return whole.kind == row[0] && whole.bytes.size == row_size - FRAME_ROW
        && memcmp(whole.bytes.bytes, row + FRAME_ROW, whole.bytes.size) == 0;
}

static void order(void)
{
    make_row(100);
    ok(!assembly_whole(&assembly), "a new assembly is not whole");
    add(0, 40);
    ok(assembly_in_order(&assembly) && assembly.missing == 60, "the first part is taken in order");
    add(70, 100);
    ok(!assembly_in_order(&assembly) && !assembly_whole(&assembly), "the last: one was overtaken");
    add(40, 70);
    ok(is_right() && assembly_in_order(&assembly), "the one between them: all is there");
    add(0, 40);
    add(30, 90);
    ok(is_right(), "repeated parts change nothing");
    assembly_drop(&assembly);
    ok(!assembly.row && !assembly_whole(&assembly), "a dropped assembly is empty");
    add(0, 100);
    ok(is_right(), "a single part can be all of it");
    assembly_drop(&assembly);
    assembly_drop(&assembly);
    ok(true, "an empty assembly can be dropped");
}

/* Every row of up to 24 bytes, in two parts, cut everywhere, in both orders, and overlapping. */
static void cuts(void)
{
    unsigned wrong = 0;

    for (size_t size = FRAME_ROW; size <= 24; size++) {
        make_row(size);
        for (size_t end = 1; end <= size; end++) {
            for (size_t start = 0; start <= end && start < size; start++) {
                add(0, end);
                wrong += assembly_whole(&assembly) != (end == size);
                add(start, size);
                wrong += !is_right();
                assembly_drop(&assembly);
                add(start, size);
                wrong += assembly_whole(&assembly) != (start == 0);
                add(0, end);
                wrong += !is_right();
                assembly_drop(&assembly);
            }
        }
    }
    ok(wrong == 0, "a row in any two overlapping parts is put together: %u", wrong);
}

static void chance(void)
{
    unsigned wrong = 0, early = 0;

    for (int i = 0; i < 2000; i++) {
        unsigned char come[FRAME_WHOLE_LIMIT] = {0};
        make_row(FRAME_ROW + draw(FRAME_WHOLE_LIMIT - FRAME_ROW + 1));
        size_t missing = row_size;
        while (missing > 0) {
            size_t from = draw((uint32_t)row_size);
            size_t to = from + 1 + draw((uint32_t)(row_size - from));
            if (draw(3) == 0) from = 0;
            add(from, to);
            for (size_t j = from; j < to; j++) {
                missing -= come[j] == 0;
                come[j] = 1;
            }
            early += missing > 0 && assembly_whole(&assembly);
            wrong += missing != assembly.missing;
        }
        wrong += !is_right();
        assembly_drop(&assembly);
    }
    ok(wrong == 0 && early == 0, "parts by chance: whole when the last byte has come, not before");
}

static void nonsense(void)
{
    make_row(50);
    wire_put16(row + 1, 46);
    add(0, 50);
    ok(assembly_whole(&assembly) && assembly_row(&assembly).kind == 0,
       "a whole that is shorter than its row says is of no kind");
    assembly_drop(&assembly);
    make_row(50);
    wire_put16(row + 1, 48);
    add(0, 50);
    ok(assembly_row(&assembly).kind == 0, "a row longer than it says has no kind");
    assembly_drop(&assembly);
    no_memory = true;
    make_row(50);
    ok(!add(0, 20) && !assembly.row, "a part is refused without memory");
    struct row whole = {ENTRY_SAID, {"hello", 5}};
    ok(!assembly_put(&assembly, whole) && !assembly.row, "a whole row is refused without memory");
    no_memory = false;
    ok(add(0, 20) && assembly.missing == 30, "later it can begin anew");
    assembly_drop(&assembly);
    ok(assembly_put(&assembly, whole) && assembly_whole(&assembly)
           && text_equal(assembly_row(&assembly).bytes, whole.bytes),
       "a whole row is taken at once");
    assembly_drop(&assembly);
}

int main(void)
{
    plan(16);
    order();
    cuts();
    chance();
    nonsense();
    return done();
}
