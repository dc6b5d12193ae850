/*
 * rsa P Q E: RSA with numbers that fit on paper. It makes a key from the primes P and Q, seals some
 * numbers with it and opens them again, and then breaks it.
 *
 * New: a lock that anybody can shut, and only one can open. Every number is below 65536, so that a
 * product fits into 32 bits.
 * Still wrong: what the server sends back is not sealed. And whoever steals d can open whatever was
 * sealed before. rsa2.c has a second pair.
 */
#include <stdio.h>
#include <stdlib.h>

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

/* The smallest divisor of n: with it, anybody has the private key. */
static unsigned long divisor(unsigned long n, unsigned long *tries)
{
    unsigned long p = 2;

    while (n % p != 0) p++;
    *tries = p - 1;
    return p;
}

int main(int argc, char **argv)
{
    unsigned long p = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long q = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    unsigned long e = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    unsigned long n = p * q, phi = (p - 1) * (q - 1), tries;

    if (p < 2 || q < 2 || n > 65535) return 2;
    unsigned long d = inverse(e, phi);
    if (d == phi) return 2; /* e and phi have a common divisor: choose another e */
    printf("public:  n = %lu, e = %lu\nprivate: d = %lu\n", n, e, d);
    for (unsigned long m = 2; m < 5; m++) {
        unsigned long c = power(m, e, n);
        printf("%lu sealed is %lu, opened again it is %lu\n", m, c, power(c, d, n));
    }
    unsigned long found = divisor(n, &tries);
    printf("broken after %lu divisions: n = %lu * %lu\n", tries, found, n / found);
    return 0;
}
