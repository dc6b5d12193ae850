#include "dice.h"

static uint64_t state;

void dice_begin(uint64_t seed)
{
    state = seed;
}

static uint64_t draw(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

uint32_t dice_below(uint32_t limit)
{
    return (uint32_t)((draw() >> 32) * limit >> 32);
}

uint32_t dice_between(uint32_t low, uint32_t high)
{
    return low + dice_below(high - low + 1);
}

bool dice_percent(uint32_t percent)
{
    return dice_below(100) < percent;
}

bool dice_one_in(uint32_t count)
{
    return count > 0 && dice_below(count) == 0;
}

void dice_fill(void *context, void *bytes, size_t size)
{
    unsigned char *out = bytes;

    (void)context;
    while (size > 0) {
        uint64_t word = draw();
        for (int i = 0; i < 8 && size > 0; i++, size--) *out++ = (unsigned char)(word >> (8 * i));
    }
}
