/*
 * gather: stage1/safe.c, and all who come within a quarter of a second are announced in one notice.
 * It is the answer to an exercise of chapter 1 (docs/answers.md).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>

enum { MEMBERS = 100, LIMIT = 4096 };

struct member {
    struct sockaddr_in address;
    char name[256];
    bool told; /* have the others been told that it is here? */
};

static struct member members[MEMBERS];
static int count;
static int fd;
static unsigned char bytes[LIMIT + 1]; /* one more: what is too long fills it */

/* The size in bytes of the character that begins at `at`, and its number; 0 if none begins there.
   RFC 3629, section 3: the shortest form, no surrogates, at most U+10FFFF. */
static size_t read_character(const unsigned char *at, size_t have, unsigned long *character)
{
    static const unsigned long smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t size = at[0] < 0x80 ? 1 : at[0] < 0xc0 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

    if (size == 0 || size > have || at[0] > 0xf4) return 0;
    *character = at[0] & bits[size];
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
        *character = *character << 6 | (at[i] & 0x3f);
    }
    bool surrogate = *character >= 0xd800 && *character <= 0xdfff;
    return *character < smallest[size] || *character > 0x10ffff || surrogate ? 0 : size;
}

struct range { unsigned long first, last; };

/* Control characters, the colon, and whatever is not seen. */
static const struct range forbidden[] = {
    {0x0, 0x1f}, {':', ':'}, {0x7f, 0x9f}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c},
    {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
    {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}, {0, 0}};
static const struct range spaces[] = {
    {0x9, 0xd}, {0x20, 0x20}, {0x85, 0x85}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a},
    {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x2800, 0x2800}, {0x3000, 0x3000},
    {0, 0}};

static bool is_in(const struct range *ranges, unsigned long character)
{
    for (; ranges->last != 0; ranges++) {
        if (character >= ranges->first && character <= ranges->last) return true;
    }
    return false;
}

/* Is this UTF-8, and, if it should be one, a name? */
static bool is_valid(const unsigned char *text, size_t size, bool name)
{
    unsigned long character = 0;

    if (name && (size == 0 || strchr("*/{", text[0]) != NULL)) return false;
    for (size_t at = 0, step; at < size; at += step) {
        step = read_character(text + at, size - at, &character);
        if (step == 0 || (name && is_in(forbidden, character))) return false;
        if (name && at == 0 && is_in(spaces, character)) return false;
    }
    return !name || !is_in(spaces, character); /* the last one */
}

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
    if (members[member].told) {
        send_to_others(member, notice, write_notice("%s left", members[member].name));
    }
    members[member] = members[--count]; /* the last one fills the gap */
}

static int64_t due; /* when newcomers are announced, in milliseconds; 0: there are none */

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Tells in one notice of all who came since the last one, of up to three by name. */
static void announce(void)
{
    const char *name[3] = {NULL};
    int came = 0, last = -1;
    size_t size;

    due = 0;
    for (int i = 0; i < count; i++) {
        if (members[i].told) continue;
        members[i].told = true;
        if (came < 3) name[came] = members[i].name;
        came++;
        last = i;
    }
    if (came == 0) return;
    if (came == 1) size = write_notice("%s joined", name[0]);
    else if (came == 2) size = write_notice("%s and %s joined", name[0], name[1]);
    else if (came == 3) size = write_notice("%s, %s and %s joined", name[0], name[1], name[2]);
    else size = write_notice("%s, %s and %d others joined", name[0], name[1], came - 2);
    send_to_others(came == 1 ? last : -1, notice, size);
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
        members[member].told = false;
        if (due == 0) due = now() + 250;
    } else if (holder < 0) {
        size_t size = write_notice("%s is now called %s", members[member].name, name);
        send_to_others(member, notice, size);
    }
    strcpy(members[member].name, name);
    return member;
}

/* What is wrong with the datagram, which has a name; NULL if nothing is. */
static const char *fault(size_t size)
{
    size_t head = 1 + (size_t)bytes[0];

    if (size > LIMIT) return "not delivered: longer than 4096 bytes with the name";
    if (size == 0 || head > size) return "not delivered: the datagram is malformed";
    if (!is_valid(bytes + 1, bytes[0], true)) return "not delivered: that name is not allowed";
    if (!is_valid(bytes + head, size - head, false)) {
        return "not delivered: the text is not valid UTF-8";
    }
    return NULL;
}

static void take(const struct sockaddr_in *from, size_t size)
{
    char name[256] = "";
    size_t head = 1 + (size_t)bytes[0];
    int known = find(from);

    if (size > 0 && bytes[0] == 0) { /* a goodbye; with a text it is no client's: no answer */
        if (size == 1 && known >= 0) leave(known);
        return;
    }
    const char *wrong = fault(size);
    if (wrong != NULL) { /* a stranger's address may be forged: no answer */
        if (known >= 0) send_to(from, notice, write_notice("%s", wrong));
        return;
    }
    memcpy(name, bytes + 1, bytes[0]);
    int member = enter(from, name);
    if (member < 0) return;
    if (known < 0 || size == head) send_to(from, notice, write_notice("welcome, %s", name));
    if (size > head) send_to_others(member, bytes, size);
}

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    struct sigaction action = {.sa_handler = stop};
    sigset_t none, ours;

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* 127.0.0.1 */
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("safe");
        return 1;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK); /* select() may report a datagram that is then dropped */
    /* Ctrl-C and kill are let in during pselect() alone, so none comes between look and wait. */
    sigemptyset(&none);
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigprocmask(SIG_BLOCK, &ours, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    while (!stopped) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        int64_t rest = due - now() > 0 ? due - now() : 0;
        struct timespec wait = {.tv_sec = 0, .tv_nsec = (long)rest * 1000000};
        int found = pselect(fd + 1, &ready, NULL, NULL, due > 0 ? &wait : NULL, &none);
        if (due > 0 && now() >= due) announce();
        if (found <= 0) continue;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size >= 0) take(&from, (size_t)size);
    }
    send_to_others(-1, notice, write_notice("the server is shutting down"));
    return 0;
}
