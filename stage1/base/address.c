#include "address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool address_equal(const struct address *a, const struct address *b)
{
    if (a->is.any.sa_family != b->is.any.sa_family) return false;
    if (a->is.any.sa_family == AF_INET) {
        return a->is.v4.sin_port == b->is.v4.sin_port
            && a->is.v4.sin_addr.s_addr == b->is.v4.sin_addr.s_addr;
    }
    return a->is.v6.sin6_port == b->is.v6.sin6_port
        && a->is.v6.sin6_scope_id == b->is.v6.sin6_scope_id
        && memcmp(&a->is.v6.sin6_addr, &b->is.v6.sin6_addr, sizeof a->is.v6.sin6_addr) == 0;
}

bool address_is_wildcard(const struct address *address)
{
    if (address->is.any.sa_family == AF_INET) {
        return address->is.v4.sin_addr.s_addr == htonl(INADDR_ANY);
    }
    return memcmp(&address->is.v6.sin6_addr, &in6addr_any, sizeof in6addr_any) == 0;
}

/* Hashes exactly the fields that address_equal compares. */
uint64_t address_hash(const struct hash_key *key, const struct address *address)
{
    unsigned char identity[sizeof(struct in6_addr) + sizeof(in_port_t) + sizeof(uint32_t)];
    size_t size = 0;

    if (address->is.any.sa_family == AF_INET) {
        const struct sockaddr_in *v4 = &address->is.v4;
        memcpy(identity + size, &v4->sin_port, sizeof v4->sin_port);
        size += sizeof v4->sin_port;
        memcpy(identity + size, &v4->sin_addr, sizeof v4->sin_addr);
        size += sizeof v4->sin_addr;
    } else {
        const struct sockaddr_in6 *v6 = &address->is.v6;
        memcpy(identity + size, &v6->sin6_port, sizeof v6->sin6_port);
        size += sizeof v6->sin6_port;
        memcpy(identity + size, &v6->sin6_addr, sizeof v6->sin6_addr);
        size += sizeof v6->sin6_addr;
        memcpy(identity + size, &v6->sin6_scope_id, sizeof v6->sin6_scope_id);
        size += sizeof v6->sin6_scope_id;
    }
    return hash_bytes(key, identity, size);
}

const char *address_print(const struct address *address, char out[ADDRESS_TEXT])
{
    char number[INET6_ADDRSTRLEN] = "?";

    if (address->is.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address->is.v4.sin_addr, number, sizeof number);
        snprintf(out, ADDRESS_TEXT, "%s:%u", number, (unsigned)ntohs(address->is.v4.sin_port));
    } else {
        inet_ntop(AF_INET6, &address->is.v6.sin6_addr, number, sizeof number);
        snprintf(out, ADDRESS_TEXT, "[%s]:%u", number, (unsigned)ntohs(address->is.v6.sin6_port));
    }
    return out;
}

/* A port is a number from 1 to 65535, written in digits only. */
static bool read_port(const char *text, uint16_t *port)
{
    unsigned long number = 0;

    if (*text == '\0' || strlen(text) > 5) return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') return false;
        number = 10 * number + (unsigned long)(*text - '0');
    }
    *port = (uint16_t)number;
    return number >= 1 && number <= 65535;
}

bool address_read(const char *text, char host[ADDRESS_HOST], uint16_t *port)
{
    const char *end = strchr(text, ':'), *behind = end;

    if (text[0] == '[') {
        end = strchr(++text, ']');
        if (!end) return false;
        behind = end + 1;
    } else if (!end || strchr(end + 1, ':')) { /* a name alone, or an IPv6 address */
        behind = end = text + strlen(text);
    }
    if (end == text || end - text >= ADDRESS_HOST) return false;
    memcpy(host, text, (size_t)(end - text));
    host[end - text] = '\0';
    return *behind == '\0' || (*behind == ':' && read_port(behind + 1, port));
}
