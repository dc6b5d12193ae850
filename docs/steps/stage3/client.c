/*
 * client NAME ROOM [PORT [FINGERPRINT]]: a whole client of stage 3. It joins a room of the
 * stage3/server on this machine, shows what happens there and sends each line that you type. The
 * password of a room that has one is in CHAT_PASSWORD, and needs the FINGERPRINT of the server.
 *
 * New: the real exchange: RSA both ways, a number drawn for each connection, a hash of all that
 * passed, a fingerprint; passwords; several entries in a datagram, and entries in parts.
 * Still wrong: if the server restarts or is silent for long, it ends; a real one comes back without
 * loss. It creates no room, stores no fingerprint, and what it prints disturbs your typing.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/constant.h"
#include "crypto/hmac.h"
#include "crypto/oaep.h"
#include "crypto/pbkdf2.h"

enum {
    KEY = 32, ID = 16,               /* bytes of a key, and of what is drawn for one; of an id */
    HEADER = 32, PAYLOAD = 65536,    /* bytes of a frame before its payload, and of that at most */
    WELCOME = 85,                    /* bytes of the answer to a join before its list */
    HEAD = 16, UP = 33, DOWN = 16,   /* bytes of a datagram before the seal; of what is sealed
                                        before the items, and before the entries */
    ROW = 3, PART = 12,              /* bytes of a row before its own; and of a part after those */
    LINE = 1000, DATAGRAM = 1200,    /* bytes of what is sent: a line has room in a datagram */
    WHOLE = 4096,                    /* bytes of an entry, or of a datagram that comes, at most */
    WINDOW = 64, GIVE_UP = 30000     /* items on their way; milliseconds without an answer */
};
enum { JOIN = 2, ASK_KEY = 4 }; /* frames */
enum { SAY = 1, LEAVE = 3 };    /* items */
enum { SAID = 1, JOINED, LEFT, KICKED, CLOSED, GAP, NOTICE, IN_PART, LOST }; /* entries */
enum { REQUEST, ANSWER, TO_SERVER, TO_MEMBER };                              /* keys */

static unsigned char keys[4][KEY], room_secret[KEY], proof[KEY];
static unsigned char session[8], room_id[ID], our_id[ID];
static const char *name;
static bool locked;          /* has the room a password? */
static struct rsa_key pair;  /* for one exchange, and made before it: that takes a while */

static void die(const char *why)
{
    fprintf(stderr, "client: %s\n", why);
    exit(1);
}

