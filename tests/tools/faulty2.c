/* faulty: the server of stage 2. */
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "faulty.h"

enum { HEADER = 32, PAYLOAD = 65536, CONNECTIONS = 64, MEMBERS = 100, TOKEN = 32, TALK = 4094 };
enum { CREATE = 1, JOIN = 2 };
enum { DONE = 0, EXISTS = 1, NO_ROOM = 2, TAKEN = 4, MALFORMED = 5, FULL = 7, WAIT = 99 };

struct connection {
    int fd;
    struct sockaddr_in from;
    bool answered;
    size_t have; /* bytes */
    unsigned char bytes[HEADER + 255 + PAYLOAD + 1];
};

struct member {
    struct sockaddr_in address; /* port 0: not known yet */
    char room[256], name[256], token[TOKEN + 1];
    bool host, gone; /* gone: only its token works; a fault */
};

static struct connection connections[CONNECTIONS];
static struct member members[MEMBERS];
static int connection_count, member_count, udp;
static char said[3 * DATAGRAM_LIMIT];

static size_t payload_size(const unsigned char *header)
{
    size_t size = 0;

    if (fault("reads-one-byte-of-size")) return header[HEADER - 1];
    if (fault("believes-the-size")) return (size_t)header[30] << 8 | header[31];
    for (int i = 3; i < HEADER && size <= PAYLOAD; i++) size = size << 8 | header[i];
    return size;
}

/* The member of that name in the room, or, without a name, anyone there; -1: there is none. */
static int find(const char *room, const char *name)
{
    for (int i = 0; i < member_count; i++) {
        bool named = name == NULL || strcmp(members[i].name, name) == 0;
        if (named && !members[i].gone && strcmp(members[i].room, room) == 0) return i;
    }
    return -1;
}

static size_t say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    return (size_t)size;
}

static void send_to(int member, size_t size)
{
    const struct sockaddr_in *to = &members[member].address;

    if (to->sin_port != 0) sendto(udp, said, size, 0, (const struct sockaddr *)to, sizeof *to);
}

static void send_to_others(int member, const char *room, size_t size)
{
    for (int i = 0; i < member_count; i++) {
        if ((i == member && !fault("echoes")) || members[i].gone) continue;
        if (strcmp(members[i].room, room) == 0 || fault("tells-all-rooms")) send_to(i, size);
    }
}

static void leave(int member)
{
    struct member gone = members[member];

    if (fault("keeps-who-left") && !gone.host) return;
    members[member] = members[--member_count];
    if (!gone.host || fault("keeps-the-room")) {
        send_to_others(-1, gone.room, say("* %s left", gone.name));
        return;
    }
    send_to_others(-1, gone.room, say("* the room is closed: the host has left"));
    while ((member = find(gone.room, NULL)) >= 0) {
        if (fault("keeps-tokens")) return;
        members[member] = members[--member_count];
    }
}

static void draw_token(char token[TOKEN + 1])
{
    unsigned char random[TOKEN];
    int fd = open("/dev/urandom", O_RDONLY);

    if (fd < 0 || read(fd, random, sizeof random) != sizeof random) abort();
    close(fd);
    if (fault("same-token-twice")) memset(random, 7, sizeof random);
    for (int i = 0; i < TOKEN / 2; i++) sprintf(token + 2 * i, "%02x", random[i]);
    if (fault("sends-raw-tokens")) memcpy(token, random, TOKEN);
}

static int check(const struct connection *connection, const struct member *new)
{
    const unsigned char *header = connection->bytes;
    size_t room_size = header[0], name_size = payload_size(header);

    if (name_size > 255 || !is_name((const char *)header + HEADER, room_size)) return MALFORMED;
    if (!is_name((const char *)header + HEADER + room_size, name_size)) return MALFORMED;
    int holder = find(new->room, NULL);
    if (new->host && holder >= 0 && !fault("overwrites-rooms")) return EXISTS;
    if (!new->host && holder < 0) return fault("wrong-status") ? TAKEN : NO_ROOM;
    if (find(new->room, new->name) >= 0 && !fault("lets-two-take-a-name")) return TAKEN;
    return member_count == MEMBERS ? FULL : DONE;
}

/* The status of the request; WAIT as long as it is not whole. If it is DONE, somebody is in. */
static int decide(const struct connection *connection)
{
    const unsigned char *header = connection->bytes, *room = header + HEADER;
    size_t room_size = header[0], name_size = payload_size(header);
    struct member new = {.address = connection->from, .host = header[1] == CREATE};

    if (connection->have < HEADER) return fault("reads-once") ? MALFORMED : WAIT;
    if (room_size == 0 || name_size > PAYLOAD || header[2] != 0) return MALFORMED;
    if (header[1] != CREATE && header[1] != JOIN) return MALFORMED;
    if (connection->have < HEADER + room_size + name_size) {
        return fault("reads-once") ? MALFORMED : WAIT;
    }
    memcpy(new.room, room, room_size);
    memcpy(new.name, room + room_size, name_size > 255 ? 255 : name_size);
    int status = check(connection, &new);
    if (status != DONE) return status;
    draw_token(new.token);
    new.address.sin_port = 0;
    members[member_count++] = new;
    send_to_others(member_count - 1, new.room, say("* %s joined", new.name));
    return DONE;
}

