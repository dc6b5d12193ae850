#!/bin/sh
# The same tests with other compilers and another C library, which also have no warning for any file
# of the stages. (The other files, and gcc: warnings.sh.)
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"

copy_project
for compiler in clang musl-gcc tcc; do
    if command -v $compiler >/dev/null; then
        builds_quietly $compiler
        export CC=$compiler
        again "built with $compiler" "$TMP/copy/tests/run.sh" \
            unit stage1/join stage1/malformed stage1/client \
            stage2/join stage2/frames stage2/json stage2/client \
            stage3/rooms stage3/password stage3/key
    else
        skip "built with $compiler" "$compiler"
    fi
done
done_testing
