/* links: stage3/member/password.c stage3/wire/seal.c stage3/crypto/aead.c */
/* links: stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/pbkdf2.c */
/* links: stage3/crypto/sha256.c stage3/base/text.c */
/*
 * password: what comes of a password, compared with what Python's hashlib and hmac make of it; a
 * line that opens for nobody but whom it was sealed by; and what is wiped on the way.
 */
#include "member/password.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "tap.h"
#include "wiped.h"

static const char password[] = "open sesame", room[] = "部屋";

/* pbkdf2_hmac('sha256', password, b'chat3' + bytes(range(32)) + room, 600000), and of that
   hmac(P, b'proof') and hmac(P, b'room'). */
static const char p_digits[] = "7f0bfd9ee6635516b20c0e0cd6c4a1e91954145419ffd0f2200e012fcac849a5";
static const char proof_digits[] =
    "256d2094b6fb024f82126da9cd508bdf32436158c5d72f6619b2e369ac1c9600";
static const char secret_digits[] =
    "3adf972a8464069170683c82fd86adad6653a4f58d7376dce46b99d9690daead";

/* hmac(secret, b'say' + bytes(range(100, 116)) + bytes(range(200, 216))) */
static const char key_digits[] = "fc3189756fbe42f4a9e9eefd7370003aa7d30d20b3413b455e23a9335aa50c29";

static unsigned char proof[SEAL_KEY], secret[SEAL_KEY];
static unsigned char room_id[SEAL_ID], member[SEAL_ID];

static void passwords(void)
{
    static const struct pbkdf2 zeros;
    static struct pbkdf2 work;
    unsigned char fingerprint[SHA256_BYTES], p[SEAL_KEY];

    hex(p_digits, p);
    for (unsigned i = 0; i < sizeof fingerprint; i++) fingerprint[i] = (unsigned char)i;
    password_start(&work, text_of(password), fingerprint, text_of(room));
    while (!pbkdf2_step(&work, PASSWORD_ROUNDS / 7)) continue;
    wiped_begin();
    password_end(&work, proof, secret);
    wiped_end();
    ok(is_hex(proof, sizeof proof, proof_digits), "the proof is the one that others compute");
    ok(is_hex(secret, sizeof secret, secret_digits),
       "the room's secret is the one that others compute");
    ok(wiped_has(p, sizeof p), "the common origin of both is wiped");
    ok(memcmp(&work, &zeros, sizeof work) == 0, "the working state is wiped");
}

static void lines(void)
{
    char text[] = "hello", sealed[5 + SEAL_TAG], again[5 + SEAL_TAG], opened[5 + 1] = "";
    struct password_line line = {room_id, member, text_of("alice"), 7, {text, 5}};
    unsigned char key[SEAL_KEY];

    hex(key_digits, key);
    wiped_begin();
    password_seal(secret, &line, sealed);
    ok(wiped_has(key, sizeof key), "a line is sealed with its member's key, which is wiped");
    line.text = (struct text){sealed, sizeof sealed};
    memcpy(again, sealed, sizeof sealed);
    wiped_begin();
    ok(password_open(secret, &line, opened) && memcmp(opened, "hello", 5) == 0,
       "a sealed line opens");
    ok(wiped_has(key, sizeof key), "the member's key is wiped after opening");
    wiped_begin();
    line.number++;
    ok(!password_open(secret, &line, opened) && wiped_has(key, sizeof key),
       "a line does not open under another number, and the key is wiped");
    wiped_end();
    line.number--;
    line.name = text_of("alicf");
    ok(!password_open(secret, &line, opened), "a line does not open under another name");
    line.name = text_of("alice");
    member[SEAL_ID - 1] ^= 1;
    ok(!password_open(secret, &line, opened), "a line does not open for another member");
    member[SEAL_ID - 1] ^= 1;
    room_id[SEAL_ID - 1] ^= 1;
    ok(!password_open(secret, &line, opened), "a line does not open in another room");
    room_id[SEAL_ID - 1] ^= 1;
    secret[SEAL_KEY - 1] ^= 1;
    ok(!password_open(secret, &line, opened), "a line does not open with another secret");
    secret[SEAL_KEY - 1] ^= 1;
    ok(password_open(secret, &line, opened), "the unchanged line opens again");
}

/* A line of no bytes is a tag alone; what is shorter is none. */
static void sizes(void)
{
    unsigned refused = 0;
    struct password_line line = {room_id, member, text_of("a"), 1, {NULL, 0}};
    char tag[SEAL_TAG], nothing[1];

    password_seal(secret, &line, tag);
    line.text = (struct text){tag, sizeof tag};
    ok(password_open(secret, &line, nothing),
       "an empty line is sealed to %d bytes and opens", SEAL_TAG);
    for (size_t size = 0; size < SEAL_TAG; size++) {
        char *copy = malloc(size + 1);
        if (!copy) abort();
        memcpy(copy, tag, size);
        line.text = (struct text){copy, size};
        refused += !password_open(secret, &line, nothing);
        free(copy);
    }
    ok(refused == SEAL_TAG, "fewer bytes do not");
}

int main(void)
{
    plan(15);
    for (unsigned i = 0; i < SEAL_ID; i++) {
        room_id[i] = (unsigned char)(100 + i);
        member[i] = (unsigned char)(200 + i);
    }
    passwords();
    lines();
    sizes();
    return done();
}
