/*
 * server_list: the list of servers that a user gives, "HOST:PORT,HOST,[::1]:9003".
 *
 * Contract: plain functions on memory. An IPv6 address that comes with a port stands in brackets;
 * without one it may.
 */
#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SERVER_LIST_LIMIT = 16,
    SERVER_HOST = 256, /* bytes of a host's name, with the final zero */
    SERVER_TEXT = 3 * SERVER_HOST + 8 /* "[HOST]:65535" with the final zero */
};

struct server_name {
    char host[SERVER_HOST];
    uint16_t port;
};

struct server_list {
    struct server_name list[SERVER_LIST_LIMIT];
    unsigned count; /* at least 1 */
};

/* `port` is for those that have none of their own. False: it is not of that form. */
bool server_list_parse(const char *text, uint16_t port, struct server_list *servers);

/* Writes "HOST:PORT" or "[HOST]:PORT", and returns `out`. A byte that cannot be shown is written as
   "%" and two digits, so that two hosts never look the same. */
const char *server_print(const struct server_name *server, char out[SERVER_TEXT]);

#endif
