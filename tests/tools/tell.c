#include "tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    SHOWN = 12,      /* steps before the one that failed */
    NOTE = 900,      /* bytes of a noted step */
    AS_NUMBERS = 24, /* so many bytes are shown as numbers */
    AS_TEXT = 120,   /* so many in the notation */
    LONG_RUN = 9     /* equal bytes */
};

static char notes[SHOWN][NOTE];
static size_t note_count;

/* The size of the character at the start if it can be shown in quotes; 0 if it cannot. */
static size_t showable(const unsigned char *bytes, size_t count)
{
    uint32_t code_point;
    struct text text = {(const char *)bytes, count};
    size_t size = utf8_decode(text, &code_point);

    if (size == 0 || !text_showable(code_point) || code_point < 0x20) return 0;
    return text_visible((struct text){text.bytes, size}) || bytes[0] == ' ' ? size : 0;
}

static size_t run_of(const unsigned char *bytes, size_t count)
{
    size_t run = 1;

    while (run < count && bytes[run] == bytes[0]) run++;
    return run;
}

void tell_bytes(FILE *to, const unsigned char *bytes, size_t count)
{
    size_t at = 0, told = 0;
    bool quoted = false;

    while (at < count && told < AS_TEXT) {
        size_t run = run_of(bytes + at, count - at), size = showable(bytes + at, count - at);
        bool repeats = run >= LONG_RUN;
        if (quoted && (repeats || size == 0)) quoted = fputs("\"", to) < 0;
        if (!quoted && at > 0) fputc(' ', to);
        if (repeats) {
            if (size == 1 && bytes[at] != '"' && bytes[at] != '\\') {
                fprintf(to, "\"%c\"*%zu", bytes[at], run);
            } else fprintf(to, "%02x*%zu", bytes[at], run);
        } else if (size == 0) {
            fprintf(to, "%02x", bytes[at]);
        } else {
            if (!quoted) fputc('"', to);
            quoted = true;
            if (bytes[at] == '"' || bytes[at] == '\\') fputc('\\', to);
            fwrite(bytes + at, 1, size, to);
        }
        size = repeats ? run : size == 0 ? 1 : size;
        at += size;
        told += repeats ? 1 : size;
    }
    if (quoted) fputc('"', to);
    if (at < count) fprintf(to, " ...");
    if (count == 0) fprintf(to, "no bytes");
}

/* All bytes as numbers, on a line. */
static void tell_numbers(FILE *to, const char *indent, const unsigned char *bytes, size_t count)
{
    if (count == 0) return;
    fprintf(to, "%s%zu byte%s:", indent, count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < AS_NUMBERS; i++) fprintf(to, " %02x", bytes[i]);
    fprintf(to, "%s\n", count > AS_NUMBERS ? " ..." : "");
}

/* The notation, and the same as numbers. */
static void tell_twice(FILE *to, const char *indent, const unsigned char *bytes, size_t count)
{
    tell_bytes(to, bytes, count);
    fputc('\n', to);
    tell_numbers(to, indent, bytes, count);
}

/* The bytes that the step sent or received; NULL if it has none. */
static const struct bytes *bytes_of(const char *verb)
{
    static const char *const sending[] = {"send", "writes", "trickles", "forges", "types", NULL};
    static const char *const receiving[] = {"gets", "awaits", "awaits-line", "reads", NULL};

    for (int i = 0; sending[i] != NULL; i++) {
        if (strcmp(verb, sending[i]) == 0) return &talk_wanted;
    }
    for (int i = 0; receiving[i] != NULL; i++) {
        if (strcmp(verb, receiving[i]) == 0) return &talk_got;
    }
    return NULL;
}

void tell_note(const struct step *step)
{
    char *note = notes[note_count++ % SHOWN];
    const struct bytes *bytes = bytes_of(step->verb);
    FILE *to = fmemopen(note, NOTE, "w");

    if (to == NULL) return;
    fprintf(to, "  %s %s", step->who, step->verb);
    fprintf(to, "%s%s\n", step->rest[0] == '\0' ? "" : " ", step->rest);
    if (bytes != NULL && strcmp(step->rest, "end") != 0) {
        tell_numbers(to, "      ", bytes->is, bytes->count);
    }
    fclose(to);
    note[NOTE - 1] = '\0';
}

static void tell_came(const struct step *step, const struct talk_failure *failure)
{
    bool waits = bytes_of(step->verb) == &talk_got || strcmp(step->verb, "shows") == 0;

    printf("came:     ");
    if (failure->came != NULL && strstr(failure->came, "other datagrams") != NULL) {
        printf("%s, the last of them\n          ", failure->came);
        tell_twice(stdout, "          ", talk_got.is, talk_got.count);
        return;
    }
    if (failure->came != NULL) printf("%s", failure->came);
    else if (failure->then == NULL) tell_twice(stdout, "          ", talk_got.is, talk_got.count);
    else if (talk_got.count > 0) {
        tell_twice(stdout, "          ", talk_got.is, talk_got.count);
        printf("          and then %s", failure->then);
    } else printf("%s", failure->then);
    if (failure->came == NULL && failure->then == NULL) {
        if (failure->expected != NULL || talk_got.count == 0) return;
        size_t same = bytes_same(&talk_wanted, &talk_got);
        printf(same == talk_wanted.count ? "          from byte %zu on there is too much\n"
               : same == talk_got.count  ? "          from byte %zu on something is missing\n"
                                         : "          different from byte %zu on\n", same + 1);
        return;
    }
    bool nothing = failure->came != NULL ? strcmp(failure->came, "nothing") == 0
                                         : strcmp(failure->then, "nothing") == 0;
    if (waits && nothing) printf(" within %" PRId64 " seconds", talk_patience_ms / 1000);
    putchar('\n');
}

void tell_failure(const struct step *step, const struct talk_failure *failure)
{
    size_t first = note_count > SHOWN ? note_count - SHOWN : 0;

    if (note_count > 0) printf("what went well:\n");
    if (first > 0) printf("  (%zu step%s before these)\n", first, first == 1 ? "" : "s");
    for (size_t i = first; i < note_count; i++) fputs(notes[i % SHOWN], stdout);
    printf("what did not:\n  %s %s %s\n", step->who, step->verb, step->rest);
    if (failure->message != NULL) {
        printf("came:     %s\n", failure->message);
        return;
    }
    printf("expected: ");
    if (failure->expected != NULL) printf("%s\n", failure->expected);
    else if (talk_wanted.gap_count > 0) printf("%s\n", step->rest);
    else tell_twice(stdout, "          ", talk_wanted.is, talk_wanted.count);
    tell_came(step, failure);
}
