#!/bin/sh
# The judge itself: what it prints and how it ends, for programs that fail in every way; and what its
# promises refer to.
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1
CHAT_JUDGE_BUILT=yes
export CHAT_JUDGE_BUILT

# ends STATUS ARGUMENT...: the judge ends with it; its output is in $TMP/said and $TMP/err.
ends() {
    expected=$1
    shift
    "$TOOLS/within" 60 tests/judge "$@" >"$TMP/said" 2>"$TMP/err" </dev/null && status=0 || status=$?
    [ $status -eq "$expected" ] && return 0
    echo "ended with $status, not with $expected"
    cat "$TMP/said" "$TMP/err"
    return 1
}
says() { grep -q -e "$1" "$TMP/said" || { cat "$TMP/said"; return 1; }; }

check "--help ends with 0" ends 0 --help
check "and tells how to call it" says "^usage: tests/judge"
check "no arguments are a wrong call" ends 2
check "so is an unknown stage" ends 2 stage4 server './x {port}'
check "a side that is not judged" ends 2 stage3 server './x {port}'
check "an unknown option" ends 2 --nonsense stage1 server './x {port}'
check "an option without its value" ends 2 --only
check "a number that is none" ends 2 --jobs many stage1 server './x {port}'
check "an unknown promise" ends 2 --only nonsense stage1 server './x {port}'
check "a command without a port" ends 2 stage1 server './x'
check "and that is told in a line" has_lines "$TMP/err" 1
check "--list needs no command" ends 0 --list stage1 server
check "and lists the promises" says "^required  *passes-on  *what one says"

ours="stage1/server -p {port}"
check "a promise that holds ends it with 0" ends 0 --only passes-on stage1 server "$ours"
check "and is told" says "^  holds  passes-on "
check "with a score" says "^required  *1 of 1 hold$"
relay="$TOOLS/relay others {port}"
check "one that does not ends it with 1" ends 1 --only welcome stage1 server "$relay"
check "and is told" says "^  FAILS  welcome "
check "with the bytes that were sent" says "6 bytes: 05 61 6c 69 63 65$"
check "and as text" says 'alice send 05 "alice"$'
check "with what was expected" says 'expected: 00 "welcome, alice"$'
check "with what came" says "came:     nothing within 2 seconds$"
check "with the paragraph" says 'where:    docs/protocol.md, "Who is a member"$'
check "with what causes it" says "cause:    A notice is the byte 0"
check "with the program that shows it right" says "learnt:   docs/steps/stage1/names.c$"
check "something else than expected came" ends 1 --only passes-on stage1 server \
    "$TOOLS/relay bare {port}"
check "and is shown" says 'came:  .*datagrams, the last of them$'
check "what is only recommended does not count" ends 0 --only told-why stage1 server "$relay"
check "but is told" says "^  lacks  told-why "
check "a promise that needs another one names it" ends 1 --only welcome --only joined stage1 server \
    "$relay"
check "as the first to be mended" says "first:    it needs welcome, which does not hold$"
check "--short leaves out the details" ends 1 --short --only welcome stage1 server "$relay"
refute "all of them" says "expected:"
check "--tap is TAP" ends 1 --tap --only welcome --only passes-on stage1 server "$relay"
check "with a plan" says "^1\.\.2$"
check "and a line for each" says "^not ok 1 - required welcome: "
check "--first stops there" ends 1 --first --required stage1 server "$TOOLS/relay nothing {port}"
refute "at the first" says " whole "

# Servers of other kinds.
for dialect in others all bare; do
    check "a server of another kind keeps its promises ($dialect)" ends 0 --dialect $dialect stage1 \
        server "$TOOLS/relay $dialect {port}"
done
for dialect in json code; do
    check "one of stage 2 does, too ($dialect)" ends 0 --dialect json stage2 server \
        "$TOOLS/model $dialect {port}"
