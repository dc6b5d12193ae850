/* links: stage1/chat/chat.c stage1/chat/gone.c stage1/wire/notice.c stage1/wire/protocol.c */
/* links: stage1/base/bucket.c */
/* links: stage1/chat/roster.c stage1/base/table.c stage1/base/hash.c stage1/base/random.c */
/* links: stage1/base/address.c stage1/base/text.c stage1/base/program.c */
/*
 * No memory at the Nth request, or from it on, for each N until there is enough: the server of
 * stage 1 goes on with those whom it has taken in, and gives back all that it took.
 */
#include "stage3/memory.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "chat/chat.h"
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

static void arrives(unsigned peer, const char *name, const char *text)
{
    struct address from = address_of(peer);
    char bytes[DATAGRAM_LIMIT];

    chat_receive(&chat, &from, bytes, datagram_encode(text_of(name), text_of(text), bytes), 2000);
}

static void life(void)
{
    static const char *const names[PEOPLE] = {"alice", "bob", "carol", "dave", "erin"};

    if (!chat_create(&chat, 8, 60000, count, NULL, 1000)) return;
    for (unsigned i = 0; i < PEOPLE; i++) {
        uint32_t before = chat.roster.count;
        arrives(i, names[i], "");
        wrong += chat.roster.count > before + 1;
    }
    chat_tick(&chat, 2500);
    uint32_t here = chat.roster.count;
    for (unsigned i = 0; i < PEOPLE; i++) arrives(i, names[i], "hello");
    arrives(1, "robert", "I am another one");
    wrong += chat.roster.count < here; /* nobody goes for want of memory */
    chat_tick(&chat, 3000);
    for (int64_t now = 3000; now < 70000; now += CHAT_SWEEP) chat_tick(&chat, now);
    wrong += chat.roster.count != 0; /* all fell silent */
    arrives(0, names[0], "am I still here?");
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
