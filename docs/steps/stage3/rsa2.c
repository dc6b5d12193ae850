/*
 * rsa2 K S: RSA in both directions, with numbers that fit on paper. Alice draws K and the server
 * draws S; each seals its number for the other one, and both make one key of the two. It shows what
 * goes over the wire, and then what others make of that.
 *
 * New: two pairs, of which alice forgets hers; a key that needs both numbers.
 * Still wrong: plain RSA is no seal. The same number always gives the same one, so a listener tries
 * all of them; and it can be bent without a key. stage3/crypto/oaep.c mends both.
 */
#include <stdio.h>
#include <stdlib.h>

struct pair { unsigned long n, e, d; };

/* base to the power of exponent, modulo n: squares, and multiplies where the exponent has a bit. */
static unsigned long power(unsigned long base, unsigned long exponent, unsigned long n)
{
    unsigned long result = 1;

    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) result = result * base % n;
        base = base * base % n;
    }
    return result;
}

/* The d with e * d = 1 modulo phi; tried one by one, which for small numbers is quick enough. */
static unsigned long inverse(unsigned long e, unsigned long phi)
{
    unsigned long d = 1;

    while (d < phi && e * d % phi != 1) d++;
    return d;
}

static struct pair make_pair(unsigned long p, unsigned long q, unsigned long e)
{
    return (struct pair){p * q, e, inverse(e, (p - 1) * (q - 1))};
}

/* What both make of their two numbers. A real key is a hash of them: nobody gets back from it. */
static unsigned long mix(unsigned long k, unsigned long s)
{
    return 1000 * k + s;
}

/* What a listener does, who has only the public key. */
static unsigned long guess(unsigned long sealed, const struct pair *of)
{
    unsigned long m = 0;

    while (power(m, of->e, of->n) != sealed) m++;
    return m;
}

int main(int argc, char **argv)
{
    struct pair server = make_pair(13, 19, 5), alice = make_pair(7, 31, 7);
    unsigned long k = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long s = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

    if (k < 2 || s < 2 || k >= server.n || s >= alice.n) return 2;
    unsigned long s_sealed = power(s, alice.e, alice.n), k_sealed = power(k, server.e, server.n);
    printf("on the wire, from alice:  n = %lu, e = %lu\n", alice.n, alice.e);
    printf("on the wire, from server: n = %lu, e = %lu, s sealed: %lu\n", server.n, server.e,
           s_sealed);
    printf("on the wire, from alice:  k sealed: %lu\n", k_sealed);

    unsigned long s_opened = power(s_sealed, alice.d, alice.n);
    unsigned long k_opened = power(k_sealed, server.d, server.n);
    printf("alice drew %lu and opens %lu: the key is %lu\n", k, s_opened, mix(k, s_opened));
    printf("the server drew %lu and opens %lu: the key is %lu\n", s, k_opened, mix(k_opened, s));

    alice.d = 0; /* forgotten */
    unsigned long wrong = power(s_sealed, server.d, alice.n);
    printf("a thief of the server's d = %lu opens k = %lu, but s = %lu: the key is %lu?\n",
           server.d, k_opened, wrong, mix(k_opened, wrong));
    printf("a listener without any d tries all numbers: k = %lu, s = %lu\n",
           guess(k_sealed, &server), guess(s_sealed, &alice));
    unsigned long bent = k_sealed * power(2, server.e, server.n) % server.n;
    printf("and makes of k sealed %lu, which opens as %lu: twice k\n", bent,
           power(bent, server.d, server.n));
    return 0;
}