done
check "and one that takes a bare name" ends 0 --dialect plain stage2 server "$TOOLS/model hex {port}"
check "another dialect is noticed" ends 1 --dialect others stage1 server "$TOOLS/relay all {port}"
check "by the promise that differs" says "^  FAILS  sender "
check "a dialect that nobody has is a wrong call" ends 2 --dialect latin stage1 server "$relay"

# Programs that end.
cat >"$TMP/dies" <<'EOF'
echo "I am ready"
echo "and here is my problem" >&2
exit 3
EOF
check "a program that ends before it listens" ends 1 stage1 server "sh $TMP/dies {port}"
check "is told of, with its status" says "it ended with status 3 before it listened; its last words:$"
check "and its last words" says "  | and here is my problem$"
check "the other promises are not tried" says "not tried, as the program does not start"
check "a server that dies at a datagram" ends 1 --only empty --only who-is-text stage1 server \
    "$TOOLS/faulty stage1 dies-at-empty {port}"
check "is told of at once" says "came:     nothing any more$"
check "with the signal" says "the server was ended by signal 6"
check "and the judge goes on" says "^  holds  who-is-text "
check "a client that ends at once" ends 1 --only says stage1 client "true {port}"
check "is told of" says "the client ended with status 0; its last words:$"
check "a client's output is shown" ends 1 --only shows stage1 client \
    "sh -c 'echo is there; cat' {port}"
check "the last of it" says "  | is there$"
check "a client reads what --type says" ends 0 --type '{name}' --only says stage1 client \
    "sh -c 'read -r name; exec $ROOT/stage1/client -p {port} -n \$name'"
check "and its name if the command has none" ends 0 --only says stage1 client \
    "$ROOT/stage1/client -p {port}"

# Long waits are explained.
check "a server that does not answer is waited for" ends 1 --patience 4 --only welcome stage1 server \
    "$TOOLS/relay nothing {port}"
check "with a word on what for" grep -q '# welcome: has waited 3 seconds for: alice gets' "$TMP/err"

# Each promise: its paragraph and its program exist, its name stands once, and it has a script.
data() { # KIT
    awk -v kit="$1" '
        function finish() {
            if (name == "") return
            if (!what || !paragraph || !cause || !rung || !steps) print kit ": " name " has not all"
            what = paragraph = cause = rung = steps = inside = 0
        }
        FNR == 1 && !/^# / { print FILENAME " has no title" }
        /^== / { finish(); name = substr($0, 4); if (seen[name]++) print kit ": " name " twice"; next }
        /^--$/ { inside = 1; next }
        inside { if (/^[a-z*]/) steps++; next }
        /^(required|recommended|optional): / { what = 1 }
        /^paragraph: / { paragraph = 1; print substr($0, 12) >(ENVIRON["TMP"] "/paragraphs") }
        /^rung: / { rung = 1; print $2 >(ENVIRON["TMP"] "/rungs") }
        /^after: / { needs[$2] }
        /^cause: / { cause = 1 }
        /^[a-z]+:/ && !/^(required|recommended|optional|paragraph|rung|after|cause|seconds): / {
            print kit ": " name ": " $1
        }
        END { finish(); for (needed in needs) if (!seen[needed]) print kit ": no " needed }
    ' "$1"/*
    sort -u "$TMP/paragraphs" | while IFS= read -r paragraph; do
        grep -x -F -q -e "## $paragraph" -e "### $paragraph" docs/protocol.md ||
            echo "no paragraph $paragraph"
    done
    sort -u "$TMP/rungs" | while IFS= read -r rung; do
        [ -f "docs/steps/$rung.c" ] || [ -f "$rung.c" ] || echo "no $rung"
    done
}
export TMP
for kit in tests/kit/*; do
    data "$kit" >"$TMP/wrong"
    check "${kit#tests/kit/}: what its promises refer to is there" has_lines "$TMP/wrong" 0
done
done_testing
