/*
 * Fuzzes the server of stage 1: any datagrams, in any order, from any of sixteen addresses.
 *
 * Model: the input is a list of steps, each
 *
 *     [who: 1 byte][time that passes, in 8 milliseconds: 1][size: 2, little-endian][bytes]
 *
 * The target checks what must hold for any input: only members' datagrams are relayed, relayed
 * datagrams are well-formed and no longer than received, no sender gets its own, and each name and
 * each address is held once.
 *
 * libFuzzer calls LLVMFuzzerTestOneInput with inputs that it generates; without it, driver.c
 * replays the files of corpus/stage1_chat.
 */
#include "chat/chat.h"

#include <stdlib.h>
#include <string.h>

enum { PEERS = 16, MEMBERS = 5 };

static struct chat chat;
static unsigned sender;           /* the sender of the datagram that is being received, */
static const uint8_t *received;   /* and its bytes; NULL between datagrams */
static size_t received_size;

static void must(int condition)
{
    if (!condition) abort();
}

static struct address address_of(unsigned peer)
{
    struct address address = {.size = sizeof(struct sockaddr_in6)};

    address.is.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(1000)};
    address.is.v6.sin6_addr.s6_addr[15] = (uint8_t)peer;
    return address;
}

static enum delivery look_at(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    unsigned peer = to->is.v6.sin6_addr.s6_addr[15];
    struct datagram datagram = datagram_decode(bytes, size);

    (void)context;
    must(datagram.kind == DATAGRAM_SAY || datagram.kind == DATAGRAM_NOTICE);
    if (datagram.kind == DATAGRAM_SAY) {
        must(received && peer != sender && size == received_size);
        must(memcmp(bytes, received, size) == 0);
    }
    return (enum delivery)(peer % 5 % 3); /* some peers are unreachable or held up */
}

static void check_roster(void)
{
    must(chat.roster.count <= MEMBERS);
    for (uint32_t i = 0; i < chat.roster.count; i++) {
        const struct member *member = &chat.roster.members[i];
        must(name_valid(member->name) && member->strikes < CHAT_STRIKES);
        must(roster_find(&chat.roster, &member->address) == i);
        must(roster_find_name(&chat.roster, member->name) == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t left);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t left)
{
    int64_t now = 1;

    must(chat_create(&chat, MEMBERS, 1000, look_at, NULL, now));
    while (left >= 4) {
        struct address from = address_of(input[0] % PEERS);
        size_t size = (size_t)input[2] | (size_t)input[3] << 8;
        sender = input[0] % PEERS;
        now += 8 * input[1];
        input += 4;
        left -= 4;
        if (size > left) size = left;
        if (size > DATAGRAM_LIMIT + 1) size = DATAGRAM_LIMIT + 1;
        received = input;
        received_size = size;
        chat_receive(&chat, &from, input, size, now);
        received = NULL;
        if (now >= chat_due(&chat)) chat_tick(&chat, now);
        check_roster();
        input += size;
        left -= size;
    }
    chat_close(&chat);
    chat_destroy(&chat);
    return 0;
}
