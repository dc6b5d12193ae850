/* links: stage3/redis/resp.c stage3/base/buffer.c stage3/base/text.c */
/*
 * resp: values in pieces, what lies in them, every limit, and what must be refused.
 */
#include "redis/resp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct resp resp; /* too large for the stack of some systems */

/* In a block of exactly that size, so that a sanitizer notices what reads beyond. */
static bool take(const char *bytes, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);

    if (!copy) exit(1);
    memcpy(copy, bytes, size);
    bool taken = resp_take(&resp, copy, size);
    free(copy);
    return taken;
}

/* --- values as text, to compare --- */

static char shown[200000];
static size_t shown_size;

static void show_text(const char *sign, struct text text)
{
    shown_size += (size_t)snprintf(shown + shown_size, sizeof shown - shown_size, "%s%.*s", sign,
                                   (int)text.size, text.size > 0 ? text.bytes : "");
}

static void show_number(const char *sign, int64_t number)
{
    shown_size += (size_t)snprintf(shown + shown_size, sizeof shown - shown_size, "%s%lld", sign,
                                   (long long)number);
}

static void show(const struct resp_item *item)
{
    static const char *const signs[] = {"_", "$", "-", ":", "*", "%", ">"};

    switch (item->kind) {
    case RESP_NULL: show_text("_", text_of("")); break;
    case RESP_TEXT:
    case RESP_ERROR: show_text(signs[item->kind], item->text); break;
    case RESP_INTEGER: show_number(":", item->integer); break;
    case RESP_ARRAY:
    case RESP_MAP:
    case RESP_PUSH:
        show_text(signs[item->kind], text_of("("));
        for (uint32_t i = 0; i < item->count; i++) {
            if (i > 0) show_text(" ", text_of(""));
            show(resp_value(item, i));
        }
        show_text(")", text_of(""));
    }
}

/* Feeds the bytes in pieces of `piece`, the first one of `first`, and shows all that comes. */
static const char *read_pieces(const char *bytes, size_t size, size_t first, size_t piece)
{
    size_t at = 0;

    resp_create(&resp);
    shown_size = 0;
    shown[0] = '\0';
    while (at < size) {
        size_t step = at == 0 && first > 0 ? first : piece;
        if (step > size - at) step = size - at;
        if (!take(bytes + at, step)) break;
        at += step;
        enum resp_progress progress;
        while ((progress = resp_next(&resp)) == RESP_WHOLE) {
            show(resp.items);
            show_text(";", text_of(""));
        }
        if (progress == RESP_BAD) show_text("BAD", text_of(""));
    }
    resp_destroy(&resp);
    return shown;
}

static const char *read_all(const char *bytes, size_t size)
{
    return read_pieces(bytes, size, size, size);
}

static void reads(const char *what, const char *bytes, const char *wanted)
{
    const char *seen = read_all(bytes, strlen(bytes));

    if (!ok(strcmp(seen, wanted) == 0, "%s", what)) printf("# %s\n", seen);
}

static void refuses(const char *what, const char *bytes)
{
    reads(what, bytes, "BAD");
}

/* --- what is right --- */

static void kinds(void)
{
    reads("a line of text is read", "+OK\r\n", "$OK;");
    reads("an error is read",
          "-NOSCRIPT No matching script.\r\n", "-NOSCRIPT No matching script.;");
    reads("numbers of up to 64 bits are read",
          ":0\r\n:-1\r\n:+7\r\n:9223372036854775807\r\n:-9223372036854775808\r\n",
          ":0;:-1;:7;:9223372036854775807;:-9223372036854775808;");
    reads("a text of any bytes is read", "$8\r\na\r\nb$*\r\n\r\n", "$a\r\nb$*\r\n;");
    reads("an empty text is read", "$0\r\n\r\n", "$;");
    reads("a null is read in its three forms", "$-1\r\n*-1\r\n_\r\n", "_;_;_;");
    reads("arrays in arrays are read",
          "*3\r\n:1\r\n*2\r\n$1\r\na\r\n*0\r\n+b\r\n", "*(:1 *($a *()) $b);");
    reads("true and false are read as 1 and 0", "#t\r\n#f\r\n", ":1;:0;");
    reads("fractions and large numbers are read as texts",
          ",1.5\r\n,inf\r\n(34928903284092385094\r\n",
          "$1.5;$inf;$34928903284092385094;");
    reads("a bulk error and a verbatim string are read", "!5\r\nE a\r\n\r\n=7\r\ntxt:abc\r\n",
          "-E a\r\n;$abc;");
    reads("a set and a map are read",
          "~2\r\n:1\r\n:2\r\n%1\r\n+k\r\n%0\r\n", "*(:1 :2);%($k %());");
    reads("a push between two replies is read",
          ":1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n:2\r\n",
          ":1;>($message $c $hi);:2;");
}