static size_t write_frame(unsigned char *out, const struct connection *connection, int state,
                          const void *payload, size_t size)
{
    size_t room_size = connection->bytes[0];

    if (connection->have < HEADER + room_size) room_size = 0;
    memset(out, 0, HEADER);
    out[0] = (unsigned char)room_size;
    out[1] = connection->bytes[1];
    if (!fault("forgets-the-state")) out[2] = (unsigned char)state;
    out[fault("mixes-byte-order") ? 3 : HEADER - 1] = (unsigned char)size;
    memcpy(out + HEADER, connection->bytes + HEADER, room_size);
    memcpy(out + HEADER + room_size, payload, size);
    return HEADER + room_size + size;
}

static void answer(struct connection *connection)
{
    int status = decide(connection);
    unsigned char out[1024], byte = (unsigned char)status;

    if (status == WAIT) return;
    size_t size = write_frame(out, connection, 1, &byte, 1);
    if (status == DONE) {
        size += write_frame(out + size, connection, 2, members[member_count - 1].token, TOKEN);
    }
    send(connection->fd, out, size, 0);
    if (!fault("never-ends-the-stream")) shutdown(connection->fd, SHUT_WR);
    connection->answered = true;
}

/* Takes what has come on a connection. False: it is over. */
static bool take(struct connection *connection)
{
    if (connection->answered) connection->have = 0;
    size_t space = sizeof connection->bytes - connection->have;
    ssize_t size = recv(connection->fd, connection->bytes + connection->have, space, 0);

    if (size < 0 && fault("dies-at-broken-connection")) abort();
    if (size <= 0) return false;
    connection->have += (size_t)size;
    if (!connection->answered) answer(connection);
    return true;
}

static void hear(int member, const char *text, size_t size)
{
    const char *name = members[member].name;
    bool leaves = strcmp(text, "/leave") == 0 || strcmp(text, "/exit") == 0
                  || strcmp(text, "/quit") == 0;

    if (fault("ends-text-at-zero")) size = strlen(text);
    if (size == 0) {
        send_to(member, say("* welcome, %s", name));
    } else if (!is_text(text, size)) {
        send_to(member, say("* not delivered: the text is not valid UTF-8"));
    } else if (leaves) {
        leave(member);
    } else if (text[0] == '/' && text[1] != '/') {
        send_to(member, say("* there is no such command; /help lists them"));
    } else {
        if (text[0] == '/' && !fault("says-both-slashes")) text++, size--;
        size_t head = say("%s: ", name);
        if (head + size > TALK && fault("cuts")) size = TALK - head;
        if (head + size > TALK) {
            send_to(member, say("* not delivered: longer than 4094 bytes with your name"));
            return;
        }
        memcpy(said + head, text, size);
        send_to_others(member, members[member].room, head + size);
    }
}

static bool is_token_of(const struct member *member, const char *token, size_t size)
{
    if (fault("compares-what-it-got")) return size <= TOKEN && memcmp(member->token, token, size) == 0;
    return size == TOKEN && memcmp(member->token, token, TOKEN) == 0;
}

static void receive(void)
{
    static char bytes[DATAGRAM_LIMIT + 2];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(udp, bytes, DATAGRAM_LIMIT + 1, 0, (struct sockaddr *)&from, &from_size);
    size_t room = (unsigned char)bytes[0], token = (unsigned char)bytes[1], head = 2 + room + token;

    if (size == 0 && fault("dies-at-empty")) abort();
    if (size < 2 || head > (size_t)size) return;
    bytes[size] = '\0';
    for (int i = 0; i < member_count; i++) {
        struct member *member = &members[i];
        if (!is_token_of(member, bytes + 2 + room, token)) continue;
        bool its_room = strlen(member->room) == room && memcmp(member->room, bytes + 2, room) == 0;
        if (!its_room && !fault("takes-any-room")) return;
        bool its_address = member->address.sin_addr.s_addr == from.sin_addr.s_addr;
        if (!its_address && !fault("takes-any-address")) return;
        if (!fault("keeps-the-first-port") || member->address.sin_port == 0) member->address = from;
        if (size > DATAGRAM_LIMIT && !fault("cuts")) {
            send_to(i, say("* not delivered: longer than 4094 bytes with your name"));
        } else hear(i, bytes + head, (size_t)size - head);
        return;
    }
}

static void accept_one(int tcp)
{
    struct connection *new = &connections[connection_count];
    socklen_t size = sizeof new->from;

    new->fd = accept(tcp, (struct sockaddr *)&new->from, &size);
    if (new->fd < 0) return;
    new->answered = false;
    new->have = 0;
    while (fault("waits-for-one") && !new->answered && take(new)) continue;
    connection_count++;
}

void serve_stage2(int tcp, int socket)
{
    udp = socket;
    for (;;) {
        struct pollfd ready[2 + CONNECTIONS] = {{.fd = udp, .events = POLLIN},
                                                {.fd = tcp, .events = POLLIN}};

        if (connection_count == CONNECTIONS) ready[1].fd = -1;
        for (int i = 0; i < connection_count; i++) {
            ready[2 + i] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
        }
        if (poll(ready, (nfds_t)(2 + connection_count), -1) < 0) continue;
        if (ready[0].revents != 0) receive();
        for (int i = connection_count; i-- > 0;) {
            if (ready[2 + i].revents == 0 || take(&connections[i])) continue;
            close(connections[i].fd);
            connections[i] = connections[--connection_count];
        }
        if (ready[1].revents != 0) accept_one(tcp);
    }
}
