#!/bin/sh
# What is small is read: no source file has more than 500 lines, no function more than 60, and no
# function takes more than 6 arguments. (A function begins with its first line in column 1 and ends
# with a brace in column 1.)
. "$(dirname "$0")/../lib/lib.sh"

# sources STAGE: what is written by hand
sources() {
    (cd "$1" && ls -- *.[ch] */*.[ch] */*.lua 2>/dev/null) |
        grep -v -x -e window/page.c -e cluster/script_lua.c -e wings.c
}

# measure STAGE: "WHAT NAME NUMBER" for each file, function and argument list that is too large.
measure() {
    sources "$1" | (cd "$1" && xargs awk '
        function tell(what, name, number) { print what, name, number }
        FNR == 1 { if (file) finish(); file = FILENAME; head = ""; inside = 0 }
        function finish() { if (lines > 500) tell("file", file, lines) }
        { lines = FNR }
        inside && /^}/ {
            if (FNR - start + 1 > 60) tell("function", file ":" name, FNR - start + 1)
            inside = 0
            head = ""
            next
        }
        inside { next }
        /^[a-zA-Z_].*\(/ && head == "" { head = $0; start = FNR }
        head != "" && FNR > start && !/^{/ { head = head $0 }
        head != "" && /;[ \t]*(\/\*.*)?$/ { count(head); head = ""; next }
        /^{/ && head != "" { inside = 1; count(head); name = named(head) }
        head != "" && /^$/ { head = "" }
        function named(text) {
            match(text, /[a-zA-Z_0-9]+\(/)
            return substr(text, RSTART, RLENGTH - 1)
        }
        function count(text,   of) {
            if (text ~ /=/ || text ~ /^(typedef|_Static_assert)/) return
            of = named(text)
            if (gsub(/,/, ",", text) + 1 > 6) tell("arguments", of, gsub(/,/, ",", text) + 1)
        }
        END { finish() }')
}

for stage in stage1 stage2 stage3; do
    measure "$ROOT/$stage" | sort -u | sed "s/^/$stage /"
done >"$TMP/found"
is_empty() { cat "$1"; [ ! -s "$1" ]; }
check "no file, function or argument list is longer than allowed" is_empty "$TMP/found"

# --- would a mistake be noticed? ---

found() { measure "$TMP/planted" | grep -q -x "$1"; }
mkdir -p "$TMP/planted/base"
i=0
while [ $i -lt 500 ]; do
    echo
    i=$((i + 1))
done >"$TMP/planted/base/long.h"
refute "a file of 500 lines is accepted" found "file base/long.h 50."
echo >>"$TMP/planted/base/long.h"
check "a file of 501 lines is noticed" found "file base/long.h 501"
# body NUMBER: a function of so many lines
body() {
    echo "static int f(int a)"
    echo "{"
    i=3
    while [ $i -lt "$1" ]; do
        echo "    a++;"
        i=$((i + 1))
    done
    echo "}"
}
body 60 >"$TMP/planted/a.c"
refute "a function of 60 lines is accepted" found "function .*"
body 61 >"$TMP/planted/a.c"
check "a function of 61 lines is noticed" found "function a.c:f 61"
echo "int six(int a, int b, int c, int d, int e, int f);" >"$TMP/planted/a.c"
refute "six arguments are accepted" found "arguments .*"
printf '%s\n' "int seven(int a, int b, int c, int d," "          int e, int f, int g);" \
    >"$TMP/planted/a.c"
check "seven arguments are noticed" found "arguments seven 7"
done_testing
