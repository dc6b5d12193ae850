/* links: stage3/member/handshake.c stage3/wire/request.c stage3/wire/tcrp.c stage3/wire/seal.c */
/* links: stage3/base/text.c stage3/crypto/oaep.c stage3/crypto/rsa.c stage3/crypto/prime.c */
/* links: stage3/crypto/bignum.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/*
 * handshake: the client's side of the exchange, with a server that is played here. Chance can be
 * repeated, so an exchange can be played again, with its bytes cut or changed.
 */
#include "member/handshake.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/oaep.h"

/* The exchange is played thousands of times, and its private operation takes milliseconds, under a
   sanitizer tens of them: so one that was done last is not done again. */
static bool remembered(const struct rsa_key *key, const char *label,
                       const unsigned char in[RSA_BYTES], unsigned char *message, size_t size)
{
    static struct {
        struct rsa_key key;
        unsigned char in[RSA_BYTES], message[SEAL_KEY];
        bool good;
    } last;

    if (size != SEAL_KEY || strcmp(label, "chat3 s") != 0) abort();
    if (memcmp(in, last.in, RSA_BYTES) != 0 || memcmp(key, &last.key, sizeof *key) != 0) {
        last.key = *key;
        memcpy(last.in, in, RSA_BYTES);
        last.good = oaep_decrypt(key, label, in, last.message, size);
    }
    memcpy(message, last.message, size);
    return last.good;
}
#define oaep_decrypt remembered
#include "../../../stage3/wire/block.c"
#undef oaep_decrypt

#include "given_pair.h"
#include "hex.h"
#include "peer.h"
#include "tap.h"
#include "wiped.h"

/* The primes of tests/key, which is no secret. */
static const char p_text[] =
    "f7bf5b870b93ad7ae6809bd5c5822272aa1c8fe7ad19e9f9fd9aed30727d6f55"
    "49f0830495638369ad6f615458940533dc663bcfc0166f641a0611f4d8195c7d"
    "7f2d4d0674febadbf3248f0095dcd1b89d6f21307258c4d1827d1ee0d66a517d"
    "b4a843b27a37e65042c9202dc6950f8042518ccafd061cd1ea1e7bf3900cdd2d";
static const char q_text[] =
    "d20676eee9df2190e72e1535077b4936ca02f49fcb3a22eba13caba92dcb0c31"
    "eda39a85a946e6ec3f4093a5d9a2aee682ee88bf1e1e9fc6184ccc21f1bd0beb"
    "d465f6a34668b17ce5b08c5a939270baed090ee828783b8fd9bc7f639af1f501"
    "b31793d7dd04c438c6a962f5bfa22e6364bb3b8bc101a760d7f59968ba5d3721";

enum {
    ANSWER = 300,
    KEY_REQUEST = TCRP_HEADER + BLOCK_KEY_REQUEST,
    KEY_FRAME = TCRP_HEADER + BLOCK_KEY_RESPONSE,
    BLOCK_AT = TCRP_HEADER + RSA_BYTES + SEAL_KEY /* the server's, in its key response */
};

static struct rsa_key key;
static unsigned char modulus[RSA_BYTES], fingerprint[FINGERPRINT], n[SEAL_KEY], m[SEAL_KEY];
static unsigned char room_id[SEAL_ID], proof[SEAL_KEY], s[SEAL_KEY];
static struct handshake handshake, again;

/* What the server says: key, status, answer. And where each frame ends. */
static char said[4096];
static size_t ends[3];

static size_t frame(enum tcrp_operation operation, enum tcrp_state state, const void *payload,
                    size_t size, char *out)
{
    return tcrp_encode((struct tcrp_frame){.operation = (uint8_t)operation,
                                           .state = (uint8_t)state,
                                           .payload = {payload, size}}, out);
}

static size_t sealed_frame(const struct seal_keys *keys, enum tcrp_operation operation,
                           enum tcrp_state state, uint64_t number, const void *text, size_t size,
                           char *out)
{
    static const char zeros[ANSWER + SEAL_TAG];
    size_t whole = frame(operation, state, zeros, size + SEAL_TAG, out);

    seal(keys->answer, number, (struct span){out, TCRP_HEADER}, (struct span){text, size},
         out + TCRP_HEADER);
    return whole;
}

