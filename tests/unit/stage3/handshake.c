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

#include "crypto/oaep.h"
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

enum { ANSWER = 300, KEY_FRAME = TCRP_HEADER + RSA_BYTES + SEAL_KEY };

static struct rsa_key key;
static unsigned char modulus[RSA_BYTES], fingerprint[FINGERPRINT], n[SEAL_KEY], m[SEAL_KEY];
static unsigned char room_id[SEAL_ID], proof[SEAL_KEY];
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

    seal(keys->answer, number, out, TCRP_HEADER, text, size, out + TCRP_HEADER);
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
    handshake_start(one, &request, demanded, peer_fill, NULL);
}

/* The server's half of the keys, as the protocol has it. False: the request is no good. */
static bool serve(struct seal_keys *keys, struct request *request, char *opened)
{
    const char *header = handshake.out + TCRP_HEADER, *block = header + TCRP_HEADER;
    size_t payload = handshake.out_end - 2 * TCRP_HEADER;
    unsigned char k[SEAL_KEY], t[SHA256_BYTES];
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, handshake.out, TCRP_HEADER);
    sha256_add(&hash, said, KEY_FRAME);
    sha256_add(&hash, header, TCRP_HEADER + RSA_BYTES);
    sha256_end(&hash, t);
    if (!oaep_decrypt(&key, "", (const unsigned char *)block, k, sizeof k)) return false;
    seal_keys_make(keys, n, k, t);
    if (!seal_open(keys->request, 0, header, TCRP_HEADER, block + RSA_BYTES, payload - RSA_BYTES,
                   opened)) return false;
    return request_decode(TCRP_JOIN,
                          (struct text){opened, payload - RSA_BYTES - SEAL_TAG}, request);
}

/* Plays the whole exchange once, and keeps what the server said. */
static void whole(void)
{
    unsigned char payload[RSA_BYTES + SEAL_KEY];
    char opened[REQUEST_LIMIT + 256], answer[ANSWER];
    struct seal_keys keys;
    struct request request;
    struct tcrp_frame sent;
    size_t size;

    memcpy(payload, modulus, RSA_BYTES);
    memcpy(payload + RSA_BYTES, n, SEAL_KEY);
    ends[0] = frame(TCRP_KEY, TCRP_RESPONSE, payload, sizeof payload, said);
    start(&handshake, NULL);
    ok(handshake.out_end == TCRP_HEADER
       && tcrp_decode(handshake.out, handshake.out_end, &sent, &size) == TCRP_FRAME
       && sent.operation == TCRP_KEY && sent.state == TCRP_REQUEST && sent.room.size == 0,
       "it asks for the key first");
    handshake_sent(&handshake, TCRP_HEADER);
    ok(handshake_take(&handshake, said, ends[0]) == HANDSHAKE_ON
           && handshake.out_end > handshake.out_start,
       "then it asks for what it wants");
    ok(memcmp(handshake.fingerprint, fingerprint, FINGERPRINT) == 0, "the fingerprint is right");
    ok(serve(&keys, &request, opened), "the server can open that");
    ok(text_equal(request.room, text_of("部屋")) && text_equal(request.user, text_of("alice"))
       && memcmp(request.m, m, SEAL_KEY) == 0 && memcmp(request.proof, proof, SEAL_KEY) == 0
       && memcmp(request.room_id, room_id, SEAL_ID) == 0 && request.next == 77
       && request.number == 5, "and it is what was wished for");
    bool clear = false;
    for (size_t i = 0; i + SEAL_KEY <= handshake.out_end; i++) {
        if (memcmp(handshake.out + i, m, SEAL_KEY) == 0) clear = true;
        if (memcmp(handshake.out + i, "alice", 5) == 0) clear = true;
    }
    ok(!clear, "nobody else can read it");

    memset(answer, 'a', sizeof answer);
    ends[1] = ends[0] + sealed_frame(&keys, TCRP_JOIN, TCRP_RESPONSE, 0, "", 1, said + ends[0]);
    ends[2] = ends[1] + sealed_frame(&keys, TCRP_JOIN, TCRP_COMPLETE, 1, answer, ANSWER,
                                     said + ends[1]);
    ok(handshake_take(&handshake, said + ends[0], ends[2] - ends[0]) == HANDSHAKE_ANSWERED
       && handshake.status == TCRP_OK && handshake.answer.size == ANSWER
       && memcmp(handshake.answer.bytes, answer, ANSWER) == 0, "the answer is opened");
    ok(memcmp(&handshake.keys, &keys, sizeof keys) == 0, "both have the same keys");
    ok(handshake_take(&handshake, "more", 4) == HANDSHAKE_ANSWERED,
       "what comes after it is thrown away");
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
    ok(right, "in whatever pieces it comes");
    right = true;
    for (size_t cut = 0; cut < ends[2]; cut++) {
        if (play(said, cut, cut == 0 ? 1 : cut) != HANDSHAKE_ON) right = false;
    }
    ok(right, "as long as a byte is missing, it waits");
    handshake_end(&again);
    static const struct handshake zeros;
    ok(memcmp(&again, &zeros, sizeof zeros) == 0, "at the end nothing is left of it");
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
    ok(answered == 0, "with any byte changed there is no answer");
    ok(waiting <= 3 * 4, "and hardly ever a wait: %u", waiting);
    for (size_t i = 0; i < 3; i++) { /* room size, operation, state of the response */
        for (int value = 0; value < 256; value++) {
            if ((unsigned char)said[ends[0] + i] == value) continue;
            memcpy(copy, said, ends[2]);
            copy[ends[0] + i] = (char)value;
            if (play(copy, ends[2], ends[2]) == HANDSHAKE_ANSWERED) answered++;
        }
    }
    ok(answered == 0, "whatever the header says");
}

