#include "notice.h"

#include <inttypes.h>
#include <stdio.h>

/* A name as arguments of printf's "%.*s": first the size, then the bytes. */
#define SHOW(name) (int)(name).size, (name).bytes

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "welcome, %.*s", SHOW(name));
}

size_t notice_taken(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "the name %.*s is taken, choose another one",
                            SHOW(name));
}

size_t notice_too_often(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "not renamed to %.*s: too many new names, wait a "
                            "little", SHOW(name));
}

#define SILENT_BEFORE "you were silent for "
#define SILENT_AFTER " seconds and were taken out"
#define SPEAK_BEFORE "speak at least every "
#define SPEAK_AFTER " seconds"
#define RATE_BEFORE "say at most "
#define RATE_BETWEEN " lines and "
#define RATE_AFTER " kilobytes a second"
#define STAY_BEFORE "say something within "
#define STAY_AFTER " seconds to stay; your name without a text will do"

size_t notice_silent(int64_t seconds, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, SILENT_BEFORE "%" PRId64 SILENT_AFTER, seconds);
}

size_t notice_speak(int64_t seconds, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, SPEAK_BEFORE "%" PRId64 SPEAK_AFTER, seconds);
}

size_t notice_stay(int64_t seconds, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, STAY_BEFORE "%" PRId64 STAY_AFTER, seconds);
}

/* Takes a text and a number of at most so many digits after it from the front of the notice.
   Returns the number; 0 if the notice has another form. */
static unsigned take_number(struct text *notice, const char *before, int digits)
{
    size_t head = text_of(before).size;
    unsigned number = 0;

    if (!text_starts(*notice, before)) return 0;
    *notice = (struct text){notice->bytes + head, notice->size - head};
    for (int i = 0; i < digits && notice->size > 0; i++) {
        if (notice->bytes[0] < '0' || notice->bytes[0] > '9') break;
        number = 10 * number + (unsigned)(notice->bytes[0] - '0');
        *notice = (struct text){notice->bytes + 1, notice->size - 1};
    }
    return number;
}

/* The number between two texts; 0 if the notice has another form. */
static unsigned number_between(struct text notice, const char *before, const char *after)
{
    unsigned number = take_number(&notice, before, 6);

    return text_equal(notice, text_of(after)) ? number : 0;
}

unsigned notice_read_speak(struct text notice)
{
    return number_between(notice, SPEAK_BEFORE, SPEAK_AFTER);
}

size_t notice_rate(uint32_t lines, uint32_t kilobytes, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, RATE_BEFORE "%" PRIu32 RATE_BETWEEN "%" PRIu32
                            RATE_AFTER, lines, kilobytes);
}

bool notice_read_rate(struct text notice, uint32_t *lines, uint32_t *kilobytes)
{
    *lines = take_number(&notice, RATE_BEFORE, 7);
    *kilobytes = take_number(&notice, RATE_BETWEEN, 7);
    return *lines > 0 && *kilobytes > 0 && text_equal(notice, text_of(RATE_AFTER));
}

bool notice_is_stay(struct text notice)
{
    return number_between(notice, STAY_BEFORE, STAY_AFTER) > 0;
}

bool notice_is_end(struct text notice)
{
    return text_equal(notice, text_of(NOTICE_UNREACHABLE))
        || number_between(notice, SILENT_BEFORE, SILENT_AFTER) > 0;
}

size_t notice_renamed(const struct text *before, const struct text *after, size_t count,
                      char out[NOTICE_LIMIT])
{
    size_t named = count <= NOTICE_NAMES ? count : NOTICE_NAMES - 1, used = 0;

    for (size_t i = 0; i < named; i++) {
        used += (size_t)snprintf(out + used, NOTICE_LIMIT - used, "%s%.*s is now called %.*s",
                                 i > 0 ? ", " : "", SHOW(before[i]), SHOW(after[i]));
    }
    if (count > named) {
        used += (size_t)snprintf(out + used, NOTICE_LIMIT - used, " and %zu others have new names",
                                 count - named);
    }
    return used;
}

size_t notice_people(const struct text *names, size_t count, const char *what,
                     char out[NOTICE_LIMIT])
{
    int size;

    if (count == 1) {
        size = snprintf(out, NOTICE_LIMIT, "%.*s %s", SHOW(names[0]), what);
    } else if (count == 2) {
        size = snprintf(out, NOTICE_LIMIT, "%.*s and %.*s %s",
                        SHOW(names[0]), SHOW(names[1]), what);
    } else if (count == 3) {
        size = snprintf(out, NOTICE_LIMIT, "%.*s, %.*s and %.*s %s",
                        SHOW(names[0]), SHOW(names[1]), SHOW(names[2]), what);
    } else {
        size = snprintf(out, NOTICE_LIMIT, "%.*s, %.*s and %zu others %s",
                        SHOW(names[0]), SHOW(names[1]), count - 2, what);
    }
    return (size_t)size;
}
