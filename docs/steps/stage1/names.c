/*
 * names [PORT]: a server that knows its members by name. A name without a text is a hello, and is
 * answered; the single byte 0 is a goodbye. The others are told of both. A name belongs to one.
 *
 * New: members in place of addresses, and notices, which are texts of the server itself.
 * Still wrong: it trusts every byte. A datagram that counts its name longer than it is gets what
 * another one left behind in the buffer; any bytes do for a name or a text. safe.c checks them.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MEMBERS = 100 };

struct member {
    struct sockaddr_in address;
    char name[256];
};

static struct member members[MEMBERS];
static int count;
static int fd;
static unsigned char bytes[4096];

static int find(const struct sockaddr_in *from)
{
    for (int i = 0; i < count; i++) {
        if (members[i].address.sin_port == from->sin_port
            && members[i].address.sin_addr.s_addr == from->sin_addr.s_addr) {
            return i;
        }
    }
    return -1;
}

static int find_name(const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(members[i].name, name) == 0) return i;
    }
    return -1;
}

static void send_to(const struct sockaddr_in *to, const void *what, size_t size)
{
    sendto(fd, what, size, 0, (const struct sockaddr *)to, sizeof *to);
}

static void send_to_others(int sender, const void *what, size_t size)
{
    for (int i = 0; i < count; i++) {
        if (i != sender) send_to(&members[i].address, what, size);
    }
}

/* A notice is the byte 0 and a text. */
static char notice[1024];

static size_t write_notice(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(notice + 1, sizeof notice - 1, format, arguments);
    va_end(arguments);
    return 1 + (size_t)size;
}

static void leave(int member)
{
    send_to_others(member, notice, write_notice("%s left", members[member].name));
    members[member] = members[--count]; /* the last one fills the gap */
}

/* The member that has this address and this name from now on, or -1 if that cannot be. */
static int enter(const struct sockaddr_in *from, const char *name)
{
    int member = find(from), holder = find_name(name);

    if (holder >= 0 && holder != member) {
        send_to(from, notice, write_notice("the name %s is taken, choose another one", name));
        return -1;
    }
    if (member < 0 && count == MEMBERS) {
        send_to(from, notice, write_notice("the server is full, try again later"));
        return -1;
    }
    if (member < 0) {
        member = count++;
        members[member].address = *from;
        send_to_others(member, notice, write_notice("%s joined", name));
    } else if (holder < 0) {
        size_t size = write_notice("%s is now called %s", members[member].name, name);
        send_to_others(member, notice, size);
    }
    strcpy(members[member].name, name);
    return member;
}

static void take(const struct sockaddr_in *from, size_t size)
{
    char name[256] = "";
    size_t head = 1 + (size_t)bytes[0];
    int known = find(from);

    if (bytes[0] == 0) { /* a goodbye; with a text it is no client's, and gets no answer */
        if (size == 1 && known >= 0) leave(known);
        return;
    }
    memcpy(name, bytes + 1, bytes[0]);
    int member = enter(from, name);
    if (member < 0) return;
    if (known < 0 || size <= head) send_to(from, notice, write_notice("welcome, %s", name));
    if (size > head) send_to_others(member, bytes, size);
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* 127.0.0.1 */
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("names");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0) continue;
        take(&from, (size_t)size);
    }
}
