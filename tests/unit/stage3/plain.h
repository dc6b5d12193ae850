/*
 * plain: arithmetic as it is done at school, digit by digit in base 256, to check what is done
 * faster elsewhere. It takes its time, and shares no idea with what it checks.
 *
 * Model: digits, the lowest first, always PLAIN_DIGITS of them, unless a test defines another
 * number before it includes this.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef PLAIN_DIGITS
#define PLAIN_DIGITS 580 /* a product of two numbers of 2240 bits, and a little more */
#endif

struct plain {
    uint8_t digit[PLAIN_DIGITS];
};

static inline struct plain plain_small(uint32_t number)
{
    struct plain out = {{0}};

    for (size_t i = 0; i < 4; i++) out.digit[i] = (uint8_t)(number >> 8 * i);
    return out;
}

/* From bytes, the lowest first. */
static inline struct plain plain_bytes(const uint8_t *bytes, size_t size)
{
    struct plain out = {{0}};

    memcpy(out.digit, bytes, size);
    return out;
}

static inline int plain_compare(const struct plain *a, const struct plain *b)
{
    for (size_t i = PLAIN_DIGITS; i-- > 0;) {
        if (a->digit[i] != b->digit[i]) return a->digit[i] < b->digit[i] ? -1 : 1;
    }
    return 0;
}

static inline struct plain plain_add(const struct plain *a, const struct plain *b)
{
    struct plain out;
    unsigned carry = 0;

    for (size_t i = 0; i < PLAIN_DIGITS; i++) {
        carry += (unsigned)a->digit[i] + b->digit[i];
        out.digit[i] = carry & 0xff;
        carry >>= 8;
    }
    return out;
}

/* a is not less than b. */
static inline struct plain plain_subtract(const struct plain *a, const struct plain *b)
{
    struct plain out;
    int borrow = 0;

    for (size_t i = 0; i < PLAIN_DIGITS; i++) {
        int difference = a->digit[i] - b->digit[i] - borrow;
        borrow = difference < 0;
        out.digit[i] = (uint8_t)(difference + 256 * borrow);
    }
    return out;
}

/* The product must fit. */
static inline struct plain plain_multiply(const struct plain *a, const struct plain *b)
{
    struct plain out = {{0}};

    for (size_t i = 0; i < PLAIN_DIGITS; i++) {
        unsigned carry = 0;
        if (a->digit[i] == 0) continue;
        for (size_t j = 0; i + j < PLAIN_DIGITS; j++) {
            carry += (unsigned)a->digit[i] * b->digit[j] + out.digit[i + j];
            out.digit[i + j] = carry & 0xff;
            carry >>= 8;
        }
    }
    return out;
}

/* Long division, for the remainder: a digit at a time, from the highest, and how often the divisor
   goes into it is found by trying. The divisor has a few digits fewer than there is space for. */
static inline struct plain plain_remainder(const struct plain *a, const struct plain *divisor)
{
    struct plain rest = {{0}};

    for (size_t i = PLAIN_DIGITS; i-- > 0;) {
        memmove(rest.digit + 1, rest.digit, PLAIN_DIGITS - 1);
        rest.digit[0] = a->digit[i];
        while (plain_compare(&rest, divisor) >= 0) rest = plain_subtract(&rest, divisor);
    }
    return rest;
}

#endif
