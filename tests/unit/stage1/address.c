/* links: stage1/base/address.c stage1/base/hash.c stage1/base/random.c stage1/base/program.c */
/*
 * address: what a user gives as a host, taken apart; what the servers print is read again.
 */
#include "base/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static bool reads(const char *text, const char *host, uint16_t port)
{
    char found[ADDRESS_HOST];
    uint16_t number = 0;

    return address_read(text, found, &number) && strcmp(found, host) == 0 && number == port;
}

static void printed_is_read(void)
{
    struct address address = {.size = sizeof(struct sockaddr_in6)};
    char text[ADDRESS_TEXT], host[ADDRESS_HOST];
    uint16_t port = 0;

    address.is.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(9791),
                                          .sin6_addr = in6addr_loopback};
    address_print(&address, text);
    ok(address_read(text, host, &port) && strcmp(host, "::1") == 0 && port == 9791,
       "a printed address is read again: %s", text);
    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(65535)};
    address_print(&address, text);
    ok(address_read(text, host, &port) && strcmp(host, "0.0.0.0") == 0 && port == 65535,
       "a printed address is read again: %s",
       text);
}

/* --- which addresses are the same --- */

static struct address v4(const char *text, uint16_t port)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, text, &address.is.v4.sin_addr) != 1) abort();
    return address;
}

static struct address v6(const char *text, uint16_t port, uint32_t scope)
{
    struct address address = {.size = sizeof(struct sockaddr_in6)};

    address.is.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port),
                                          .sin6_scope_id = scope};
    if (inet_pton(AF_INET6, text, &address.is.v6.sin6_addr) != 1) abort();
    return address;
}

static void equal(void)
{
    static const struct {
        const char *text;
        uint16_t port;
        uint32_t scope;
    } given[] = {
        {"127.0.0.1", 9001, 0}, {"127.0.0.1", 9002, 0}, {"127.0.0.2", 9001, 0},
        {"0.0.0.0", 9001, 0}, {"::1", 9001, 0}, {"::1", 9002, 0}, {"::2", 9001, 0},
        {"1::1", 9001, 0}, {"fe80::1", 9001, 1}, {"fe80::1", 9001, 2}, {"::", 9001, 0},
        {"::ffff:127.0.0.1", 9001, 0}};
    enum { COUNT = sizeof given / sizeof given[0] };
    struct address list[COUNT];
    struct hash_key key = {{1, 2}};
    unsigned same = 0, different = 0, hashes = 0;

    for (unsigned i = 0; i < COUNT; i++) {
        bool is_v6 = strchr(given[i].text, ':');
        list[i] = is_v6 ? v6(given[i].text, given[i].port, given[i].scope)
                        : v4(given[i].text, given[i].port);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        struct address copy = list[i];
        if (copy.is.any.sa_family == AF_INET6) copy.is.v6.sin6_flowinfo = 77;
        same += address_equal(&list[i], &copy)
            && address_hash(&key, &list[i]) == address_hash(&key, &copy);
        for (unsigned j = 0; j < COUNT; j++) {
            different += i != j && !address_equal(&list[i], &list[j]);
            hashes += i != j && address_hash(&key, &list[i]) != address_hash(&key, &list[j]);
        }
    }
    ok(same == COUNT, "an address equals itself, whatever its flow label");
    ok(different == COUNT * (COUNT - 1),
       "addresses that differ in a byte, the port or the scope differ");
    ok(hashes == COUNT * (COUNT - 1), "the hashes of these addresses differ");
    unsigned wild = 0;
    for (unsigned i = 0; i < COUNT; i++) wild += address_is_wildcard(&list[i]);
    ok(wild == 2 && address_is_wildcard(&list[3]) && address_is_wildcard(&list[10]),
       "two of them are every address of a machine");
}

int main(void)
{
    static const char *const none[] = {"", ":", ":1", "a:", "a:0", "a:65536", "a:000001", "a:1x",
                                       "a:-1", "a: 1", "[", "[]", "[]:1", "[::1", "[::1]1",
                                       "[::1]:", "[::1]:0", "[::1]:1:"};
    char longest[300], host[ADDRESS_HOST];
    uint16_t port = 7;

    plan(31);
    ok(reads("localhost", "localhost", 0), "a name is read without a port");
    ok(reads("localhost:9001", "localhost", 9001), "a name is read with a port");
    ok(reads("127.0.0.1:1", "127.0.0.1", 1), "an IPv4 address is read");
    ok(reads("::1", "::1", 0) && reads("::", "::", 0), "an IPv6 address is read without brackets");
    ok(reads("[::1]", "::1", 0) && reads("[fe80::1%eth0]:9", "fe80::1%eth0", 9),
       "an IPv6 address is read in brackets");
    printed_is_read();
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ok(!address_read(none[i], host, &port), "\"%s\" is none", none[i]);
    }
    memset(longest, 'x', sizeof longest);
    longest[255] = '\0';
    ok(address_read(longest, host, &port) && strlen(host) == 255, "255 bytes are a host");
    longest[255] = 'x';
    longest[256] = '\0';
    ok(!address_read(longest, host, &port), "256 are not");
    equal();
    return done();
}
