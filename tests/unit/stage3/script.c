/* links: stage3/cluster/script.c stage3/base/hex.c stage3/wire/frame.c stage3/redis/resp.c */
/* links: stage3/base/buffer.c stage3/base/text.c */
/*
 * script: the words of each call, in their order; what the script returns and publishes, right and
 * forged. (What the script makes of the words is in tests/redis.)
 */
#include "cluster/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "wire/frame.h"

/* --- calls --- */

#define ROOM_TEXT "00112233445566778899aabbccddeeff"

static const unsigned char room[SEAL_ID] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
static const unsigned char alice[] = "MEMBERMEMBERMEMB", salt[] = "saltsaltsaltsalt";
static const unsigned char proof[] = "proofproofproofproofproofproof32";
static const char epoch[] = "EPOCHEPOCHEPOCHEPOCHEPOCHEPOCHEP";
static const char other[] = "SERVERSERVERSERVERSERVERSERVERSE";

/* The second word is empty: who sends the call writes the server there. */
static void is(const struct script_call *call, const char *expected,
               enum cluster_operation operation)
{
    char words[1024] = "";
    size_t size = 0;

    for (size_t i = 0; i < call->count; i++) {
        size += (size_t)snprintf(words + size, sizeof words - size, "%s%.*s", i > 0 ? "|" : "",
                                 (int)call->words[i].size,
                                 call->words[i].bytes ? call->words[i].bytes : "");
    }
    bool right = strcmp(words, expected) == 0 && call->operation == operation;
    if (!right) printf("# got %s\n", words);
    ok(right, "the words of the call are %s", expected);
}

static void for_ourselves(void)
{
    struct script_call call;

    is(script_start(&call, text_of("FINGER"), epoch, alice),
       "start||FINGER|EPOCHEPOCHEPOCHEPOCHEPOCHEPOCHEP|MEMBERMEMBERMEMB", CLUSTER_START);
    is(script_renew(&call, epoch, alice, salt),
       "renew||EPOCHEPOCHEPOCHEPOCHEPOCHEPOCHEP|MEMBERMEMBERMEMB|saltsaltsaltsalt",
       CLUSTER_RENEWAL);
    is(script_server(&call, CLUSTER_DECLARE, other), "declare||SERVERSERVERSERVERSERVERSERVERSE",
       CLUSTER_DECLARE);
    is(script_server(&call, CLUSTER_REMOVE, other), "remove||SERVERSERVERSERVERSERVERSERVERSE",
       CLUSTER_REMOVE);
    is(script_plain(&call, CLUSTER_QUIT), "quit|", CLUSTER_QUIT);
}

static void for_requests(void)
{
    struct script_newcomer host = {room, alice, text_of("alice"), 9, text_of("JOINED")};
    struct script_call call;

    is(script_look(&call, text_of("部屋")), "look||部屋", CLUSTER_LOOK);
    is(script_wrong(&call, room), "wrong||" ROOM_TEXT, CLUSTER_WRONG);
    is(script_plain(&call, CLUSTER_LIST), "list|", CLUSTER_LIST);
    is(script_create(&call, &host, text_of("r"), salt, proof),
       "create||" ROOM_TEXT "|r|MEMBERMEMBERMEMB|alice|9|JOINED"
       "|saltsaltsaltsalt|proofproofproofproofproofproof32", CLUSTER_CREATE);
    is(script_create(&call, &host, text_of("r"), NULL, NULL),
       "create||" ROOM_TEXT "|r|MEMBERMEMBERMEMB|alice|9|JOINED||", CLUSTER_CREATE);
    is(script_join(&call, &host, CLUSTER_NUMBER, text_of("STARTS"), 4096, true),
       "join||" ROOM_TEXT "|MEMBERMEMBERMEMB|alice|9007199254740992|9|JOINED"
       "|4096|1|STARTS", CLUSTER_JOIN);
    host.number = CLUSTER_NUMBER;
    is(script_join(&call, &host, 0, (struct text){NULL, 0}, 1, false),
       "join||" ROOM_TEXT "|MEMBERMEMBERMEMB|alice|0|9007199254740992|JOINED"
       "|1|0|", CLUSTER_JOIN);
}

static void for_members(void)
{
    static const struct text none = {NULL, 0};
    struct script_call call;

    is(script_item(&call, CLUSTER_SAY, room, alice, 5, text_of("ROW")),
       "say||" ROOM_TEXT "|MEMBERMEMBERMEMB|5|ROW", CLUSTER_SAY);
    is(script_item(&call, CLUSTER_SAY, room, alice, 6, none),
       "say||" ROOM_TEXT "|MEMBERMEMBERMEMB|6|", CLUSTER_SAY);
    is(script_item(&call, CLUSTER_KICK, room, alice, 7, text_of("bob")),
       "kick||" ROOM_TEXT "|MEMBERMEMBERMEMB|7|bob", CLUSTER_KICK);
    is(script_item(&call, CLUSTER_LEAVE, room, alice, 8, none),
       "leave||" ROOM_TEXT "|MEMBERMEMBERMEMB|8", CLUSTER_LEAVE);
    is(script_lose(&call, room, alice), "lose||" ROOM_TEXT "|MEMBERMEMBERMEMB", CLUSTER_LOSE);
    is(script_close(&call, room, CLOSED_SHUTDOWN), "close||" ROOM_TEXT "|2", CLUSTER_CLOSE);
}

/* --- replies --- */

static struct resp resp; /* too large for the stack of some systems */
static struct cluster_answer answer;

