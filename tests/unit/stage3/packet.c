/* links: stage3/wire/packet.c stage3/wire/seal.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c */
/*
 * packet: datagrams, sealed and opened, changed at every bit; and the window of counters beside a
 * list of all that were seen.
 */
#include "wire/packet.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "tap.h"

static unsigned char key[SEAL_KEY], other[SEAL_KEY];
static uint32_t seed = 1;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * limit >> 32);
}

/* Made with Python's cryptography 48.0: ChaCha20Poly1305(bytes(range(32))).encrypt(bytes(4) +
   struct.pack(">Q", 1 << 40 | 3), b"hello", struct.pack(">QQ", 0xAABB, 1 << 40 | 3)). */
static void vector(void)
{
    static const unsigned char expected[] = {
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xAA, 0xBB, 0x00, 0x00, 0x01, 0x00,
        0x00, 0x00, 0x00, 0x03, 0x0B, 0x94, 0x41, 0x35, 0x72, 0xE3, 0xA7, 0xAF,
        0x49, 0x41, 0x91, 0xC2, 0xAA, 0xEF, 0xA2, 0x59, 0x1A, 0x10, 0x59, 0x7A,
        0xCA
    };
    unsigned char bytes[PACKET_EXTRA + 5];

    memcpy(bytes + PACKET_HEAD, "hello", 5);
    size_t size = packet_seal(bytes, 5, 0xAABB, UINT64_C(1) << 40 | 3, key);
    ok(size == sizeof expected && memcmp(bytes, expected, size) == 0,
       "a datagram has the bytes of the protocol");
}

/* In memory of just its size. */
static bool opens(const unsigned char *bytes, size_t size, const unsigned char *with)
{
    unsigned char *exact = malloc(size ? size : 1);
    uint64_t session, counter;

    if (size > 0) memcpy(exact, bytes, size);
    bool good = packet_session(exact, size, &session) && packet_open(exact, size, with, &counter);
    if (good) good = counter == 77 && session == 5;
    free(exact);
    return good;
}

static void sealing(void)
{
    static unsigned char text[PACKET_LIMIT], bytes[PACKET_LIMIT + 1];
    unsigned wrong = 0, opened = 0;
    uint64_t session, counter;

    for (size_t i = 0; i < sizeof text; i++) text[i] = (unsigned char)(i * 7);
    for (size_t size = 0; size <= PACKET_LIMIT - PACKET_EXTRA; size += 1 + size / 9) {
        memcpy(bytes + PACKET_HEAD, text, size);
        wrong += packet_seal(bytes, size, 5, 77, key) != size + PACKET_EXTRA;
        wrong += !opens(bytes, size + PACKET_EXTRA, key);
        opened += opens(bytes, size + PACKET_EXTRA, other);
        packet_session(bytes, size + PACKET_EXTRA, &session);
        packet_open(bytes, size + PACKET_EXTRA, key, &counter);
        wrong += session != 5 || counter != 77 || memcmp(bytes + PACKET_HEAD, text, size) != 0;
    }
    ok(wrong == 0, "packets of all sizes open to what was sealed");
    ok(opened == 0, "a packet does not open under another key");
    size_t size = packet_seal(bytes, 20, 5, 77, key);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        opened += opens(bytes, size, key);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++) opened += opens(bytes, cut, key);
    opened += opens(bytes, PACKET_LIMIT + 1, key);
    ok(opened == 0, "a changed, cut or long packet does not open");
}

/* --- the window --- */

enum { EVER = 4000 };

static void beside_a_list(uint32_t spread)
{
    static bool seen[EVER + 200];
    struct window window = {0, 0};
    uint64_t highest = 0;
    unsigned wrong = 0;

    memset(seen, 0, sizeof seen);
    for (int i = 0; i < 20000 && highest < EVER; i++) {
        uint64_t low = highest > 100 ? highest - 100 : 1, counter = low + below(spread);
        bool known = counter <= highest && (highest - counter >= 64 || seen[counter]);
        wrong += window_has(&window, counter) != known;
        if (known) continue;
        window_add(&window, counter);
        seen[counter] = true;
        if (counter > highest) highest = counter;
        wrong += !window_has(&window, counter) || window.highest != highest;
    }
    ok(wrong == 0 && highest >= 100, "a window up to %lu knows each number, in steps of up to %lu",
       (unsigned long)highest, (unsigned long)spread);
}

static void far_up(void)
{
    struct window window = {0, 0};

    ok(!window_has(&window, 1) && !window_has(&window, UINT64_MAX),
       "a new window has seen nothing");
    window_add(&window, UINT64_MAX - 1);
    ok(!window_has(&window, UINT64_MAX) && window_has(&window, UINT64_MAX - 1)
           && !window_has(&window, UINT64_MAX - 64) && window_has(&window, UINT64_MAX - 65)
           && window_has(&window, 0), "the window holds 64, up to the last number there is");
    window_add(&window, UINT64_MAX);
    ok(window_has(&window, UINT64_MAX) && window_has(&window, UINT64_MAX - 1)
           && window_has(&window, UINT64_MAX - 64) && !window_has(&window, UINT64_MAX - 63),
       "the window moves by one");
    struct window same = window;
    window_add(&window, 5);
    window_add(&window, UINT64_MAX - 64);
    ok(window.seen == same.seen && window.highest == same.highest,
       "numbers that are too old are not stored");
    window_close(&window);
    ok(window_has(&window, 1) && window_has(&window, UINT64_MAX), "closed, it has seen all");
}

int main(void)
{
    plan(12);
    for (int i = 0; i < SEAL_KEY; i++) key[i] = (unsigned char)i;
    vector();
    sealing();
    beside_a_list(102);
    beside_a_list(110);
    beside_a_list(300);
    far_up();
    return done();
}
