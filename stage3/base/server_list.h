/*
 * server_list: a list of servers as a user gives it, "HOST:PORT,HOST,[::1]:9003".
 *
 * Contract: plain functions on memory. An IPv6 address with a port must be in brackets; one without
 * a port may be.
 */
#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SERVER_LIST_LIMIT = 16,
    SERVER_HOST = 256, /* bytes of a host name, with the final zero */
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

/* Parses `text`. A server without a port gets `port`. False: the text does not have this form. */
bool server_list_parse(const char *text, uint16_t port, struct server_list *servers);

/* Writes "HOST:PORT" or "[HOST]:PORT", and returns `out`. A byte that is not printable ASCII is
   written as "%" and two digits, so two hosts never look the same. */
const char *server_print(const struct server_name *server, char out[SERVER_TEXT]);

#endif
