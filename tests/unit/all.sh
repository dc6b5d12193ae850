#!/bin/sh
# The unit tests: every C file beside this one is a program that prints TAP. It is compiled and
# run here, with the sources that its first lines name, by their places in the project:
#
#     /* links: stage1/text.c stage1/width.c */
#
# The folders of these are searched for headers, and so is this one. A test that includes a .c
# file to get at its static functions names no sources, or only the others it needs.
. "$(dirname "$0")/../lib.sh"
cc=${CC:-cc}
strict="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow"

# compile FILE PROGRAM: the words of these lines, then of the flags, are meant to be split.
compile() {
    source=$1
    program=$2
    links=$(sed -n 's/^\/\* links: \(.*\) \*\/$/\1/p' "$source")
    set -- "$source"
    for link in $links; do
        set -- "$@" "$ROOT/$link" -I "$(dirname "$ROOT/$link")"
    done
    # shellcheck disable=SC2086
    $cc $strict ${CFLAGS:--O2} -I "$ROOT/tests/unit" ${LDFLAGS:-} -o "$program" "$@"
}

for source in "$ROOT"/tests/unit/*.c; do
    [ -f "$source" ] || skip_all "unit tests"
    name=$(basename "$source" .c)
    check "$name compiles" compile "$source" "$TMP/unit_$name"
    [ -x "$TMP/unit_$name" ] || continue
    # RUN: an emulator, for a compiler that makes programs for another machine.
    # shellcheck disable=SC2086
    tap "$name" ${RUN:-} "$TMP/unit_$name"
done

done_testing