static struct request make_request(void)
{
    return (struct request){.operation = TCRP_JOIN, .room = text_of("部屋"),
                            .user = text_of("alice"), .m = m, .proof = proof,
                            .room_id = room_id, .next = 77, .number = 5};
}

static void start(struct handshake *one, const unsigned char *demanded)
{
    struct request request = make_request();

    peer_seed = 42; /* the same chance each time */
    handshake_start(one, &request, demanded, given_pair(), peer_fill, NULL);
}

/* The server's half of the keys, as the protocol has it. False: the request is no good. */
static bool serve(struct seal_keys *keys, struct request *request, char *opened)
{
    const char *header = handshake.out + KEY_REQUEST, *block = header + TCRP_HEADER;
    size_t payload = handshake.out_end - KEY_REQUEST - TCRP_HEADER;
    unsigned char k[SEAL_KEY], t[SHA256_BYTES];
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, handshake.out, KEY_REQUEST);
    sha256_add(&hash, said, KEY_FRAME);
    sha256_add(&hash, header, TCRP_HEADER + RSA_BYTES);
    sha256_end(&hash, t);
    if (!oaep_decrypt(&key, "", (const unsigned char *)block, k, sizeof k)) return false;
    seal_keys_make(keys, n, k, s, t);
    if (!seal_open(keys->request, 0, (struct span){header, TCRP_HEADER},
                   (struct span){block + RSA_BYTES, payload - RSA_BYTES}, opened)) return false;
    return request_decode(TCRP_JOIN,
                          (struct text){opened, payload - RSA_BYTES - SEAL_TAG}, request);
}

/* Plays the whole exchange once, and keeps what the server said. */
static void whole(void)
{
    unsigned char payload[BLOCK_KEY_RESPONSE], theirs[RSA_BYTES];
    char opened[REQUEST_LIMIT + 256], answer[ANSWER];
    struct seal_keys keys;
    struct request request;
    struct tcrp_frame sent;
    size_t size;

    memcpy(payload, modulus, RSA_BYTES);
    memcpy(payload + RSA_BYTES, n, SEAL_KEY);
    rsa_modulus(given_pair(), theirs);
    block_seal(theirs, BLOCK_TO_CLIENT, s, peer_fill, NULL, payload + RSA_BYTES + SEAL_KEY);
    ends[0] = frame(TCRP_KEY, TCRP_RESPONSE, payload, sizeof payload, said);
    start(&handshake, NULL);
    ok(handshake.out_end == KEY_REQUEST
       && tcrp_decode(handshake.out, handshake.out_end, &sent, &size) == TCRP_FRAME
       && sent.operation == TCRP_KEY && sent.state == TCRP_REQUEST && sent.room.size == 0
       && sent.payload.size == RSA_BYTES && memcmp(sent.payload.bytes, theirs, RSA_BYTES) == 0,
       "the client asks for the key and shows its own");
    handshake_sent(&handshake, KEY_REQUEST);
    ok(handshake_take(&handshake, said, ends[0]) == HANDSHAKE_ON
           && handshake.out_end > handshake.out_start,
       "the client sends its request after the key");
    ok(memcmp(handshake.fingerprint, fingerprint, FINGERPRINT) == 0, "the fingerprint is right");
    ok(serve(&keys, &request, opened), "the server can open that");
    ok(text_equal(request.room, text_of("部屋")) && text_equal(request.user, text_of("alice"))
       && memcmp(request.m, m, SEAL_KEY) == 0 && memcmp(request.proof, proof, SEAL_KEY) == 0
       && memcmp(request.room_id, room_id, SEAL_ID) == 0 && request.next == 77
       && request.number == 5, "the opened request is what the client sent");
    bool clear = false;
    for (size_t i = 0; i + SEAL_KEY <= handshake.out_end; i++) {
        if (memcmp(handshake.out + i, m, SEAL_KEY) == 0) clear = true;
        if (memcmp(handshake.out + i, "alice", 5) == 0) clear = true;
    }
    ok(!clear, "the request is not readable on the wire");

    memset(answer, 'a', sizeof answer);
    ends[1] = ends[0] + sealed_frame(&keys, TCRP_JOIN, TCRP_RESPONSE, 0, "", 1, said + ends[0]);
    ends[2] = ends[1] + sealed_frame(&keys, TCRP_JOIN, TCRP_COMPLETE, 1, answer, ANSWER,
                                     said + ends[1]);
    ok(handshake_take(&handshake, said + ends[0], ends[2] - ends[0]) == HANDSHAKE_ANSWERED
       && handshake.status == TCRP_OK && handshake.answer.size == ANSWER
       && memcmp(handshake.answer.bytes, answer, ANSWER) == 0, "the answer is opened");
    ok(memcmp(&handshake.keys, &keys, sizeof keys) == 0, "client and server have the same keys");
    ok(handshake_take(&handshake, "more", 4) == HANDSHAKE_ANSWERED,
       "bytes after the answer are thrown away");
}

