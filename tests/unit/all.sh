#!/bin/sh
# The unit tests: every C file in the folders beside this file is a program that prints TAP. It is
# compiled and run here, with the sources that its first lines name, by their places in the project:
#
#     /* links: stage1/base/text.c stage1/terminal/width.c */
#
# The include path is the stage and this folder. A test that includes a .c file to reach its static
# functions names no sources, or only the others that it needs. Such a file is compiled as the stage
# compiles it; a test that only links is not optimised, because that takes most of the time.
. "$(dirname "$0")/../lib/lib.sh"
cc=${CC:-cc}
strict="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow"
[ -f "$ROOT/tests/unit/tap.h" ] || skip_all "unit tests"

# What is linked is compiled once for all tests, by the stage's own Makefile: build.sh is asked for
# STAGE:OBJECT,OBJECT,... of each stage.
objects() {
    sed -n 's/^\/\* links: \(.*\) \*\/$/\1/p' "$ROOT"/tests/unit/*/*.c | tr ' ' '\n' | sort -u |
        sed -n 's/^\(stage[0-9]*\)\/\(.*\)\.c$/\1 \2.o/p' |
        awk '{ list[$1] = list[$1] "," $2 } END { for (s in list) print s ":" substr(list[s], 2) }'
}

# name_of FILE: sets $stage and, such as stage1.text, $name. It starts no process, and neither does
# linked: with a hundred tests and several compilers these would take longer than the tests.
name_of() {
    name=${1#"$ROOT"/tests/unit/}
    name=${name%.c} stage=${name%%/*}
    name=$stage.${name#*/}
}

# linked FILE: sets $linked to the objects that its first lines name.
linked() {
    linked=
    while read -r _ word rest && [ "$word" = links: ]; do
        for link in ${rest% \*/}; do linked="$linked $ROOT/${link%.c}.o"; done
    done <"$1"
}

# compile FILE PROGRAM: leaves the processors to tests that wait for something.
compile() {
    linked "$1"
    flags=${CFLAGS:-}
    [ -n "$flags" ] || { grep -q '^#include ".*\.c"' "$1" && flags=-O2 || flags=-O0; }
    # shellcheck disable=SC2086 # lists
    nice $cc $strict $flags -I "$ROOT/$stage" -I "$ROOT/tests/unit" ${LDFLAGS:-} -o "$2" "$1" $linked
}

# compile_share NUMBER OF: every OFth of the files, so that so many can be compiled at a time.
compile_share() {
    turn=0
    for source in "$ROOT"/tests/unit/*/*.c; do
        turn=$((turn + 1))
        [ $((turn % $2)) -eq "$1" ] || continue
        name_of "$source"
        compile "$source" "$TMP/unit.$name" >"$TMP/$name.said" 2>&1 && : >"$TMP/$name.compiled"
    done
}

compiled() { # NAME
    [ -f "$TMP/$1.compiled" ] && return
    cat "$TMP/$1.said"
    return 1
}

# shellcheck disable=SC2046 # a list
"$ROOT/tests/build.sh" $(objects) >"$TMP/build" 2>&1 ||
    bail "the objects of the unit tests compile" "$TMP/build"
compile_share 0 3 &
compile_share 1 3 &
compile_share 2 3
wait
for source in "$ROOT"/tests/unit/*/*.c; do
    name_of "$source"
    check "$name compiles" compiled "$name"
    [ -x "$TMP/unit.$name" ] || continue
    # RUN: an emulator, for a compiler that makes programs for another machine.
    # shellcheck disable=SC2086
    tap "$name" ${RUN:-} "$TMP/unit.$name"
done

done_testing
