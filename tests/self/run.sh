#!/bin/sh
# run.sh and lib.sh, tested with themselves: in a copy, with test files made for this purpose, in a
# folder whose name has a space.
. "$(dirname "$0")/../lib/lib.sh"
copy="$TMP/a copy"
mkdir -p "$copy/tests/tools" "$copy/tests/unit"
mkdir "$copy/tests/lib"
for file in run.sh build.sh lib/lib.sh lib/tap.sh lib/copy.sh; do
    cp "$ROOT/tests/$file" "$copy/tests/$file"
done
for tool in talk await within; do
    cp "$ROOT/tests/tools/$tool" "$copy/tests/tools"
done

# given NAME: creates a test file; standard input has all but its first lines.
given() {
    { echo ". \"\$(dirname \"\$0\")/../lib/lib.sh\"" && cat; } >"$copy/tests/unit/$1.sh"
}

# run STATUS [ARGUMENT...]: run.sh, started in another folder, ends with this status.
limit=60
run() {
    expected=$1
    shift
    (cd / && TEST_SECONDS=$limit sh "$copy/tests/run.sh" "$@") >"$TMP/out" 2>&1 </dev/null &&
        status=0 || status=$?
    [ $status -eq "$expected" ] && return 0
    echo "status $status"
    cat "$TMP/out"
    return 1
}

# prints LINE: this whole line was printed; ends_with LINE: it was the last one.
prints() { grep -x -e "$1" "$TMP/out" || { cat "$TMP/out"; return 1; }; }
ends_with() { [ "$(tail -n 1 "$TMP/out")" = "$1" ] || { cat "$TMP/out"; return 1; }; }

given good <<'EOT'
check "true is true" true
refute "false is not" false
done_testing
EOT
check "a file with good checks ends with 0" run 0 unit/good
check "a good file is reported in a line" prints 'ok   unit/good (2 checks, [0-9]*\.[0-9] s)'
check "the last line counts the good checks" ends_with "2 passed, 0 failed, 0 skipped"

given bad <<'EOT'
check "this goes well" true
check "this does not" eval 'echo the reason; false'
done_testing
EOT
check "a file with a bad check ends with 1" run 1 unit/bad
check "a bad file is reported in a line" \
    prints 'FAIL unit/bad (2 checks, 1 failed, [0-9]*\.[0-9] s)'
check "the output has the failed check" prints '     not ok 2 - this does not'
check "the output has the diagnostic of the failed check" prints '     # the reason'
check "the last line counts the failed check" ends_with "1 passed, 1 failed, 0 skipped"
check "a good file beside a bad one ends with 1" run 1 unit/bad unit/good
check "the last line adds up both files" ends_with "3 passed, 1 failed, 0 skipped"

given ragged <<'EOT'
check "this does not" eval 'printf "the reason"; false'
check "this goes well" true
done_testing
EOT
check "a diagnostic without a line end ends with 1" run 1 unit/ragged
check "a diagnostic without a line end is shown" prints '     # the reason'
check "a diagnostic without a line end hides no later check" \
    ends_with "1 passed, 1 failed, 0 skipped"

given short <<'EOT'
check "one" true
exit 0
EOT
check "a file that ends before done_testing ends with 1" run 1 unit/short

given broken <<'EOT'
check "one" true
if
EOT
check "a file with a syntax error ends with 1" run 1 unit/broken

# What was not checked is no success.
given blind <<'EOT'
refute "a command that is not there does not fail" no_command_of_this_name
check "a program that was not started has not seen everything" never_saw nobody "anything"
check "a program that was not started does not run" runs nobody
tap "a plan" printf '1..2\nok 1 - a check\n'
done_testing
EOT
check "a file whose checks name missing things ends with 1" run 1 unit/blind
check "each of these checks fails, and a missing one" ends_with "1 passed, 4 failed, 0 skipped"

given skipping <<'EOT'
check "one" true
skip "two" "a moon"
done_testing
EOT
given nothing <<'EOT'
skip_all "a sun"
EOT
check "a file with a skip ends with 0" run 0 unit/skipping unit/nothing
check "the skip is reported with what is missing" prints 'skip unit/skipping: two (missing: a moon)'
check "a skipped file is reported with what is missing" \
    prints 'skip unit/nothing: the whole file (missing: a sun)'
