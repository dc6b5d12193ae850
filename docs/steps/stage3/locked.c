/*
 * locked NAME ROOM [PORT [FINGERPRINT]]: client.c, for rooms with a password too. The password is
 * in CHAT_PASSWORD. A room that has one needs the FINGERPRINT of the server.
 *
 * New: what is said in such a room is sealed from member to member, so the server cannot read it.
 * Still wrong: it takes a line as new whatever its number is, where a real one takes only rising
 * ones from each member. For the rest, what is wrong with client.c, but for the password.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
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
    KEY = AEAD_KEY,         /* bytes of a key, and of what is drawn for one */
    HEADER = 32,            /* bytes of a frame before its payload */
    REQUEST_LIMIT = 1024, ANSWER_LIMIT = 65536, /* bytes of a request, and of its answer */
    ID = 16, WELCOME = 85,  /* bytes of an id; of the answer to a join before its list */
    HEAD = 16,              /* bytes of a datagram before the seal, */
    UP = 33, DOWN = 16,     /* and of what is sealed before the items, or before the entries */
    ROW = 3, PART = 12,     /* bytes of a row before its own; and of a part after those */
    LINE = 1000, WINDOW = 64, /* bytes of a line of ours; items on their way at a time */
    WHOLE = 4096,           /* bytes of an entry, or of a datagram that comes, at most */
    RESEND = 500, FAREWELL = 10000, GIVE_UP = 60000 /* ms without an answer; at the end; at all */
};
enum { JOIN = 2, LIST = 3, ASK_KEY = 4 };                /* operations */
enum { SAY = 1, LEAVE = 3 };                             /* items */
enum { SAID = 1, JOINED, LEFT, KICKED, CLOSED, GAP, NOTICE, IN_PART, LOST }; /* entries */
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

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
}

static bool locked; /* has the room a password? */
static unsigned char proof[KEY], room_secret[KEY]; /* made of it: for the server, and for members */
static const char *name;
static unsigned char session[8], room_id[ID], our_id[ID];
static unsigned char items[WINDOW][ROW + LINE + AEAD_TAG]; /* item n is items[n % WINDOW] */
static uint64_t said, heard;      /* the last item that was sent, and that the server took */
static uint64_t next, highest;    /* the entry to be shown next; the last one that came */
static unsigned char part[WHOLE]; /* what has come of it, */
static size_t have;               /* and how many bytes that is */
static uint64_t went, came, echo; /* the last counter that went, that came, and of a probe */
static int64_t sent_at, heard_at; /* when something went that needs an answer, and when one came */
static bool over;                 /* are we out? */

/* P is slow on purpose: whoever has the proof must spend as much on each guess. */
static void use_password(const char *password, const char *room)
{
    unsigned char salt[5 + KEY + 255], *at = put(salt, "chat3", 5), p[KEY];
    struct pbkdf2 work;

    for (int i = 0; i < KEY; i++) sscanf(wanted + 2 * i, "%2hhx", at++);
    at = put(at, room, strlen(room));
    pbkdf2_start(&work, (struct span){password, strlen(password)},
                 (struct span){salt, (size_t)(at - salt)}, 1, 600000);
    pbkdf2_step(&work, 600000);
    pbkdf2_end(&work, p);
    derive(p, "proof", "", 0, proof);
    derive(p, "room", "", 0, room_secret);
}

static unsigned char *put_name(unsigned char *at, const char *text)
{
    *at = (unsigned char)strlen(text);
    return put(at + 1, text, *at);
}

static void join(int fd, const char *room)
{
    unsigned char m[KEY], hash[KEY], *text = sent.request.text;

    system_random(NULL, m, KEY);
    sha256(m, KEY, hash);
    put(our_id, hash, ID);
    unsigned char *end = put(put_name(put_name(text, room), name), m, KEY);
    *end++ = locked;
    if (locked) end = put(end, proof, KEY);
    end += ID + 17; /* zeros: we do not come back */
    if (request(fd, JOIN, (size_t)(end - text)) < WELCOME) die("that is no answer");
    put(session, answer.text, sizeof session);
    put(room_id, answer.text + 8, ID);
    next = wire_get64(answer.text + 24);
    printf("* welcome, %s: %d here\n", name, (int)wire_get32(answer.text + 40));
    close(fd);
}