static void words(void)
{
    struct text command[] = {{"SET", 3}, {"k\r\n", 3}, {NULL, 0}};
    struct buffer out = {0};

    resp_command(&out, command, 3);
    resp_command(&out, command, 1);
    struct text said = buffer_text(&out);
    ok(strcmp(read_all(said.bytes, said.size), "*($SET $k\r\n $);*($SET);") == 0,
       "a command is encoded as an array of its words");
    buffer_free(&out);
    resp_create(&resp);
    take("*2\r\n+OK\r\n*1\r\n:5\r\n", 18);
    ok(resp_next(&resp) == RESP_WHOLE && resp_is(resp_value(resp.items, 0), "OK")
           && resp_value(resp_value(resp.items, 1), 0)->integer == 5,
       "the values of an array are found");
    ok(!resp_value(resp.items, 2) && !resp_value(resp_value(resp.items, 0), 0),
       "values that an array does not have are not found");
    ok(!resp_is(NULL, "OK") && !resp_is(resp.items, "OK"),
       "a value that is no text equals no word");
    resp_destroy(&resp);
}

/* --- every split = whole --- */

static const char talk[] =
    "*2\r\n*2\r\n$3\r\n0-1\r\n*2\r\n$1\r\nr\r\n$4\r\n\r\n\r\n\r\n"
    "*2\r\n$3\r\n0-2\r\n*2\r\n$1\r\nr\r\n"
    "$1\r\nx\r\n>3\r\n$7\r\nmessage\r\n$2\r\nab\r\n$3\r\n\n\r\n\r\n%2\r\n+a\r\n_\r\n+b\r\n#t\r\n"
    ":-12\r\n-ERR x\r\n=5\r\ntxt:y\r\n,1.25\r\n~1\r\n$0\r\n\r\n";

static void splits(void)
{
    size_t size = sizeof talk - 1, wrong = 0;
    char *whole = strdup(read_all(talk, size));

    if (!whole) exit(1);
    for (size_t cut = 1; cut < size; cut++) {
        wrong += strcmp(read_pieces(talk, size, cut, size), whole) != 0;
    }
    for (size_t piece = 1; piece < 20; piece++) {
        wrong += strcmp(read_pieces(talk, size, piece, piece), whole) != 0;
    }
    if (!ok(wrong == 0 && strlen(whole) > 50,
            "values in pieces of any size are read the same")) puts(whole);
    wrong = 0;
    for (size_t cut = 0; cut < size; cut++) {
        const char *part = read_all(talk, cut);
        wrong += strncmp(part, whole, strlen(part)) != 0;
    }
    ok(wrong == 0, "a beginning of values never reads as other values");
    free(whole);
}

/* --- limits --- */

static char large[RESP_VALUE + 100000];

/* A text of so many bytes, behind `head`. */
static size_t make_text(const char *head, size_t size)
{
    int used = snprintf(large, 200, "%s$%lu\r\n", head, (unsigned long)size);

    memset(large + used, 'x', size);
    memcpy(large + (size_t)used + size, "\r\n", 2);
    return (size_t)used + size + 2;
}

static bool is_read(size_t size, size_t piece)
{
    resp_create(&resp);
    enum resp_progress progress = RESP_MORE;
    for (size_t at = 0; at < size && progress == RESP_MORE; at += piece) {
        resp_take(&resp, large + at, size - at < piece ? size - at : piece);
        progress = resp_next(&resp);
    }
    bool bounded = resp.space <= 2 * RESP_VALUE;
    resp_destroy(&resp);
    return progress == RESP_WHOLE && bounded;
}

static size_t repeat(const char *part, size_t count, const char *last)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        memcpy(large + size, part, strlen(part));
        size += strlen(part);
    }
    memcpy(large + size, last, strlen(last));
    return size + strlen(last);
}

static size_t make_array(size_t count)
{
    size_t head = (size_t)snprintf(large, 100, "*%lu\r\n", (unsigned long)count);

    memmove(large + repeat(":1\r\n", 0, ""), large, head);
    for (size_t i = 0; i < count; i++) memcpy(large + head + 4 * i, ":1\r\n", 4);
    return head + 4 * count;
}

static size_t make_line(size_t size)
{
    large[0] = '+';
    memset(large + 1, 'x', size);
    memcpy(large + 1 + size, "\r\n", 2);
    return size + 3;
}

