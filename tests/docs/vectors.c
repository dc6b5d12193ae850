/*
 * vectors: prints what docs/protocol.md shows of stage 3: one exchange and some datagrams, byte by
 * byte, from numbers that are fixed. Made by the very code of stage 3, so that it cannot be out of
 * date; whoever writes a client of their own compares with it.
 *
 *     vectors KEYFILE PAIR
 *
 * PAIR is the client's pair. Random bytes are those that count up: N is 00 01 02 ..., k begins with
 * 20, its seed with 40, m with 60, the room id with 80, the id of the server's start with 90, that
 * of its next one with a0, s with c0, and its seed with e0.
 */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/hmac.h"
#include "crypto/oaep.h"
#include "crypto/sha256.h"
#include "keys/keyfile.h"
#include "member/password.h"
#include "wire/block.h"
#include "wire/frame.h"
#include "wire/packet.h"
#include "wire/request.h"

static unsigned char modulus[RSA_BYTES], theirs[RSA_BYTES], n[32], k[32], seed[32], m[32], id[32];
static unsigned char s[32], seed_of_s[32], room_id[SEAL_ID];
static unsigned char start_id[SEAL_ID], next_id[SEAL_ID]; /* of the server */
static unsigned char proof[32], secret[32];
static struct seal_keys keys;
static struct sha256 transcript;

static void count_up(unsigned char *bytes, size_t size, int from)
{
    for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(from + (int)i);
}

static void show(const char *what, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    printf("%s (%zu bytes)", what, size);
    for (size_t i = 0; i < size; i++) {
        if (i % 32 == 0) printf("\n   ");
        printf("%s%02x", i % 4 == 0 ? " " : "", byte[i]);
    }
    printf("\n");
}

/* --- the exchange --- */

static size_t frame(int operation, int state, const void *payload, size_t size, char *out)
{
    struct tcrp_frame parts = {(uint8_t)operation, (uint8_t)state, {NULL, 0}, {payload, size}};

    return tcrp_encode(parts, out);
}

/* A frame whose payload is sealed; `block` stands before the seal, or is NULL. */
static size_t sealed_frame(int operation, int state, const unsigned char *key, uint64_t number,
                           struct text block, struct text text, char *out)
{
    char payload[4096];
    size_t size = block.size + text.size + SEAL_TAG;

    memset(payload, 0, sizeof payload);
    if (block.size > 0) memcpy(payload, block.bytes, block.size);
    frame(operation, state, payload, size, out);
    seal(key, number, (struct span){out, TCRP_HEADER}, (struct span){text.bytes, text.size},
         out + TCRP_HEADER + block.size);
    return TCRP_HEADER + size;
}

static void show_keys(char *bytes)
{
    unsigned char payload[BLOCK_KEY_RESPONSE];
    size_t size = frame(TCRP_KEY, TCRP_REQUEST, theirs, sizeof theirs, bytes);

    sha256_start(&transcript);
    sha256_add(&transcript, bytes, size);
    show("key request: header, the client's modulus", bytes, size);
    show("s", s, sizeof s);
    show("OAEP seed of s", seed_of_s, sizeof seed_of_s);
    memcpy(payload, modulus, sizeof modulus);
    memcpy(payload + RSA_BYTES, n, sizeof n);
    oaep_encrypt(theirs, BLOCK_TO_CLIENT, s, sizeof s, seed_of_s,
                 payload + RSA_BYTES + sizeof n);
    size = frame(TCRP_KEY, TCRP_RESPONSE, payload, sizeof payload, bytes);
    sha256_add(&transcript, bytes, size);
    show("key response: header, the server's modulus, N, RSA block", bytes, size);
}

static void show_request(char *bytes, const struct request *request)
{
    unsigned char block[RSA_BYTES], both[64], t[32], prk[32];
    char plain[REQUEST_LIMIT];
    struct text text = {plain, request_encode(request, plain)};
    size_t size = RSA_BYTES + text.size + SEAL_TAG;

    show("k", k, sizeof k);
    show("OAEP seed of k", seed, sizeof seed);
    oaep_encrypt(modulus, BLOCK_TO_SERVER, k, sizeof k, seed, block);
    show("RSA block", block, sizeof block);
    frame(TCRP_CREATE, TCRP_REQUEST, plain, size < REQUEST_LIMIT ? size : REQUEST_LIMIT, bytes);
    tcrp_set_payload_size(bytes, size);
    sha256_add(&transcript, bytes, TCRP_HEADER);
    sha256_add(&transcript, block, sizeof block);
    sha256_end(&transcript, t);
    show("T", t, sizeof t);
    memcpy(both, k, sizeof k);
    memcpy(both + sizeof k, s, sizeof s);
    hmac(n, sizeof n, both, sizeof both, prk);
    show("prk", prk, sizeof prk);
    seal_keys_make(&keys, n, k, s, t);
    show("key of requests", keys.request, 32);
    show("key of answers", keys.answer, 32);
    show("key of the client's datagrams", keys.up, 32);
    show("key of the server's datagrams", keys.down, 32);
    show("request, before it is sealed", plain, text.size);
    size = sealed_frame(TCRP_CREATE, TCRP_REQUEST, keys.request, 0,
                        (struct text){(char *)block, sizeof block}, text, bytes);
    show("request: header, RSA block, seal", bytes, size);
}

