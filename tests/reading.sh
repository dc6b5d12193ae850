#!/bin/sh
# tests/reading.sh [-w] STAGE...: checks the reading order in the README of each stage. There, each
# module has one row in the tables under "Reading order":
#
#     | `chat/roster` | 208 | the members ... |      roster.h and roster.c have so many lines
#     | together | 1040 | |                          the sum of the rows above, in this table
#
# A name with an ending is that file alone. Generated files and those of crypto/README.md are left
# out. Prints what is wrong, with the right numbers, and then ends with 1; with -w it corrects the
# numbers in the README. A STAGE is a folder.
set -u

# order README: prints the rows of the tables under "Reading order" as "LINE MODULE NUMBER".
order() {
    awk '/^## / { inside = /^## Reading order/ }
        inside && /^\| `[^`]*` \| [0-9]+ \| / { split($0, part, "`"); print NR, part[2], $4 }
        inside && /^\| together \| [0-9]+ \|/ { print NR, "together", $4 }' "$1"
}

# files STAGE MODULE: the files of a module, with the stage
files() {
    case $2 in
    *.*) echo "$1/$2" ;;
    *) for end in h c; do [ ! -f "$1/$2.$end" ] || echo "$1/$2.$end"; done ;;
    esac
}

# sources STAGE: every file written by hand, except Makefile and README
sources() {
    (cd "$1" && ls -- *.[ch] */*.[ch] */*.sh */*.html */*.lua 2>/dev/null) |
        grep -v -x -e wings.c -e window/page.c -e cluster/script_lua.c
}

# right STAGE: prints "LINE NUMBER RIGHT MODULE" for each row
right() {
    sum=0
    order "$1/README.md" | while read -r line module number; do
        if [ "$module" = together ]; then
            echo "$line $number $sum together"
            sum=0
            continue
        fi
        lines=0
        for file in $(files "$1" "$module"); do
            [ -f "$file" ] && lines=$((lines + $(wc -l <"$file")))
        done
        sum=$((sum + lines))
        echo "$line $number $lines $module"
    done
}

# gaps STAGE: prints what is against this: every file is in the order, once, and nothing else is.
gaps() {
    order "$1/README.md" | while read -r line module number; do
        [ "$module" = together ] || files "$1" "$module" | sed "s|^$1/||"
    done | sort >"$tmp/named"
    sources "$1" | sort >"$tmp/there"
    uniq -d "$tmp/named" | sed "s|^|$1/README.md: the reading order has twice: |"
    sort -u "$tmp/named" | comm -13 - "$tmp/there" |
        sed "s|^|$1/README.md: the reading order does not have: |"
    comm -23 "$tmp/named" "$tmp/there" | uniq | sed "s|^|$1/README.md: there is no |"
    awk '$3 == 0 && $4 != "together" { print "there is no module " $4 }' "$tmp/right"
}

# corrected STAGE: prints the README with the right numbers
corrected() {
    awk 'NR == FNR { was[$1] = $2; is[$1] = $3; next }
        FNR in is { sub("\\| " was[FNR] " \\|", "| " is[FNR] " |") }
        { print }' "$tmp/right" "$1/README.md"
}

write=no
[ "${1:-}" != -w ] || { write=yes; shift; }
if [ $# -eq 0 ]; then
    cd "$(dirname "$0")/.." || exit 1
    set -- stage1 stage2 stage3
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
wrong=0
for stage in "$@"; do
    right "$stage" >"$tmp/right"
    gaps "$stage" >"$tmp/wrong"
    if [ $write = yes ] && [ -s "$tmp/right" ]; then
        corrected "$stage" >"$tmp/README.md" && cat "$tmp/README.md" >"$stage/README.md"
    else
        awk -v page="$stage/README.md" '$2 != $3 {
            printf "%s:%s: %s has %s lines, not %s (tests/reading.sh -w corrects it)\n", page, $1, $4, $3, $2
        }' "$tmp/right" >>"$tmp/wrong"
        [ -s "$tmp/right" ] || echo "$stage/README.md: there is no reading order" >>"$tmp/wrong"
    fi
    cat "$tmp/wrong"
    [ ! -s "$tmp/wrong" ] || wrong=1
done
exit $wrong
