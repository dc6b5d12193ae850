/*
 * power EXPONENT BITS: 2 to the power of EXPONENT modulo 247, with the same steps for every exponent
 * of BITS bits. It is the answer to an exercise of chapter 3 (docs/answers.md).
 */
#include <stdio.h>
#include <stdlib.h>

/* One square and one product for each of `bits` bits. The product is always computed, and a mask
   chooses whether it counts. */
static unsigned long power(unsigned long base, unsigned long exponent, int bits, unsigned long n)
{
    unsigned long result = 1;

    for (int i = 0; i < bits; i++) {
        unsigned long product = result * base % n;
        unsigned long mask = 0 - (exponent >> i & 1); /* all ones, or all zeros */
        result = (product & mask) | (result & ~mask);
        base = base * base % n;
    }
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    printf("%lu\n", power(2, strtoul(argv[1], NULL, 10), atoi(argv[2]), 247));
    return 0;
}