/* What we have, and an item of ours, or, with number 0, none. Flag 1: the server must answer. */
static void send_datagram(int fd, int flags, uint64_t number)
{
    const unsigned char *item = items[number % WINDOW];
    unsigned char bytes[HEAD + UP + sizeof items[0] + AEAD_TAG], *body = bytes + HEAD;
    size_t size = number > 0 ? ROW + wire_get16(item + 1) : 0;

    wire_put64(put(bytes, session, sizeof session), ++went);
    body[0] = (unsigned char)flags;
    wire_put64(body + 1, echo);
    wire_put64(body + 9, next);
    wire_put64(body + 17, highest >= next ? highest + 1 : 0); /* up to there, all is missing */
    wire_put64(body + 25, number);
    put(body + UP, item, size);
    aead_seal(keys[TO_SERVER], nonce_of(went), (struct span){bytes, HEAD},
              (struct span){body, UP + size}, body);
    send(fd, bytes, HEAD + UP + size + AEAD_TAG, 0);
}

/* What a line is sealed with, and what it is bound to: room, member, number, name. */
static size_t bind_line(const unsigned char *id, uint64_t number, const void *of, size_t size,
                        unsigned char key[KEY], unsigned char bound[2 * ID + 8 + 255])
{
    wire_put64(put(put(bound, room_id, ID), id, ID), number);
    put(bound + 2 * ID + 8, of, size);
    derive(room_secret, "say", bound, 2 * ID, key);
    return 2 * ID + 8 + size;
}

/* Its `size` bytes are in place. In a room with a password they are sealed, once for all. */
static void add_item(int fd, int kind, size_t size)
{
    unsigned char *item = items[++said % WINDOW], *own = item + ROW;
    unsigned char key[KEY], bound[2 * ID + 8 + 255];

    if (locked && kind == SAY) {
        size_t with = bind_line(our_id, said, name, strlen(name), key, bound);
        aead_seal(key, nonce_of(said), (struct span){bound, with}, (struct span){own, size}, own);
        size += AEAD_TAG;
    }
    item[0] = (unsigned char)kind;
    wire_put16(item + 1, (unsigned)size);
    if (heard + 1 == said) sent_at = now_ms();
    send_datagram(fd, 0, said);
}

static void show_line(unsigned char *at, size_t size)
{
    unsigned char key[KEY], bound[2 * ID + 8 + 255];

    if (size < ID + 9 || at[ID + 8] > size - ID - 9) return;
    unsigned char *of = at + ID + 9, *text = of + at[ID + 8];
    size_t text_size = size - ID - 9 - at[ID + 8];
    print(of, at[ID + 8], ": ");
    if (locked) {
        uint64_t number = wire_get64(at + ID);
        size_t with = bind_line(at, number, of, at[ID + 8], key, bound);
        bool good = aead_open(key, nonce_of(number), (struct span){bound, with},
                              (struct span){text, text_size}, text);
        print(text, good ? text_size - AEAD_TAG : 0, good ? "\n" : "(unreadable)\n");
    } else print(text, text_size, "\n");
}

static void show(unsigned char *row, size_t size)
{
    static const char *const words[] = {"", "", " joined\n", " left\n", " was kicked\n"};
    unsigned char *at = row + ROW;
    size_t before = row[0] == LEFT ? ID + 1 : ID; /* bytes before the name */

    if (row[0] == SAID) show_line(at, size);
    if (row[0] == CLOSED) print(at, 0, "* the room is closed\n");
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
    put(part + at, bytes, size);
    if (have < at + size) have = at + size;
    if (have < whole) return;
    show(part, whole - ROW);
    next++, have = 0;
}

