/*
 * rooms [PORT]: a server of stage 2 in one file. Rooms are made and joined over TCP, and talk goes
 * over UDP, on the port of the same number.
 *
 * New: the token opens the room; notices; the end of a room with its host; and a deadline for each
 * connection.
 * Still wrong: a host that vanishes leaves its room behind for ever, and sixteen connections that
 * send nothing keep everybody out for ten seconds. stage2/server mends both. It also has what is
 * left out here: the list of rooms, names in JSON, the announced port, /who, /help and /kick.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 32, PAYLOAD = 65536 }; /* bytes; the second is the most that a request may have */
enum { CONNECTIONS = 16, MEMBERS = 100, TOKEN = 32, LIMIT = 4096, TALK = 4094 };
enum { CREATE = 1, JOIN = 2 };
enum { DONE = 0, EXISTS = 1, NO_ROOM = 2, NAME_TAKEN = 4, MALFORMED = 5, FULL = 7, WAIT = 99 };

struct connection {
    int fd;
    struct sockaddr_in from;
    bool answered;
    time_t deadline;
    size_t have; /* bytes of the request that are there */
    unsigned char bytes[HEADER + 255 + PAYLOAD];
};

/* A room is there as long as somebody is in it. */
struct member {
    struct sockaddr_in address; /* port 0: not known yet */
    char room[256], name[256], token[TOKEN + 1];
    bool host;
};

static struct connection connections[CONNECTIONS];
static struct member members[MEMBERS];
static int connection_count, member_count, udp;
static char said[2 * TALK]; /* what goes out over UDP next */

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

/* The size of the payload, or something above PAYLOAD if it is too large. */
static size_t payload_size(const unsigned char *header)
{
    size_t size = 0;

    for (int i = 3; i < HEADER && size <= PAYLOAD; i++) size = size << 8 | header[i];
    return size;
}

/* The member of that name in the room, or, without a name, anyone there; -1 if there is none. */
static int find(const char *room, const char *name)
{
    for (int i = 0; i < member_count; i++) {
        bool named = name == NULL || strcmp(members[i].name, name) == 0;
        if (named && strcmp(members[i].room, room) == 0) return i;
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
        if (i != member && strcmp(members[i].room, room) == 0) send_to(i, size);
    }
}

/* A member is out, and with a host so are all others. */
static void leave(int member)
{
    struct member gone = members[member];

    members[member] = members[--member_count]; /* the last one fills the gap */
    if (!gone.host) {
        send_to_others(-1, gone.room, say("* %s left", gone.name));
        return;
    }
    send_to_others(-1, gone.room, say("* the room is closed: the host has left"));
    while ((member = find(gone.room, NULL)) >= 0) members[member] = members[--member_count];
}

/* 128 random bits as 32 digits. With rand(), whoever has seen one could compute the next. */
static void draw_token(char token[TOKEN + 1])
{
    unsigned char random[TOKEN / 2];
    int fd = open("/dev/urandom", O_RDONLY);

    if (fd < 0 || read(fd, random, sizeof random) != sizeof random) abort();
    close(fd);
    for (int i = 0; i < TOKEN / 2; i++) sprintf(token + 2 * i, "%02x", random[i]);
}

/* The status of the request; WAIT as long as it is not whole. If it is DONE, somebody is in. */
static int decide(const struct connection *connection)
{
    const unsigned char *header = connection->bytes, *room = header + HEADER;
    size_t room_size = header[0], name_size = payload_size(header);
    struct member new = {.address = connection->from, .host = header[1] == CREATE};

    if (connection->have < HEADER) return WAIT;
    if (room_size == 0 || name_size > PAYLOAD || header[2] != 0) return MALFORMED;
    if (header[1] != CREATE && header[1] != JOIN) return MALFORMED;
    if (connection->have < HEADER + room_size + name_size) return WAIT;
    if (name_size > 255 || !is_valid(room, room_size, true)) return MALFORMED;
    if (!is_valid(room + room_size, name_size, true)) return MALFORMED;
    memcpy(new.room, room, room_size);
    memcpy(new.name, room + room_size, name_size);
    if (new.host && find(new.room, NULL) >= 0) return EXISTS;
    if (!new.host && find(new.room, NULL) < 0) return NO_ROOM;
    if (find(new.room, new.name) >= 0) return NAME_TAKEN;
    if (member_count == MEMBERS) return FULL;
    draw_token(new.token);
    new.address.sin_port = 0; /* that was the port for TCP */
    members[member_count++] = new;
    send_to_others(member_count - 1, new.room, say("* %s joined", new.name));
    return DONE;
}

/* Writes a frame of the room and operation of the request; returns its size. */
static size_t write_frame(unsigned char *out, const struct connection *connection, int state,
                          const void *payload, size_t size)
{
    size_t room_size = connection->bytes[0];

    if (connection->have < HEADER + room_size) room_size = 0; /* refused before it was there */
    memset(out, 0, HEADER);
    out[0] = (unsigned char)room_size;
    out[1] = connection->bytes[1];
    out[2] = (unsigned char)state;
    out[HEADER - 1] = (unsigned char)size;
    memcpy(out + HEADER, connection->bytes + HEADER, room_size);
    memcpy(out + HEADER + room_size, payload, size);
    return HEADER + room_size + size;
}

