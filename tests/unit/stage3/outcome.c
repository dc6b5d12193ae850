/* links: stage3/cluster/outcome.c stage3/base/hex.c stage3/wire/frame.c stage3/redis/resp.c */
/* links: stage3/base/buffer.c stage3/base/text.c */
/*
 * outcome: what scripts return and what is published, right and forged.
 */
#include "cluster/outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct resp resp; /* too large for the stack of some systems */
static struct cluster_answer answer;

/* Reads a reply, written with one letter for what is long: R a room, M a member, P a proof. */
static bool take(enum cluster_operation operation, const char *bytes)
{
    answer = (struct cluster_answer){.operation = operation};
    resp_destroy(&resp);
    if (!resp_take(&resp, bytes, strlen(bytes)) || resp_next(&resp) != RESP_WHOLE) exit(1);
    return outcome_take(resp.items, &answer);
}

static bool refuses(enum cluster_operation operation, const char *bytes)
{
    return !take(operation, bytes);
}

#define ROOM "$32\r\n000102030405060708090a0b0c0d0eff\r\n"
#define HOST "$16\r\nmmmmmmmmmmmmmmmm\r\n"
#define SALT "$16\r\nssssssssssssssss\r\n"
#define PROOF "$32\r\npppppppppppppppppppppppppppppppp\r\n"
#define OK(count) "*" count "\r\n$2\r\nok\r\n"
/* known, from and back of a welcome; and of one for the first time */
#define PLACE ":4\r\n:16\r\n:1\r\n"
#define START ":0\r\n:0\r\n:0\r\n"
#define NONE "$0\r\n\r\n"

static void operations(void)
{
    ok(take(CLUSTER_LOOK, OK("6") ROOM HOST SALT PROOF ":3\r\n") && answer.status == CLUSTER_OK
           && answer.room[1] == 1 && answer.room[15] == 255 && answer.host[0] == 'm'
           && answer.salt[0] == 's' && answer.proof[31] == 'p' && answer.number == 3,
       "a look at a locked room");
    ok(take(CLUSTER_LOOK, OK("6") ROOM HOST NONE NONE ":0\r\n") && !answer.salt && !answer.proof,
       "and at an open one");
    ok(take(CLUSTER_LOOK, "*1\r\n$4\r\nnone\r\n") && answer.status == CLUSTER_NO_ROOM,
       "and at none");
    ok(take(CLUSTER_JOIN, OK("9") ":5\r\n:17\r\n:2\r\n" HOST "$3\r\nabc\r\n" PLACE)
           && answer.number == 5 && answer.end == 17 && answer.count == 2 && answer.text.size == 3
           && answer.known == 4 && answer.from == 16 && answer.back == 1,
       "a welcome");
    ok(take(CLUSTER_START, OK("3") "$2\r\nab\r\n" HOST) && answer.start[15] == 'm', "a start");
    ok(take(CLUSTER_RENEWAL, "*2\r\n$4\r\ndead\r\n" HOST) && answer.start[0] == 'm'
           && answer.status == CLUSTER_DECLARED_DEAD, "a renewal of one that was declared dead");
    ok(take(CLUSTER_SAY, OK("2") ":9\r\n") && answer.number == 9, "a line");
    ok(take(CLUSTER_SAY, "*2\r\n$5\r\nearly\r\n:4\r\n") && answer.status == CLUSTER_EARLY
           && answer.number == 4, "a line before its time");
    ok(take(CLUSTER_RENEWAL, OK("3") "$1\r\nx\r\n$4\r\ndead\r\n"), "a renewal");
    ok(refuses(CLUSTER_LOOK, OK("6") ROOM HOST SALT NONE ":3\r\n")
           && refuses(CLUSTER_LOOK, OK("6") ROOM HOST NONE PROOF ":3\r\n")
           && refuses(CLUSTER_LOOK, OK("6") HOST HOST NONE NONE ":3\r\n")
           && refuses(CLUSTER_LOOK, OK("6") PROOF HOST NONE NONE ":3\r\n")
           && refuses(CLUSTER_LOOK, OK("5") ROOM HOST NONE NONE)
           && refuses(CLUSTER_JOIN, OK("9") ":5\r\n:0\r\n:2\r\n" HOST "$3\r\nabc\r\n" START)
           && refuses(CLUSTER_JOIN, OK("9") ":-1\r\n:1\r\n:2\r\n" HOST "$3\r\nabc\r\n" START)
           && refuses(CLUSTER_JOIN, OK("9") ":5\r\n:1\r\n:2\r\n" ROOM "$3\r\nabc\r\n" START)
           && refuses(CLUSTER_JOIN, OK("6") ":5\r\n:17\r\n:2\r\n" HOST "$3\r\nabc\r\n")
           && refuses(CLUSTER_JOIN, OK("9") ":5\r\n:15\r\n:2\r\n" HOST "$3\r\nabc\r\n" PLACE)
           && refuses(CLUSTER_JOIN, OK("9") ":5\r\n:17\r\n:2\r\n" HOST "$3\r\nabc\r\n"
                      ":4\r\n:16\r\n:3\r\n")
           && refuses(CLUSTER_START, OK("2") "$2\r\nab\r\n")
           && refuses(CLUSTER_START, OK("3") "$2\r\nab\r\n" ROOM)
           && refuses(CLUSTER_RENEWAL, "*1\r\n$4\r\ndead\r\n")
           && refuses(CLUSTER_RENEWAL, "*2\r\n$4\r\ndead\r\n" ROOM)
           && refuses(CLUSTER_SAY, OK("2") ":9007199254740993\r\n")
           && refuses(CLUSTER_SAY, OK("1")) && refuses(CLUSTER_SAY, OK("2") "$1\r\n9\r\n")
           && refuses(CLUSTER_SAY, "*1\r\n$5\r\nwhat?\r\n") && refuses(CLUSTER_SAY, "*0\r\n")
           && refuses(CLUSTER_SAY, "+ok\r\n") && refuses(CLUSTER_LIST, OK("2") ":1\r\n"),
       "and nothing that is not quite so");
}

