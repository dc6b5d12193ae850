#include "call.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hex.h"

void call_begin(struct call *call, const char *server, const char *operation)
{
    call->count = call->numbers = 0;
    call_put(call, text_of(operation));
    call_put_bytes(call, server, LEASE_WATCH_ID);
}

void call_put(struct call *call, struct text word)
{
    call->words[call->count++] = word;
}

void call_put_bytes(struct call *call, const void *bytes, size_t size)
{
    call_put(call, (struct text){bytes, size});
}

void call_put_number(struct call *call, uint64_t number)
{
    char *digits = call->digits[call->numbers++];
    int size = snprintf(digits, sizeof call->digits[0], "%" PRIu64, number);

    call_put_bytes(call, digits, (size_t)size);
}

void call_put_room(struct call *call, const unsigned char room[SEAL_ID])
{
    hex_encode(room, SEAL_ID, call->room);
    call_put_bytes(call, call->room, CLUSTER_HEX);
}
