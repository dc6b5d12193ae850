/* links: stage3/wire/request.c stage3/base/text.c */
/*
 * request: what a client asks for is read as it was written, and nothing that is cut, or has more
 * behind it, is taken for it.
 */
#include "wire/frame.h"
#include "wire/request.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static const unsigned char m[] = "the secret of this client, it is";
static const unsigned char proof[] = "the proof of a password, 32 long";
static const unsigned char room_id[] = "the id of a room";
static const unsigned char starts[] = "an id of a start12345678another id......87654321";

/* From memory of its own size. */
static bool decodes(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    struct request read;

    if (!copy) abort();
    memcpy(copy, bytes, size);
    bool good = request_decode(TCRP_JOIN, (struct text){copy, size}, &read);
    free(copy);
    return good;
}

int main(void)
{
    struct request request = {.operation = TCRP_JOIN, .room = text_of("部屋"),
                              .user = text_of("alice"), .m = m, .proof = proof,
                              .room_id = room_id, .next = 77, .number = UINT64_C(1) << 53,
                              .starts = 2, .start = starts};
    char bytes[REQUEST_LIMIT + 16] = {0};
    struct request read;
    unsigned taken = 0;

    plan(6);
    size_t size = request_encode(&request, bytes);
    ok(request_decode(TCRP_JOIN, (struct text){bytes, size}, &read)
       && text_equal(read.room, request.room) && text_equal(read.user, request.user)
       && memcmp(read.m, m, SEAL_KEY) == 0 && memcmp(read.proof, proof, SEAL_KEY) == 0
       && memcmp(read.room_id, room_id, SEAL_ID) == 0 && read.next == 77
       && read.number == UINT64_C(1) << 53 && read.starts == 2
       && memcmp(read.start, starts, 2 * REQUEST_START) == 0, "all fields of a request are read");
    for (size_t cut = 0; cut < size; cut++) taken += decodes(bytes, cut);
    request.room_id = NULL;
    request.starts = 0;
    char first[REQUEST_LIMIT];
    size_t short_size = request_encode(&request, first);
    ok(taken == (memcmp(first, bytes, short_size) == 0),
       "a request that is cut is refused, except where one without a membership would end: %u",
       taken);
    ok(!decodes(bytes, size + 1) && !decodes(bytes, size + REQUEST_START),
       "a request with more behind it is refused");
    ok(decodes(first, short_size) && !decodes(first, short_size + 1),
       "a request without a membership and with more behind it is refused");

    /* A client may claim what it likes, but no number from which counting on would begin anew. */
    request.room_id = room_id;
    request.number = FRAME_LOG_LIMIT - 1;
    request.next = FRAME_LOG_LIMIT - 1;
    size = request_encode(&request, bytes);
    ok(decodes(bytes, size), "the largest numbers are read");
    request.number = FRAME_LOG_LIMIT;
    bool number_read = decodes(bytes, request_encode(&request, bytes));
    request.number = 1;
    request.next = UINT64_MAX;
    ok(!number_read && !decodes(bytes, request_encode(&request, bytes)),
       "larger numbers are refused");
    return done();
}