/* The same bytes again, from `said` or a copy, `piece` bytes at a time. */
static enum handshake_progress play(const char *bytes, size_t size, size_t piece)
{
    start(&again, NULL);
    for (size_t at = 0; at < size; at += piece) {
        size_t some = size - at < piece ? size - at : piece;
        char *copy = malloc(some); /* so that a sanitizer sees what is read beyond */
        if (!copy) abort();
        memcpy(copy, bytes + at, some);
        handshake_take(&again, copy, some);
        free(copy);
    }
    return again.progress;
}

static void pieces(void)
{
    bool right = true;

    for (size_t piece = 1; piece < 400; piece = piece * 2 + 1) {
        if (play(said, ends[2], piece) != HANDSHAKE_ANSWERED || again.answer.size != ANSWER) {
            right = false;
        }
    }
    ok(right, "the answer is read in pieces of any size");
    right = true;
    for (size_t cut = 0; cut < ends[2]; cut++) {
        if (play(said, cut, cut == 0 ? 1 : cut) != HANDSHAKE_ON) right = false;
    }
    ok(right, "the client waits while a byte is missing");
    handshake_end(&again);
    static const struct handshake zeros;
    ok(memcmp(&again, &zeros, sizeof zeros) == 0, "nothing is left of the handshake at its end");
}

static void changes(void)
{
    char copy[sizeof said];
    unsigned answered = 0, waiting = 0;

    for (size_t i = 0; i < ends[2]; i++) {
        memcpy(copy, said, ends[2]);
        copy[i] = (char)(copy[i] ^ 1 << i % 8);
        enum handshake_progress progress = play(copy, ends[2], ends[2]);
        if (progress == HANDSHAKE_ANSWERED) answered++;
        if (progress == HANDSHAKE_ON) waiting++; /* a frame that says it is longer */
    }
    ok(answered == 0, "an answer with any byte changed is refused");
    ok(waiting <= 3 * 4, "few changed answers make the client wait: %u", waiting);
    for (size_t i = 0; i < 3; i++) { /* room size, operation, state of the response */
        for (int value = 0; value < 256; value++) {
            if ((unsigned char)said[ends[0] + i] == value) continue;
            memcpy(copy, said, ends[2]);
            copy[ends[0] + i] = (char)value;
            if (play(copy, ends[2], ends[2]) == HANDSHAKE_ANSWERED) answered++;
        }
    }
    ok(answered == 0, "an answer with any other header is refused");
}

static void keys_demanded(void)
{
    unsigned char other[FINGERPRINT];

    memcpy(other, fingerprint, FINGERPRINT);
    start(&again, other);
    ok(handshake_take(&again, said, ends[0]) == HANDSHAKE_ON, "the key that was demanded");
    other[31] ^= 1;
    start(&again, other);
    handshake_sent(&again, KEY_REQUEST);
    ok(handshake_take(&again, said, ends[0]) == HANDSHAKE_KEY_CHANGED
       && memcmp(again.fingerprint, fingerprint, FINGERPRINT) == 0,
       "a key that differs from the demanded one ends the handshake");
    ok(again.out_start == again.out_end, "nothing is sent to a server with another key");

    handshake_start(&again, NULL, NULL, given_pair(), peer_fill, NULL);
    handshake_sent(&again, KEY_REQUEST);
    ok(handshake_take(&again, said, ends[0]) == HANDSHAKE_KEY_SEEN
       && memcmp(again.fingerprint, fingerprint, FINGERPRINT) == 0
       && again.out_start == again.out_end, "a client that only asks for the key sends no request");
}