check "the last line counts the skips" ends_with "1 passed, 0 failed, 2 skipped"
check "a run in which everything is skipped ends with 1" run 1 unit/nothing
refute "a skipped file is not reported as ok" grep -q '^ok ' "$TMP/out"
check "an unknown pattern ends with 1" run 1 unit/nobody
check "the last line counts nothing for an unknown pattern" \
    ends_with "0 passed, 0 failed, 0 skipped"
check "-l ends with 0" run 0 -l unit/s
check "-l lists the files that match the pattern" prints 'unit/short  *[0-9.]* s, busy [0-9.]*'
check "-l has the seconds of the last run" prints 'unit/skipping  *[0-9.]* s, busy [0-9.]*'
mkdir "$copy/tests/portability"
cp "$copy/tests/unit/good.sh" "$copy/tests/portability/elsewhere.sh"
check "-l of every test ends with 0" run 0 -l
refute "every test is not run again elsewhere" prints portability/elsewhere
check "-l all ends with 0" run 0 -l all
check "all stands for the tests elsewhere, too" prints portability/elsewhere
check "all stands for every test" prints 'unit/skipping  *[0-9.]* s, busy [0-9.]*'
check "-l portability ends with 0" run 0 -l portability
check "the tests elsewhere can be named" prints portability/elsewhere
given never <<'EOT'
done_testing
EOT
check "-l of a file that has never run ends with 0" run 0 -l unit/never
check "-l has no seconds of a file that has never run" prints unit/never
printf '# what a change needs\nunit/good\nunit/bad # and this\n' >"$copy/tests/quick"
check "-l quick ends with 0" run 0 -l quick
check "quick stands for the patterns in tests/quick" \
    eval 'sed "s/ .*//" "$TMP/out" | tr "\n" " " | grep -x "unit/bad unit/good "'
check "-l quick with another pattern ends with 0" run 0 -l quick unit/short
check "-l quick lists the files of both" has_lines "$TMP/out" 3
check "an unknown option ends with 2" run 2 -Z

given hanging <<'EOT'
echo $$ >"$(dirname "$0")/hanging.pid"
start quiet "$TOOLS/await" 600 gone $$
check "wait for ever" "$TOOLS/await" 600 gone $$
done_testing
EOT
limit=2 # short enough to wait for
check "a file that takes too long ends with 1" run 1 unit/hanging
limit=60
check "the output says that the file took too long" grep -q "took longer than 2 seconds" "$TMP/out"
check "the file that took too long is ended" \
    "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/hanging.pid")"

rm "$copy/tests/unit/hanging.pid"
start runner sh -c 'cd / && TEST_SECONDS=60 exec sh "$@"' sh "$copy/tests/run.sh" unit/hanging
check "a file waits while its run is ended" "$TOOLS/await" 10 "$copy/tests/unit/hanging.pid" 1 ""
stop runner
check "SIGTERM ends the run with 1" test "$status" -eq 1
check "the run ends its file at SIGTERM" \
    "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/hanging.pid")"

given leaving <<'EOT'
"$TOOLS/await" 600 "$TMP/never" 1 never >/dev/null 2>&1 5>&- &
echo $! >"$(dirname "$0")/leaving.pid"
check "one" true
done_testing
EOT
check "a file that leaves a process behind ends with 1" run 1 unit/leaving
check "the output says that something was left running" grep -q "left something running" "$TMP/out"
check "the process that was left running is ended" \
    "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/leaving.pid")"

# --- a run inside a run ---

given inner <<'EOT'
. "$ROOT/tests/lib/copy.sh"
again "all of it" "$ROOT/tests/run.sh" unit/nothing
again "some of it" "$ROOT/tests/run.sh" unit/skipping
done_testing
EOT
check "a run inside a run in which all is skipped ends with 0" run 0 unit/inner
check "its skip is reported with what is missing" prints \
    'skip unit/inner: all of it: unit/nothing: the whole file (missing: a sun)'
check "a skip beside a passed check is reported too" prints \
    'skip unit/inner: some of it: unit/skipping: two (missing: a moon)'
check "the last line counts the inner check and skips" ends_with "1 passed, 0 failed, 2 skipped"
given outer <<'EOT'
. "$ROOT/tests/lib/copy.sh"
again "all of it" "$ROOT/tests/run.sh" unit/bad unit/nothing
again "what is not there" "$ROOT/tests/run.sh" unit/nobody
done_testing
EOT
check "a failure in a run inside a run ends with 1" run 1 unit/outer
check "the failed inner file is named" prints '     not ok 1 - all of it: unit/bad'
check "the diagnostic has the failed inner check" grep -q 'not ok 2 - this does not' "$TMP/out"
check "an inner pattern without tests is a failure" \
    prints '     not ok 3 - what is not there: unit/nobody'

