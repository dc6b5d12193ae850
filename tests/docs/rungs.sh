#!/bin/sh
# What the judge says of the small programs is what docs/steps/README.md has in its table: each
# keeps exactly the promises that stand there.
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1

# The rows: | [NAME](FILE) | `STAGE SIDE COMMAND` | required | recommended | optional |
row='^| \[[a-z0-9]*\](\(stage[123]/[a-z0-9]*\)\.c) | `\(stage[123]\) \([a-z]*\) \(.*\)` |'
row="$row \\([^|]*\\) | \\([^|]*\\) | \\([^|]*\\) |\$"
sed -n "s~$row~\\1;\\2;\\3;\\4;\\5;\\6;\\7~p" docs/steps/README.md | tr -d '`' |
    sed 's/{create,join}/{create|join}/' >"$TMP/table"
check "there is a row for each of them" has_lines "$TMP/table" 8

compile() { # PROGRAM: to $TMP/bin, with the name that it has on the page
    mkdir -p "$TMP/bin"
    case $1 in
    stage3/*) ${CC:-cc} -O2 -I stage3 -o "$TMP/bin/${1#*/}3" "docs/steps/$1.c" stage3/crypto/*.c ;;
    *) ${CC:-cc} -O1 -o "$TMP/bin/${1#*/}" "docs/steps/$1.c" ;;
    esac
}

# The last lines of the judge, as cells of the table: `all`, `none`, `all but A B`, or `-` if there
# is nothing.
cells() { # KIND: of what is on standard input
    awk -v kind="$1" '$1 == kind {
        held = $2
        list = $0
        if (!sub(/.*; not: /, "", list)) list = "all"
        else if (held == 0) list = "none"
        else list = "all but " list
    } END { print list == "" ? "-" : list }'
}

# A cell of the table as the list of what does not hold, which is what the judge prints.
as_list() { # KIND CELL STAGE SIDE
    case $2 in
    all | none | -) echo "$2" ;;
    'all but '*) echo "$2" | tr -d , ;;
    'only '*)
        echo "$2" | sed 's/^only //' | tr -d , | tr ' ' '\n' >"$TMP/only.$$"
        tests/judge --list "$3" "$4" | awk -v kind="$1" 'NR == FNR { only[$1]; next }
            $1 == kind && !($2 in only) { list = list " " $2 } END { print "all but" list }' \
            "$TMP/only.$$" - ;;
    esac
}

judge() { # PROGRAM STAGE SIDE COMMAND PATIENCE
    command=$(echo "$4" | sed "s|^\./|$TMP/bin/|")
    case $1 in stage3/*) command=$(echo "$command" | sed 's|/client |/client3 |') ;; esac
    CHAT_JUDGE_BUILT=yes tests/judge --short --jobs 8 --patience "$5" "$2" "$3" "$command" \
        >"$TMP/said.$(echo "$1" | tr / .)" 2>/dev/null
}

keeps() { # PROGRAM KIND CELL STAGE SIDE
    wanted=$(as_list "$2" "$3" "$4" "$5")
    got=$(cells "$2" <"$TMP/said.$(echo "$1" | tr / .)")
    [ "$got" = "$wanted" ] && return 0
    echo "the page: $wanted"
    echo "the judge: $got"
    return 1
}

as_on_the_page() { # a row of the table
    echo "$1" | {
        IFS=';' read -r program stage side _ required recommended optional
        keeps "$program" required "$required" "$stage" "$side" &&
            keeps "$program" recommended "$recommended" "$stage" "$side" &&
            keeps "$program" optional "$optional" "$stage" "$side"
    }
}

# What does not hold is waited for, so this patience is short; on a busy machine something may only
# seem not to hold, and then the program is judged again with more.
try_row() { # a row
    echo "$1" | {
        IFS=';' read -r program stage side command _
        judge "$program" "$stage" "$side" "$command" 2
        as_on_the_page "$1" >/dev/null || judge "$program" "$stage" "$side" "$command" 6
    }
}
while IFS=';' read -r program _ <&7; do
    check "$program compiles" compile "$program"
done 7<"$TMP/table"
while IFS= read -r line <&7; do try_row "$line" & done 7<"$TMP/table"
wait
while IFS= read -r line <&7; do
    check "${line%%;*} keeps what its row says, and no more" as_on_the_page "$line"
done 7<"$TMP/table"
done_testing