static void statuses(void)
{
    char copy[sizeof said], answers[256];
    int understood = 0;

    for (int status = TCRP_ROOM_EXISTS; status <= TCRP_APART; status++) {
        char byte = (char)status;
        size_t size = sealed_frame(&handshake.keys, TCRP_JOIN, TCRP_RESPONSE, 0, &byte, 1, answers);
        memcpy(copy, said, ends[0]);
        memcpy(copy + ends[0], answers, size);
        bool good = play(copy, ends[0] + size, 50) == HANDSHAKE_ANSWERED && again.status == status;
        understood += good;
        if (!good) printf("# status %d is not understood\n", status);
    }
    ok(understood == TCRP_APART, "every status is understood");

    static const struct {
        char status;
        enum handshake_progress progress;
    } clear[] = {{5, HANDSHAKE_UNAUTHENTICATED},
                 {9, HANDSHAKE_UNAUTHENTICATED},
                 {0, HANDSHAKE_MALFORMED},
                 {3, HANDSHAKE_MALFORMED},
                 {10, HANDSHAKE_MALFORMED}};
    for (size_t i = 0; i < sizeof clear / sizeof clear[0]; i++) {
        size_t size = frame(TCRP_KEY, TCRP_RESPONSE, &clear[i].status, 1, answers);
        bool first = play(answers, size, size) == clear[i].progress;
        size = frame(TCRP_JOIN, TCRP_RESPONSE, &clear[i].status, 1, answers);
        memcpy(copy, said, ends[0]);
        memcpy(copy + ends[0], answers, size);
        ok(first && play(copy, ends[0] + size, 1000) == clear[i].progress,
           "the status %d in the clear ends the handshake", clear[i].status);
    }
    char busy = TCRP_BUSY;
    memcpy(copy, said, ends[1]);
    size_t size = frame(TCRP_JOIN, TCRP_RESPONSE, &busy, 1, copy + ends[1]);
    ok(play(copy, ends[1] + size, 1000) == HANDSHAKE_MALFORMED,
       "a status in the clear after a sealed one is malformed");
}

/* All bytes that are drawn at a time are the same: those in place of s, then k, then its seed. */
enum { INSTEAD = 0xC3, FIRST = 0xE7, SECOND = 0xD5 };

static void all_same(void *context, void *bytes, size_t size)
{
    static const int drawn[] = {INSTEAD, FIRST, SECOND};
    unsigned *draws = context;

    if (*draws > 2) abort();
    memset(bytes, drawn[(*draws)++], size);
}

/* What is drawn for an exchange, and what becomes of it. */
static void drawn(void)
{
    unsigned char k[SEAL_KEY], seed[OAEP_SEED], block[RSA_BYTES], encoded[RSA_BYTES];
    char plain[REQUEST_LIMIT];
    struct request request = make_request();
    size_t size = request_encode(&request, plain);
    unsigned draws = 0;

    memset(k, FIRST, sizeof k);
    memset(seed, SECOND, sizeof seed);
    if (!oaep_encrypt(modulus, "", k, sizeof k, seed, block)) abort();
    rsa_private(&key, block, encoded);
    wiped_begin();
    handshake_start(&again, &request, NULL, given_pair(), all_same, &draws);
    ok(wiped_itself(&again.pair, sizeof again.pair), "the owner's pair is wiped at once");
    wiped_begin();
    struct rsa_key pair = again.pair;
    if (handshake_take(&again, said, ends[0]) != HANDSHAKE_ON) abort();
    ok(memcmp(again.out + KEY_REQUEST + TCRP_HEADER, block, RSA_BYTES) == 0,
       "all bytes of k and of its padding are random");
    ok(wiped_itself(k, sizeof k) && wiped_itself(seed, sizeof seed),
       "k and its padding are wiped after sealing");
    ok(wiped_times(s, sizeof s) >= 2, "s is, where it was opened and where it was used");
    ok(wiped_itself(&pair, sizeof pair), "the client's key pair is wiped");
    ok(wiped_has(plain, size), "the plain request is wiped");
    ok(wiped_has(encoded, sizeof encoded), "the input of RSA is wiped");
    wiped_end();
    handshake_end(&again);
}

/* --- both ways --- */

