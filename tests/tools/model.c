/*
 * model: a server of stage 2 as somebody else may have written it, from the brief alone: a request
 * of TCRP over TCP, a status, a frame with a token, and talk over UDP with room and token in front.
 * It knows of no keepalive, welcomes nobody and has no commands.
 *
 * Called: model DIALECT [PORT]
 *     json      wants the user in JSON, as "username"; a bare name gets status 3. The token is a
 *               UUID
 *     code      wants it as "user_name"; at a bare name it closes without an answer. Its status for
 *               "done" is 200, in a frame without a room, and its token is 255 bytes of any kind
 *     hex       takes a bare name; its token has 32 hexadecimal digits, as ours
 *     refuses   answers everything with status 77
 *     empty     its token has no bytes; long: it has 256
 *     garbage   answers with random bytes; half: with half a frame, and closes
 *     closes    closes without an answer; nothing: takes the request and says nothing
 *
 * It prints `model: listening on tcp 127.0.0.1:PORT, udp 127.0.0.1:PORT`, then a line `request: `
 * and the payload for each request, and a line `NAME: TEXT` for each datagram. What one says goes
 * to all in its room whose address it has heard of, to the sender as well.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 32, CLIENTS = 50, MOST = 4096, TOKEN = 256 };

static struct client {
    char name[256], room[256], token[TOKEN];
    size_t token_size;
    struct sockaddr_in address; /* no port: not heard of yet */
} clients[CLIENTS];
static int client_count;
static const char *dialect;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "model: %s\n", what);
    exit(EXIT_FAILURE);
}

static bool speaks(const char *name)
{
    return strcmp(dialect, name) == 0;
}

static int listen_on(int type, in_port_t *port)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = *port};
    socklen_t size = sizeof here;
    int fd = socket(AF_INET, type, 0);

    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, size) != 0) die("cannot listen");
    if (type == SOCK_STREAM && listen(fd, 10) != 0) die("cannot listen");
    if (getsockname(fd, (struct sockaddr *)&here, &size) != 0) die("no port");
    *port = here.sin_port;
    return fd;
}

static void read_exactly(int fd, char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, bytes, size, 0);
        if (got <= 0) return; /* what is missing stays 0 */
        bytes += got;
        size -= (size_t)got;
    }
}

static void send_frame(int fd, const char *head, int state, const char *room, const char *payload,
                       size_t size)
{
    char frame[HEADER + 255 + TOKEN] = {0};

    frame[0] = (char)strlen(room);
    frame[1] = head[1];
    frame[2] = (char)state;
    frame[30] = (char)(size >> 8);
    frame[31] = (char)(size & 0xff);
    memcpy(frame + HEADER, room, strlen(room));
    memcpy(frame + HEADER + strlen(room), payload, size);
    send(fd, frame, HEADER + strlen(room) + size, MSG_NOSIGNAL);
}

static void send_status(int fd, const char *head, const char *room, int status)
{
    char byte = (char)status;

    send_frame(fd, head, 1, room, &byte, 1);
}

static void draw_token(struct client *client)
{
    static const char *const form = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx";

    client->token_size = speaks("json") ? strlen(form) : speaks("code") ? 255 : 32;
    for (size_t i = 0; i < client->token_size; i++) {
        client->token[i] = speaks("code") ? (char)(rand() >> 7) : "0123456789abcdef"[rand() % 16];
        if (speaks("json") && form[i] != 'x') client->token[i] = form[i];
    }
    if (speaks("empty")) client->token_size = 0;
    if (speaks("long")) client->token_size = TOKEN;
}

/* The value of a member of a JSON object, far from strictly. False: it is not there. */
static bool find_member(const char *object, const char *name, char value[256])
{
    char key[40];
    size_t used = 0;

    sprintf(key, "\"%s\":\"", name);
    const char *at = strstr(object, key);
    if (at == NULL) return false;
    for (at += strlen(key); *at != '\0' && *at != '"' && used < 255; at++) {
        if (*at == '\\' && at[1] != '\0') at++;
        value[used++] = *at;
    }
    value[used] = '\0';
    return true;
}

