#!/bin/sh
# Each stage has the layers that its README shows. A table there has a row for each folder:
#
#     | `wire/` | what lives there | `base/` `crypto/` |
#
# The last column has the folders that its files may include beside their own (- is none); the
# programs at the top of a stage may include everything. There must be no circle of folders and none
# of files, where NAME.c and NAME.h count as one.
. "$(dirname "$0")/../lib/lib.sh"

# allowed STAGE: prints "FROM TO" for each arrow in the README's table, and "FROM FROM" for each
# row.
allowed() {
    sed -n 's/^| `\([a-z0-9_]*\)\/` |.*|\([^|]*\)|$/\1 \2/p' "$1/README.md" | tr -d '`/' |
        awk '{ print $1, $1; for (i = 2; i <= NF; i++) if ($i != "-") print $1, $i }' | sort -u
}

# includes STAGE: prints "FILE HEADER" for each include, with their folders. An include that is not
# written as it must be (own folder bare, another one with its folder) is printed unchanged.
includes() { with_words "$1" | cut -d ' ' -f 1,2; }

# with_words STAGE: the same, with a third word: `bare` for an include that names no folder.
with_words() {
    (cd "$1" && awk '/^ *# *include *"/ {
        header = $0; sub(/^ *# *include *"/, "", header); sub(/"[^"]*$/, "", header)
        own = FILENAME; sub(/[^\/]*$/, "", own)
        if (header ~ /\//) print FILENAME, header, "-"
        else print FILENAME, own header, /^#include "/ ? "bare" : "-" }' *.[ch] */*.[ch])
}

# one_way FILE: the pairs in FILE, one a line, have no circle. tsort reports a circle on standard
# error.
one_way() {
    tsort "$1" >/dev/null 2>"$TMP/circle" && [ ! -s "$TMP/circle" ] && return
    echo "a circle:"
    cat "$TMP/circle"
    return 1
}

# --- checks of a stage, given by its path ---

has_rows() {
    (cd "$1" && ls -d -- */) | tr -d / | sort >"$TMP/folders"
    allowed "$1" | awk '$1 == $2 { print $1 }' | diff "$TMP/folders" - &&
        allowed "$1" | cut -d ' ' -f 2 | sort -u | diff "$TMP/folders" -
}

allows_one_way() {
    allowed "$1" | awk '$1 != $2' >"$TMP/arrows"
    one_way "$TMP/arrows"
}

keeps_layers() {
    allowed "$1" >"$TMP/allowed"
    includes "$1" >"$TMP/includes"
    [ -s "$TMP/includes" ] || { echo "no include was found"; return 1; }
    awk 'FILENAME == ARGV[1] { allowed[$0] = 1; next }
         $1 !~ /\// { next }
         { from = $1; to = $2; sub(/\/.*/, "", from); sub(/\/.*/, "", to)
           if (!((from " " to) in allowed)) { print $1 " includes " $2; wrong = 1 } }
         END { exit wrong }' "$TMP/allowed" "$TMP/includes"
}

includes_what_is_there() {
    with_words "$1" | while read -r file header word; do
        case $header in ../* | */../* | */*/*) echo "$file: $header"; continue ;; esac
        case $file in
        "${header%/*}"/*) [ "$word" = bare ] || echo "$file: $header" ;;
        esac
        [ -f "$1/$header" ] || echo "$file: there is no $header"
    done >"$TMP/wrong"
    cat "$TMP/wrong"
    [ ! -s "$TMP/wrong" ]
}

has_no_circle() {
    includes "$1" | sed 's/\.[ch] / /; s/\.[ch]$//' | awk '$1 != $2' | sort -u >"$TMP/pairs"
    one_way "$TMP/pairs"
}

for stage in stage1 stage2 stage3; do
    check "$stage: the README has a row for each folder and no other" has_rows "$ROOT/$stage"
    check "$stage: the README's table has no circle" allows_one_way "$ROOT/$stage"
    check "$stage: no file includes what its folder may not include" keeps_layers "$ROOT/$stage"
    check "$stage: each include exists, and names its folder" includes_what_is_there "$ROOT/$stage"
    check "$stage: the includes have no circle of files" has_no_circle "$ROOT/$stage"
done

# --- would a mistake be noticed? ---

cp -R "$ROOT/stage3" "$TMP/stage3"
# planted FILE LINE: makes a copy of the stage with this line at the end of one file
planted() { cp "$ROOT/stage3/$1" "$TMP/stage3/$1" && echo "$2" >>"$TMP/stage3/$1"; }
mend() { cp "$ROOT/stage3/$1" "$TMP/stage3/$1"; }

check "the unchanged copy keeps its layers" keeps_layers "$TMP/stage3"
planted base/text.h '#include "chat/chat.h"'
refute "an include upwards is noticed" keeps_layers "$TMP/stage3"
refute "an include of a higher layer makes a circle of files" has_no_circle "$TMP/stage3"
mend base/text.h
planted terminal/line.c '#include "net/net.h"'
refute "an include sideways is noticed" keeps_layers "$TMP/stage3"
mend terminal/line.c
planted chat/room.h '#include "chat.h"'
check "an include in the same folder is allowed" keeps_layers "$TMP/stage3"
refute "a circle of files in one folder is noticed" has_no_circle "$TMP/stage3"
mend chat/room.h
planted chat/room.h '#include "wire/nothing.h"'
refute "an include of a missing file is noticed" includes_what_is_there "$TMP/stage3"
mend chat/room.h
planted chat/room.h '#include "chat/log.h"'
refute "an include that names its own folder is noticed" includes_what_is_there "$TMP/stage3"
mend chat/room.h
sed 's/^| `base\/` |\(.*\)|[^|]*|$/| `base\/` |\1| `chat\/` |/' "$ROOT/stage3/README.md" \
    >"$TMP/stage3/README.md"
refute "a table with a circle is noticed" allows_one_way "$TMP/stage3"
mkdir "$TMP/stage3/attic"
refute "a folder without a row is noticed" has_rows "$TMP/stage3"
done_testing