/* A row of an entry: somebody left. */
#define LEFT "\x03\x00\x14mmmmmmmmmmmmmmmm\x01"

static size_t write_left(char *out)
{
    static const char row[] = LEFT "bob";

    memcpy(out, row, sizeof row - 1);
    return sizeof row - 1;
}

static bool take_page(const char *id, const char *key, const char *row, size_t size)
{
    struct buffer page = {0};

    buffer_print(&page, "*1\r\n*2\r\n$%zu\r\n%s\r\n*2\r\n$1\r\n%s\r\n$%zu\r\n", strlen(id), id,
                 key, size);
    buffer_put(&page, row, size);
    buffer_put(&page, "\r\n", 2);
    answer = (struct cluster_answer){.operation = CLUSTER_READ};
    resp_destroy(&resp);
    struct text bytes = buffer_text(&page);
    if (!resp_take(&resp, bytes.bytes, bytes.size) || resp_next(&resp) != RESP_WHOLE) exit(1);
    buffer_free(&page);
    return outcome_take(resp.items, &answer);
}

static void entries(void)
{
    char row[64], long_row[5000] = {1, 0x13, (char)0x85};
    size_t size = write_left(row);
    uint64_t number = 0;
    struct text seen;

    ok(take_page("0-7", "r", row, size) && answer.count == 1
           && outcome_entry(answer.page, 0, &number, &seen) && number == 7 && seen.size == size
           && !outcome_entry(answer.page, 1, &number, &seen), "a page of one entry");
    ok(take(CLUSTER_READ, "*0\r\n") && answer.count == 0, "an empty page");
    ok(!take_page("1-7", "r", row, size) && !take_page("0-", "r", row, size)
           && !take_page("0-0", "r", row, size) && !take_page("0-7x", "r", row, size)
           && !take_page("0-7", "x", row, size) && !take_page("0-7", "r", row, size - 4)
           && !take_page("0-7", "r", row, 0) && !take_page("0-7", "r", long_row, sizeof long_row),
       "what is no entry is refused");
    row[0] = 6;
    ok(!take_page("0-7", "r", row, size), "and a gap, which cannot stand in a log");
    ok(refuses(CLUSTER_READ, "*1\r\n:1\r\n") && refuses(CLUSTER_READ, "+OK\r\n"),
       "and other things");
}

static void messages(void)
{
    char bytes[100] = "12 ";
    struct text rest, name;
    const unsigned char *member;
    const char *server;
    uint64_t number;
    size_t size = 3 + write_left(bytes + 3);

    ok(outcome_message((struct text){bytes, size}, &number, &rest) && number == 12
           && rest.size == size - 3, "an entry that is published");
    size_t wrong = 0;
    for (size_t i = 0; i < size; i++) {
        wrong += outcome_message((struct text){bytes, i}, &number, &rest) && i < size - 3;
    }
    ok(wrong == 0, "but no beginning of one");
    ok(!outcome_message(text_of("99999999999999999999 x"), &number, &rest)
           && !outcome_message(text_of("12"), &number, &rest)
           && !outcome_message(text_of(" 12"), &number, &rest)
           && !outcome_message(text_of(""), &number, &rest), "nor nonsense");
    ok(outcome_message(text_of("0 mmmmmmmmmmmmmmmm 11111111111111111111111111111111 bob b"),
                       &number, &rest)
           && number == 0 && outcome_moved(rest, &member, &server, &name) && member[0] == 'm'
           && server[31] == '1' && text_equal(name, text_of("bob b")), "a member has moved");
    ok(!outcome_moved(text_of("mmmmmmmmmmmmmmmm 11111111111111111111111111111111 "), &member,
                      &server, &name)
           && !outcome_moved(text_of("mmmmmmmmmmmmmmm 11111111111111111111111111111111 bobb"),
                             &member, &server, &name)
           && !outcome_moved(text_of("bob"), &member, &server, &name), "or not");
}

int main(void)
{
    plan(20);
    resp_create(&resp);
    operations();
    entries();
    messages();
    resp_destroy(&resp);
    return done();
}