static void admit(int fd, const char *head, struct client *client)
{
    draw_token(client);
    send_status(fd, head, speaks("code") ? "" : client->room, speaks("code") ? 200 : 0);
    send_frame(fd, head, 2, client->room, client->token, client->token_size);
    if (client_count < CLIENTS) clients[client_count++] = *client;
}

static void answer(int fd, const char *head, struct client *client, const char *payload)
{
    char garbage[600];

    if (speaks("refuses")) {
        send_status(fd, head, client->room, 77);
    } else if (speaks("garbage")) {
        for (size_t i = 0; i < sizeof garbage; i++) garbage[i] = (char)(rand() >> 7);
        send(fd, garbage, sizeof garbage, MSG_NOSIGNAL);
    } else if (speaks("half")) {
        send(fd, head, HEADER / 2, MSG_NOSIGNAL);
    } else if (speaks("json")) {
        if (find_member(payload, "username", client->name)) admit(fd, head, client);
        else send_status(fd, head, client->room, 3);
    } else if (speaks("code")) {
        if (find_member(payload, "user_name", client->name)) admit(fd, head, client);
    } else if (!speaks("closes")) {
        snprintf(client->name, sizeof client->name, "%s", payload);
        admit(fd, head, client);
    }
}

static void serve_request(int fd)
{
    char head[HEADER] = {0}, payload[MOST] = {0};
    struct client client = {.token_size = 0};

    read_exactly(fd, head, sizeof head);
    size_t size = (size_t)((unsigned char)head[30] << 8 | (unsigned char)head[31]);
    read_exactly(fd, client.room, (unsigned char)head[0]);
    read_exactly(fd, payload, size < MOST ? size : MOST - 1);
    printf("request: %s\n", payload);
    if (speaks("nothing")) return; /* and keep the connection */
    answer(fd, head, &client, payload);
    shutdown(fd, SHUT_WR);
    read_exactly(fd, payload, 2); /* the port, which this one does not use */
    close(fd);
}

static void serve_datagram(int fd)
{
    unsigned char bytes[MOST];
    char text[2 * MOST];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);

    if (size < 2 || 2 + bytes[0] + bytes[1] > size) return;
    size_t head = 2u + bytes[0] + bytes[1];
    for (int i = 0; i < client_count; i++) {
        struct client *client = &clients[i];
        if (bytes[1] != client->token_size) continue;
        if (memcmp(bytes + 2 + bytes[0], client->token, client->token_size) != 0) continue;
        client->address = from;
        int length = snprintf(text, sizeof text, "%s: %.*s", client->name,
                              (int)((size_t)size - head), (char *)bytes + head);
        printf("%s\n", text);
        for (int j = 0; j < client_count; j++) {
            if (clients[j].address.sin_port == 0) continue;
            if (strcmp(clients[j].room, client->room) != 0) continue;
            sendto(fd, text, (size_t)length, 0, (struct sockaddr *)&clients[j].address,
                   sizeof clients[j].address);
        }
    }
}

int main(int count, char **arg)
{
    in_port_t port = htons((in_port_t)(count == 3 ? atoi(arg[2]) : 0));

    if (count != 2 && count != 3) die("call me with DIALECT [PORT]");
    dialect = arg[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    int tcp = listen_on(SOCK_STREAM, &port);
    int udp = listen_on(SOCK_DGRAM, &port);
    printf("model: listening on tcp 127.0.0.1:%u, udp 127.0.0.1:%u\n", (unsigned)ntohs(port),
           (unsigned)ntohs(port));
    for (;;) {
        struct pollfd both[2] = {{.fd = tcp, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
        poll(both, 2, -1);
        if (both[0].revents != 0) {
            int fd = accept(tcp, NULL, NULL);
            if (fd >= 0) serve_request(fd);
        }
        if (both[1].revents != 0) serve_datagram(udp);
    }
}