/* How the client goes on with such a block in the key response: does the server open its
   request? */
static bool opened_with(const unsigned char block[BLOCK_BYTES])
{
    char kept[sizeof said], opened[REQUEST_LIMIT + 256];
    struct handshake whole_one = handshake;
    struct request request;
    struct seal_keys keys;

    memcpy(kept, said, sizeof kept);
    memcpy(said + BLOCK_AT, block, BLOCK_BYTES);
    start(&handshake, NULL);
    bool asks = handshake_take(&handshake, said, ends[0]) == HANDSHAKE_ON
        && handshake.out_end == whole_one.out_end;
    if (!asks) printf("# the client does not go on\n");
    bool opens = serve(&keys, &request, opened) || !asks;
    /* And what the server says to it, a status under keys of its own, is no answer. */
    size_t size = sealed_frame(&keys, TCRP_JOIN, TCRP_RESPONSE, 0, "\3", 1, said + ends[0]);
    bool believed = handshake_take(&handshake, said + ends[0], size) == HANDSHAKE_ANSWERED;
    handshake = whole_one;
    memcpy(said, kept, sizeof kept);
    if (believed != opens) printf("# the answer is %s\n", believed ? "believed" : "none");
    return opens;
}

/* A random source that is none: what is drawn shows. */
static void always_same(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0xA5, size);
}

static void blocks(void)
{
    unsigned char theirs[RSA_BYTES], block[BLOCK_BYTES], kept[SEAL_KEY];
    struct request request = make_request();
    char opened[REQUEST_LIMIT + 256];
    struct seal_keys keys;

    rsa_modulus(given_pair(), theirs);
    block_seal(theirs, BLOCK_TO_CLIENT, s, peer_fill, NULL, block);
    ok(opened_with(block), "s under our key: the server opens the request");
    block[100] ^= 1;
    ok(!opened_with(block), "a changed block leads to other keys");
    memcpy(block, theirs, BLOCK_BYTES);
    ok(!opened_with(block), "a block that is our modulus leads to other keys");
    memset(block, 0xFF, BLOCK_BYTES);
    ok(!opened_with(block), "a block that is more than our modulus leads to other keys");
    memset(block, 0, BLOCK_BYTES);
    ok(!opened_with(block), "a block of zeros leads to other keys");
    block_seal(theirs, BLOCK_TO_SERVER, s, peer_fill, NULL, block);
    ok(!opened_with(block), "a block with the other direction's label leads to other keys");
    block_seal(modulus, BLOCK_TO_CLIENT, s, peer_fill, NULL, block);
    ok(!opened_with(block), "a block under the server's own key leads to other keys");

    memset(said + BLOCK_AT, 0, BLOCK_BYTES);
    handshake_end(&handshake);
    handshake_start(&handshake, &request, NULL, given_pair(), always_same, NULL);
    memcpy(kept, s, sizeof s);
    memset(s, 0xA5, sizeof s);
    ok(handshake_take(&handshake, said, ends[0]) == HANDSHAKE_ON && serve(&keys, &request, opened),
       "all 32 bytes of a replacement for s are random");
    memcpy(s, kept, sizeof s);
}

static bool is_wiped(const struct rsa_key *pair)
{
    static const struct rsa_key zeros;

    return memcmp(pair, &zeros, sizeof zeros) == 0;
}

static void the_pair(void)
{
    struct request request = make_request();
    struct rsa_key *pair = given_pair();
    char answers[TCRP_HEADER + 1], busy = TCRP_BUSY;

    handshake_start(&again, &request, NULL, pair, peer_fill, NULL);
    ok(is_wiped(pair) && !is_wiped(&again.pair), "the pair is moved, not copied");
    handshake_take(&again, said, ends[0]);
    ok(again.progress == HANDSHAKE_ON && is_wiped(&again.pair),
       "the key pair is wiped when the server's block is opened");
    start(&again, NULL);
    size_t size = frame(TCRP_KEY, TCRP_RESPONSE, &busy, 1, answers);
    ok(handshake_take(&again, answers, size) == HANDSHAKE_UNAUTHENTICATED && is_wiped(&again.pair),
       "the key pair is wiped if no block comes");
    start(&again, fingerprint);
    handshake_end(&again);
    ok(is_wiped(&again.pair), "the key pair is wiped if the handshake is given up");
}

