/*
 * thief: an attacker who has recorded the traffic of stage 3, and has got keys later.
 *
 *     thief RECORDING KEYFILE [PAIR]
 *
 * KEYFILE is the server's key file, and PAIR a file with the key pair that clients had. It tries to
 * open each exchange of the recording (see record.h), and prints a line for each:
 *
 *     thief: connection N under MODULUS: USER wants ROOM, with a proof
 *     thief: connection N under MODULUS: nothing opens
 *
 * MODULUS is the beginning of the client's modulus, in hexadecimal digits. Then it tries all
 * datagrams with each of the keys that it has found, and prints
 *
 *     thief: N of N exchanges, N of N datagrams
 *
 * It ends with 0 if it could open an exchange, else with 1.
 *
 * Model: the server's own code opens the exchanges, so if anything can be opened with these keys,
 * it is. Without PAIR, thief knows k, but not s, and uses zeros for s.
 */
#include <stdlib.h>
#include <string.h>

#include "../../stage3/crypto/oaep.h"
#include "../../stage3/crypto/sha256.h"
#include "../../stage3/wire/block.h"
#include "../../stage3/wire/packet.h"
#include "../../stage3/wire/request.h"
#include "primes.h"
#include "record.h"
#include "tool.h"

enum {
    CONNECTIONS = 256,   /* more than a test has */
    REQUEST_ROOM = 8192, /* bytes; requests are far smaller */
    DIGITS = 8           /* bytes of a modulus that are printed */
};

/* The bytes of one direction of a connection, as far as they matter. */
struct stream {
    char bytes[REQUEST_ROOM];
    size_t size;
};

static struct stream up[CONNECTIONS], down[CONNECTIONS];
static struct seal_keys found[CONNECTIONS];
static size_t connections, found_count;
static struct rsa_key server_key, pair;
static bool has_pair;

static void add(struct stream *stream, const struct record_piece *piece)
{
    size_t room = sizeof stream->bytes - stream->size;
    size_t size = piece->size < room ? piece->size : room;

    memcpy(stream->bytes + stream->size, piece->bytes, size);
    stream->size += size;
}

static FILE *open_recording(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (!file) tool_die(TOOL_FAILED, "cannot read %s", path);
    return file;
}

static void read_connections(const char *path)
{
    static struct record_piece piece;
    FILE *file = open_recording(path);

    while (record_read(file, &piece)) {
        if (piece.connection >= CONNECTIONS) tool_die(TOOL_FAILED, "too many connections");
        if (piece.connection >= connections) connections = piece.connection + 1;
        if (piece.kind == RECORD_TCP_UP) add(&up[piece.connection], &piece);
        if (piece.kind == RECORD_TCP_DOWN) add(&down[piece.connection], &piece);
    }
    fclose(file);
}

/* s, if the pair is there and fits; else zeros. */
static void find_s(const unsigned char *block, unsigned char s[SEAL_KEY])
{
    memset(s, 0, SEAL_KEY);
    if (has_pair) (void)oaep_decrypt(&pair, BLOCK_TO_CLIENT, block, s, SEAL_KEY);
}

/* Derives the keys of an exchange, as far as possible. `request` is the client's second frame. */
static bool find_keys(const struct stream *sent, const struct stream *got, const char *request,
                      struct seal_keys *keys)
{
    const unsigned char *n = (const unsigned char *)got->bytes + TCRP_HEADER + RSA_BYTES;
    const unsigned char *block = (const unsigned char *)request + TCRP_HEADER;
    unsigned char k[SEAL_KEY], s[SEAL_KEY], t[SHA256_BYTES];
    struct sha256 transcript;

    sha256_start(&transcript);
    sha256_add(&transcript, sent->bytes, TCRP_HEADER + BLOCK_KEY_REQUEST);
    sha256_add(&transcript, got->bytes, TCRP_HEADER + BLOCK_KEY_RESPONSE);
    sha256_add(&transcript, request, TCRP_HEADER + BLOCK_BYTES);
    sha256_end(&transcript, t);
    if (!oaep_decrypt(&server_key, BLOCK_TO_SERVER, block, k, sizeof k)) return false;
    find_s(n + SEAL_KEY, s);
    seal_keys_make(keys, n, k, s, t);
    return true;
}

static bool open_exchange(const struct stream *sent, const struct stream *got,
                          struct request *request, char opened[REQUEST_ROOM])
{
    const char *frame = sent->bytes + TCRP_HEADER + BLOCK_KEY_REQUEST;
    size_t size = sent->size - TCRP_HEADER - BLOCK_KEY_REQUEST;
    struct seal_keys *keys = &found[found_count];

    if (!find_keys(sent, got, frame, keys)) return false;
    size_t sealed = size - TCRP_HEADER - BLOCK_BYTES;
    if (!seal_open(keys->request, 0, (struct span){frame, TCRP_HEADER},
                   (struct span){frame + TCRP_HEADER + BLOCK_BYTES, sealed}, opened)) return false;
    found_count++;
    return request_decode((enum tcrp_operation)frame[1],
                          (struct text){opened, sealed - SEAL_TAG}, request);
}

/* True: it was a whole exchange, and the client did not only ask for the key. */
static bool try_connection(size_t number)
{
    const struct stream *sent = &up[number], *got = &down[number];
    char opened[REQUEST_ROOM];
    struct request request;

    if (sent->size < 2 * TCRP_HEADER + BLOCK_KEY_REQUEST + BLOCK_BYTES + SEAL_TAG) return false;
    if (got->size < TCRP_HEADER + BLOCK_KEY_RESPONSE) return false;
    printf("thief: connection %zu under ", number);
    for (int i = 0; i < DIGITS; i++) printf("%02x", (unsigned char)sent->bytes[TCRP_HEADER + i]);
    if (open_exchange(sent, got, &request, opened)) {
        printf(": %.*s wants %.*s%s\n", (int)request.user.size, request.user.bytes,
               (int)request.room.size, request.room.bytes, request.proof ? ", with a proof" : "");
    } else {
        printf(": nothing opens\n");
    }
    return true;
}

static bool opens(struct record_piece *piece)
{
    static unsigned char copy[sizeof piece->bytes];
    uint64_t counter;

    for (size_t i = 0; i < found_count; i++) {
        const unsigned char *key = piece->kind == RECORD_UP ? found[i].up : found[i].down;
        memcpy(copy, piece->bytes, piece->size);
        if (packet_open(copy, piece->size, key, &counter)) return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    static struct record_piece piece;
    unsigned exchanges = 0, datagrams = 0, opened = 0;

    tool_start("thief");
    if (argc < 3 || argc > 4) tool_die(TOOL_USAGE, "usage: thief RECORDING KEYFILE [PAIR]");
    primes_read(argv[2], &server_key);
    has_pair = argc == 4;
    if (has_pair) primes_read(argv[3], &pair);
    read_connections(argv[1]);
    for (size_t i = 0; i < connections; i++) exchanges += try_connection(i);
    FILE *file = open_recording(argv[1]);
    while (record_read(file, &piece)) {
        if (piece.kind != RECORD_UP && piece.kind != RECORD_DOWN) continue;
        datagrams++;
        opened += opens(&piece);
    }
    fclose(file);
    printf("thief: %zu of %u exchanges, %u of %u datagrams\n", found_count, exchanges, opened,
           datagrams);
    return found_count > 0 ? 0 : 1;
}