static void system_random(void *context, void *bytes, size_t size)
{
    FILE *file = fopen("/dev/urandom", "rb");

    (void)context;
    if (!file || fread(bytes, 1, size, file) != size) abort();
    fclose(file);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Writes the bytes, and returns where they end. */
static unsigned char *put(unsigned char *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

/* HMAC(key, label ‖ more): a key from a key, for one purpose. */
static void derive(const unsigned char *key, const char *label, const void *more, size_t size,
                   unsigned char out[KEY])
{
    unsigned char text[64 + 2 * ID], *end = put(put(text, label, strlen(label)), more, size);

    hmac(key, KEY, text, (size_t)(end - text), out);
}

static const unsigned char *nonce_of(uint64_t number)
{
    static unsigned char nonce[AEAD_NONCE];

    wire_put64(nonce + 4, number);
    return nonce;
}

/* P is slow on purpose: whoever has the proof must spend as much on each guess. */
static void use_password(const char *password, const unsigned char *fingerprint, const char *room)
{
    unsigned char salt[5 + KEY + 255], p[KEY];
    unsigned char *end = put(put(put(salt, "chat3", 5), fingerprint, KEY), room, strlen(room));
    struct pbkdf2 work;

    pbkdf2_start(&work, password, strlen(password), salt, (size_t)(end - salt), 1, 600000);
    pbkdf2_step(&work, 600000);
    pbkdf2_end(&work, p);
    derive(p, "proof", "", 0, proof);
    derive(p, "room", "", 0, room_secret);
}

static unsigned char *put_header(unsigned char *frame, int operation, size_t size)
{
    memset(frame, 0, HEADER);
    frame[1] = (unsigned char)operation;
    wire_put64(frame + HEADER - 8, size);
    return frame + HEADER;
}

/* Reads a frame that has at most so many bytes of payload. Returns their number. */
static size_t read_frame(int fd, int operation, int state, unsigned char *frame, size_t most)
{
    if (recv(fd, frame, HEADER, MSG_WAITALL) != HEADER) die("the server does not answer");
    size_t size = wire_get32(frame + HEADER - 4); /* no payload is so large as to need more */
    if (frame[1] != operation || frame[2] != state || size > most) die("that is no answer");
    if (recv(fd, frame + HEADER, size, MSG_WAITALL) != (ssize_t)size) die("that is cut short");
    return size;
}

/* The server's number, out of its block. If it does not open, we go on with random bytes. */
static void open_block(const unsigned char *block, unsigned char s[KEY])
{
    unsigned char opened[KEY];

    system_random(NULL, s, KEY);
    uint32_t good = constant_mask(oaep_decrypt(&pair, "chat3 s", block, opened, KEY));
    for (int i = 0; i < KEY; i++) s[i] ^= (unsigned char)((s[i] ^ opened[i]) & good);
    wipe(&pair, sizeof pair); /* now nobody has what opens that block */
}

/* `all` is what goes over the connection: our modulus, the server's answer, and the beginning of
   our request. All keys come from it, and from k and s. Returns where the request goes on. */
static unsigned char *agree(int fd, unsigned char *all, const unsigned char *wanted, size_t size)
{
    static const char *const labels[] = {"chat3 client request", "chat3 server answer",
                                         "chat3 client datagrams", "chat3 server datagrams"};
    unsigned char *answer = all + HEADER + RSA_BYTES, *theirs = answer + HEADER;
    unsigned char *n = theirs + RSA_BYTES, *request = n + KEY + RSA_BYTES;
    unsigned char k_and_s[2 * KEY], seed[OAEP_SEED], hash[KEY], prk[KEY];

    rsa_modulus(&pair, put_header(all, ASK_KEY, RSA_BYTES));
    send(fd, all, HEADER + RSA_BYTES, 0);
    size_t got = read_frame(fd, ASK_KEY, 1, answer, RSA_BYTES + KEY + RSA_BYTES);
    if (got != RSA_BYTES + KEY + RSA_BYTES) die("the server is busy, or is another one");
    sha256(theirs, RSA_BYTES, hash);
    printf("* the fingerprint of the server's key is ");
    for (int i = 0; i < KEY; i++) printf("%02x%s", hash[i], i == KEY - 1 ? "\n" : "");
    if (wanted != NULL && !constant_equal(wanted, hash, KEY)) die("THAT IS ANOTHER KEY");
    system_random(NULL, k_and_s, KEY);
    system_random(NULL, seed, sizeof seed);
    open_block(n + KEY, k_and_s + KEY);
    put_header(request, JOIN, RSA_BYTES + size + AEAD_TAG);
    if (!oaep_encrypt(theirs, "", k_and_s, KEY, seed, request + HEADER)) die("that is no key");
    sha256(all, (size_t)(request + HEADER + RSA_BYTES - all), hash);
    hmac(n, KEY, k_and_s, sizeof k_and_s, prk);
    for (int i = 0; i < 4; i++) derive(prk, labels[i], hash, KEY, keys[i]);
    return request + HEADER + RSA_BYTES;
}

/* Returns the first entry that we get. */
static uint64_t join(int fd, const char *room, const unsigned char *wanted)
{
    static unsigned char all[2 * HEADER + 3 * RSA_BYTES + KEY + 2048], frame[HEADER + PAYLOAD];
    unsigned char room_size = (unsigned char)strlen(room), name_size = (unsigned char)strlen(name);
    size_t size = 1u + room_size + 1 + name_size + KEY + 1 + (locked ? KEY : 0) + ID + 17;
    unsigned char *request = agree(fd, all, wanted, size), *header = request - RSA_BYTES - HEADER;
    unsigned char *at = frame + HEADER, m[KEY], hash[KEY];

    system_random(NULL, m, KEY);
    sha256(m, KEY, hash);
    memcpy(our_id, hash, ID);
    unsigned char *end = put(put(request, &room_size, 1), room, room_size);
    end = put(put(put(end, &name_size, 1), name, name_size), m, KEY);
    *end = locked;
    if (locked) memcpy(end + 1, proof, KEY); /* the zeros behind are for those who come back */
    aead_seal(keys[REQUEST], nonce_of(0), header, HEADER, request, size, request);
    send(fd, header, HEADER + RSA_BYTES + size + AEAD_TAG, 0);
    for (uint64_t part = 0; part < 2; part++) { /* a status, and the answer */
        size = read_frame(fd, JOIN, 1 + (int)part, frame, PAYLOAD);
        if (!aead_open(keys[ANSWER], nonce_of(part), frame, HEADER, at, size, at)) die("a fake");
        if (part > 0 || *at == 0) continue;
        printf("* refused with status %d\n", *at); /* docs/protocol.md says what it means */
        exit(1);
    }
    if (size < WELCOME + AEAD_TAG) die("that is no answer");
    memcpy(session, at, sizeof session);
    memcpy(room_id, at + 8, ID);
    printf("* welcome, %s: %d here\n", name, (int)wire_get32(at + 40));
    fflush(stdout);
    return wire_get64(at + 24);
}

/* --- the room --- */

struct item { size_t size; unsigned char row[ROW + LINE + AEAD_TAG]; };

static struct item items[WINDOW];      /* item n is in items[n % WINDOW] */
static uint64_t said, heard;           /* the last item that was sent, and that was taken */
static uint64_t next, highest;         /* the entry to be shown next; the last one that came */
static unsigned char row[WHOLE];       /* what has come of entry `next`, */
static size_t have;                    /* and how many bytes that is */
static uint64_t echo, counter, newest; /* of the last probe; of datagrams there, and back */
static bool begun, over;               /* has more come than probes? are we out? */
static int64_t answer_at, ask_at, ask_after = 500, heard_at; /* milliseconds */

/* What we have, and items from number `from` on, as many as there is space for. Returns the number
   of the first one that is left. */
static uint64_t send_datagram(int fd, int flags, uint64_t from)
{
    unsigned char bytes[DATAGRAM], *body = bytes + HEAD, *end = body + UP;

    wire_put64(put(bytes, session, sizeof session), ++counter);
    body[0] = (unsigned char)flags;
    wire_put64(body + 1, echo);
    wire_put64(body + 9, next);
    wire_put64(body + 17, highest >= next ? highest + 1 : 0); /* as far as that, all is missing */
    wire_put64(body + 25, from);
    for (; from <= said && end + items[from % WINDOW].size + AEAD_TAG <= bytes + DATAGRAM; from++) {
        end = put(end, items[from % WINDOW].row, items[from % WINDOW].size);
    }
    aead_seal(keys[TO_SERVER], nonce_of(counter), bytes, HEAD, body, (size_t)(end - body), body);
    send(fd, bytes, (size_t)(end - bytes) + AEAD_TAG, 0);
    answer_at = highest >= next ? now_ms() + 100 + rand() % 100 : INT64_MAX;
    return from;
}

/* In a room with a password: what a line is sealed with, and what it is bound to. */
static size_t bind_line(const unsigned char *id, uint64_t number, const void *of, size_t size,
                        unsigned char key[KEY], unsigned char bound[2 * ID + 8 + 255])
{
    wire_put64(put(put(bound, room_id, ID), id, ID), number);
    put(bound + 2 * ID + 8, of, size);
    derive(room_secret, "say", bound, 2 * ID, key);
    return 2 * ID + 8 + size;
}

/* Its bytes are in place. In a room with a password they are sealed, once for all. */
static void add_item(int fd, int kind, size_t size)
{
    struct item *item = &items[++said % WINDOW];
    unsigned char key[KEY], bound[2 * ID + 8 + 255], *own = item->row + ROW;

    if (locked && kind == SAY) {
        size_t with = bind_line(our_id, said, name, strlen(name), key, bound);
        aead_seal(key, nonce_of(said), bound, with, own, size, own);
        size += AEAD_TAG;
    }
    item->row[0] = (unsigned char)kind;
    wire_put16(item->row + 1, (unsigned)size);
    item->size = ROW + size;
    send_datagram(fd, 0, said);
    ask_after = 500;
    if (ask_at > now_ms() + ask_after) ask_at = now_ms() + ask_after;
}

/* A control character of somebody else's could move the cursor, or worse. */
static void print(const unsigned char *text, size_t size, const char *behind)
{
    for (size_t i = 0; i < size; i++) {
        bool two = text[i] == 0xc2 && i + 1 < size && text[i + 1] < 0xa0;
        putchar(text[i] < ' ' || text[i] == 0x7f || two ? '?' : text[i]);
        i += two;
    }
    printf("%s", behind);
    fflush(stdout);
}

static void show_line(const unsigned char *at, size_t size)
{
    const unsigned char *of = at + ID + 9;
    unsigned char key[KEY], bound[2 * ID + 8 + 255], text[WHOLE];

    if (size < ID + 9 || at[ID + 8] > size - ID - 9) return;
    size_t of_size = at[ID + 8], text_size = size - ID - 9 - of_size;
    print(of, of_size, ": ");
    memcpy(text, of + of_size, text_size);
    if (locked) {
        size_t with = bind_line(at, wire_get64(at + ID), of, of_size, key, bound);
        const unsigned char *nonce = nonce_of(wire_get64(at + ID));
        bool good = aead_open(key, nonce, bound, with, text, text_size, text);
        text_size = good ? text_size - AEAD_TAG : (size_t)sprintf((char *)text, "(unreadable)");
    }
    print(text, text_size, "\n");
}

static void show(size_t size)
{
    static const char *const words[] = {"", "", " joined\n", " left\n", " was kicked\n"};
    size_t before = row[0] == LEFT ? ID + 1 : ID; /* bytes before the name */
    const unsigned char *at = row + ROW;

    if (row[0] == SAID) show_line(at, size);
    if (row[0] == CLOSED) printf("* the room is closed\n");
    over = row[0] == CLOSED;
    if (row[0] < JOINED || row[0] > KICKED || size < before) return;
    printf("* ");
    print(at + before, size - before, words[row[0]]);
    over = row[0] != JOINED && memcmp(at, our_id, ID) == 0;
}

/* Bytes of entry `number` have come. What is not the next of all is passed over: it comes again. */
static void take(uint64_t number, size_t at, size_t whole, const unsigned char *bytes, size_t size)
{
    if (number > highest) highest = number;
    if (number != next || at > have || at + size > WHOLE || whole < ROW) return;
    memcpy(row + at, bytes, size);
    if (have < at + size) have = at + size;
    if (have < whole) return;
    show(whole - ROW);
    next++;
    have = 0;
}

static void take_rows(const unsigned char *at, size_t size, uint64_t number, bool fresh)
{
    for (size_t whole; size >= ROW; at += whole, size -= whole) {
        const unsigned char *own = at + ROW;
        whole = ROW + wire_get16(at + 1);
        if (whole > size) return;
        if (at[0] == GAP && whole == ROW + 8) {
            number = wire_get64(own);
            if (number > next) printf("* %d lines are missing\n", (int)(number - next));
            if (number > next) next = number, have = 0;
        } else if (at[0] == IN_PART && whole > ROW + PART) {
            take(wire_get64(own), wire_get16(own + 8), wire_get16(own + 10), own + PART,
                 whole - ROW - PART);
        } else if (at[0] == NOTICE && fresh) {
            print(own, whole - ROW, "\n");
        } else if (at[0] == LOST) {
            die("the server has not heard from us for too long");
        } else if (at[0] != NOTICE) take(number++, 0, whole, at, whole);
    }
}

static void receive(int fd)
{
    unsigned char bytes[WHOLE], *body = bytes + HEAD;
    ssize_t size = recv(fd, bytes, sizeof bytes, 0) - HEAD - AEAD_TAG;
    uint64_t number = wire_get64(bytes + 8);

    if (size < 0 || memcmp(bytes, session, sizeof session) != 0) return;
    if (!aead_open(keys[TO_MEMBER], nonce_of(number), bytes, HEAD, body, (size_t)size + AEAD_TAG,
                   body)) return;
    heard_at = now_ms();
    int64_t soon = heard_at + 150 + rand() % 150;
    if (size == 0) { /* a probe */
        soon = heard_at + (echo == 0 ? 0 : 100);
        if (number >= echo) echo = number;
    } else if (size >= DOWN) {
        begun = true;
        if (wire_get64(body) > heard && wire_get64(body) <= said) {
            heard = wire_get64(body);
            ask_after = 500;
        }
        take_rows(body + DOWN, (size_t)size - DOWN, wire_get64(body + 8), number > newest);
        if (highest >= next) soon = heard_at + 20;
    }
    if (number > newest) newest = number;
    if (size != DOWN && answer_at > soon) answer_at = soon;
    if (begun && heard == said) ask_at = heard_at + 18000 + rand() % 2000;
}

/* All that was not heard once more, with flag 1: the server must answer. */
static void ask(int fd)
{
    uint64_t from = begun ? heard + 1 : said + 1;

    do from = send_datagram(fd, 1, from);
    while (from <= said);
    ask_at = now_ms() + ask_after;
    if (heard < said && ask_after < 2000) ask_after *= 2;
    if (now_ms() - heard_at > GIVE_UP) die("the server does not answer");
}

/* The size of the next line from the keyboard, without its end; -1 if there is none. It reads byte
   by byte: what fgets() has read ahead, select() could not see. */
static int read_line(unsigned char *line, int space)
{
    for (int size = 0; size < space; size++) {
        if (read(STDIN_FILENO, line + size, 1) != 1) return -1;
        if (line[size] == '\n') return size;
    }
    return space;
}

/* Until we have left, and know it from the log. */
static void talk(int fd)
{
    bool open = true;

    while (!over) {
        if (now_ms() >= ask_at) ask(fd);
        if (now_ms() >= answer_at) send_datagram(fd, 0, said + 1);
        long wait = (long)((ask_at < answer_at ? ask_at : answer_at) - now_ms());
        if (wait < 0) wait = 0;
        struct timeval timeout = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        if (open && begun && said - heard < WINDOW) FD_SET(STDIN_FILENO, &ready);
        if (select(fd + 1, &ready, NULL, NULL, &timeout) <= 0) continue;
        if (FD_ISSET(fd, &ready)) receive(fd);
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            int size = read_line(items[(said + 1) % WINDOW].row + ROW, LINE);
            open = size >= 0;
            if (size != 0) add_item(fd, open ? SAY : LEAVE, open ? (size_t)size : 0);
        }
    }
    send_datagram(fd, 0, said + 1);
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

int main(int argc, char **argv)
{
    const char *port = argc > 3 ? argv[3] : "9003", *password = getenv("CHAT_PASSWORD");
    unsigned char wanted[KEY];

    if (argc < 3 || strlen(argv[1]) > 255 || strlen(argv[2]) > 255) return 2;
    if (argc > 4 && strspn(argv[4], "0123456789abcdef") != 2 * KEY) return 2;
    for (int i = 0; argc > 4 && i < KEY; i++) sscanf(argv[4] + 2 * i, "%2hhx", &wanted[i]);
    signal(SIGPIPE, SIG_IGN);
    name = argv[1];
    locked = password != NULL && argc > 4; /* without the fingerprint, nobody gets the proof */
    if (locked) use_password(password, wanted, argv[2]);
    if (!rsa_generate(&pair, system_random, NULL)) die("no good random numbers");
    int tcp = open_socket(SOCK_STREAM, port);
    next = join(tcp, argv[2], argc > 4 ? wanted : NULL);
    close(tcp);
    heard_at = now_ms();
    answer_at = INT64_MAX;
    talk(open_socket(SOCK_DGRAM, port));
    return 0;
}