# --- builds ---

mkdir "$copy/stage1"
cat >"$copy/stage1/Makefile" <<'EOT'
all: server
server:
	echo one at a time >>log
	[ ! -f busy ]
	touch busy
	"$(AWAIT)" 60 go 1 on
	rm busy
	echo built >server
clean:
EOT
builds() { sh "$copy/tests/build.sh" stage1; }
export AWAIT="$TOOLS/await"
start first sh "$copy/tests/build.sh" stage1
allow_stderr first
check "a build is announced before it starts" complains first "building stage1 ..."
start second sh "$copy/tests/build.sh" stage1
allow_stderr second
check "a second build waits and prints so" complains second "waiting for process"
echo on >"$copy/stage1/go"
check "the first build ends with 0" exits first 0
check "the second build ends with 0" exits second 0
check "the second build has nothing left to do" has_lines "$copy/stage1/log" 1
rm "$copy/stage1/server" "$copy/stage1/go"
start first sh "$copy/tests/build.sh" stage1
check "a build begins before it is killed" complains first "building stage1 ..."
stop first KILL
echo on >"$copy/stage1/go"
rm -f "$copy/stage1/busy"
check "a killed build does not block the next one" builds
check "the next build removes the lock" test ! -e "$copy/.building"
rm "$copy/stage1/server"
echo 'all: ; echo the reason >&2; exit 1' >"$copy/stage1/Makefile"
check "a run whose build fails ends with 1" run 1 unit/good
check "the output has the compiler's messages" prints '     the reason'
check "no test is run after a failed build" ends_with "0 passed, 1 failed, 0 skipped"
rm -r "$copy/stage1"

# --- what a failure shows ---

given told <<'EOT'
start one sh -c 'echo told by one; exec "$0" 60 gone $$' "$TOOLS/await"
start two sh -c 'echo told by two; echo and complained >&2; exec "$0" 60 gone $$' "$TOOLS/await"
sees one one && sees two two && complains two and
allow_stderr two
check "this fails" false
check "this too" false
done_testing
EOT
check "a file fails while two programs run" run 1 unit/told
check "the failure shows the last lines of the first program" prints '     #     told by one'
check "the failure shows the last lines of the second program" prints '     #     told by two'
check "the failure shows the second program's standard error" prints '     #     and complained'
once() { [ "$(grep -c "told by one" "$TMP/out")" -eq 1 ] || { cat "$TMP/out"; return 1; }; }
check "the next failure does not show these lines again" once

# unready COMMAND: runs a test file with this shell command as the server. A condition waits for an
# hour here, and the file is ended after five minutes, so a diagnostic that does not come at once is
# a different one.
unready() {
    printf '#!/bin/sh\n%s\n' "$1" >"$copy/server"
    chmod +x "$copy/server"
    limit=300
    STAGE1_SERVER=$copy/server TEST_PATIENCE=3600 run 1 unit/ready
}
given ready <<'EOT'
start_server stage1
done_testing
EOT
check "a server that ends makes the file fail" unready 'echo "no such thing" >&2; exit 3'
check "the failure has the expected ready line" \
    prints '     # waited for server to print a line with "listening on"'
check "the failure has the server's exit status" prints '     # server ended with status 3'
check "the failure has what the server printed" prints '     #     no such thing'
check "a server that cannot be started makes the file fail" \
    eval 'STAGE1_SERVER=$copy/nobody run 1 unit/ready'
check "the failure has the exit status 127" prints '     # server ended with status 127'
check "a server that prints another line makes the file fail" \
    unready 'echo "Server on 9001"; exec sleep 60'
check "the failure has the line that was printed" prints '     #     Server on 9001'
check "the failure says that the server still runs" \
    grep -q 'server runs, but printed another line' "$TMP/out"

given complaining <<'EOT'
start noisy sh -c 'echo oops >&2'
ended noisy
check "one" true
done_testing
EOT
check "a file whose program prints an error ends with 1" run 1 unit/complaining
check "the output has the printed error" prints '     # noisy: oops'

given keeping <<'EOT'
echo "$TMP" >"$(dirname "$0")/keeping.tmp"
check "one" touch "$TMP/file"
done_testing
EOT
check "a file that creates a temporary file ends with 0" run 0 unit/keeping
check "the temporary file is removed" test ! -e "$(cat "$copy/tests/unit/keeping.tmp")"

done_testing
