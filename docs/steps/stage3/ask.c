/*
 * ask [PORT [FINGERPRINT]]: asks the stage3/server on this machine which rooms it has. FINGERPRINT
 * is that of the server's key, 64 digits, if you have it.
 *
 * New: the real exchange over TCP: RSA in both directions, a number drawn for each connection, a
 * hash of all that passed, a fingerprint. Request and answer are sealed with keys from all that.
 * Still wrong: it cannot join a room, and prints whatever bytes the server sends. watch.c does
 * better.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/constant.h"
#include "crypto/hmac.h"
#include "crypto/oaep.h"

enum {
    KEY = AEAD_KEY,         /* bytes of a key, and of what is drawn for one */
    HEADER = 32,            /* bytes of a frame before its payload */
    REQUEST_LIMIT = 1024, ANSWER_LIMIT = 65536, /* bytes of a request, and of its answer */
};
enum { JOIN = 2, LIST = 3, ASK_KEY = 4 };                /* operations */
enum { FOR_REQUEST, FOR_ANSWER, TO_SERVER, TO_MEMBER };  /* what a key is for */

/* What goes over the connection until both sides have keys, one piece behind the other. */
static struct {
    struct { unsigned char header[HEADER], modulus[RSA_BYTES]; } question;
    struct { unsigned char header[HEADER], modulus[RSA_BYTES], n[KEY], s[RSA_BYTES]; } reply;
    struct { unsigned char header[HEADER], k[RSA_BYTES], text[REQUEST_LIMIT]; } request;
} sent;
static struct { unsigned char header[HEADER], text[ANSWER_LIMIT]; } answer;
static struct rsa_key pair; /* for one exchange */
static const char *wanted;  /* the fingerprint that the user has given, or NULL */
static unsigned char keys[4][KEY];

static void die(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void system_random(void *context, void *bytes, size_t size)
{
    FILE *file = fopen("/dev/urandom", "rb");

    (void)context;
    if (!file || fread(bytes, 1, size, file) != size) abort();
    fclose(file);
}

/* Copies the bytes, and returns where they end. */
static unsigned char *put(unsigned char *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

/* HMAC(key, label ‖ more): a key from a key, for one purpose. */
static void derive(const unsigned char *key, const char *label, const void *more, size_t size,
                   unsigned char out[KEY])
{
    unsigned char text[64 + KEY], *end = put(put(text, label, strlen(label)), more, size);

    hmac(key, KEY, text, (size_t)(end - text), out);
}

static const unsigned char *nonce_of(uint64_t number)
{
    static unsigned char nonce[AEAD_NONCE];

    wire_put64(nonce + 4, number);
    return nonce;
}

static int open_socket(int type, const char *port)
{
    struct sockaddr_in there = {.sin_family = AF_INET};
    struct timeval timeout = {.tv_sec = 10};

    there.sin_port = htons((in_port_t)atoi(port));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, type, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    if (connect(fd, (struct sockaddr *)&there, sizeof there) != 0) die("there is no server");
    return fd;
}

static void put_header(unsigned char header[HEADER], int operation, size_t size)
{
    header[1] = (unsigned char)operation;
    wire_put64(header + HEADER - 8, size);
}

/* Reads a frame into `space` bytes. Returns the size of its payload. */
static size_t read_frame(int fd, int operation, int state, void *frame, size_t space)
{
    unsigned char *header = frame, *payload = header + HEADER;

    if (recv(fd, header, HEADER, MSG_WAITALL) != HEADER) die("the server does not answer");
    size_t size = wire_get32(header + HEADER - 4); /* no payload is so large as to need more */
    bool good = header[1] == operation && header[2] == state && size <= space - HEADER;
    if (!good || recv(fd, payload, size, MSG_WAITALL) != (ssize_t)size) die("that is no answer");
    return size;
}

static void check_fingerprint(void)
{
    unsigned char hash[KEY];
    char digits[2 * KEY + 1];

    sha256(sent.reply.modulus, RSA_BYTES, hash);
    for (int i = 0; i < KEY; i++) snprintf(digits + 2 * i, 3, "%02x", hash[i]);
    printf("* the fingerprint of the server's key is %s\n", digits);
    fflush(stdout);
    if (wanted != NULL && strcmp(wanted, digits) != 0) die("THAT IS ANOTHER KEY");
}

/* Makes the keys, for a request of `size` bytes. */
static void agree(int fd, int operation, size_t size)
{
    static const char *const labels[] = {"chat3 client request", "chat3 server answer",
                                         "chat3 client datagrams", "chat3 server datagrams"};
    unsigned char k_and_s[2 * KEY], seed[OAEP_SEED], opened[KEY], t[KEY], prk[KEY];

    rsa_modulus(&pair, sent.question.modulus);
    put_header(sent.question.header, ASK_KEY, RSA_BYTES);
    send(fd, &sent.question, sizeof sent.question, 0);
    size_t got = read_frame(fd, ASK_KEY, 1, &sent.reply, sizeof sent.reply);
    if (got != sizeof sent.reply - HEADER) die("the server is busy, or is another one");
    check_fingerprint();
    system_random(NULL, k_and_s, sizeof k_and_s); /* k; and s, if its block does not open */
    system_random(NULL, seed, sizeof seed);
    if (oaep_decrypt(&pair, "chat3 s", sent.reply.s, opened, KEY)) put(k_and_s + KEY, opened, KEY);
    wipe(&pair, sizeof pair); /* now nobody has what opens that block */
    if (!oaep_encrypt(sent.reply.modulus, "", k_and_s, KEY, seed, sent.request.k)) die("no key");
    put_header(sent.request.header, operation, RSA_BYTES + size + AEAD_TAG);
    sha256(&sent, sizeof sent - REQUEST_LIMIT, t);
    hmac(sent.reply.n, KEY, k_and_s, sizeof k_and_s, prk);
    for (int i = 0; i < 4; i++) derive(prk, labels[i], t, KEY, keys[i]);
}

/* Seals and sends the `size` bytes of sent.request.text. Returns how many come in answer.text. */
static size_t request(int fd, int operation, size_t size)
{
    unsigned char *text = sent.request.text;

    agree(fd, operation, size);
    aead_seal(keys[FOR_REQUEST], nonce_of(0), (struct span){sent.request.header, HEADER},
              (struct span){text, size}, text);
    send(fd, &sent.request, HEADER + RSA_BYTES + size + AEAD_TAG, 0);
    text = answer.text;
    for (int part = 0; part < 2; part++) { /* a status, and the answer */
        size = read_frame(fd, operation, 1 + part, &answer, sizeof answer);
        if (!aead_open(keys[FOR_ANSWER], nonce_of((uint64_t)part),
                       (struct span){answer.header, HEADER}, (struct span){text, size},
                       text)) die("the answer does not open");
        if (part == 1 || text[0] == 0) continue;
        printf("* refused with status %d\n", text[0]); /* docs/protocol.md has their meaning */
        exit(1);
    }
    return size - AEAD_TAG;
}

int main(int argc, char **argv)
{
    wanted = argc > 2 ? argv[2] : NULL;
    signal(SIGPIPE, SIG_IGN); /* a server that hangs up must not end us without a word */
    if (!rsa_generate(&pair, system_random, NULL)) die("no good random numbers");
    size_t size = request(open_socket(SOCK_STREAM, argc > 1 ? argv[1] : "9003"), LIST, 0);
    if (size == 0) printf("* there are no rooms\n");
    fwrite(answer.text, 1, size, stdout);
    return 0;
}
