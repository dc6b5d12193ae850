/*
 * cursor NAME [PORT]: the client for log.c. It shows all entries of the room in their order, its
 * own as well, from the last fifty on, and repeats what it says until that is in the log.
 *
 * New: it counts in both directions, and draws a random number by which the server knows it.
 * Still wrong: what is wrong with log.c. And if nobody answers, it repeats for ever, and its user
 * learns nothing of it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    NUMBER = 4,            /* bytes of a number, the most significant one first */
    ID = 8,                /* bytes of a member's id */
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
 * To the server:   id | the last entry that was read | number of this item, or 0 | item
 * From the server: the last item that was heard | where the cursor is | number of this entry, or 0
 *                  | entry
 *
 * Item 1 is the member's name, an empty one is its goodbye, and all others are lines.
 */
enum { TO_SERVER = ID + 2 * NUMBER, TO_MEMBER = 3 * NUMBER };

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
    unsigned char bytes[TO_SERVER + LINE];
};

static struct line lines[WINDOW]; /* item n is in lines[n % WINDOW] */
static uint32_t said, heard;      /* the last item that was sent, and that is in the log */
static uint32_t shown;            /* the last entry that was shown */
static unsigned char id[ID];

/* Sends an item of ours, or, with number 0, what we have read. */
static void send_item(int fd, uint32_t number)
{
    static struct line none = {.size = TO_SERVER};
    struct line *line = number > 0 ? &lines[number % WINDOW] : &none;

    memcpy(line->bytes, id, ID);
    put_number(line->bytes + ID, shown);
    put_number(line->bytes + ID + NUMBER, number);
    send(fd, line->bytes, line->size, 0);
}

/* An item of `size` bytes stands in its place. */
static void add_item(int fd, size_t size)
{
    lines[++said % WINDOW].size = TO_SERVER + size;
    send_item(fd, said);
}

static unsigned char *next_item(void)
{
    return lines[(said + 1) % WINDOW].bytes + TO_SERVER;
}

static void hear(int fd)
{
    unsigned char bytes[TO_MEMBER + ENTRY];
    ssize_t size = recv(fd, bytes, sizeof bytes, 0);

    if (size < TO_MEMBER) return;
    uint32_t ours = get_number(bytes), cursor = get_number(bytes + NUMBER);
    uint32_t number = get_number(bytes + 2 * NUMBER);
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

/* Until the keyboard has ended, and all that was said is in the log. */
static void join(int fd, const char *name)
{
    int random = open("/dev/urandom", O_RDONLY);
    bool open = true;

    if (random < 0 || read(random, id, sizeof id) != sizeof id) abort();
    memcpy(next_item(), name, strlen(name));
    add_item(fd, strlen(name));
    while (open || heard < said) {
        struct timeval timeout = {.tv_usec = RESEND_AFTER * 1000};
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        if (open && said - heard < WINDOW) FD_SET(STDIN_FILENO, &ready);
        int news = select(fd + 1, &ready, NULL, NULL, &timeout);
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
        perror("cursor");
        return 1;
    }
    join(fd, argv[1]);
    return 0;
}
