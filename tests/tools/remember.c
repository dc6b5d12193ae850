/*
 * remember: searches the memory of a running process for these bytes.
 *
 *     remember PID TEXT...
 *
 * Prints `remember: TEXT is there` for each text that it finds. Status 0: found one; 1: found none;
 * 2: this system does not allow it (Linux does, through /proc).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

enum { CHUNK = 1 << 20, OVERLAP = 4096 };

/* No server has mappings as large as this. A sanitizer's shadow memory takes terabytes, nearly all
   zeros, and has no bytes of the program's data. */
#define BOOKS (UINT64_C(1) << 36)

static unsigned char memory[OVERLAP + CHUNK];

static bool holds(const unsigned char *bytes, size_t size, const char *text)
{
    size_t length = strlen(text);
    const unsigned char *end = bytes + size;

    while ((size_t)(end - bytes) >= length) {
        bytes = memchr(bytes, text[0], (size_t)(end - bytes) - length + 1);
        if (bytes == NULL) return false;
        if (memcmp(bytes, text, length) == 0) return true;
        bytes++;
    }
    return false;
}

/* Searches one mapping in pieces that overlap, so that no text is cut in two. */
static void search(int fd, uint64_t from, uint64_t to, char **texts, bool *found)
{
    size_t kept = 0;

    while (from < to) {
        size_t want = to - from < CHUNK ? (size_t)(to - from) : CHUNK;
        ssize_t got = pread(fd, memory + kept, want, (off_t)from);
        if (got <= 0) return; /* such as the kernel's own pages */
        size_t size = kept + (size_t)got;
        for (int i = 0; texts[i] != NULL; i++) found[i] = found[i] || holds(memory, size, texts[i]);
        kept = size < OVERLAP ? size : OVERLAP;
        memmove(memory, memory + size - kept, kept);
        from += (uint64_t)got;
    }
}

int main(int argc, char **argv)
{
    char path[64], line[512];
    bool found[64] = {false};
    uint64_t from, to;

    tool_start("remember");
    if (argc < 3 || argc > 60) tool_die(TOOL_USAGE, "usage: remember PID TEXT...");
    snprintf(path, sizeof path, "/proc/%s/mem", argv[1]);
    int fd = open(path, O_RDONLY);
    snprintf(path, sizeof path, "/proc/%s/maps", argv[1]);
    FILE *maps = fopen(path, "r");
    if (fd < 0 || maps == NULL) tool_die(2, "cannot look: %s", strerror(errno));
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " r", &from, &to) == 2
            && strstr(line, " r") != NULL && to - from < BOOKS) {
            search(fd, from, to, argv + 2, found);
        }
    }
    bool any = false;
    for (int i = 2; i < argc; i++) {
        if (!found[i - 2]) continue;
        printf("remember: %s is there\n", argv[i]);
        any = true;
    }
    return any ? 0 : 1;
}
