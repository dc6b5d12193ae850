/*
 * guest NAME [PORT]: the client for seal.c. It does what cursor.c does, and seals each datagram.
 *
 * New: it asks for the server's modulus, draws k, and says hello with it.
 * Still wrong: what is wrong with seal.c. Above all, it takes any modulus: somebody in between can
 * show his own, read everything, and seal it again for the server.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/aead.h"
#include "crypto/hmac.h"
#include "crypto/oaep.h"

enum {
    NUMBER = 4,            /* bytes of a number, the most significant one first */
    ID = 8,                /* bytes of a member's id */
    KEY = AEAD_KEY,        /* bytes of a key, and of k */
    LINE = 1000,           /* bytes of a line */
    ENTRY = LINE + 258,    /* bytes of an entry: a name, ": " and a line */
    WINDOW = 64,           /* lines or entries on their way at a time */
    RESEND_AFTER = 200,    /* milliseconds without news until they are sent again */
};

static void put_number(unsigned char *at, uint32_t number)
{
    for (int i = 0; i < NUMBER; i++) at[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t get_number(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/*
 * The question:    as many bytes as the answer has, which is the server's modulus
 * The hello:       id | k, sealed with that
 * To the server:   id | counter | sealed: the last entry that was read, number of this item, item
 * From the server: counter | sealed: the last item that was heard, where the cursor is, number of
 *                  this entry, entry
 */
enum { HELLO = ID + RSA_BYTES, TO_SERVER = ID + 3 * NUMBER, TO_MEMBER = 4 * NUMBER };

static void system_random(void *context, void *bytes, size_t size)
{
    FILE *file = fopen("/dev/urandom", "rb");

    (void)context;
    if (!file || fread(bytes, 1, size, file) != size) abort();
    fclose(file);
}

/* Two keys of one number, as each counts its own datagrams: no key meets a counter twice. */
static void make_keys(const unsigned char k[KEY], unsigned char up[KEY], unsigned char down[KEY])
{
    hmac(k, KEY, "up", 2, up);
    hmac(k, KEY, "down", 4, down);
}

/* Seals what stands behind the first `head` bytes, of which the last four are the counter. What
   stands before it can be read, but not changed. Returns the size of all. */
static size_t seal(const unsigned char key[KEY], unsigned char *bytes, size_t head, size_t size)
{
    unsigned char nonce[AEAD_NONCE] = {0}, *body = bytes + head;

    memcpy(nonce + AEAD_NONCE - NUMBER, body - NUMBER, NUMBER);
    aead_seal(key, nonce, (struct span){bytes, head}, (struct span){body, size - head}, body);
    return size + AEAD_TAG;
}

static bool seal_open(const unsigned char key[KEY], unsigned char *bytes, size_t head, size_t size)
{
    unsigned char nonce[AEAD_NONCE] = {0}, *body = bytes + head;

    if (size < head + AEAD_TAG) return false;
    memcpy(nonce + AEAD_NONCE - NUMBER, body - NUMBER, NUMBER);
    return aead_open(key, nonce, (struct span){bytes, head}, (struct span){body, size - head},
                     body);
}

/* The size of the next line from the keyboard, without its end; -1 if there is none. It reads byte
   by byte: what fgets() has read ahead, select() could not see. */
static int read_line(unsigned char *line, int space)
{
    int size = 0;

    while (size < space) {
        if (read(STDIN_FILENO, line + size, 1) != 1) return -1;
        if (line[size] == '\n') break;
        size++;
    }
    return size;
}

struct line {
    size_t size;
    unsigned char bytes[LINE];
};

static struct line lines[WINDOW]; /* item n is in lines[n % WINDOW] */
static uint32_t said, heard;      /* the last item that was sent, and that is in the log */
static uint32_t shown;            /* the last entry that was shown */
static uint32_t counter;          /* of the last datagram */
static unsigned char up[KEY], down[KEY];
static unsigned char hello[HELLO]; /* begins with the id */

/* Sends an item of ours, or, with number 0, what we have read. An item that is sent again is sealed
   again, under another counter. */
static void send_item(int fd, uint32_t number)
{
    const struct line *line = &lines[number % WINDOW];
    unsigned char bytes[TO_SERVER + LINE + AEAD_TAG];
    size_t size = number > 0 ? line->size : 0;

    memcpy(bytes, hello, ID);
    put_number(bytes + ID, ++counter);
    put_number(bytes + ID + NUMBER, shown);
    put_number(bytes + ID + 2 * NUMBER, number);
    memcpy(bytes + TO_SERVER, line->bytes, size);
    send(fd, bytes, seal(up, bytes, ID + NUMBER, TO_SERVER + size), 0);
}

/* An item of `size` bytes stands in its place. */
static void add_item(int fd, size_t size)
{
    lines[++said % WINDOW].size = size;
    send_item(fd, said);
}

static unsigned char *next_item(void)
{
    return lines[(said + 1) % WINDOW].bytes;
}

static void hear(int fd)
{
    unsigned char bytes[TO_MEMBER + ENTRY + AEAD_TAG];
    ssize_t size = recv(fd, bytes, sizeof bytes, 0);

    if (size < TO_MEMBER + AEAD_TAG || !seal_open(down, bytes, NUMBER, (size_t)size)) return;
    size -= AEAD_TAG;
    uint32_t ours = get_number(bytes + NUMBER), cursor = get_number(bytes + 2 * NUMBER);
    uint32_t number = get_number(bytes + 3 * NUMBER);
    if (ours > heard && ours <= said) heard = ours;
    if (cursor > shown) {
        if (shown > 0) printf("* %u lines are missing\n", (unsigned)(cursor - shown));
        shown = cursor; /* the server has nothing before that for us */
    }
    if (number == shown + 1) { /* else it came before, or comes too early */
        shown++;
        fwrite(bytes + TO_MEMBER, 1, (size_t)size - TO_MEMBER, stdout);
        printf("\n");
        fflush(stdout);
    }
    if (number > 0) send_item(fd, 0);
}

/* Asks for the modulus until it comes, and makes the hello of it. */
static bool meet(int fd)
{
    unsigned char modulus[RSA_BYTES] = {0}, k[KEY], seed[OAEP_SEED];
    struct timeval timeout = {.tv_usec = RESEND_AFTER * 1000};
    ssize_t size;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    do {
        send(fd, modulus, sizeof modulus, 0);
        size = recv(fd, modulus, sizeof modulus, 0);
        if (size < 0 && errno == ECONNREFUSED) return false;
    } while (size != RSA_BYTES);
    system_random(NULL, hello, ID);
    system_random(NULL, k, sizeof k);
    system_random(NULL, seed, sizeof seed);
    make_keys(k, up, down);
    return oaep_encrypt(modulus, "", k, sizeof k, seed, hello + ID);
}

/* Until the keyboard has ended, and all that was said is in the log. */
static void join(int fd, const char *name)
{
    bool open = true;

    send(fd, hello, sizeof hello, 0);
    memcpy(next_item(), name, strlen(name));
    add_item(fd, strlen(name));
    while (open || heard < said) {
        struct timeval timeout = {.tv_usec = RESEND_AFTER * 1000};
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        if (open && said - heard < WINDOW) FD_SET(STDIN_FILENO, &ready);
        int news = select(fd + 1, &ready, NULL, NULL, &timeout);
        if (news == 0 && heard == 0) send(fd, hello, sizeof hello, 0);
        for (uint32_t n = heard + 1; news == 0 && n <= said; n++) send_item(fd, n);
        if (news <= 0) continue;
        if (FD_ISSET(fd, &ready)) hear(fd);
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            int size = read_line(next_item(), LINE);
            open = size >= 0;
            if (size != 0) add_item(fd, open ? (size_t)size : 0); /* an empty one is the goodbye */
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in there = {.sin_family = AF_INET};

    if (argc < 2 || strlen(argv[1]) > 255) return 2;
    there.sin_port = htons((in_port_t)(argc > 2 ? atoi(argv[2]) : 9001));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof there) != 0) {
        perror("guest");
        return 1;
    }
    if (!meet(fd)) {
        fprintf(stderr, "guest: there is no server\n");
        return 1;
    }
    join(fd, argv[1]);
    return 0;
}
