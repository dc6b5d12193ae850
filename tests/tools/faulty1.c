/* faulty: the server of stage 1. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "faulty.h"

enum { MEMBERS = 100 };

struct member {
    struct sockaddr_in address;
    char name[256];
    bool gone; /* only its name is left; a fault */
};

static struct member members[MEMBERS];
static int count, fd;
static char bytes[DATAGRAM_LIMIT + 2]; /* one byte more than a datagram may have, and a zero */
static char notice[1024];

static int find(const struct sockaddr_in *from)
{
    for (int i = 0; i < count; i++) {
        if (!members[i].gone && same_address(&members[i].address, from)) return i;
    }
    return -1;
}

static int find_name(const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(members[i].name, name) == 0) return i;
        if (fault("ignores-case") && strcasecmp(members[i].name, name) == 0) return i;
    }
    return -1;
}

static void send_to(const struct sockaddr_in *to, const void *what, size_t size)
{
    sendto(fd, what, size, 0, (const struct sockaddr *)to, sizeof *to);
}

static void send_to_others(int sender, const void *what, size_t size)
{
    int sent = 0;

    for (int i = 0; i < count; i++) {
        if (i == sender || members[i].gone) continue;
        if (sent++ == 1 && fault("sends-to-one-other")) return;
        send_to(&members[i].address, what, size);
    }
}

static size_t write_notice(const char *format, ...)
{
    va_list arguments;
    size_t zero = fault("forgets-the-zero-in-front") ? 0 : 1;

    va_start(arguments, format);
    int size = vsnprintf(notice + zero, sizeof notice - 1, format, arguments);
    va_end(arguments);
    return zero + (size_t)size;
}

static void leave(int member)
{
    if (fault("forgets-goodbye")) return;
    if (!fault("tells-no-leaving")) {
        send_to_others(member, notice, write_notice("%s left", members[member].name));
    }
    if (fault("keeps-names")) members[member].gone = true;
    else members[member] = members[--count];
}

/* The member with this address and name, or -1 if that cannot be. */
static int enter(const struct sockaddr_in *from, const char *name, bool hello)
{
    int member = find(from), holder = find_name(name);
    bool checks = !fault("lets-two-take-a-name")
                  && (hello || !fault("checks-names-of-hellos-alone"));

    if (checks && holder >= 0 && holder != member) {
        send_to(from, notice, write_notice("the name %s is taken, choose another one", name));
        return -1;
    }
    if (member < 0 && count == (fault("has-ten-places") ? 10 : MEMBERS)) {
        send_to(from, notice, write_notice("the server is full, try again later"));
        return -1;
    }
    bool new = member < 0;
    if (new) {
        member = count++;
        members[member] = (struct member){.address = *from};
    }
    if ((new && !fault("tells-no-joining")) || (!new && hello && fault("tells-every-hello"))) {
        send_to_others(member, notice, write_notice("%s joined", name));
    }
    if (!new && holder < 0 && !fault("never-renames")) {
        size_t size = write_notice("%s is now called %s", members[member].name, name);
        send_to_others(member, notice, size);
    }
    if (new || !fault("never-renames")) strcpy(members[member].name, name);
    return member;
}

static const char *wrong(size_t size)
{
    size_t head = 1 + (size_t)(unsigned char)bytes[0];

    if (size > DATAGRAM_LIMIT) return "not delivered: longer than 4096 bytes with the name";
    if (size == 0 || head > size) return "not delivered: the datagram is malformed";
    if (!is_name(bytes + 1, head - 1)) return "not delivered: that name is not allowed";
    if (!is_text(bytes + head, size - head)) return "not delivered: the text is not valid UTF-8";
    return NULL;
}

/* A zero where the text ends, or a text without one: how many bytes of it such a server sends. */
static size_t text_size(const char *text, size_t size)
{
    size_t characters = 0;

    if (fault("ends-text-at-zero")) return strlen(text);
    if (!fault("counts-characters")) return size;
    for (size_t i = 0; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) characters++;
    }
    return characters;
}

static void take(struct sockaddr_in *from, size_t size)
{
    char name[256] = "";
    size_t head = 1 + (size_t)(unsigned char)bytes[0];
    int known = find(from);

    if (size == 0 && fault("dies-at-empty")) abort();
    if (size > DATAGRAM_LIMIT && fault("cuts")) size = DATAGRAM_LIMIT;
    if (size > 0 && bytes[0] == 0) {
        if (size == 1 && known < 0 && fault("dies-at-unknown-goodbye")) abort();
        if (size == 1 && known >= 0) leave(known);
        if (size > 1 && fault("passes-notices-on")) send_to_others(known, bytes, size);
        return;
    }
    if (fault("believes-the-size") && head > size && size > 0) {
        send_to_others(known, bytes, size);
        return;
    }
    if (fault("signed-size") && (signed char)bytes[0] < 0) return;
    const char *why = wrong(size);
    if (why != NULL) {
        if (known >= 0 || fault("answers-strangers")) {
            send_to(from, notice, write_notice("%s", why));
        }
        return;
    }
    if (known < 0 && size > head && fault("wants-hello-first")) return;
    memcpy(name, bytes + 1, head - 1);
    int member = enter(from, name, size == head);
    if (member < 0) return;
    if (fault("answers-the-wrong-port")) from->sin_port ^= htons(1);
    if (known < 0 || size == head) send_to(from, notice, write_notice("welcome, %s", name));
    if (fault("obeys-text") && size > head && bytes[head] == '/') return;
    if (size > head) {
        size = head + text_size(bytes + head, size - head);
        send_to_others(member, bytes, size);
        if (fault("echoes")) send_to(from, bytes, size);
    }
}

void serve_stage1(int udp)
{
    fd = udp;
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        size_t space = fault("small-buffer") ? 1024 : DATAGRAM_LIMIT + 1;
        ssize_t size = recvfrom(fd, bytes, space, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0) continue;
        bytes[size] = '\0';
        take(&from, (size_t)size);
    }
}
