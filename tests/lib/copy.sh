# shellcheck shell=sh
# For tests that run the same tests again in a copy of the project, built in another way.
# Source it after lib.sh.

# copy_project: into $TMP/copy, without what was built here, but for the tools: they are not what is
# tested, a test starts them thousands of times, and with a sanitizer each takes ten times as long.
copy_project() {
    mkdir "$TMP/copy"
    (cd "$ROOT" && cp -R Makefile stage[1-3] tests docs README.md "$TMP/copy")
    (cd "$TMP/copy" && make -s clean && rm -r tests/tools)
    cp -Rp "$ROOT/tests/tools" "$TMP/copy/tests/tools" # with their times, or they would be built again
}

# again WHAT RUN_SH PATTERN...: the tests that match must pass with this run.sh, the copy's or our
# own; CC, CFLAGS, LDFLAGS and the programs to test are in the environment. One run, and a check for
# each pattern; what fails there is shown here. What is skipped there is skipped here, with what was
# missing, and if that is all of a pattern, nothing of it has been checked.
again() {
    lib_again=$1
    lib_run=$2
    shift 2
    # Two at a time: the run that we are in has several of its own already.
    "$lib_run" -j 2 "$@" >"$TMP/again" 2>&1 && lib_again_status=0 || lib_again_status=$?
    for lib_pattern; do
        grep -q "^skip $lib_pattern.*: the whole file (missing: " "$TMP/again" &&
            ! grep -q "^[okFAIL]*  *$lib_pattern" "$TMP/again" ||
            check "$lib_again: $lib_pattern" lib_passed_again "$lib_pattern"
    done
    sed -n 's/^skip \(.*\) (missing: \(.*\))$/\2|\1/p' "$TMP/again" >"$TMP/again.skips"
    while IFS='|' read -r lib_missing lib_line; do
        skip "$lib_again: $lib_line" "$lib_missing"
    done <"$TMP/again.skips"
}

# A run that failed without a file that did (a build, say) is a failure of everything.
lib_passed_again() { # PATTERN
    if grep -q "^ok   $1" "$TMP/again" && ! grep -q "^FAIL $1" "$TMP/again"; then
        [ "$lib_again_status" -eq 0 ] || grep -q "^FAIL [a-z0-9]*/" "$TMP/again" && return 0
    fi
    cat "$TMP/again"
    return 1
}
