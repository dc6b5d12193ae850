/*
 * seal [PORT]: log.c, sealed: nobody on the way reads what is said, or speaks in a member's name.
 * guest.c is the client.
 *
 * New: a guest draws k and seals it with the server's public key. Of k come two keys, and with them
 * each datagram is sealed, under a counter that only rises.
 * Still wrong: the exchange is a toy. RSA goes one way, so the server's private key opens whatever
 * was recorded before it was stolen. A hello that is played again brings the same keys again. And
 * nobody can tell whose modulus came. ask.c has the real exchange.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>

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
    LOG = 1024, HISTORY = 50, MEMBERS = 100
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

struct entry {
    size_t size;
    unsigned char text[ENTRY];
};

struct member {
    unsigned char id[ID];
    struct sockaddr_in address;
    char name[256];
    uint32_t read, sent; /* the cursor, and the last entry that is on its way */
    uint32_t heard;      /* its last item that is in the log */
    uint32_t came, went; /* the last counter of what came from it, and of what went to it */
    unsigned char up[KEY], down[KEY]; /* the keys for these two */
    bool moved, gone;    /* has the cursor moved lately? */
};

static struct entry entries[LOG]; /* number n is in entries[n % LOG] */
static struct member members[MEMBERS];
static uint32_t end; /* the number of the last entry */
static int count;
static struct rsa_key key;
static unsigned char modulus[RSA_BYTES]; /* its public half */

static void append(const char *before, const char *name, const void *text, size_t size)
{
    struct entry *entry = &entries[++end % LOG];

    int head = snprintf((char *)entry->text, sizeof entry->text, "%s%s", before, name);
    memcpy(entry->text + head, text, size);
    entry->size = (size_t)head + size;
}

static void send_entry(int fd, struct member *member, uint32_t number)
{
    const struct entry *entry = &entries[number % LOG];
    unsigned char bytes[TO_MEMBER + ENTRY + AEAD_TAG];
    size_t size = number > 0 ? entry->size : 0;

    put_number(bytes, ++member->went);
    put_number(bytes + NUMBER, member->heard);
    put_number(bytes + 2 * NUMBER, member->read);
    put_number(bytes + 3 * NUMBER, number);
    memcpy(bytes + TO_MEMBER, entry->text, size);
    size = seal(member->down, bytes, NUMBER, TO_MEMBER + size);
    sendto(fd, bytes, size, 0, (const struct sockaddr *)&member->address, sizeof member->address);
}

/* What a member has not read yet, as far as the window goes. */
static void push(int fd, struct member *member)
{
    if (end - member->read > LOG) member->read = end - LOG; /* the rest is gone */
    if (member->sent < member->read) member->sent = member->read;
    if (member->gone || member->heard == 0) return; /* 0: it has only said hello */
    while (member->sent < end && member->sent - member->read < WINDOW) {
        send_entry(fd, member, ++member->sent);
    }
}

static struct member *find(const unsigned char *id)
{
    for (int i = 0; i < count; i++) {
        if (memcmp(members[i].id, id, ID) == 0) return &members[i];
    }
    return NULL;
}

static void add(const unsigned char *id, const unsigned char k[KEY])
{
    struct member *place = count < MEMBERS ? &members[count] : NULL;

    for (int i = 0; i < count; i++) {
        if (members[i].gone) place = &members[i];
    }
    if (place == NULL) return;
    if (place == &members[count]) count++;
    *place = (struct member){.read = end > HISTORY ? end - HISTORY : 0};
    memcpy(place->id, id, ID);
    make_keys(k, place->up, place->down);
}

/* Somebody without keys asks for our modulus, or says hello with it. A block that does not open
   makes a member whose keys nobody has: that cannot be told from a good one. (But for the time that
   the branch takes; stage3/wire/block.c has none.) */
static void meet(int fd, const unsigned char *bytes, size_t size, const struct sockaddr_in *from)
{
    unsigned char k[KEY], opened[KEY];

    if (size == RSA_BYTES) {
        sendto(fd, modulus, RSA_BYTES, 0, (const struct sockaddr *)from, sizeof *from);
    }
    if (size != HELLO || find(bytes) != NULL) return;
    system_random(NULL, k, KEY);
    if (oaep_decrypt(&key, "", bytes + ID, opened, KEY)) memcpy(k, opened, KEY);
    add(bytes, k);
}

static void take_item(struct member *member, const unsigned char *item, size_t size)
{
    member->heard++;
    if (member->heard == 1) {
        memcpy(member->name, item, size < 255 ? size : 255);
        append("* ", member->name, " joined", 7);
    } else if (size == 0) {
        append("* ", member->name, " left", 5);
        member->gone = true;
    } else {
        char name[260];
        snprintf(name, sizeof name, "%s: ", member->name);
        append("", name, item, size);
    }
}

static void receive(int fd)
{
    unsigned char bytes[TO_SERVER + LINE + AEAD_TAG];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);

    if (size < ID) return;
    struct member *member = find(bytes);
    if (member == NULL || !seal_open(member->up, bytes, ID + NUMBER, (size_t)size)) {
        meet(fd, bytes, (size_t)size, &from);
        return;
    }
    size -= AEAD_TAG;
    uint32_t counter = get_number(bytes + ID), read = get_number(bytes + ID + NUMBER);
    uint32_t number = get_number(bytes + ID + 2 * NUMBER);
    if (size < TO_SERVER || counter <= member->came) return; /* was here, or was overtaken */
    member->came = counter;
    member->address = from;
    if (read > member->read && read <= end) {
        member->read = read;
        member->moved = true;
    }
    if (number == member->heard + 1 && !member->gone) {
        take_item(member, bytes + TO_SERVER, (size_t)size - TO_SERVER);
    }
    if (number > 0) send_entry(fd, member, 0); /* always: the last answer may have been lost */
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void serve(int fd)
{
    int64_t looked = now_ms();

    for (;;) {
        struct timeval timeout = {.tv_usec = RESEND_AFTER * 1000};
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        if (select(fd + 1, &ready, NULL, NULL, &timeout) > 0) receive(fd);
        bool late = now_ms() - looked >= RESEND_AFTER;
        if (late) looked = now_ms();
        for (int i = 0; i < count; i++) {
            if (late && !members[i].moved) members[i].sent = members[i].read; /* once more */
            if (late) members[i].moved = false;
            push(fd, &members[i]);
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("seal");
        return 1;
    }
    if (!rsa_generate(&key, system_random, NULL)) return 1;
    rsa_modulus(&key, modulus);
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    serve(fd);
}
