/* links: stage2/wire/protocol.c stage2/base/text.c */
/*
 * datagram: what a client sends in a room, taken apart. The two sizes in its head come from a
 * stranger, so they may promise more bytes than there are.
 */
#include "wire/protocol.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static char bytes[DATAGRAM_LIMIT];
static struct datagram datagram;

/* Decodes exactly so many bytes, so that a sanitizer notices a read behind them. */
static bool decodes(size_t size)
{
    char *exact = malloc(size > 0 ? size : 1);
    if (!exact) abort();
    if (size > 0) memcpy(exact, bytes, size);
    bool valid = datagram_decode(exact, size, &datagram);
    if (valid) { /* the texts are bytes of the datagram, which goes away */
        datagram.room.bytes = bytes + (datagram.room.bytes - exact);
        datagram.text.bytes = bytes + (datagram.text.bytes - exact);
    }
    free(exact);
    return valid;
}

int main(void)
{
    struct token token;
    bool none = true, exact = true;

    plan(5);
    for (unsigned i = 0; i < TOKEN_BYTES; i++) token.bytes[i] = (unsigned char)(i * 37 + 5);
    size_t size = datagram_encode(text_of("kitchen"), &token, text_of("hello"), bytes);
    ok(decodes(size) && text_equal(datagram.room, text_of("kitchen"))
           && text_equal(datagram.text, text_of("hello")) && token_equal(&datagram.token, &token),
       "a datagram is decoded into room, token and text");
    size_t head = size - strlen("hello");
    for (size_t i = 0; i < head; i++) none = none && !decodes(i);
    ok(none, "a datagram that ends before its text begins is malformed");
    for (size_t i = head; i <= size; i++) {
        exact = exact && decodes(i) && datagram.text.size == i - head;
    }
    ok(exact, "the text follows the token, and may be empty");
    none = true;
    for (int room = 0; room < 256; room++) {
        bytes[0] = (char)room;
        none = none && (room == 7 || !decodes(size));
    }
    ok(none, "a wrong size of the room makes it malformed");
    bytes[0] = 7;
    none = true;
    for (int digits = 0; digits < 256; digits++) {
        bytes[1] = (char)digits;
        none = none && (digits == TOKEN_DIGITS || !decodes(size));
    }
    ok(none, "a wrong size of the token makes it malformed");
    return done();
}
