/*
 * driver: replays files through a fuzz target, for compilers without libFuzzer.
 *
 *     target FILE...
 *
 * The target gets each file once, in a block of exactly its size, so that a sanitizer detects a
 * read beyond its end. A target that finds a fault aborts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static int replay(const char *path)
{
    static uint8_t buffer[1 << 20];
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        return 1;
    }
    size_t size = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) return 1;
    for (size_t i = 0; i < size; i++) exact[i] = buffer[i];
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0;

    for (int i = 1; i < argc; i++) failed |= replay(argv[i]);
    return failed;
}