/* `number` is that of the first entry. */
static void take_rows(const unsigned char *at, size_t size, uint64_t number)
{
    for (size_t whole; size >= ROW; at += whole, size -= whole) {
        const unsigned char *own = at + ROW;
        whole = ROW + wire_get16(at + 1);
        if (whole > size) return;
        if (at[0] == GAP && whole == ROW + 8) {
            number = wire_get64(own);
            if (number > next) printf("* %d lines are missing\n", (int)(number - next));
            if (number > next) next = number, have = 0;
        } else if (at[0] == NOTICE) {
            print(own, whole - ROW, "\n");
        } else if (at[0] == LOST) {
            die("the server has not heard from us for too long");
        } else if (at[0] == IN_PART && whole > ROW + PART) {
            take(wire_get64(own), wire_get16(own + 8), wire_get16(own + 10), own + PART,
                 whole - ROW - PART);
        } else if (at[0] < GAP) {
            take(number++, 0, whole, at, whole);
        }
    }
}

static void receive(int fd)
{
    unsigned char bytes[WHOLE], *body = bytes + HEAD;
    ssize_t size = recv(fd, bytes, sizeof bytes, 0) - HEAD - AEAD_TAG;
    uint64_t counter = wire_get64(bytes + 8);
    bool ours = size >= 0 && memcmp(bytes, session, sizeof session) == 0;

    if (!ours || !aead_open(keys[TO_MEMBER], nonce_of(counter), (struct span){bytes, HEAD},
                            (struct span){body, (size_t)size + AEAD_TAG}, body)) return;
    heard_at = now_ms();
    if (size == 0 && counter > echo) echo = counter; /* a probe, which may come again */
    if (size >= DOWN && counter > came) { /* else it was here, or was overtaken */
        uint64_t taken = wire_get64(body);
        if (taken > heard && taken <= said) heard = taken, sent_at = heard_at;
        take_rows(body + DOWN, (size_t)size - DOWN, wire_get64(body + 8));
    }
    if (counter > came) came = counter;
    if (size != DOWN) send_datagram(fd, 0, 0); /* a probe or an entry wants an answer */
}

/* Sends again what the server has not taken. Until a probe has come, we ask for it. */
static void look(int fd)
{
    if (now_ms() - heard_at > GIVE_UP) die("the server does not answer");
    if (now_ms() - sent_at < RESEND) return;
    sent_at = now_ms();
    if (echo == 0) send_datagram(fd, 1, 0);
    for (uint64_t n = heard + 1; n <= said; n++) send_datagram(fd, 1, n);
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

/* Until the room is closed, or we have left: the log says so, or nothing does for a while. */
static void talk(int fd)
{
    bool open = true;

    heard_at = now_ms();
    while (!over && (open || heard < said || now_ms() - heard_at < FAREWELL)) {
        struct timeval timeout = {.tv_usec = RESEND / 5 * 1000};
        fd_set ready;
        look(fd);
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        if (open && echo > 0 && said - heard < WINDOW) FD_SET(STDIN_FILENO, &ready);
        if (select(fd + 1, &ready, NULL, NULL, &timeout) <= 0) continue;
        if (FD_ISSET(fd, &ready)) receive(fd);
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            int size = read_line(items[(said + 1) % WINDOW] + ROW, LINE);
            open = size >= 0;
            if (size != 0) add_item(fd, open ? SAY : LEAVE, open ? (size_t)size : 0);
        }
    }
}

int main(int argc, char **argv)
{
    const char *port = argc > 3 ? argv[3] : "9003", *password = getenv("CHAT_PASSWORD");

    if (argc < 3 || strlen(argv[1]) > 255 || strlen(argv[2]) > 255) return 2;
    name = argv[1];
    wanted = argc > 4 ? argv[4] : NULL;
    if (wanted != NULL && strlen(wanted) != 2 * KEY) return 2;
    locked = password != NULL && wanted != NULL; /* without the fingerprint nobody gets the proof */
    if (locked) use_password(password, argv[2]);
    setvbuf(stdout, NULL, _IOLBF, 0); /* shows each line at once, in a pipe too */
    signal(SIGPIPE, SIG_IGN); /* a server that hangs up must not end us without a word */
    if (!rsa_generate(&pair, system_random, NULL)) die("no good random numbers");
    join(open_socket(SOCK_STREAM, port), argv[2]);
    talk(open_socket(SOCK_DGRAM, port));
    return 0;
}
