#!/bin/sh
# Each stage stands alone, so whatever a later stage takes over unchanged is a plain copy.
# tests/carried lists the copies, with their stages:
#
#     terminal/ stage1 stage2        the folder: each file of it in an earlier stage is in each
#                                    later one, too, which may have more
#     net/resolver.[ch] stage1 stage2
#
# This test compares them, so that a fault mended in one is mended in all. A file that is the same
# in two stages and not listed is a mistake, too, because nobody would compare it after a change.
. "$(dirname "$0")/../lib/lib.sh"
list=$ROOT/tests/carried
[ -f "$list" ] || skip_all "tests/carried"

# Prints the list without comments and empty lines.
sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$list" >"$TMP/carried"

# files STAGE WHAT: prints the sources that a row's first word means there, without built files.
files() {
    case $2 in */) set -- "$1" "$2*" ;; esac
    # shellcheck disable=SC2086 # a pattern
    (cd "$ROOT/$1" && for file in $2; do
        case $file in *.o | server | client | gui) continue ;; esac
        [ ! -f "$file" ] || echo "$file"
    done)
}

# the_same WHAT STAGE...: all of these stages have these files, and they are the same in all.
the_same() {
    what=$1
    shift
    [ $# -gt 1 ] || { echo "$what is in one stage only: that is no copy"; return 1; }
    [ -n "$(files "$1" "$what")" ] || { echo "there is no $1/$what"; return 1; }
    while [ $# -gt 1 ]; do
        earlier=$1
        shift
        for file in $(files "$earlier" "$what"); do
            for stage; do cmp "$ROOT/$earlier/$file" "$ROOT/$stage/$file" || return 1; done
        done
    done
}

while read -r line; do
    # shellcheck disable=SC2086 # what, and its stages
    check "${line%% *} is the same in ${line#* }" the_same $line
done <"$TMP/carried"

# Prints "FILE STAGE STAGE..." for each file of the list.
while read -r what stages; do
    for stage in $stages; do
        files "$stage" "$what" | sed "s|\$| $stages|"
    done
done <"$TMP/carried" | sort -u >"$TMP/listed"

# listed FILE STAGE STAGE
listed() {
    awk -v file="$1" -v one=" $2 " -v other=" $3 " '
        $1 == file && index($0 " ", one) && index($0 " ", other) { found = 1 }
        END { exit !found }' "$TMP/listed"
}

# twins STAGE STAGE: no file is the same in both and not listed; prints those that are.
twins() {
    found=0
    for file in $(files "$1" '*') $(files "$1" '*/*'); do
        cmp -s "$ROOT/$1/$file" "$ROOT/$2/$file" || continue
        listed "$file" "$1" "$2" || { echo "$file"; found=1; }
    done
    return $found
}

stages=
for folder in "$ROOT"/stage[0-9]; do
    stage=$(basename "$folder")
    for before in $stages; do
        check "every copy in $before and $stage is listed" twins "$before" "$stage"
    done
    stages="$stages $stage"
done

twice() { cut -d ' ' -f 1 "$TMP/listed" | uniq -d | grep . && return 1; return 0; }
check "no file is listed twice" twice
done_testing