static void keys_demanded(void)
{
    unsigned char other[FINGERPRINT];

    memcpy(other, fingerprint, FINGERPRINT);
    start(&again, other);
    ok(handshake_take(&again, said, ends[0]) == HANDSHAKE_ON, "the key that was demanded");
    other[31] ^= 1;
    start(&again, other);
    handshake_sent(&again, TCRP_HEADER);
    ok(handshake_take(&again, said, ends[0]) == HANDSHAKE_KEY_CHANGED
       && memcmp(again.fingerprint, fingerprint, FINGERPRINT) == 0, "another key");
    ok(again.out_start == again.out_end, "is not asked for anything");

    handshake_start(&again, NULL, NULL, peer_fill, NULL);
    handshake_sent(&again, TCRP_HEADER);
    ok(handshake_take(&again, said, ends[0]) == HANDSHAKE_KEY_SEEN
       && memcmp(again.fingerprint, fingerprint, FINGERPRINT) == 0
       && again.out_start == again.out_end, "one who only wants to see the key");
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
           "status %d in the clear", clear[i].status);
    }
    char busy = TCRP_BUSY;
    memcpy(copy, said, ends[1]);
    size_t size = frame(TCRP_JOIN, TCRP_RESPONSE, &busy, 1, copy + ends[1]);
    ok(play(copy, ends[1] + size, 1000) == HANDSHAKE_MALFORMED,
       "but not after one that was sealed");
}

/* All bytes that are drawn at a time are the same, first these, then those. */
enum { FIRST = 0xE7, SECOND = 0xD5 };

static void all_same(void *context, void *bytes, size_t size)
{
    unsigned *draws = context;

    memset(bytes, (*draws)++ == 0 ? FIRST : SECOND, size);
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
    handshake_start(&again, &request, NULL, all_same, &draws);
    handshake_sent(&again, TCRP_HEADER);
    wiped_begin();
    if (handshake_take(&again, said, ends[0]) != HANDSHAKE_ON) abort();
    ok(memcmp(again.out + 2 * TCRP_HEADER, block, RSA_BYTES) == 0,
       "all bytes of k are drawn, and all that hide it in the RSA block");
    ok(wiped_itself(k, sizeof k) && wiped_itself(seed, sizeof seed),
       "both are wiped when the request is sealed");
    ok(wiped_has(plain, size), "so is the request as it was");
    ok(wiped_has(encoded, sizeof encoded), "and what went into RSA");
    wiped_end();
    handshake_end(&again);
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
    ok(play(copy, size, 1000) == HANDSHAKE_MALFORMED, "another frame than the one that is due");
    memcpy(copy, said, ends[2]);
    size = ends[0] + sealed_frame(&handshake.keys, TCRP_CREATE, TCRP_RESPONSE, 0, "", 1,
                                  copy + ends[0]);
    ok(play(copy, size, 1000) == HANDSHAKE_MALFORMED, "the answer to something else");
    size = ends[1] + sealed_frame(&handshake.keys, TCRP_JOIN, TCRP_COMPLETE, 0, "x", 1,
                                  copy + ends[1]);
    memcpy(copy, said, ends[1]);
    ok(play(copy, size, 1000) == HANDSHAKE_MALFORMED, "an answer under the wrong number");
    for (int i = 0; i < 2000; i++) {
        size = 1 + peer_below(400);
        peer_fill(NULL, copy, size);
        memset(copy + 3, 0, 26);
        handshake_start(&again, NULL, NULL, peer_fill, NULL);
        for (int j = 0; j < 3; j++) handshake_take(&again, copy, size);
        believed += again.progress == HANDSHAKE_KEY_SEEN || again.progress == HANDSHAKE_ANSWERED;
        malformed += again.progress == HANDSHAKE_MALFORMED;
    }
    ok(believed == 0 && malformed > 1000, "random bytes are no key and no answer");
}

int main(void)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME];

    plan(36);
    hex(p_text, p);
    hex(q_text, q);
    if (!rsa_from_primes(&key, p, q, peer_fill, NULL)) return 1;
    rsa_modulus(&key, modulus);
    sha256(modulus, sizeof modulus, fingerprint);
    peer_fill(NULL, n, sizeof n);
    peer_fill(NULL, m, sizeof m);
    peer_fill(NULL, proof, sizeof proof);
    peer_fill(NULL, room_id, sizeof room_id);
    whole();
    pieces();
    changes();
    keys_demanded();
    statuses();
    drawn();
    nonsense();
    handshake_end(&handshake);
    return done();
}
