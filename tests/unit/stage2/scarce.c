/* links: stage2/admission/admission.c stage2/chat/chat.c stage2/chat/room.c */
/* links: stage2/base/quota.c */
/* links: stage2/base/bucket.c */
/* links: stage2/wire/request.c stage2/base/json.c */
/* links: stage2/wire/tcrp.c stage2/chat/gone.c stage2/wire/notice.c stage2/wire/protocol.c */
/* links: stage2/base/host.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/address.c stage2/base/text.c stage2/base/program.c */
/*
 * No memory at the Nth request, or from it on, for each N until there is enough: the server of
 * stage 2 goes on with those whom it has taken in, and gives back all that it took.
 */
#include "stage3/memory.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "admission/admission.h"
#include "tap.h"

enum { PEOPLE = 5 };

static struct chat chat;
static unsigned wrong, sent;

static struct address address_of(unsigned peer)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET,
                                         .sin_port = htons((uint16_t)(10000 + peer))};
    address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static enum delivery count(void *context, const struct address *to, const void *bytes, size_t size)
{
    (void)context, (void)to, (void)bytes;
    sent += size > 0;
    return DELIVERY_SENT;
}

static bool asks(unsigned peer, enum tcrp_operation operation, const char *room,
                 const char *user)
{
    struct request request = {operation, text_of(room), text_of(user)};
    struct address from = address_of(peer);
    uint32_t before = chat.rooms.member_count;
    struct token token;

    memset(&token, (int)peer + 1, sizeof token);
    bool in = admission_request(&chat, &request, &from, &token, 2000) == TCRP_OK;
    wrong += chat.rooms.member_count != before + in;
    if (in) admission_port(&chat, &token, (uint16_t)(10000 + peer));
    return in;
}

static void says(unsigned peer, const char *room, const char *text)
{
    struct address from = address_of(peer);
    char bytes[DATAGRAM_LIMIT];
    struct token token;

    memset(&token, (int)peer + 1, sizeof token);
    chat_receive(&chat, &from, bytes,
                 datagram_encode(text_of(room), &token, text_of(text), bytes), 2000);
}

static void life(void)
{
    static char list[TCRP_PAYLOAD_LIMIT];

    if (!chat_create(&chat, &(struct chat_options){8, 4, 60000, count, NULL}, 1000)) return;
    bool host = asks(0, TCRP_CREATE, "r", "alice"), in = asks(1, TCRP_JOIN, "r", "bob");
    wrong += in && !host;
    asks(2, TCRP_JOIN, "r", "carol");
    asks(3, TCRP_CREATE, "s", "dave");
    asks(4, TCRP_JOIN, "s", "erin");
    chat_tick(&chat, 2500);
    for (unsigned i = 0; i < 3; i++) says(i, "r", "hello");
    says(0, "r", "/kick bob");
    says(3, "s", "/leave");
    wrong += admission_list(&chat, list) > 0 && chat.rooms.room_count == 0;
    chat_tick(&chat, 3000);
    chat_close(&chat);
    chat_destroy(&chat);
}

int main(void)
{
    long left = 0, tried = 0;

    plan(2);
    if (!MEMORY_IS_OURS) {
        skip(2, "the server survives a lack of memory", "a malloc that is not a sanitizer's");
        return done();
    }
    for (int once = 0; once < 2; once++) {
        for (long n = 0; memory_fails_at(n, once == 1); n++, tried++) {
            life();
            left += memory_enough();
        }
    }
    ok(wrong == 0 && tried > 8 && sent > 0,
       "the server survives a lack of memory, once or for good: %ld times",
       tried);
    ok(left == 0, "all memory is freed");
    return done();
}
