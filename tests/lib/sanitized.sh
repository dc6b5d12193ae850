# shellcheck shell=sh
# For tests that run the same tests again with a build that notices every access outside of memory,
# every leak and every operation that C leaves undefined: AddressSanitizer and
# UndefinedBehaviorSanitizer. Their reports go to standard error, which the tests want to be empty.
# Source it after lib.sh and copy.sh; if no compiler here can do it, that ends the file.
#
#     sanitized FOLDER...        the tests of these folders, in a copy of the project

sanitized_flags="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
sanitized_flags="$sanitized_flags -fno-omit-frame-pointer"

echo 'int main(void) { return 0; }' >"$TMP/try.c"
# shellcheck disable=SC2086
cc $sanitized_flags -o "$TMP/try" "$TMP/try.c" 2>/dev/null && "$TMP/try" 2>/dev/null ||
    skip_all "a compiler with AddressSanitizer"

sanitized() {
    copy_project
    CFLAGS=$sanitized_flags LDFLAGS="-fsanitize=address,undefined"
    TEST_PATIENCE=60 # these programs are several times as slow
    FUZZ_SECONDS=1 # a hunt brings sanitizers of its own, whoever starts it
    export CFLAGS LDFLAGS TEST_PATIENCE FUZZ_SECONDS
    again "with sanitizers" "$TMP/copy/tests/run.sh" "$@"
}