static void show_answer(char *bytes)
{
    static const struct text none = {NULL, 0};
    char answer[128] = {0};

    size_t size = sealed_frame(TCRP_CREATE, TCRP_RESPONSE, keys.answer, 0, none,
                               (struct text){answer, 1}, bytes);
    show("response: header, seal of the status 0", bytes, size);
    wire_put64(answer, 0x0000000712345678);
    memcpy(answer + 8, room_id, SEAL_ID);
    wire_put64(answer + 24, 1);
    wire_put64(answer + 32, 2);
    wire_put32(answer + 40, 1);
    memcpy(answer + 44, id, SEAL_ID);
    memcpy(answer + 60, start_id, SEAL_ID);
    memcpy(answer + 85, id, SEAL_ID);
    memcpy(answer + 101, "\5alice", 6);
    show("answer, before it is sealed", answer, 107);
    size = sealed_frame(TCRP_CREATE, TCRP_COMPLETE, keys.answer, 1, none,
                        (struct text){answer, 107}, bytes);
    show("complete: header, seal", bytes, size);
}

/* --- datagrams --- */

static void show_up(const char *what, uint64_t counter, const struct up *up, struct text say)
{
    unsigned char packet[PACKET_LIMIT];
    size_t size = FRAME_UP_HEAD;

    up_encode(up, packet + PACKET_HEAD);
    if (say.size > 0) size += frame_put(ITEM_SAY, say, packet + PACKET_HEAD + size);
    printf("%s\n", what);
    show("    body", packet + PACKET_HEAD, size);
    size = packet_seal(packet, size, 0x0000000712345678, counter, keys.up);
    show("    datagram", packet, size);
}

static void show_down(const char *what, uint64_t counter, uint64_t accepted, uint64_t first,
                      const struct entry *entry)
{
    unsigned char packet[PACKET_LIMIT];
    struct down down = {.accepted = accepted, .first = first};
    size_t size = FRAME_DOWN_HEAD;

    down_encode(&down, packet + PACKET_HEAD);
    size += entry_encode(entry, packet + PACKET_HEAD + size);
    printf("%s\n", what);
    show("    body", packet + PACKET_HEAD, size);
    size = packet_seal(packet, size, 0x0000000712345678, counter, keys.down);
    show("    datagram", packet, size);
}

static void show_datagrams(void)
{
    static const struct text none = {NULL, 0};
    unsigned char probe[PACKET_EXTRA], line[64];
    struct password_line said = {room_id, id, text_of("alice"), 1, text_of("hello")};
    struct entry joined = {.kind = ENTRY_JOINED, .member = id, .name = text_of("alice")};
    struct up hello = {.flags = FRAME_ANSWER_ME, .read = 1, .number = 1};
    struct up echo = {.flags = FRAME_ANSWER_ME, .echo = 1, .read = 1, .number = 1};
    struct up says = {.flags = FRAME_ANSWER_ME, .echo = 1, .read = 2, .number = 1};

    show_up("the client's first datagram, counter 1", 1, &hello, none);
    packet_seal(probe, 0, 0x0000000712345678, 1, keys.down);
    show("the server's probe, counter 1", probe, sizeof probe);
    show_up("the client answers the probe, counter 2", 2, &echo, none);
    show_down("the server sends entry 1, alice joined, counter 2", 2, 0, 1, &joined);
    password_seal(secret, &said, line);
    size_t size = said.text.size + SEAL_TAG;
    show("what alice says, \"hello\", sealed under number 1", line, size);
    struct text sealed = {(char *)line, size};
    show_up("the client says it, counter 3", 3, &says, sealed);
    struct entry entry = {.kind = ENTRY_SAID, .member = id, .number = 1,
                          .name = text_of("alice"), .text = sealed};
    show_down("the server sends it as entry 2, counter 3", 3, 1, 2, &entry);
}

/* --- parts --- */

/* A datagram with one part of a row, from `offset` to `end`, behind a head of `head` bytes. */
static void show_part(const char *what, int kind, uint64_t number, const unsigned char *row,
                      size_t whole, size_t offset, size_t end, unsigned char *packet, size_t head,
                      uint64_t counter, const unsigned char *key)
{
    struct part part = {number, offset, whole, {(const char *)row + offset, end - offset}};
    size_t size = head + part_encode((uint8_t)kind, &part, packet + PACKET_HEAD + head);

    printf("%s\n", what);
    show("    body", packet + PACKET_HEAD, size);
    size = packet_seal(packet, size, 0x0000000712345678, counter, key);
    show("    datagram", packet, size);
}

/* Cut where it suits the page: no datagram here is so long that it must be. Of the entry the last
   part comes first. */