/* Answers the request as soon as it is whole. */
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
    shutdown(connection->fd, SHUT_WR); /* and read on: to close at once might destroy the answer */
    connection->answered = true;
    connection->deadline = time(NULL) + 2;
}

/* Takes what has come on a connection. False: it is over. */
static bool take(struct connection *connection)
{
    if (connection->answered) connection->have = 0; /* what follows is of no interest */
    size_t space = sizeof connection->bytes - connection->have;
    ssize_t size = recv(connection->fd, connection->bytes + connection->have, space, 0);

    if (size <= 0) return false;
    connection->have += (size_t)size;
    if (!connection->answered) answer(connection);
    return true;
}

/* What a member sent. The text is followed by a zero. */
static void hear(int member, const char *text, size_t size)
{
    const char *name = members[member].name;
    bool leaves = strcmp(text, "/leave") == 0 || strcmp(text, "/exit") == 0
                  || strcmp(text, "/quit") == 0;

    if (size == 0) {
        send_to(member, say("* welcome, %s", name));
    } else if (!is_valid((const unsigned char *)text, size, false)) {
        send_to(member, say("* not delivered: the text is not valid UTF-8"));
    } else if (leaves && strlen(text) == size) { /* it may have a zero within */
        leave(member);
    } else if (text[0] == '/' && text[1] != '/') {
        send_to(member, say("* there is no such command; /help lists them"));
    } else if (strlen(name) + 2 + size - (text[0] == '/') > TALK) {
        send_to(member, say("* not delivered: longer than 4094 bytes with your name"));
    } else {
        if (text[0] == '/') text++, size--; /* "//x" says "/x" */
        size_t head = say("%s: ", name);
        memcpy(said + head, text, size);
        send_to_others(member, members[member].room, head + size);
    }
}

/* One datagram. Without the token of a member, for its room, from its machine: no answer. */
static void receive(void)
{
    static unsigned char bytes[LIMIT + 2]; /* what is too long fills it, but for the zero */
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(udp, bytes, LIMIT + 1, 0, (struct sockaddr *)&from, &from_size);
    size_t head = 2 + (size_t)bytes[0] + bytes[1];

    if (size < 2 || bytes[1] != TOKEN || head > (size_t)size) return;
    bytes[size] = 0;
    for (int i = 0; i < member_count; i++) {
        struct member *member = &members[i];
        if (memcmp(member->token, bytes + head - TOKEN, TOKEN) != 0) continue;
        if (strlen(member->room) != bytes[0]) return;
        if (memcmp(member->room, bytes + 2, bytes[0]) != 0) return;
        if (member->address.sin_addr.s_addr != from.sin_addr.s_addr) return;
        member->address.sin_port = from.sin_port; /* the port may change */
        if (size <= LIMIT) hear(i, (const char *)bytes + head, (size_t)size - head);
        else send_to(i, say("* not delivered: longer than 4094 bytes with your name"));
        return;
    }
}

static void accept_one(int fd)
{
    struct connection *new = &connections[connection_count];
    socklen_t size = sizeof new->from;

    new->fd = accept(fd, (struct sockaddr *)&new->from, &size);
    if (new->fd < 0) return;
    fcntl(new->fd, F_SETFL, O_NONBLOCK);
    new->answered = false;
    new->deadline = time(NULL) + 10;
    new->have = 0;
    connection_count++;
}

static void serve(int fd)
{
    struct timeval second = {.tv_sec = 1};
    fd_set ready;
    int highest = fd > udp ? fd : udp;

    FD_ZERO(&ready);
    FD_SET(udp, &ready);
    if (connection_count < CONNECTIONS) FD_SET(fd, &ready);
    for (int i = 0; i < connection_count; i++) {
        FD_SET(connections[i].fd, &ready);
        if (connections[i].fd > highest) highest = connections[i].fd;
    }
    if (select(highest + 1, &ready, NULL, NULL, &second) < 0) return;
    if (FD_ISSET(udp, &ready)) receive();
    for (int i = connection_count; i-- > 0;) {
        bool late = time(NULL) >= connections[i].deadline;
        if (!late && (!FD_ISSET(connections[i].fd, &ready) || take(&connections[i]))) continue;
        close(connections[i].fd);
        connections[i] = connections[--connection_count]; /* the last one fills the gap */
    }
    if (FD_ISSET(fd, &ready)) accept_one(fd);
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};

    signal(SIGPIPE, SIG_IGN); /* who has gone is noticed when sending fails */
    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    fcntl(udp, F_SETFL, O_NONBLOCK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* take the port again at once */
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 64) != 0
        || udp < 0 || bind(udp, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("rooms");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) serve(fd);
}
