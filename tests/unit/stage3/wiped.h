/*
 * wiped: looks at what is wiped. It stands in for wipe() of crypto/constant.c, and keeps a copy of
 * each area as it was before.
 *
 *     wiped_begin();
 *     hmac(key, sizeof key, "x", 1, out);
 *     wiped_has(pad, sizeof pad)            was an area wiped that held these bytes?
 *     wiped_times(pad, sizeof pad)          how many were?
 *     wiped_itself(pad, sizeof pad)         was one that held these bytes, and no others?
 *
 * Contract: for a test that is one C file and does not link crypto/constant.c. At most WIPED_LIMIT
 * bytes from one wiped_begin to the next; more end the test.
 */
#ifndef WIPED_H
#define WIPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define wipe system_wipe
#include "../../../stage3/crypto/constant.c"
#undef wipe

enum { WIPED_LIMIT = 1 << 24, WIPED_AREAS = 1 << 16 };

static unsigned char wiped_bytes[WIPED_LIMIT];
static size_t wiped_ends[WIPED_AREAS], wiped_areas;
static bool wiped_noted;

void wipe(void *bytes, size_t size)
{
    size_t start = wiped_areas > 0 ? wiped_ends[wiped_areas - 1] : 0;

    if (wiped_noted) {
        if (size > WIPED_LIMIT - start || wiped_areas == WIPED_AREAS) {
            printf("Bail out! more is wiped than wiped.h has space for\n");
            exit(1);
        }
        if (size > 0) memcpy(wiped_bytes + start, bytes, size);
        wiped_ends[wiped_areas++] = start + size;
    }
    system_wipe(bytes, size);
}

static inline void wiped_begin(void)
{
    wiped_areas = 0;
    wiped_noted = true;
}

static inline void wiped_end(void) { wiped_noted = false; }

static inline bool wiped_holds(size_t start, size_t end, const void *bytes, size_t size)
{
    for (; start + size <= end; start++) {
        if (memcmp(wiped_bytes + start, bytes, size) == 0) return true;
    }
    return false;
}

static inline unsigned wiped_times(const void *bytes, size_t size)
{
    unsigned times = 0;

    for (size_t i = 0; i < wiped_areas; i++) {
        times += wiped_holds(i > 0 ? wiped_ends[i - 1] : 0, wiped_ends[i], bytes, size);
    }
    return times;
}

static inline bool wiped_has(const void *bytes, size_t size)
{
    return wiped_times(bytes, size) > 0;
}

static inline bool wiped_itself(const void *bytes, size_t size)
{
    for (size_t i = 0; i < wiped_areas; i++) {
        size_t start = i > 0 ? wiped_ends[i - 1] : 0;
        if (wiped_ends[i] - start == size && wiped_holds(start, wiped_ends[i], bytes, size)) {
            return true;
        }
    }
    return false;
}

#endif
