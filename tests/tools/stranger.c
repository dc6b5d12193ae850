/*
 * stranger: an attacker in the place of a server of stage 3, with a key of its own, who records
 * what clients reveal.
 *
 *     stranger [-b | -g | -o] PORT KEYFILE [WORD...]
 *
 * It listens on PORT of 127.0.0.1 (0: a free one) and prints `stranger: listening on N`. It shows
 * its key to each client, and prints what it can open of the request that follows:
 *
 *     stranger: has shown its key                     at once, and
 *     stranger: USER wants ROOM, without a password   or
 *     stranger: has a proof for ROOM                  and then, if a WORD fits,
 *     stranger: the password of ROOM is WORD
 *
 *     stranger: a request came, and does not open
 *
 * Then it hangs up; with -b it first sends `busy` in the clear, as anybody on the path could. With
 * -g the block that it sends for s is 256 zeros, and with -o it sends none, as a server did when
 * RSA went one way only. It serves several connections one after the other; each has five seconds.
 *
 * Model: a man in the middle who wants only the password needs no more than this. The server's own
 * code opens the request, so what it prints is what a client of ours has revealed.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../stage3/crypto/oaep.h"
#include "../../stage3/crypto/rsa.h"
#include "../../stage3/crypto/sha256.h"
#include "../../stage3/member/password.h"
#include "../../stage3/wire/block.h"
#include "../../stage3/wire/request.h"
#include "../../stage3/wire/seal.h"
#include "../../stage3/wire/tcrp.h"
#include "primes.h"
#include "tool.h"

enum { TIMEOUT = 5000 }; /* milliseconds for one connection */

static struct rsa_key key;
static unsigned char modulus[RSA_BYTES], fingerprint[SHA256_BYTES];
static bool says_busy, sends_garbage, is_old;

static void system_random(void *context, void *bytes, size_t size)
{
    FILE *file = fopen("/dev/urandom", "rb");

    (void)context;
    if (!file || fread(bytes, 1, size, file) != size) tool_die(TOOL_FAILED, "no random bytes");
    fclose(file);
}

static void read_key(const char *path)
{
    primes_read(path, &key);
    rsa_modulus(&key, modulus);
    sha256(modulus, sizeof modulus, fingerprint);
}

static int listen_on(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0
        || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 16) != 0
        || getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        tool_die(TOOL_FAILED, "cannot listen: %s", strerror(errno));
    }
    printf("stranger: listening on %u\n", (unsigned)ntohs(address.sin_port));
    return fd;
}

/* Reads until there are `wanted` bytes. False: they do not come. */
static bool read_up_to(int fd, char *bytes, size_t *have, size_t wanted, int64_t until)
{
    while (*have < wanted) {
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        int64_t left = until - tool_now();
        if (left <= 0 || poll(&polled, 1, (int)left) <= 0) return false;
        ssize_t size = recv(fd, bytes + *have, wanted - *have, 0);
        if (size <= 0) return false;
        *have += (size_t)size;
    }
    return true;
}

/* A frame. False: none comes. */
static bool read_frame(int fd, char *bytes, struct tcrp_frame *frame, size_t *size, int64_t until)
{
    size_t have = 0;

    if (!read_up_to(fd, bytes, &have, TCRP_HEADER, until)) return false;
    while (tcrp_decode(bytes, have, frame, size) == TCRP_MORE) {
        if (have == TCRP_FRAME_LIMIT || !read_up_to(fd, bytes, &have, have + 1, until)) return false;
    }
    return tcrp_decode(bytes, have, frame, size) == TCRP_FRAME;
}

static void guess(const struct request *request, char **words)
{
    unsigned char proof[SEAL_KEY], secret[SEAL_KEY];
    struct pbkdf2 work;

    for (; *words; words++) {
        struct text word = {*words, strlen(*words)};
        password_start(&work, word, fingerprint, request->room);
        while (!pbkdf2_step(&work, PASSWORD_ROUNDS)) continue;
        password_end(&work, proof, secret);
        if (memcmp(proof, request->proof, sizeof proof) != 0) continue;
        printf("stranger: the password of %.*s is %s\n", (int)request->room.size,
               request->room.bytes, *words);
    }
}

static void show(const struct request *request, char **words)
{
    int user = (int)request->user.size, room = (int)request->room.size;

    if (request->operation == TCRP_LIST) {
        printf("stranger: somebody wants the list\n");
    } else if (!request->proof) {
        printf("stranger: %.*s wants %.*s, without a password\n", user, request->user.bytes, room,
               request->room.bytes);
    } else {
        printf("stranger: has a proof for %.*s\n", room, request->room.bytes);
        guess(request, words);
    }
}

