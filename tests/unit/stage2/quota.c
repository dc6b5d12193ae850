/* links: stage2/base/quota.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/program.c stage2/base/address.c */
/*
 * quota: how many places an address may hold.
 */
#include "base/quota.h"

#include <arpa/inet.h>
#include <string.h>

#include "tap.h"

static struct quota quota;
static const struct hash_key key = {{1, 2}};

static struct address v4(uint32_t number)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(5)};
    address.is.v4.sin_addr.s_addr = htonl(number);
    return address;
}

/* 2001:db8:SITE:NETWORK::HOST */
static struct address v6(uint16_t site, uint16_t network, uint16_t host)
{
    struct address address = {.size = sizeof(struct sockaddr_in6)};
    unsigned char bytes[16] = {0x20, 0x01, 0x0d, 0xb8};

    bytes[4] = (unsigned char)(site >> 8);
    bytes[5] = (unsigned char)(site & 255);
    bytes[6] = (unsigned char)(network >> 8);
    bytes[7] = (unsigned char)(network & 255);
    bytes[14] = (unsigned char)(host >> 8);
    bytes[15] = (unsigned char)(host & 255);
    address.is.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6};
    memcpy(&address.is.v6.sin6_addr, bytes, sizeof bytes);
    return address;
}

/* Takes as many as are allowed, up to `most`. */
static unsigned takes(struct address from, unsigned most)
{
    unsigned count = 0;

    while (count < most && quota_allows(&quota, &from)) {
        quota_take(&quota, &from);
        count++;
    }
    return count;
}

static void one_address(void)
{
    quota_create(&quota, 10000, QUOTA_SHARE, key);
    ok(takes(v4(1), 20000) == 5000, "one address gets half of the places");
    ok(takes(v4(2), 20000) == 625, "another address gets a sixteenth after that");
    ok(takes(v4(3), 20000) == 625, "a third address gets a sixteenth, too");
    ok(takes(v4(1), 1) == 0, "the first address gets no more");
    ok(quota.taken == 6250, "all places that are taken are counted");
    quota_destroy(&quota);
    quota_create(&quota, 200, QUOTA_SHARE, key);
    takes(v4(1), 90);
    ok(takes(v4(2), 200) == 64, "a small server gives 64 to each address");
    quota_destroy(&quota);
    quota_create(&quota, 1000, 2, key);
    takes(v4(1), 300);
    ok(takes(v4(2), 1000) == 500, "an address gets another share if the operator chooses it");
    quota_destroy(&quota);
    quota_create(&quota, 1000, 1, key);
    ok(takes(v4(2), 1000) == 1000, "an address gets all places if the share is 1");
    quota_destroy(&quota);
}

static void networks(void)
{
    unsigned count = 0;

    quota_create(&quota, 10000, QUOTA_SHARE, key);
    takes(v4(1), 5000);
    for (uint16_t host = 0; host < 1000; host++) count += takes(v6(1, 1, host), 1);
    ok(count == 625, "an IPv6 /64 counts as one address: %u", count);
    for (uint16_t network = 2; network < 1000; network++) count += takes(v6(1, network, 1), 5);
    ok(count == 8 * 625,
       "a /48 gets eight times as much: %u", count);
    ok(takes(v6(1, 2000, 1), 1) == 0, "a /48 gets no more from any of its networks");
    quota_destroy(&quota);
    quota_create(&quota, 100000, QUOTA_SHARE, key);
    takes(v4(1), 50000);
    for (uint16_t network = 2; network < 30000; network++) takes(v6(1, network, 1), 1);
    ok(takes(v6(2, 1, 1), 10) == 10, "another /48 is not affected");
    struct address a = v6(1, 2, 3), b = v6(1, 9, 9), c = v6(2, 2, 3), d = v4(1), e = v4(2);
    ok(quota_same_site(&a, &b) && !quota_same_site(&a, &c) && !quota_same_site(&a, &d)
           && !quota_same_site(&d, &e) && quota_same_site(&d, &d), "a site is a /48 or an address");
    quota_destroy(&quota);
}

/* Many steps with few places: what is taken and given back is counted right, and no entry is
   lost. */
static void random_steps(void)
{
    enum { PLACES = 40 };
    uint32_t held[PLACES], state = 1;
    unsigned count = 0, wrong = 0;

    quota_create(&quota, PLACES, QUOTA_SHARE, key);
    for (int i = 0; i < 200000; i++) {
        state = state * 1664525u + 1013904223u;
        uint16_t which = (uint16_t)((state >> 8) % 50);
        if (state >> 31 && count < PLACES) {
            struct address from = which < 25 ? v4(which) : v6(which % 3, which, which);
            held[count++] = quota_take(&quota, &from);
        } else if (count > 0) {
            unsigned index = (state >> 16) % count;
            quota_give_back(&quota, held[index]);
            held[index] = held[--count];
        }
        wrong += quota.taken != count || quota.used > 2 * PLACES;
    }
    while (count > 0) quota_give_back(&quota, held[--count]);
    for (uint32_t i = 0; i < quota.used; i++) wrong += quota.entries[i].held != 0;
    quota_give_back(&quota, QUOTA_NONE);
    ok(wrong == 0 && quota.taken == 0, "all is given back after any steps");
    quota_destroy(&quota);
}

static void never_created(void)
{
    struct address from = v4(1);

    quota = (struct quota){0};
    ok(quota_allows(&quota, &from) && quota_take(&quota, &from) == QUOTA_NONE,
       "a quota of zeros allows everything and counts nothing");
    quota_give_back(&quota, QUOTA_NONE);
    ok(quota_allows(&quota, &from) && quota.taken == 0, "nothing is given back to it");
}

int main(void)
{
    plan(16);
    never_created();
    one_address();
    networks();
    random_steps();
    return done();
}