static void limits(void)
{
    size_t head = strlen("$524288\r\n") + 2;

    ok(is_read(make_text("", RESP_VALUE - head), SIZE_MAX), "the longest text is read");
    ok(is_read(make_text("", RESP_VALUE - head), 1000), "the longest text is read in pieces");
    ok(!is_read(make_text("", RESP_VALUE - head + 1), SIZE_MAX), "a longer text is refused");
    char too_long[32];
    snprintf(too_long, sizeof too_long, "$%lu\r\n", (unsigned long)(RESP_VALUE - head + 1));
    refuses("a text that is too long is refused before it comes", too_long);
    size_t behind = make_text("+OK\r\n", RESP_VALUE - head);
    resp_create(&resp);
    ok(resp_take(&resp, large, behind) && resp_next(&resp) == RESP_WHOLE
           && resp_next(&resp) == RESP_WHOLE, "the longest text is read behind another value");
    resp_destroy(&resp);
    ok(!is_read(make_text("*2\r\n:1\r\n", RESP_VALUE - head), 1000),
       "an array whose bytes are too many is refused");
    ok(is_read(make_array(RESP_ITEMS - 1), SIZE_MAX), "the largest number of items is read");
    ok(!is_read(make_array(RESP_ITEMS), SIZE_MAX), "an array of one item more is refused");
    ok(is_read(repeat("*1\r\n", RESP_DEPTH, ":1\r\n"), 3), "the deepest arrays are read");
    ok(!is_read(repeat("*1\r\n", RESP_DEPTH + 1, ":1\r\n"), 3),
       "arrays that are one deeper are refused");
    ok(is_read(make_line(RESP_LINE - 2), 7), "the longest line is read");
    ok(!is_read(make_line(RESP_LINE - 1), 7), "a longer line is refused");
    memset(large, '1', sizeof large);
    large[0] = '$';
    ok(!is_read(sizeof large, 100), "a line that does not end is refused");
}

/* --- what is wrong --- */

static void wrong(void)
{
    refuses("another program's greeting is refused", "SSH-2.0-OpenSSH_9.2\r\n");
    refuses("an answer of HTTP is refused", "HTTP/1.1 400 Bad Request\r\n");
    refuses("an empty line is refused", "\r\n");
    refuses("a line that ends without CR is refused", "+OK\n");
    refuses("a CR within a line is refused", "+O\rK\r\n");
    refuses("a number with a letter is refused", ":1x\r\n");
    refuses("a number without digits is refused", ":\r\n");
    refuses("a sign without digits is refused", ":-\r\n");
    refuses("a number above the range of 64 bits is refused", ":9223372036854775808\r\n");
    refuses("a number below the range of 64 bits is refused", ":-9223372036854775809\r\n");
    refuses("a text of size -2 is refused", "$-2\r\n");
    refuses("a text whose size exceeds 64 bits is refused", "$99999999999999999999\r\n");
    refuses("a text that is longer than its size is refused", "$1\r\nabc\r\n");
    refuses("a text without CR behind it is refused", "$1\r\nab\n");
    refuses("a text without LF behind its CR is refused", "$1\r\na\rb");
    reads("an empty verbatim string is read", "=4\r\ntxt:\r\n", "$;");
    refuses("an array of size -2 is refused", "*-2\r\n");
    refuses("an array of too many items is refused", "*1000000000\r\n");
    refuses("a map of too many pairs is refused", "%1000000000\r\n");
    refuses("a set of size -1 is refused", "~-1\r\n");
    refuses("a push within an array is refused", "*1\r\n>1\r\n:1\r\n");
    refuses("a boolean that is neither true nor false is refused", "#x\r\n");
    refuses("a null with a value is refused", "_x\r\n");
    refuses("a verbatim string without its format is refused", "=3\r\nabc\r\n");
    refuses("a text of unknown size is refused", "$?\r\n");
    refuses("an array of unknown size is refused", "*?\r\n");
    refuses("attributes are refused", "|1\r\n+a\r\n+b\r\n");
    resp_create(&resp);
    take("?\r\n", 3);
    ok(resp_next(&resp) == RESP_BAD && !take("+OK\r\n", 5) && resp_next(&resp) == RESP_BAD,
       "nothing more is read after a bad value");
    resp_destroy(&resp);
}

/* --- garbage --- */

static uint32_t chance = 1;

static uint32_t draw(uint32_t limit)
{
    chance ^= chance << 13;
    chance ^= chance >> 17;
    chance ^= chance << 5;
    return chance % limit;
}

/* Bytes that look like something, and a true talk with some bytes changed, cut and doubled. */
static void garbage(void)
{
    static const char alphabet[] = "*$:+-_#,%~>=!(\r\n\r\n\r\n0123456789xt";
    char bytes[300];
    size_t differ = 0;

    for (int round = 0; round < 20000; round++) {
        size_t size = round % 2 ? sizeof talk - 1 : 1 + draw(sizeof bytes - 1);
        if (round % 2) memcpy(bytes, talk, size);
        for (size_t i = 0; round % 2 == 0 && i < size; i++) {
            bytes[i] = alphabet[draw(sizeof alphabet - 1)];
        }
        for (uint32_t i = draw(4); i > 0; i--) {
            bytes[draw((uint32_t)size)] = alphabet[draw(sizeof alphabet - 1)];
        }
        char *whole = strdup(read_all(bytes, size));
        if (!whole) exit(1);
        differ += strcmp(read_pieces(bytes, size, 0, 1 + draw(9)), whole) != 0;
        free(whole);
    }
    ok(differ == 0, "garbage in pieces reads the same as in one piece");
}

int main(void)
{
    plan(60);
    kinds();
    words();
    splits();
    limits();
    wrong();
    garbage();
    return done();
}