/* Reads a reply, written with one letter for what is long: R a room, M a member, P a proof. */
static bool take(enum cluster_operation operation, const char *bytes)
{
    answer = (struct cluster_answer){.operation = operation};
    resp_destroy(&resp);
    if (!resp_take(&resp, bytes, strlen(bytes)) || resp_next(&resp) != RESP_WHOLE) exit(1);
    return script_take(resp.items, &answer);
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
       "the reply to a look at a locked room is read");
    ok(take(CLUSTER_LOOK, OK("6") ROOM HOST NONE NONE ":0\r\n") && !answer.salt && !answer.proof,
       "the reply to a look at an open room is read");
    ok(take(CLUSTER_LOOK, "*1\r\n$4\r\nnone\r\n") && answer.status == CLUSTER_NO_ROOM,
       "the reply to a look at a missing room is read");
    ok(take(CLUSTER_JOIN, OK("9") ":5\r\n:17\r\n:2\r\n" HOST "$3\r\nabc\r\n" PLACE)
           && answer.number == 5 && answer.end == 17 && answer.count == 2 && answer.text.size == 3
           && answer.known == 4 && answer.from == 16 && answer.back == 1,
       "the reply to a join is read");
    ok(take(CLUSTER_JOIN, OK("9") ":5\r\n:16\r\n:2\r\n" HOST "$3\r\nabc\r\n" PLACE)
           && answer.end == 16 && answer.from == 16,
       "the reply to a join is read if the member has all entries");
    ok(take(CLUSTER_START, OK("3") "$2\r\nab\r\n" HOST) && answer.start[15] == 'm',
       "the reply to a start is read");
    ok(take(CLUSTER_RENEWAL, "*2\r\n$4\r\ndead\r\n" HOST) && answer.start[0] == 'm'
           && answer.status == CLUSTER_DECLARED_DEAD,
       "the reply to a renewal by a server that was declared dead is read");
    ok(take(CLUSTER_SAY, OK("2") ":9\r\n") && answer.number == 9, "the reply to a line is read");
    ok(take(CLUSTER_SAY, "*2\r\n$5\r\nearly\r\n:4\r\n") && answer.status == CLUSTER_EARLY
           && answer.number == 4, "the reply to a line that came early is read");
    ok(take(CLUSTER_RENEWAL, OK("3") "$1\r\nx\r\n$4\r\ndead\r\n"),
       "the reply to a renewal is read");
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
       "malformed replies are refused");
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
    return script_take(resp.items, &answer);
}

static void entries(void)
{
    char row[64], long_row[5000] = {1, 0x13, (char)0x85};
    size_t size = write_left(row);
    uint64_t number = 0;
    struct text seen;

    ok(take_page("0-7", "r", row, size) && answer.count == 1
           && script_entry(answer.page, 0, &number, &seen) && number == 7 && seen.size == size
           && !script_entry(answer.page, 1, &number, &seen), "a page of one entry is read");
    ok(take(CLUSTER_READ, "*0\r\n") && answer.count == 0, "an empty page is read");
    ok(!take_page("1-7", "r", row, size) && !take_page("0-", "r", row, size)
           && !take_page("0-0", "r", row, size) && !take_page("0-7x", "r", row, size)
           && !take_page("0-7", "x", row, size) && !take_page("0-7", "r", row, size - 4)
           && !take_page("0-7", "r", row, 0) && !take_page("0-7", "r", long_row, sizeof long_row),
       "a page with a row that is no entry is refused");
    row[0] = 6;
    ok(!take_page("0-7", "r", row, size), "a page with a gap is refused, because a log has none");
    ok(refuses(CLUSTER_READ, "*1\r\n:1\r\n") && refuses(CLUSTER_READ, "+OK\r\n"),
       "replies that are no page are refused");
}

static void messages(void)
{
    char bytes[100] = "12 ";
    struct text rest, name;
    const unsigned char *member;
    const char *server;
    uint64_t number;
    size_t size = 3 + write_left(bytes + 3);

    ok(script_message((struct text){bytes, size}, &number, &rest) && number == 12
           && rest.size == size - 3, "a published entry is read");
    size_t wrong = 0;
    for (size_t i = 0; i < size; i++) {
        wrong += script_message((struct text){bytes, i}, &number, &rest) && i < size - 3;
    }
    ok(wrong == 0, "a published entry that is cut before its name is refused");
    ok(!script_message(text_of("99999999999999999999 x"), &number, &rest)
           && !script_message(text_of("12"), &number, &rest)
           && !script_message(text_of(" 12"), &number, &rest)
           && !script_message(text_of(""), &number, &rest),
       "messages without a number and a text are refused");
    ok(!script_message((struct text){"000 x", 2}, &number, &rest) && number == 0,
       "bytes behind a message are not read");
    ok(script_message(text_of("0 mmmmmmmmmmmmmmmm 11111111111111111111111111111111 bob b"),
                       &number, &rest)
           && number == 0 && script_moved(rest, &member, &server, &name) && member[0] == 'm'
           && server[31] == '1' && text_equal(name, text_of("bob b")),
       "a message that a member has moved is read");
    ok(!script_moved(text_of("mmmmmmmmmmmmmmmm 11111111111111111111111111111111 "), &member,
                      &server, &name)
           && !script_moved(text_of("mmmmmmmmmmmmmmm 11111111111111111111111111111111 bobb"),
                             &member, &server, &name)
           && !script_moved(text_of("bob"), &member, &server, &name),
       "a message of a move that is malformed is refused");
}

int main(void)
{
    plan(40);
    for_ourselves();
    for_requests();
    for_members();
    resp_create(&resp);
    operations();
    entries();
    messages();
    resp_destroy(&resp);
    return done();
}
