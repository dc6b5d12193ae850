#!/bin/sh
# The ladder of small programs, docs/steps, and the chapters in which the reader types them:
#
# - the table in docs/steps/README.md names every program, and its numbers are right;
# - each new line of a program stands in its chapter once (tests/docs/pages.sh checks that the
#   chapter has what the file has);
# - the first lines of each program tell what it does, what is new and what is still wrong;
# - the tables "from the small one to the real one" name files that exist, and sizes that are right
#   to a fifth or ten lines, because the files keep changing.
. "$(dirname "$0")/../lib/lib.sh"
steps=$ROOT/docs/steps
cd "$ROOT" || exit 1

row='^| \[[a-z0-9]*\](\([a-z0-9/]*\.c\)) |[^|]*| \([0-9]*\) | \([^|]*\) | \([0-9]*\) |$'
sed -n "s/$row/\\1|\\2|\\3|\\4/p" "$steps/README.md" >"$TMP/table"

chapter_of() {
    case $1 in
    stage1/*) echo docs/01-udp-broadcast.md ;;
    stage2/*) echo docs/02-rooms-and-tokens.md ;;
    stage3/count.c | stage3/log.c | stage3/cursor.c) echo docs/03-sealed-rooms.md ;;
    *) echo docs/03-keys-and-seals.md ;;
    esac
}

# added PROGRAM OVER...: prints the numbers of its lines that are in none of the others
added() {
    of=$1
    shift
    [ $# -gt 0 ] || { awk '{ print NR }' "$of"; return; }
    for over; do
        diff "$over" "$of" | awk -v mode=added -f tests/docs/ladder.awk | sort -u >"$TMP/against"
        if [ "$over" = "$1" ]; then cp "$TMP/against" "$TMP/both"
        else comm -12 "$TMP/both" "$TMP/against" >"$TMP/fewer" && mv "$TMP/fewer" "$TMP/both"; fi
    done
    sort -n "$TMP/both"
}

counts() { # LINES NEW PROGRAM
    has=$(($(wc -l <"$3"))) new=$(($(wc -l <"$TMP/added")))
    echo "$3 has $has lines, $new of them new"
    [ "$has" -eq "$1" ] && [ "$new" -eq "$2" ]
}

typed_along() { # PROGRAM
    page=$(chapter_of "${1#docs/steps/}")
    rm -rf "$TMP/blocks" && mkdir "$TMP/blocks"
    awk -v folder="$TMP/blocks" -f tests/docs/blocks.awk "$page" >"$TMP/list"
    # shellcheck disable=SC2046 # a list; no folder of a test has a space in its name
    set -- "$1" $(awk -v of="$1" -v at="$TMP/blocks" '$5 == of { print at "/" $1 }' "$TMP/list")
    awk -v mode=missing -v added="$TMP/added" -f tests/docs/ladder.awk "$@" >"$TMP/missing"
    cat "$TMP/missing"
    [ ! -s "$TMP/missing" ]
}

tells() { # PROGRAM
    head -n 14 "$1" | grep -q '^ \* New: ' && head -n 14 "$1" | grep -q '^ \* Still wrong: '
}

while IFS='|' read -r program lines overs new <&7; do
    set --
    for over in $(echo "$overs" | tr -d ',-'); do set -- "$@" "docs/steps/${over%.c}.c"; done
    added "docs/steps/$program" "$@" >"$TMP/added"
    check "$program: the table has the right numbers" counts "$lines" "$new" "docs/steps/$program"
    check "$program: each new line is in its chapter once" typed_along "docs/steps/$program"
    check "$program: its first lines say what is new and what is wrong" tells "docs/steps/$program"
done 7<"$TMP/table"

all_in_table() {
    (cd "$steps" && ls stage*/*.c) >"$TMP/there"
    cut -d '|' -f 1 "$TMP/table" | sort | diff - "$TMP/there"
}
check "the table has all programs" all_in_table

# The rows are: | what | `FILE`, `FILE` | lines | what it answers |
sizes() { # PAGE
    awk '/^## / { inside = /From the small one to the real one/ } inside' "$1" |
        grep "^|[^|]*|[^|]*.stage[^|]*| [0-9]* |" >"$TMP/rows"
    [ -s "$TMP/rows" ] || { echo "no such table"; return 1; }
    wrong=0
    while IFS='|' read -r _ what files lines _; do
        total=0
        for file in $(echo "$files" | tr -d '`,'); do
            [ -f "$file" ] || { echo "no $file"; wrong=1; continue; }
            total=$((total + $(wc -l <"$file")))
        done
        off=$((total - ${lines:-0})) most=$((total / 5))
        [ $most -gt 10 ] || most=10
        [ $off -le $most ] && [ $off -ge -$most ] || { echo "$what: $total lines"; wrong=1; }
    done <"$TMP/rows"
    return $wrong
}
for page in docs/01-udp-broadcast.md docs/02-rooms-and-tokens.md docs/03-sealed-rooms.md \
    docs/03-keys-and-seals.md; do
    check "$page: the table has the right sizes of the real program" sizes "$page"
done
done_testing
