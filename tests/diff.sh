#!/bin/sh
# tests/diff.sh [STAGE [FILE]]: `make diff`. The difference between two stages is the lesson.
#
# With a STAGE (2 or 3) it lists what is new there, changed, carried over and gone, folder by folder
# in the reading order of the stage's README, with the words that stand there. Without one it lists
# both steps. With a FILE (net/net.c, or net/net for the header and the source) it shows what has
# changed in that file. On a terminal the output goes to $PAGER, or to less.
set -u
cd "$(dirname "$0")/.." || exit 1

# sources STAGE: the files written by hand. Makefiles are no lesson, and what make makes is none.
sources() {
    (cd "$1" && ls -- *.[ch] */*.[ch] */*.sh */*.html */*.lua 2>/dev/null) |
        grep -v -x -e wings.c -e window/page.c -e cluster/script_lua.c
}

# files STAGE MODULE: the module's files, without the stage. A name with an ending is one file.
files() {
    case $2 in
    *.*) [ ! -f "$1/$2" ] || echo "$2" ;;
    *) for end in h c; do [ ! -f "$1/$2.$end" ] || echo "$2.$end"; done ;;
    esac
}

# modules STAGE: prints "MODULE|WORDS" in the reading order of the README. Files that are not there
# come last, without words.
modules() {
    awk '/^## / { inside = /^## Reading order/ }
        inside && /^\| `[^`]*` \| [0-9]+ \| / {
            split($0, column, " \\| ")
            module = column[1]
            gsub(/[|` ]/, "", module)
            words = column[3]
            sub(/ \|$/, "", words)
            gsub(/`/, "", words)
            while (match(words, /\]\([^)]*\)/)) { # a link: its text alone
                words = substr(words, 1, RSTART - 1) substr(words, RSTART + RLENGTH)
                sub(/\[/, "", words)
            }
            print module "|" words
        }' "$1/README.md" >"$tmp/ordered"
    while IFS='|' read -r module words; do files "$1" "$module"; done <"$tmp/ordered" | sort >"$tmp/named"
    cat "$tmp/ordered"
    sources "$1" | sort | comm -13 "$tmp/named" - | sed 's/$/|/'
}

# sign BEFORE AFTER MODULE: + new, ~ changed, = carried, - gone
sign() {
    old=$(files "$1" "$3") now=$(files "$2" "$3")
    if [ -z "$old" ]; then echo '+'
    elif [ -z "$now" ]; then echo '-'
    elif [ "$old" != "$now" ]; then echo '~'
    else
        for file in $now; do cmp -s "$1/$file" "$2/$file" || { echo '~'; return; }; done
        echo '='
    fi
}

length() { # STAGE MODULE
    total=0
    for file in $(files "$1" "$2"); do total=$((total + $(wc -l <"$1/$file"))); done
    echo $total
}

# against BEFORE AFTER FILE: their difference; a file that is missing counts as empty
against() {
    old=$1/$3 now=$2/$3
    [ -f "$old" ] || old=/dev/null
    [ -f "$now" ] || now=/dev/null
    diff -u "$old" "$now"
}

counted() { # BEFORE AFTER MODULE: "+ADDED -REMOVED"
    for file in $( (files "$1" "$3"; files "$2" "$3") | sort -u); do against "$1" "$2" "$file"; done |
        awk '/^\+\+\+ |^--- / { next } /^\+/ { added++ } /^-/ { removed++ }
            END { printf "+%d -%d\n", added, removed }'
}

# rows BEFORE AFTER: "FOLDER|SIGN|NAME|LINES|CHANGES|WORDS" for each module. What is gone comes last.
rows() {
    modules "$2" >"$tmp/after"
    modules "$1" >"$tmp/before"
    {
        cat "$tmp/after"
        while IFS='|' read -r module words; do
            [ -n "$(files "$2" "$module")" ] || echo "$module|$words"
        done <"$tmp/before"
    } | while IFS='|' read -r module words; do
        mark=$(sign "$1" "$2" "$module")
        case $mark in -) in=$1 ;; *) in=$2 ;; esac
        case $mark in '~') changes=$(counted "$1" "$2" "$module") ;; *) changes= ;; esac
        case $module in */*) folder=${module%/*}/ ;; *) folder="the programs" ;; esac
        echo "$folder|$mark|${module##*/}|$(length "$in" "$module")|$changes|$words"
    done
}

list() { # BEFORE AFTER
    echo "From $1 to $2, in the reading order of $2/README.md. The numbers are lines."
    echo "+ new   ~ changed, with the lines added and removed   = carried, byte for byte   - gone"
    rows "$1" "$2" | awk -F '|' -v stage="${2#stage}" '
        !($1 in text) { folder[++folders] = $1 }
        {
            text[$1] = text[$1] sprintf("  %s %-15s %5d  %-10s %s\n", $2, $3, $4, $5, $6)
            signs[$1] = signs[$1] $2
            if ($2 == "~" && $1 ~ /\// && example == "") example = $1 $3
        }
        # A folder with nothing new, changed or gone is carried; it may have grown.
        function word(signs) {
            if (signs ~ /^\++$/) return "new"
            if (signs ~ /^-+$/) return "gone"
            if (signs ~ /^=+$/) return "carried"
            if (signs ~ /^[=+]+$/) return "carried, and grown"
            return "changed"
        }
        END {
            for (i = 1; i <= folders; i++) {
                printf "\n%s: %s\n%s", folder[i], word(signs[folder[i]]), text[folder[i]]
            }
            if (example != "") printf "\nTo see one of them: make diff STAGE=%s FILE=%s\n", stage, example
        }'
}

show() { # BEFORE AFTER FILE
    shown=$( (files "$1" "$3"; files "$2" "$3") | sort -u -r) # the header first
    for file in $shown; do
        case $(sign "$1" "$2" "$file") in
        +) echo "$2/$file is new:"; echo; cat "$2/$file" ;;
        -) echo "$1/$file is gone in $2:"; echo; cat "$1/$file" ;;
        =) echo "$2/$file is carried from $1, byte for byte." ;;
        *) against "$1" "$2" "$file" ;;
        esac
    done
}

number=${1:-} file=${2:-}
file=${file#stage[123]/}
case $number in
'' | 2 | 3) ;;
1) echo "diff: stage 1 is the first, so all of it is new; STAGE=2 is the first with a difference" >&2; exit 2 ;;
*) echo "diff: there is no stage $number; use STAGE=2 or STAGE=3" >&2; exit 2 ;;
esac
if [ -n "$file" ] && [ -z "$number" ]; then
    echo "diff: FILE=$file needs a STAGE: make diff STAGE=2 FILE=$file" >&2
    exit 2
fi
if [ -n "$file" ] && [ -z "$(files stage$((number - 1)) "$file")$(files "stage$number" "$file")" ]; then
    echo "diff: neither stage$((number - 1)) nor stage$number has $file" >&2
    exit 2
fi

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
print() {
    if [ -n "$file" ]; then show stage$((number - 1)) "stage$number" "$file"
    elif [ -n "$number" ]; then list stage$((number - 1)) "stage$number"
    else
        list stage1 stage2
        echo
        list stage2 stage3
    fi
}
pager=${PAGER:-less}
if [ -t 1 ] && command -v "${pager%% *}" >/dev/null; then
    # F: a short output needs no key to end; X: it stays on the screen; R: as git does it.
    LESS=${LESS:-FRX}
    export LESS
    print | sh -c "$pager"
else print; fi
exit 0
