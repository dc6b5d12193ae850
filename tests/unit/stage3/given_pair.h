/*
 * given_pair: a client's RSA pair for tests, that of tests/pair. It is no secret, and making one
 * takes a tenth of a second, under a sanitizer a second.
 */
#ifndef GIVEN_PAIR_H
#define GIVEN_PAIR_H

#include <stdlib.h>

#include "crypto/rsa.h"
#include "hex.h"

static const char given_p[] =
    "f7f56d9f8ccd0231639cef00fa072e3fcaf3bd5bbedf766807e59839b7818e2c"
    "d09cad84be6a0fc6cbda1eec310004f274fc2d53c65274745df0e59318a4fcfa"
    "c7fb5cb14aa77fae7b9f0e1953db572587c0a46d23f8d7b7b3ccbaea0c6f86c4"
    "e9cc2b36e900aafeaa1e92c97315908d778c728a8181df6eea9869a7fee2eab7";
static const char given_q[] =
    "eb3755d5379375cca210ce4b60ba38ae63599158aae86b3d696b7c9cef67bdff"
    "745d3fe8b75eebb18ec34d33df5a03e05cf60624f041172e5fdfe92e75957fc8"
    "68baf821a867f678c3b94837cb293d3a17cde1716243daaa241e07b68df7e09b"
    "66de18502e55db54993f9ca7ccb87d4923954016fbadcfd567d0301fe87c8ceb";

/* A copy, which may be wiped; the next call makes another one in the same place. */
static struct rsa_key *given_pair(void)
{
    static struct rsa_key made, copy;
    static bool is_made;
    unsigned char p[RSA_PRIME], q[RSA_PRIME];

    hex(given_p, p);
    hex(given_q, q);
    if (!is_made && !rsa_from_tested(&made, p, q)) abort();
    is_made = true;
    copy = made;
    return &copy;
}

#endif
