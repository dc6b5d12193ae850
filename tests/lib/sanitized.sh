# shellcheck shell=sh
# sanitized.sh: for tests that run other tests again with AddressSanitizer and
# UndefinedBehaviorSanitizer, which detect invalid memory accesses, leaks and undefined operations.
# Their reports go to standard error, which must be empty in the tests. Source it after lib.sh and
# copy.sh; if no compiler here has these sanitizers, the whole file is skipped.
#
#     sanitized PATTERN...       runs the tests that match, in a copy of the project

sanitized_flags="-g1 -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
sanitized_flags="$sanitized_flags -fno-omit-frame-pointer"

echo 'int main(void) { return 0; }' >"$TMP/try.c"
# shellcheck disable=SC2086
cc $sanitized_flags -o "$TMP/try" "$TMP/try.c" 2>/dev/null && "$TMP/try" 2>/dev/null ||
    skip_all "a compiler with AddressSanitizer"

sanitized() {
    copy_project
    CFLAGS=$sanitized_flags LDFLAGS="-fsanitize=address,undefined"
    TEST_PATIENCE=60 # these programs are several times as slow
    AGAIN_JOBS=6 # most of the tests wait
    FUZZ_SECONDS=0 # what generates inputs has sanitizers of its own in any run
    export CFLAGS LDFLAGS TEST_PATIENCE FUZZ_SECONDS
    again "with sanitizers" "$TMP/copy/tests/run.sh" "$@"
}
