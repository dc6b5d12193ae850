/* links: stage3/wire/welcome.c stage3/base/text.c */
/*
 * welcome: what a member is told when it is let in is read as it was written, and nothing that is
 * cut or changed is taken for it.
 */
#include "wire/welcome.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "wire/frame.h"

static unsigned char bytes[WELCOME_HEAD + 200];
static size_t size;

static const unsigned char room[] = "the id of a room", host[] = "the host's own id";
static const unsigned char server[] = "the server starts";

static void put(const char *id, const char *name)
{
    memcpy(bytes + size, id, SEAL_ID);
    bytes[size + SEAL_ID] = (unsigned char)strlen(name);
    memcpy(bytes + size + SEAL_ID + 1, name, strlen(name));
    size += SEAL_ID + 1 + strlen(name);
}

static struct welcome right(void)
{
    return (struct welcome){.session = UINT64_C(0x0123456789abcdef), .room_id = room, .start = 7,
                            .end = 9, .total = 3, .host = host, .server = server,
                            .accepted = UINT64_C(1) << 53, .back = BACK_TO};
}

/* From memory of its own size. */
static bool decodes(size_t of)
{
    char *copy = malloc(of + 1);
    struct welcome answer;

    if (!copy) abort();
    memcpy(copy, bytes, of);
    bool good = welcome_decode((struct text){copy, of}, &answer);
    free(copy);
    return good;
}

static bool decodes_with(uint64_t start, uint64_t end, uint8_t back)
{
    struct welcome answer = right();

    answer.start = start, answer.end = end, answer.back = back;
    welcome_encode(&answer, bytes);
    return decodes(size);
}

int main(void)
{
    struct welcome answer = right(), read;
    const unsigned char *id;
    struct text name;
    unsigned taken = 0;

    plan(10);
    size = WELCOME_HEAD;
    welcome_encode(&answer, bytes);
    ok(decodes(size), "an answer without members is read");
    put("member of name 1", "alice");
    size_t first = size;
    put("member of name 2", "部屋");
    ok(welcome_decode((struct text){(char *)bytes, size}, &read)
       && read.session == answer.session && memcmp(read.room_id, room, SEAL_ID) == 0
       && read.start == 7 && read.end == 9 && read.total == 3
       && memcmp(read.host, host, SEAL_ID) == 0 && memcmp(read.server, server, SEAL_ID) == 0
       && read.accepted == UINT64_C(1) << 53 && read.back == BACK_TO,
       "all fields of an answer are read");
    ok(welcome_member(&read.members, &id, &name) && memcmp(id, "member of name 1", SEAL_ID) == 0
       && text_equal(name, text_of("alice")) && welcome_member(&read.members, &id, &name)
       && text_equal(name, text_of("部屋")),
       "the members of an answer are read one after the other");
    ok(!welcome_member(&read.members, &id, &name) && read.members.size == 0,
       "no member is read after the last");
    for (size_t cut = 0; cut < size; cut++) taken += decodes(cut);
    ok(taken == 2 && decodes(WELCOME_HEAD) && decodes(first),
       "an answer is refused if it is cut anywhere but between members");

    /* The bytes that are missing lie behind it, as they may in a larger buffer. */
    struct text cut = {(char *)bytes + WELCOME_HEAD, SEAL_ID + 1 + 3};
    ok(!welcome_member(&cut, &id, &name), "a name is not read beyond the end");
    bytes[first + SEAL_ID + 1] = ':';
    ok(!decodes(size), "an answer with a name that is none is refused");
    bytes[first + SEAL_ID + 1] = 'x';
    size = first;
    ok(!decodes_with(0, 9, BACK_NOT) && decodes_with(1, 9, BACK_NOT) && decodes_with(9, 9, BACK_NOT)
       && !decodes_with(10, 9, BACK_NOT), "an answer begins between 1 and its end");
    ok(decodes_with(1, FRAME_LOG_LIMIT - 1, BACK_NOT)
       && !decodes_with(1, FRAME_LOG_LIMIT, BACK_NOT),
       "the end of an answer is below the limit of a log");
    ok(decodes_with(1, 2, BACK_NOWHERE) && !decodes_with(1, 2, BACK_NOWHERE + 1),
       "a loss in an answer is one of three kinds");
    return done();
}
