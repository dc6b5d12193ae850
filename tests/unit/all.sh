#!/bin/sh
# The unit tests: every C file in the folders beside this file is a program that prints TAP. It is
# compiled and run here, with the sources that its first lines name, by their places in the project:
#
#     /* links: stage1/base/text.c stage1/terminal/width.c */
#
# The include path is the stage and this folder. A test that includes a .c file to reach its static
# functions names no sources, or only the others that it needs.
. "$(dirname "$0")/../lib/lib.sh"
cc=${CC:-cc}
strict="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow"
[ -f "$ROOT/tests/unit/tap.h" ] || skip_all "unit tests"

links_of() { sed -n 's/^\/\* links: \(.*\) \*\/$/\1/p' "$1"; }

# What is linked is compiled once for all tests, by the stage's own Makefile: build.sh is asked for
# STAGE:OBJECT,OBJECT,... of each stage.
objects() {
    for source in "$ROOT"/tests/unit/*/*.c; do links_of "$source"; done | tr ' ' '\n' | sort -u |
        sed -n 's/^\(stage[0-9]*\)\/\(.*\)\.c$/\1 \2.o/p' |
        awk '{ list[$1] = list[$1] "," $2 } END { for (s in list) print s ":" substr(list[s], 2) }'
}

# name_of FILE: "stage1.text"
name_of() { echo "$1" | sed 's|.*/\([^/]*\)/\([^/]*\)\.c$|\1.\2|'; }

# compile FILE PROGRAM: the words of these lines, then of the flags, are meant to be split.
compile() {
    source=$1
    program=$2
    set --
    for link in $(links_of "$source"); do set -- "$@" "$ROOT/${link%.c}.o"; done
    stage=${source#"$ROOT"/tests/unit/}
    # shellcheck disable=SC2086
    $cc $strict ${CFLAGS:--O2} -I "$ROOT/${stage%%/*}" -I "$ROOT/tests/unit" ${LDFLAGS:-} -o "$program" "$source" "$@"
}

# compile_share NUMBER OF: every OFth of the files, so that so many can be compiled at a time.
compile_share() {
    turn=0
    for source in "$ROOT"/tests/unit/*/*.c; do
        turn=$((turn + 1))
        [ $((turn % $2)) -eq "$1" ] || continue
        name=$(name_of "$source")
        compile "$source" "$TMP/unit.$name" >"$TMP/$name.said" 2>&1 && : >"$TMP/$name.compiled"
    done
}

compiled() { # NAME
    [ -f "$TMP/$1.compiled" ] && return
    cat "$TMP/$1.said"
    return 1
}

# shellcheck disable=SC2046 # a list
"$ROOT/tests/build.sh" $(objects) >"$TMP/build" 2>&1 || bail "what is tested compiles" "$TMP/build"
compile_share 0 3 &
compile_share 1 3 &
compile_share 2 3
wait
for source in "$ROOT"/tests/unit/*/*.c; do
    name=$(name_of "$source")
    check "$name compiles" compiled "$name"
    [ -x "$TMP/unit.$name" ] || continue
    # RUN: an emulator, for a compiler that makes programs for another machine.
    # shellcheck disable=SC2086
    tap "$name" ${RUN:-} "$TMP/unit.$name"
done

done_testing
