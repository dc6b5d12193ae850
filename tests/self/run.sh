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

given ragged <<'EOT'
check "this does not" eval 'printf "the reason"; false'
check "this goes well" true
done_testing
EOT
check "a reason without an end of its line" run 1 unit/ragged
check "is shown" prints '     # the reason'
check "and hides no check behind it" ends_with "1 passed, 1 failed, 0 skipped"

given short <<'EOT'
check "one" true
exit 0
EOT
check "a file that does not reach its end is a failure" run 1 unit/short

given broken <<'EOT'
check "one" true
if
EOT
check "so is a file that is not valid shell" run 1 unit/broken

# What was not checked is no success.
given blind <<'EOT'
refute "a command that is not there does not fail" no_command_of_this_name
check "a program that was not started has not seen everything" never_saw nobody "anything"
check "nor does it run" runs nobody
tap "a plan" printf '1..2\nok 1 - a check\n'
done_testing
EOT
check "checks of things that do not exist fail" run 1 unit/blind
check "each of them, and one that vanished" ends_with "1 passed, 4 failed, 0 skipped"

given skipping <<'EOT'
check "one" true
skip "two" "a moon"
done_testing
EOT
given nothing <<'EOT'
skip_all "a sun"
EOT
check "a skip is no failure" run 0 unit/skipping unit/nothing
check "it is reported, with what is missing" prints 'skip unit/skipping: two (missing: a moon)'
check "so is a whole file" prints 'skip unit/nothing: the whole file (missing: a sun)'
check "and counted" ends_with "1 passed, 0 failed, 2 skipped"
check "a run in which all is skipped has shown nothing, and fails" run 1 unit/nothing
refute "such a file is not called ok" grep -q '^ok ' "$TMP/out"
check "an unknown pattern is no success" run 1 unit/nobody
check "and says so" ends_with "0 passed, 0 failed, 0 skipped"
check "-l lists files" run 0 -l unit/s
check "those that the pattern matches" prints 'unit/short  *[0-9.]* s, busy [0-9.]*'
check "with the seconds of the last run, if there was one" prints 'unit/skipping  *[0-9.]* s, busy [0-9.]*'
given never <<'EOT'
done_testing
EOT
check "-l again" run 0 -l unit/never
check "without seconds, if there was none" prints unit/never
printf '# what a change needs\nunit/good\nunit/bad # and this\n' >"$copy/tests/quick"
check "quick stands for a list of patterns" run 0 -l quick
check "for these patterns" eval 'sed "s/ .*//" "$TMP/out" | tr "\n" " " | grep -x "unit/bad unit/good "'
check "and more can be asked for" run 0 -l quick unit/short
check "all of them" has_lines "$TMP/out" 3
check "an unknown option is a usage error" run 2 -Z

given hanging <<'EOT'
echo $$ >"$(dirname "$0")/hanging.pid"
start quiet "$TOOLS/await" 600 gone $$
check "wait for ever" "$TOOLS/await" 600 gone $$
done_testing
EOT
limit=2 # short enough to wait for
check "a hanging file is ended" run 1 unit/hanging
limit=60
check "and reported" grep -q "took longer than 2 seconds" "$TMP/out"
check "it is gone" "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/hanging.pid")"

rm "$copy/tests/unit/hanging.pid"
start runner sh -c 'cd / && TEST_SECONDS=60 exec sh "$@"' sh "$copy/tests/run.sh" unit/hanging
check "a file hangs again" "$TOOLS/await" 10 "$copy/tests/unit/hanging.pid" 1 ""
stop runner
check "run.sh ends after a signal" test "$status" -eq 1
check "the file is gone" "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/hanging.pid")"

given leaving <<'EOT'
"$TOOLS/await" 600 "$TMP/never" 1 never >/dev/null 2>&1 5>&- &
echo $! >"$(dirname "$0")/leaving.pid"
check "one" true
done_testing
EOT
check "a file that leaves a process behind is a failure" run 1 unit/leaving
check "this is reported" grep -q "left something running" "$TMP/out"
check "the process is gone" "$TOOLS/await" 0 gone "$(cat "$copy/tests/unit/leaving.pid")"

# --- a run inside a run ---

given inner <<'EOT'
. "$ROOT/tests/lib/copy.sh"
again "all of it" "$ROOT/tests/run.sh" unit/nothing
again "some of it" "$ROOT/tests/run.sh" unit/skipping
done_testing
EOT
check "a run inside a run in which all is skipped is no failure" run 0 unit/inner
check "but a skip, with what is missing" prints \
    'skip unit/inner: all of it: unit/nothing: the whole file (missing: a sun)'
check "a skip beside a success is reported, too" prints \
    'skip unit/inner: some of it: unit/skipping: two (missing: a moon)'
check "the success counts" ends_with "1 passed, 0 failed, 2 skipped"
given outer <<'EOT'
. "$ROOT/tests/lib/copy.sh"
again "all of it" "$ROOT/tests/run.sh" unit/bad unit/nothing
again "what is not there" "$ROOT/tests/run.sh" unit/nobody
done_testing
EOT
check "a failure inside is a failure" run 1 unit/outer
check "of the right check" prints '     not ok 1 - all of it: unit/bad'
check "which shows what failed there" grep -q 'not ok 2 - this does not' "$TMP/out"
check "and so is a run that found no test" prints '     not ok 3 - what is not there: unit/nobody'

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
check "a second build waits, and says so" complains second "waiting for process"
echo on >"$copy/stage1/go"
check "the first one is done" exits first 0
check "then the second" exits second 0
check "which had nothing left to do" has_lines "$copy/stage1/log" 1
rm "$copy/stage1/server" "$copy/stage1/go"
start first sh "$copy/tests/build.sh" stage1
check "a build begins" complains first "building stage1 ..."
stop first KILL
echo on >"$copy/stage1/go"
rm -f "$copy/stage1/busy"
check "a build that was killed blocks no other" builds
check "and leaves nothing behind" test ! -e "$copy/.building"
rm "$copy/stage1/server"
echo 'all: ; echo the reason >&2; exit 1' >"$copy/stage1/Makefile"
check "a build that fails is a failure" run 1 unit/good
check "with the compiler's messages" prints '     the reason'
check "and nothing was run" ends_with "0 passed, 1 failed, 0 skipped"
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
check "a check fails while two programs run" run 1 unit/told
check "it shows the last lines of one" prints '     #     told by one'
check "of the other" prints '     #     told by two'
check "and the other's standard error" prints '     #     and complained'
once() { [ "$(grep -c "told by one" "$TMP/out")" -eq 1 ] || { cat "$TMP/out"; return 1; }; }
check "the next failure does not show the same again" once

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
check "a server that ends" unready 'echo "no such thing" >&2; exit 3'
check "is reported at once, with the line that was expected" prints '     # waited for server to print a line with "listening on"'
check "its status" prints '     # server ended with status 3'
check "and what it printed" prints '     #     no such thing'
check "a server that cannot be started" eval 'STAGE1_SERVER=$copy/nobody run 1 unit/ready'
check "ends with 127" prints '     # server ended with status 127'
check "a server that prints another line" unready 'echo "Server on 9001"; exec sleep 60'
check "is reported soon, with that line" prints '     #     Server on 9001'
check "and that it runs" grep -q 'server runs, but printed another line' "$TMP/out"

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
check "none of them is kept" test ! -e "$(cat "$copy/tests/unit/keeping.tmp")"

done_testing
