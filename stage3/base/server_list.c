#include "server_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parses all of the bytes as a number from 1 to 65535. */
static bool parse_port(const char *bytes, size_t size, uint16_t *port)
{
    unsigned long number = 0;

    if (size < 1 || size > 5) return false;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] < '0' || bytes[i] > '9') return false;
        number = number * 10 + (unsigned long)(bytes[i] - '0');
    }
    *port = (uint16_t)number;
    return number >= 1 && number <= 65535;
}

/* The size of the host in an entry without brackets. With several colons, all of it is an IPv6
   address. */
static size_t host_size(const char *bytes, size_t size)
{
    const char *colon = memchr(bytes, ':', size);

    if (!colon) return size;
    size_t before = (size_t)(colon - bytes);
    return memchr(colon + 1, ':', size - before - 1) ? size : before;
}

/* May these bytes name a host? A host with a colon must be an IPv6 address. Anything else with a
   colon may be a URL with an unknown scheme, or a password. */
static bool host_allowed(const char *bytes, size_t size)
{
    bool v6 = memchr(bytes, ':', size) != NULL;

    for (size_t i = 0; i < size; i++) {
        if (memchr("/@[] \t", bytes[i], 6)) return false;
        if (v6 && bytes[i] == '%') return i > 0; /* the interface's name follows: fe80::1%eth0 */
        if (v6 && !memchr("0123456789abcdefABCDEF:.", bytes[i], 24)) return false;
    }
    return true;
}

static bool parse_one(const char *bytes, size_t size, struct server_name *server)
{
    size_t host, end;

    if (size > 0 && bytes[0] == '[') {
        const char *bracket = memchr(bytes, ']', size);
        if (!bracket) return false;
        bytes++;
        host = (size_t)(bracket - bytes);
        size--;
        end = host + 1;
    } else {
        host = end = host_size(bytes, size);
    }
    if (host < 1 || host >= SERVER_HOST || !host_allowed(bytes, host)) return false;
    memcpy(server->host, bytes, host);
    server->host[host] = '\0';
    if (end == size) return true;
    return bytes[end] == ':' && parse_port(bytes + end + 1, size - end - 1, &server->port);
}

bool server_list_parse(const char *text, uint16_t port, struct server_list *servers)
{
    servers->count = 0;
    for (;;) {
        size_t size = strcspn(text, ",");
        if (servers->count == SERVER_LIST_LIMIT) return false;
        struct server_name *server = &servers->list[servers->count++];
        server->port = port;
        if (!parse_one(text, size, server)) return false;
        if (text[size] == '\0') return true;
        text += size + 1;
    }
}

const char *server_print(const struct server_name *server, char out[SERVER_TEXT])
{
    bool v6 = strchr(server->host, ':') != NULL;
    size_t size = 0;

    if (v6) out[size++] = '[';
    for (const char *byte = server->host; *byte; byte++) {
        bool shown = *byte > ' ' && *byte <= '~';
        size += (size_t)snprintf(out + size, 4, shown ? "%c" : "%%%02x", (unsigned char)*byte);
    }
    snprintf(out + size, SERVER_TEXT - size, v6 ? "]:%u" : ":%u", (unsigned)server->port);
    return out;
}
