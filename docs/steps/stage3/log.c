/*
 * log [PORT]: a room. What its members say becomes a log, entry after entry, and each member is a
 * cursor in it. cursor.c is the client.
 *
 * New: count.c in both directions and for each member; and a member is known by a random number of
 * its own, so that its address may change.
 * Still wrong: all goes over the wire as it is. Whoever can read it has every line, and every
 * member's number, with which anybody can speak in its name. And whoever vanishes stays.
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

enum {
    NUMBER = 4,            /* bytes of a number, the most significant one first */
    ID = 8,                /* bytes of a member's id */
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
 * To the server:   id | the last entry that was read | number of this item, or 0 | item
 * From the server: the last item that was heard | where the cursor is | number of this entry, or 0
 *                  | entry
 *
 * Item 1 is the member's name, an empty one is its goodbye, and all others are lines.
 */
enum { TO_SERVER = ID + 2 * NUMBER, TO_MEMBER = 3 * NUMBER };

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
    bool moved, gone;    /* has the cursor moved lately? */
};

static struct entry entries[LOG]; /* number n is in entries[n % LOG] */
static struct member members[MEMBERS];
static uint32_t end; /* the number of the last entry */
static int count;

static void append(const char *before, const char *name, const void *text, size_t size)
{
    struct entry *entry = &entries[++end % LOG];

    int head = snprintf((char *)entry->text, sizeof entry->text, "%s%s", before, name);
    memcpy(entry->text + head, text, size);
    entry->size = (size_t)head + size;
}

static void send_entry(int fd, const struct member *member, uint32_t number)
{
    const struct entry *entry = &entries[number % LOG];
    unsigned char bytes[TO_MEMBER + ENTRY];
    size_t size = number > 0 ? entry->size : 0;

    put_number(bytes, member->heard);
    put_number(bytes + NUMBER, member->read);
    put_number(bytes + 2 * NUMBER, number);
    memcpy(bytes + TO_MEMBER, entry->text, size);
    sendto(fd, bytes, TO_MEMBER + size, 0, (const struct sockaddr *)&member->address,
           sizeof member->address);
}

/* What a member has not read yet, as far as the window goes. */
static void push(int fd, struct member *member)
{
    if (end - member->read > LOG) member->read = end - LOG; /* the rest is gone */
    if (member->sent < member->read) member->sent = member->read;
    while (!member->gone && member->sent < end && member->sent - member->read < WINDOW) {
        send_entry(fd, member, ++member->sent);
    }
}

static struct member *find_or_add(const unsigned char *id, bool joins)
{
    struct member *place = count < MEMBERS ? &members[count] : NULL;

    for (int i = 0; i < count; i++) {
        if (memcmp(members[i].id, id, ID) == 0) return &members[i];
        if (members[i].gone) place = &members[i];
    }
    if (!joins || place == NULL) return NULL;
    if (place == &members[count]) count++;
    *place = (struct member){.read = end > HISTORY ? end - HISTORY : 0};
    memcpy(place->id, id, ID);
    return place;
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
    unsigned char bytes[TO_SERVER + LINE];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);

    if (size < TO_SERVER) return;
    uint32_t read = get_number(bytes + ID), number = get_number(bytes + ID + NUMBER);
    struct member *member = find_or_add(bytes, number == 1);
    if (member == NULL) return;
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
        perror("log");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    serve(fd);
}
