#!/bin/sh
# docs/architecture.md is true. In its tables
#
#     | step | `function`, `another` | `stage1/chat/chat.c` | ... |
#
# each function is defined in that file (not only called or declared there), and each file exists;
# "-" stands for a whole file. The pictures are what docs/pictures/layers.sh makes of the READMEs.
. "$(dirname "$0")/../lib/lib.sh"
page=$ROOT/docs/architecture.md

# named PAGE: prints "FILE FUNCTION" for each function in the tables, "FILE -" for a whole file.
named() {
    awk -F ' *[|] *' '
        $4 !~ /^`[a-z0-9]*\/[A-Za-z0-9_.\/]*`$/ { next }
        { file = $4; gsub(/`/, "", file); gsub(/[`,]/, " ", $3)
          count = split($3, list, " ")
          if (count == 0) print file, "nothing" # an empty cell is a mistake
          for (i = 1; i <= count; i++) print file, list[i] }' "$1"
}

# defined FILE...: prints "FILE FUNCTION" for each function defined there. In C, in our style, a
# definition begins a line and its body follows; if a semicolon comes first, it is a declaration. In
# Lua the word "function" comes before the name.
defined() {
    awk 'FNR == 1 { name = ""; lua = FILENAME ~ /\.lua$/ }
         lua && match($0, /^(local )?function [a-z_.]+\(/) {
             name = substr($0, 1, RLENGTH - 1)
             sub(/.* /, "", name)
             print FILENAME, name
         }
         lua { next }
         /^[a-z].*\(/ { match($0, /[A-Za-z0-9_]+\(/); name = substr($0, RSTART, RLENGTH - 1) }
         /;$/ { name = "" }
         /^\{/ && name != "" { print FILENAME, name; name = "" }' "$@"
}

# all_defined PAGE
all_defined() {
    named "$1" >"$TMP/named"
    [ -s "$TMP/named" ] || { echo "no function was found"; return 1; }
    cut -d ' ' -f 1 "$TMP/named" | sort -u >"$TMP/files"
    while read -r file; do
        if [ -f "$ROOT/$file" ]; then echo "$file -"; else echo "there is no $file" >&2; fi
    done <"$TMP/files" >"$TMP/there"
    # shellcheck disable=SC2046 # a list; no file has a space in its name
    (cd "$ROOT" && defined $(cut -d ' ' -f 1 "$TMP/there")) >>"$TMP/there"
    awk 'FILENAME == ARGV[1] { there[$0] = 1; next }
         !($0 in there) { print $1 " defines no " $2; wrong = 1 }
         END { exit wrong }' "$TMP/there" "$TMP/named"
}

# way PAGE STAGE: prints the files of the stage's table, in order.
way() {
    awk -v title="### Through $2" '$0 == title { on = 1; next } /^#/ { on = 0 } on' "$1" >"$TMP/way"
    named "$TMP/way" | cut -d ' ' -f 1
}

# goes_through PAGE STAGE: the way leads from the client to the server and back to a screen.
goes_through() {
    way "$1" "stage $2" >"$TMP/files"
    awk -v stage="stage$2/" '
        index($1, stage) != 1 && !other { print $1 " is of another stage"; other = 1 }
        $1 == stage "client.c" && !server { client = 1 }
        $1 == stage "server.c" && client { server = 1 }
        $1 == stage "terminal/term.c" && server { screen = 1 }
        END { exit !(screen && !other) }' "$TMP/files"
}

has_picture() {
    grep -q "](pictures/$1-layers.svg)" "$page" || { echo "the page does not show it"; return 1; }
    "$ROOT/docs/pictures/layers.sh" "$1" | cmp - "$ROOT/docs/pictures/$1-layers.svg"
}

check "each function of the tables is defined in the named file" all_defined "$page"
for stage in 1 2 3; do
    check "stage $stage: the table leads from a client through the server to a screen" \
        goes_through "$page" "$stage"
    check "stage $stage: the picture shows the README's table" has_picture "stage$stage"
done

# --- would a mistake be noticed? ---

# changed SED-COMMAND: makes a changed copy of the page
changed() {
    sed "$1" "$page" >"$TMP/page.md"
    ! cmp -s "$page" "$TMP/page.md" || bail "the page has no such row: $1"
}

# renamed FILE FUNCTION: makes a copy in which this function has another name
named "$page" >"$TMP/all"
while read -r file name <&7; do
    [ "$name" != - ] || continue
    changed "\\|\`$file\`|s/\`$name\`/\`${name}_then\`/"
    if all_defined "$TMP/page.md" >"$TMP/seen" 2>&1; then echo "$file $name"; fi
done 7<"$TMP/all" >"$TMP/unnoticed"
# Not compared with /dev/null: what runs as root can put a file in its place.
is_empty() { cat "$1"; [ ! -s "$1" ]; }
check "any wrong function name is noticed" is_empty "$TMP/unnoticed"
changed 's|`send_to_all` . `stage1/chat/chat.c`|`net_send` \| `stage1/server.c`|'
refute "a function that the file only calls is noticed" all_defined "$TMP/page.md"
changed 's|`roster_find` . `stage1/chat/roster.c`|`roster_find` \| `stage1/chat/roster.h`|'
refute "a function that the file only declares is noticed" all_defined "$TMP/page.md"
changed 's|`stage1/chat/roster.c`|`stage1/chat/people.c`|'
refute "a file that does not exist is noticed" all_defined "$TMP/page.md"
changed 's|`operations.say`|`operations.tell`|'
refute "a wrong function name in Lua is noticed" all_defined "$TMP/page.md"
changed '/^### Through stage 2/,/^### Through stage 3/{/stage2\/server.c/d;}'
refute "a table that leaves out the server is noticed" goes_through "$TMP/page.md" 2

mkdir -p "$TMP/copy/docs/pictures" "$TMP/copy/stage1"
cp "$ROOT/docs/pictures/layers.sh" "$TMP/copy/docs/pictures"
# drawn_anew SED-COMMAND: stage 1's picture is still the same with its README changed so
drawn_anew() {
    sed "$1" "$ROOT/stage1/README.md" >"$TMP/copy/stage1/README.md"
    "$TMP/copy/docs/pictures/layers.sh" stage1 | cmp - "$ROOT/docs/pictures/stage1-layers.svg"
}
check "an unchanged table gives the same picture" drawn_anew ''
refute "an arrow that the table lacks is noticed" \
    drawn_anew '/^| `member\/`/s/`wire\/` `net\/` `base\/` |$/`net\/` `base\/` |/'
refute "a folder that the picture lacks is noticed" drawn_anew 's/^| `net\/`/| `attic\/`/'
# Each sequence diagram is drawn from its text form.
drawn() { sh "$ROOT/docs/pictures/sequence.sh" "$1" | cmp - "${1%.seq}.svg"; }
for form in "$ROOT"/docs/pictures/*.seq; do
    check "the diagram of ${form##*/} is up to date" drawn "$form"
done
for line in 'say a b hello' 'tcp a nobody hello' 'note nobody hello'; do
    printf 'lane a client A\nlane b server B\n%s\n' "$line" >"$TMP/wrong.seq"
    refute "a diagram with \"$line\" is refused" \
        sh "$ROOT/docs/pictures/sequence.sh" "$TMP/wrong.seq"
done
done_testing
