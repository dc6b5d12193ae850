#!/bin/sh
# run.sh and lib.sh, tested with themselves: in a copy of them, with test files made for the
# purpose, in a folder whose name has a space.
. "$(dirname "$0")/../lib.sh"
copy="$TMP/a copy"
mkdir -p "$copy/tests/tools" "$copy/tests/unit"
cp "$ROOT/tests/run.sh" "$ROOT/tests/lib.sh" "$ROOT/tests/tap.sh" "$copy/tests"
for tool in talk await within; do
    cp "$ROOT/tests/tools/$tool" "$copy/tests/tools"
done

# given NAME: a test file, the rest of it from standard input.
given() {
    { echo ". \"\$(dirname \"\$0\")/../lib.sh\"" && cat; } >"$copy/tests/unit/$1.sh"
}

# run STATUS [ARGUMENT...]: run.sh ends with this status. From another folder, with a limit for
# each file that can be waited for.
run() {
    expected=$1
    shift
    (cd / && TEST_SECONDS=2 sh "$copy/tests/run.sh" "$@") >"$TMP/out" 2>&1 </dev/null &&
        status=0 || status=$?
    [ $status -eq "$expected" ] && return 0
    echo "status $status"
    cat "$TMP/out"
    return 1
}

# prints LINE: this whole line was printed; ends_with LINE: as the last one.
prints() { grep -x -e "$1" "$TMP/out" || { cat "$TMP/out"; return 1; }; }
ends_with() { [ "$(tail -n 1 "$TMP/out")" = "$1" ] || { cat "$TMP/out"; return 1; }; }

given good <<'EOT'
check "true is true" true
refute "false is not" false
done_testing
EOT
check "a good file is a success" run 0 unit/good
check "it has its line" prints 'ok   unit/good (2 checks, [0-9]*\.[0-9] s)'
check "the last line counts the checks" ends_with "2 passed, 0 failed, 0 skipped"

given bad <<'EOT'
check "this goes well" true
check "this does not" eval 'echo the reason; false'
done_testing
EOT
check "a bad file is a failure" run 1 unit/bad
check "it has its line" prints 'FAIL unit/bad (2 checks, 1 failed, [0-9]*\.[0-9] s)'
check "the failing check is shown" prints '     not ok 2 - this does not'
check "and its diagnostic" prints '     # the reason'
check "the last line counts it" ends_with "1 passed, 1 failed, 0 skipped"
check "a good one beside it changes nothing" run 1 unit/bad unit/good
check "the last line adds up" ends_with "3 passed, 1 failed, 0 skipped"

given short <<'EOT'
check "one" true
exit 0
EOT
check "a file that does not come to its end is a failure" run 1 unit/short

given broken <<'EOT'
check "one" true
if
EOT
check "so is one that is not even shell" run 1 unit/broken

given skipping <<'EOT'
check "one" true
skip "two" "a moon"
done_testing
EOT
given nothing <<'EOT'
skip_all "a sun"
EOT
check "a skip is no failure" run 0 unit/skipping unit/nothing
check "it is told with what is missing" prints 'skip unit/skipping: two (missing: a moon)'
check "so is a whole file" prints 'skip unit/nothing: the whole file (missing: a sun)'
check "and counted" ends_with "1 passed, 0 failed, 2 skipped"
check "all skipped, nothing is shown" run 1 unit/nothing
check "an unknown pattern is no success" run 1 unit/nobody
check "and says so" ends_with "0 passed, 0 failed, 0 skipped"
check "-l lists" run 0 -l unit/s
check "what the pattern matches" prints unit/short
check "a wrong option is a wrong call" run 2 -Z

given hanging <<'EOT'
echo $$ >"$(dirname "$0")/hanging.pid"
start quiet "$TOOLS/await" 600 gone $$
check "wait for ever" "$TOOLS/await" 600 gone $$
done_testing
EOT
check "a hanging file is ended" run 1 unit/hanging
check "and told of" grep -q "took longer than 2 seconds" "$TMP/out"
check "it is gone" "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/hanging.pid")"

rm "$copy/tests/unit/hanging.pid"
start runner sh -c 'cd / && TEST_SECONDS=60 exec sh "$@"' sh "$copy/tests/run.sh" unit/hanging
check "a file hangs again" "$TOOLS/await" 10 "$copy/tests/unit/hanging.pid" 1 ""
stop runner
check "run.sh is told to end, and does" test "$status" -eq 1
check "the file is gone" "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/hanging.pid")"

given leaving <<'EOT'
"$TOOLS/await" 600 "$TMP/never" 1 never >/dev/null 2>&1 5>&- &
echo $! >"$(dirname "$0")/leaving.pid"
check "one" true
done_testing
EOT
check "a file that leaves a process behind is a failure" run 1 unit/leaving
check "this is told" grep -q "left something running" "$TMP/out"
check "the process is gone" "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/leaving.pid")"

given complaining <<'EOT'
start noisy sh -c 'echo oops >&2'
ended noisy
check "one" true
done_testing
EOT
check "a program that complains is a failure" run 1 unit/complaining
check "its complaint is shown" prints '     # noisy: oops'

given keeping <<'EOT'
echo "$TMP" >"$(dirname "$0")/keeping.tmp"
check "one" touch "$TMP/file"
done_testing
EOT
check "a file makes files" run 0 unit/keeping
check "nothing of them is kept" test ! -e "$(cat "$copy/tests/unit/keeping.tmp")"

done_testing