/* The random values that the stranger has drawn: N, and s. */
struct drawn {
    unsigned char n[SEAL_KEY], s[SEAL_KEY];
};

/* Opens the request; `transcript` has all bytes of the connection so far. */
static void take_request(int fd, struct sha256 *transcript, const struct drawn *drawn,
                         char **words, int64_t until)
{
    char bytes[TCRP_FRAME_LIMIT];
    unsigned char k[SEAL_KEY], t[SHA256_BYTES];
    struct seal_keys keys;
    struct tcrp_frame frame;
    struct request request;
    size_t size;

    if (!read_frame(fd, bytes, &frame, &size, until)) return;
    if (frame.payload.size < RSA_BYTES + SEAL_TAG) return;
    char *block = bytes + TCRP_HEADER, *sealed = block + RSA_BYTES;
    size_t sealed_size = frame.payload.size - RSA_BYTES;
    sha256_add(transcript, bytes, TCRP_HEADER + RSA_BYTES);
    sha256_end(transcript, t);
    if (!oaep_decrypt(&key, "", (unsigned char *)block, k, sizeof k)) return;
    seal_keys_make(&keys, drawn->n, k, drawn->s, t);
    if (!seal_open(keys.request, 0, (struct span){bytes, TCRP_HEADER},
                   (struct span){sealed, sealed_size}, sealed)) {
        printf("stranger: a request came, and does not open\n");
        return;
    }
    if (request_decode((enum tcrp_operation)frame.operation,
                       (struct text){sealed, sealed_size - SEAL_TAG}, &request)) {
        show(&request, words);
    }
}

static void serve(int fd, char **words)
{
    char bytes[TCRP_FRAME_LIMIT], answer[TCRP_HEADER + BLOCK_KEY_RESPONSE];
    int64_t until = tool_now() + TIMEOUT;
    struct tcrp_frame frame;
    struct sha256 transcript;
    struct drawn drawn;
    size_t size;

    if (!read_frame(fd, bytes, &frame, &size, until) || frame.operation != TCRP_KEY) return;
    if (frame.payload.size != BLOCK_KEY_REQUEST) return;
    sha256_start(&transcript);
    sha256_add(&transcript, bytes, size);
    frame = (struct tcrp_frame){.operation = TCRP_KEY, .state = TCRP_RESPONSE};
    tcrp_encode(frame, answer);
    size = is_old ? RSA_BYTES + SEAL_KEY : BLOCK_KEY_RESPONSE;
    tcrp_set_payload_size(answer, size);
    size += TCRP_HEADER;
    system_random(NULL, &drawn, sizeof drawn);
    memcpy(answer + TCRP_HEADER, modulus, RSA_BYTES);
    memcpy(answer + TCRP_HEADER + RSA_BYTES, drawn.n, SEAL_KEY);
    block_seal((unsigned char *)bytes + TCRP_HEADER, BLOCK_TO_CLIENT, drawn.s, system_random, NULL,
               (unsigned char *)answer + TCRP_HEADER + RSA_BYTES + SEAL_KEY);
    if (sends_garbage) memset(answer + sizeof answer - BLOCK_BYTES, 0, BLOCK_BYTES);
    sha256_add(&transcript, answer, size);
    if (send(fd, answer, size, 0) != (ssize_t)size) return;
    printf("stranger: has shown its key\n");
    take_request(fd, &transcript, &drawn, words, until);
    frame.operation = TCRP_JOIN;
    frame.payload = (struct text){(char[]){TCRP_BUSY}, 1};
    if (says_busy) (void)!send(fd, answer, tcrp_encode(frame, answer), 0);
}

int main(int argc, char **argv)
{
    tool_start("stranger");
    says_busy = argc > 1 && strcmp(argv[1], "-b") == 0;
    sends_garbage = argc > 1 && strcmp(argv[1], "-g") == 0;
    is_old = argc > 1 && strcmp(argv[1], "-o") == 0;
    if (says_busy || sends_garbage || is_old) argv++, argc--;
    if (argc < 3) tool_die(TOOL_USAGE, "usage: stranger [-b | -g | -o] PORT KEYFILE [WORD...]");
    setvbuf(stdout, NULL, _IOLBF, 0);
    read_key(argv[2]);
    int listener = listen_on((uint16_t)tool_number("PORT", argv[1], 0, 65535));

    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) continue;
        serve(fd, argv + 3);
        close(fd);
    }
}
