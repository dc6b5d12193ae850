#!/bin/sh
# The pages are true: their quotes are in the files byte for byte, their examples of the protocol
# work, and the files that they name exist. (transcripts.sh checks what programs print.)
#
#     ```c stage1/chat/chat.c    these lines stand together in that file, exactly so
#     ```talk stage1 -m 2        tests/tools/talk plays this against a new server of the stage with
#                                these options
#
# A block of C must name its file, so that no code is invented.
. "$(dirname "$0")/../lib/lib.sh"
here=$ROOT/tests/docs
cd "$ROOT" || exit 1
pages=$(git ls-files '*.md' 2>/dev/null | grep .) || pages=$(find . -name '*.md' | sed 's/^\.\///')

mkdir "$TMP/blocks"
# shellcheck disable=SC2086 # a list; no page has a space in its name
awk -v folder="$TMP/blocks" -f "$here/blocks.awk" $pages >"$TMP/list"

# quotes BLOCK FILE
quotes() {
    awk 'BEGIN { RS = "\001" } NR == FNR { block = $0; next } { found = index($0, block) }
         END { exit !found }' "$1" "$2" && return
    echo "this does not stand in $2:"
    cat "$1"
    return 1
}

works() { "$TOOLS/talk" ${udp_port:+-u "$udp_port"} "$host" "$port" "$1"; }

# The list has a descriptor of its own, because commands in the loop may read standard input.
while read -r number page line language source options <&7; do
    block=$TMP/blocks/$number
    case $language.$source in
    text.session | text.tests/*) ;; # see transcripts.sh
    talk.stage*)
        # shellcheck disable=SC2086 # options are words
        start_server "$source" $options
        check "$page:$line: the example works" works "$block"
        stop server ;;
    c.- | make.-) check "$page:$line: a block of $language names its file" false ;;
    *.-) ;;
    *) check "$page:$line quotes $source" quotes "$block" "$source" ;;
    esac
    seen=$number
done 7<"$TMP/list"
check "every block was checked" test "${seen:-0}" -eq "$(wc -l <"$TMP/list")"

# names_exist PAGE: relative links, and paths in `code` that begin with a folder of the project,
# exist. A test file may have the name that run.sh uses.
names_exist() {
    folder=$(dirname "$1")
    missing=0
    for link in $(grep -o '](\([^)#:]*\)[^)]*)' "$1" | sed 's/^](//; s/[#)].*//' | grep -v :); do
        [ -e "$folder/$link" ] || { echo "a link to $link"; missing=1; }
    done
    for name in $(grep -o '`\(stage[123]\|tests\|docs\)/[A-Za-z0-9_./-]*' "$1" | tr -d '`'); do
        case $name in
            stage[123]/server | stage[123]/client | stage3/gui) ;;
            tests/tools/* | tests/bench/load | tests/bench/bare | tests/bench/crypto) ;; # programs
            *) [ -e "$name" ] || [ -e "tests/$name.sh" ] || { echo "the name $name"; missing=1; } ;;
        esac
    done
    return $missing
}

for page in $pages; do
    check "the files that $page names exist" names_exist "$page"
done
done_testing