/* What was before: the modulus and N. And nothing must lead back there. */
static void no_way_back(void)
{
    char old[KEY_FRAME], status = TCRP_MALFORMED;

    size_t size = frame(TCRP_KEY, TCRP_RESPONSE, said + TCRP_HEADER, RSA_BYTES + SEAL_KEY, old);
    start(&again, NULL);
    handshake_sent(&again, again.out_end);
    ok(handshake_take(&again, old, size) == HANDSHAKE_MALFORMED && again.out_start == again.out_end,
       "a key response without a block is malformed, and nothing is asked");
    size = frame(TCRP_KEY, TCRP_RESPONSE, said + TCRP_HEADER, BLOCK_KEY_RESPONSE - 1, old);
    ok(play(old, size, size) == HANDSHAKE_MALFORMED,
       "a key response with a short block is malformed");
    for (int i = 0; i < 2; i++, status = TCRP_BUSY) {
        size = frame(TCRP_KEY, TCRP_RESPONSE, &status, 1, old);
        start(&again, NULL);
        handshake_sent(&again, again.out_end);
        bool over = handshake_take(&again, old, size) == HANDSHAKE_UNAUTHENTICATED;
        handshake_take(&again, said, ends[2]);
        ok(over && again.progress == HANDSHAKE_UNAUTHENTICATED && again.out_start == again.out_end,
           "nothing is sent after a %d in the clear", status);
    }
}

static void nonsense(void)
{
    char copy[sizeof said];
    size_t size;
    int believed = 0, malformed = 0;

    memcpy(copy, said, ends[0]);
    memset(copy + TCRP_HEADER, 0, RSA_BYTES);
    ok(play(copy, ends[0], 1000) == HANDSHAKE_MALFORMED, "a modulus that is none");
    memset(copy, 0xFF, sizeof copy);
    ok(play(copy, sizeof copy, 1000) == HANDSHAKE_MALFORMED, "a frame that is too long");
    size = frame(TCRP_JOIN, TCRP_RESPONSE, modulus, RSA_BYTES, copy);
    ok(play(copy, size, 1000) == HANDSHAKE_MALFORMED, "a frame out of order is malformed");
    memcpy(copy, said, ends[2]);
    size = ends[0] + sealed_frame(&handshake.keys, TCRP_CREATE, TCRP_RESPONSE, 0, "", 1,
                                  copy + ends[0]);
    ok(play(copy, size, 1000) == HANDSHAKE_MALFORMED,
       "an answer to another operation is malformed");
    size = ends[1] + sealed_frame(&handshake.keys, TCRP_JOIN, TCRP_COMPLETE, 0, "x", 1,
                                  copy + ends[1]);
    memcpy(copy, said, ends[1]);
    ok(play(copy, size, 1000) == HANDSHAKE_MALFORMED, "an answer with a wrong number is malformed");
    for (int i = 0; i < 2000; i++) {
        size = 1 + peer_below(400);
        peer_fill(NULL, copy, size);
        memset(copy + 3, 0, 26);
        handshake_start(&again, NULL, NULL, given_pair(), peer_fill, NULL);
        for (int j = 0; j < 3; j++) handshake_take(&again, copy, size);
        believed += again.progress == HANDSHAKE_KEY_SEEN || again.progress == HANDSHAKE_ANSWERED;
        malformed += again.progress == HANDSHAKE_MALFORMED;
    }
    ok(believed == 0 && malformed > 1000, "random bytes are no key and no answer");
}

int main(void)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME];

    plan(55);
    hex(p_text, p);
    hex(q_text, q);
    if (!rsa_from_primes(&key, p, q, peer_fill, NULL)) return 1;
    rsa_modulus(&key, modulus);
    sha256(modulus, sizeof modulus, fingerprint);
    peer_fill(NULL, n, sizeof n);
    peer_fill(NULL, m, sizeof m);
    peer_fill(NULL, proof, sizeof proof);
    peer_fill(NULL, room_id, sizeof room_id);
    peer_fill(NULL, s, sizeof s);
    whole();
    pieces();
    changes();
    keys_demanded();
    statuses();
    drawn();
    the_pair();
    no_way_back();
    nonsense();
    blocks();
    handshake_end(&handshake);
    return done();
}
