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
check "--help prints the usage" says "^usage: tests/judge"
check "a call without arguments is wrong" ends 2
check "an unknown stage is a wrong call" ends 2 stage4 server './x {port}'
check "a side that is not judged is a wrong call" ends 2 stage3 server './x {port}'
check "an unknown option is a wrong call" ends 2 --nonsense stage1 server './x {port}'
check "an option without its value is a wrong call" ends 2 --only
check "a number that is none is a wrong call" ends 2 --jobs many stage1 server './x {port}'
check "an unknown promise is a wrong call" ends 2 --only nonsense stage1 server './x {port}'
check "a command without a port is a wrong call" ends 2 stage1 server './x'
check "a wrong call is told in a line" has_lines "$TMP/err" 1
check "--list needs no command" ends 0 --list stage1 server
check "--list lists the promises" says "^required  *passes-on  *what one says"

ours="stage1/server -p {port}"
check "a promise that holds ends the judge with 0" ends 0 --only passes-on stage1 server "$ours"
check "a promise that holds is told" says "^  holds  passes-on "
check "a score counts the promises that hold" says "^required  *1 of 1 hold$"
relay="$TOOLS/relay others {port}"
check "a promise that does not hold ends the judge with 1" \
    ends 1 --only welcome stage1 server "$relay"
check "a promise that does not hold is told" says "^  FAILS  welcome "
check "a failure shows the bytes that were sent" says "6 bytes: 05 61 6c 69 63 65$"
check "a failure shows them as text" says 'alice send 05 "alice"$'
check "a failure shows what was expected" says 'expected: 00 "welcome, alice"$'
check "a failure shows what came" says "came:     nothing within 2 seconds$"
check "a failure names the paragraph" says 'where:    docs/protocol.md, "Who is a member"$'
check "a failure names what causes it" says "cause:    A notice is the byte 0"
check "a failure names the program that shows it right" says "learnt:   docs/steps/stage1/names.c$"
check "other bytes than expected end the judge with 1" ends 1 --only passes-on stage1 server \
    "$TOOLS/relay bare {port}"
check "other bytes than expected are shown" says 'came:  .*datagrams, the last of them$'
check "a recommended promise that fails does not count" \
    ends 0 --only told-why stage1 server "$relay"
check "a recommended promise that fails is told" says "^  lacks  told-why "
check "a promise that needs another one names it" \
    ends 1 --only welcome --only joined stage1 server "$relay"
check "the promise that is needed is the first to be mended" \
    says "first:    it needs welcome, which does not hold$"
check "--short leaves out the details" ends 1 --short --only welcome stage1 server "$relay"
refute "--short prints nothing that was expected" says "expected:"
check "--tap ends with 1 for a promise that does not hold" \
    ends 1 --tap --only welcome --only passes-on stage1 server "$relay"
check "--tap prints a plan" says "^1\.\.2$"
check "--tap prints a line for each promise" says "^not ok 1 - required welcome: "
check "--first ends with 1 at the first failure" \
    ends 1 --first --required stage1 server "$TOOLS/relay nothing {port}"
refute "--first tries no promise after the first failure" says " whole "

# Servers of other kinds.
for dialect in others all bare; do
    check "a server of another kind keeps its promises ($dialect)" \
        ends 0 --dialect $dialect stage1 server "$TOOLS/relay $dialect {port}"
done
for dialect in json code; do
    check "a server of another kind keeps those of stage 2 ($dialect)" \
        ends 0 --dialect json stage2 server "$TOOLS/model $dialect {port}"
done
check "a server that takes a bare name keeps its promises" \
    ends 0 --dialect plain stage2 server "$TOOLS/model hex {port}"
check "another dialect is noticed" ends 1 --dialect others stage1 server "$TOOLS/relay all {port}"
check "the promise that differs in another dialect fails" says "^  FAILS  sender "
check "a dialect that nobody has is a wrong call" ends 2 --dialect latin stage1 server "$relay"

# Programs that end.
cat >"$TMP/dies" <<'EOF'
echo "I am ready"
echo "and here is my problem" >&2
exit 3
EOF
check "a program that ends before it listens ends the judge with 1" \
    ends 1 stage1 server "sh $TMP/dies {port}"
check "a program that ends before it listens is told of, with its status" \
    says "it ended with status 3 before it listened; its last words:$"
check "a program's last words are shown" says "  | and here is my problem$"
check "the other promises are not tried" says "not tried, as the program does not start"
check "a server that dies at a datagram ends the judge with 1" \
    ends 1 --only empty --only who-is-text stage1 server "$TOOLS/faulty stage1 dies-at-empty {port}"
check "a server that dies is told of at once" says "came:     nothing any more$"
check "a server that dies is told of with the signal" says "the server was ended by signal 6"
check "the judge goes on after a server that died" says "^  holds  who-is-text "
check "a client that ends at once ends the judge with 1" \
    ends 1 --only says stage1 client "true {port}"
check "a client that ends at once is told of, with its status" \
    says "the client ended with status 0; its last words:$"
check "a client that shows too little ends the judge with 1" ends 1 --only shows stage1 client \
    "sh -c 'echo is there; cat' {port}"
check "the last of a client's output is shown" says "  | is there$"
check "a client gets the text of --type as its input" \
    ends 0 --type '{name}' --only says stage1 client \
    "sh -c 'read -r name; exec $ROOT/stage1/client -p {port} -n \$name'"
check "a client gets its name as its input if the command has none" \
    ends 0 --only says stage1 client "$ROOT/stage1/client -p {port}"

# Long waits are explained.
check "a server that does not answer is waited for" \
    ends 1 --patience 4 --only welcome stage1 server "$TOOLS/relay nothing {port}"
check "the judge prints what it waits for" \
    grep -q '# welcome: has waited 3 seconds for: alice gets' "$TMP/err"

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
