#!/bin/sh
# The same tests with a build that notices every access outside of memory, every leak and every
# operation that C leaves undefined: AddressSanitizer and UndefinedBehaviorSanitizer. Their
# reports go to standard error, which the tests want to be empty.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../copy.sh"

flags="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
echo 'int main(void) { return 0; }' >"$TMP/try.c"
# shellcheck disable=SC2086
cc $flags -o "$TMP/try" "$TMP/try.c" 2>/dev/null && "$TMP/try" 2>/dev/null ||
    skip_all "a compiler with AddressSanitizer"

copy_project
CFLAGS=$flags LDFLAGS="-fsanitize=address,undefined"
export CFLAGS LDFLAGS
for folder in unit stage1 terminal fuzz; do
    check "the tests of $folder pass with sanitizers" passes $folder
done
done_testing