static void show_parts(void)
{
    static const char text[] = "a line that is cut in two";
    unsigned char packet[PACKET_LIMIT], row[FRAME_ENTRY_LIMIT];
    char line[sizeof text + SEAL_TAG];
    struct password_line said = {room_id, id, text_of("alice"), 2, text_of(text)};
    struct up up = {.flags = FRAME_ANSWER_ME, .echo = 1, .read = 3, .number = 2};
    struct down down = {.accepted = 2, .first = 4};

    password_seal(secret, &said, line);
    struct text sealed = {line, said.text.size + SEAL_TAG};
    size_t whole = frame_put(ITEM_SAY, sealed, row);
    show("what alice says, \"a line that is cut in two\", sealed under number 2, as a whole", row,
         whole);
    up_encode(&up, packet + PACKET_HEAD);
    show_part("the client sends the first part of it, counter 4", ITEM_PART, 2, row, whole, 0, 24,
              packet, FRAME_UP_HEAD, 4, keys.up);
    up.number = 3;
    up_encode(&up, packet + PACKET_HEAD);
    show_part("and the other one, counter 5", ITEM_PART, 2, row, whole, 24, whole, packet,
              FRAME_UP_HEAD, 5, keys.up);
    struct entry entry = {.kind = ENTRY_SAID, .member = id, .number = 2,
                          .name = text_of("alice"), .text = sealed};
    whole = entry_encode(&entry, row);
    show("entry 3, as a whole", row, whole);
    down_encode(&down, packet + PACKET_HEAD);
    show_part("the server sends the last part of it first, counter 4", ENTRY_PART, 3, row, whole,
              50, whole, packet, FRAME_DOWN_HEAD, 4, keys.down);
    down.first = 3;
    down_encode(&down, packet + PACKET_HEAD);
    show_part("and the other one, counter 5", ENTRY_PART, 3, row, whole, 0, 50, packet,
              FRAME_DOWN_HEAD, 5, keys.down);
}

static void show_wait(void)
{
    unsigned char packet[PACKET_LIMIT], time[4] = {0, 0, 0, 50};
    struct down down = {.accepted = 2, .first = 4};

    down_encode(&down, packet + PACKET_HEAD);
    size_t size = FRAME_DOWN_HEAD
        + frame_put(ENTRY_WAIT, (struct text){(char *)time, sizeof time},
                    packet + PACKET_HEAD + FRAME_DOWN_HEAD);
    printf("%s\n", "the server has taken no item after 2, and asks to wait 50 ms, counter 6");
    show("    body", packet + PACKET_HEAD, size);
    size = packet_seal(packet, size, 0x0000000712345678, 6, keys.down);
    show("    datagram", packet, size);
}

static void show_announcement(void)
{
    struct announcement announcement = {0x0000000712345678, 1, next_id, start_id, 3, 1};
    unsigned char packet[PACKET_ANNOUNCEMENT], up[SEAL_KEY], down[SEAL_KEY];

    seal_key_of_start(keys.up, next_id, up);
    seal_key_of_start(keys.down, next_id, down);
    show("the client's key after the next start of the server", up, sizeof up);
    show("the server's key after it", down, sizeof down);
    packet_announce(&announcement, down, packet);
    show("the announcement of it, c = 1, end 3, accepted 1", packet, sizeof packet);
}

int main(int argc, char **argv)
{
    char bytes[4096];
    struct rsa_key key, pair;
    struct request request = {.operation = TCRP_CREATE, .room = text_of("lounge"),
                              .user = text_of("alice"), .m = m, .proof = proof};
    unsigned char fingerprint[32];
    struct pbkdf2 work;

    if (argc != 3) return 2;
    keyfile_load(argv[1], &key);
    rsa_modulus(&key, modulus);
    keyfile_given(argv[2], &pair);
    rsa_modulus(&pair, theirs);
    sha256(modulus, sizeof modulus, fingerprint);
    count_up(n, sizeof n, 0);
    count_up(k, sizeof k, 0x20);
    count_up(seed, sizeof seed, 0x40);
    count_up(m, sizeof m, 0x60);
    count_up(room_id, sizeof room_id, 0x80);
    count_up(start_id, sizeof start_id, 0x90);
    count_up(next_id, sizeof next_id, 0xA0);
    count_up(s, sizeof s, 0xC0);
    count_up(seed_of_s, sizeof seed_of_s, 0xE0);
    sha256(m, sizeof m, id);
    show("fingerprint", fingerprint, sizeof fingerprint);
    show("member id of m", id, SEAL_ID);
    password_start(&work, text_of("correct horse"), fingerprint, text_of("lounge"));
    pbkdf2_step(&work, PASSWORD_ROUNDS);
    password_end(&work, proof, secret);
    show("proof of the password \"correct horse\" for the room \"lounge\"", proof, 32);
    show("room secret", secret, 32);
    show_keys(bytes);
    show_request(bytes, &request);
    show_answer(bytes);
    show_datagrams();
    show_parts();
    show_wait();
    show_announcement();
    return 0;
}
