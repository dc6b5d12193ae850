#!/bin/sh
# What a later stage takes over from an earlier one unchanged is a plain copy: each stage stands
# alone. tests/carried lists these files, each with its stages:
#
#     text.c stage1 stage2
#
# Here they are compared, so that what is mended in one is mended in all. A file that is the same
# in two stages and not listed is a mistake, too: nobody would compare it the next time.
. "$(dirname "$0")/../lib.sh"
list=$ROOT/tests/carried
[ -f "$list" ] || skip_all "tests/carried"

# The list without comments and empty lines.
sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$list" >"$TMP/carried"

# the_same FILE STAGE...: the file is there in all of these stages, and the same in all.
the_same() {
    file=$1
    first=$2
    shift 2
    [ -f "$ROOT/$first/$file" ] || { echo "there is no $first/$file"; return 1; }
    [ $# -gt 0 ] || { echo "$file is in one stage only: that is no copy"; return 1; }
    for stage; do
        cmp "$ROOT/$first/$file" "$ROOT/$stage/$file" || return 1
    done
}

while read -r line; do
    # shellcheck disable=SC2086 # a file and its stages
    check "${line%% *} is the same in ${line#* }" the_same $line
done <"$TMP/carried"

# listed FILE STAGE STAGE: one line has the file and both stages.
listed() {
    awk -v file="$1" -v one="$2" -v other="$3" '
        $1 == file { for (i = 2; i <= NF; i++) { if ($i == one) a = 1; if ($i == other) b = 1 }
                     if (a && b) found = 1; a = b = 0 }
        END { exit !found }' "$TMP/carried"
}

# twins STAGE STAGE: files that are the same in both, and are not listed, are named.
twins() {
    found=0
    for path in "$ROOT/$1"/*; do
        file=$(basename "$path")
        case $file in *.o | server | client | gui) continue ;; esac # built
        [ -f "$path" ] && cmp -s "$path" "$ROOT/$2/$file" || continue
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

twice() { awk '{ print $1 }' "$TMP/carried" | sort | uniq -d | grep . && return 1; return 0; }
check "no file is listed twice" twice
done_testing
