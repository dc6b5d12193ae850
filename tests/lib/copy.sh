# shellcheck shell=sh
# copy.sh: for tests that run other tests again in a copy of the project, built in another way.
# Source it after lib.sh.

# copy_project: copies to $TMP/copy, without what was built here except for the tools: these are not
# under test, are started thousands of times, and with a sanitizer take ten times as long to start.
copy_project() {
    mkdir "$TMP/copy"
    (cd "$ROOT" && cp -R Makefile stage[1-3] tests docs README.md "$TMP/copy")
    (cd "$TMP/copy" && make -s clean && rm -r tests/tools)
    cp -Rp "$ROOT/tests/tools" "$TMP/copy/tests/tools" # -p: else make would build them again
}

# builds_quietly COMPILER [VARIABLE=VALUE...]: builds the stages of the copy, for tests that follow,
# with this compiler; the variables are for make. A check for each folder: all of its C files were
# compiled, optimised, because that finds more, and without any of the warnings that the Makefiles
# ask for. tcc has others, and only needs to compile them. The build leaves the processors to tests
# that wait for something.
builds_quietly() {
    lib_compiler=$1
    shift
    lib_quietly=" without a warning" lib_flags="-O2 -Werror"
    [ "$lib_compiler" != tcc ] || lib_quietly='' lib_flags=-O2
    for lib_stage in stage1 stage2 stage3; do
        (cd "$TMP/copy/$lib_stage" && make -s clean &&
            nice make -s -k CC="$lib_compiler" CFLAGS="$lib_flags" "$@") \
            >"$TMP/$lib_stage.made" 2>&1 &
    done
    wait
    (cd "$ROOT" && ls -d stage[1-3] stage[1-3]/*/) | sed 's/\/$//' >"$TMP/folders"
    while read -r lib_folder; do
        check "$lib_compiler compiles $lib_folder$lib_quietly" lib_compiled "$lib_folder"
    done <"$TMP/folders"
}

lib_compiled() { # FOLDER
    for lib_source in "$TMP/copy/$1"/*.c; do
        [ ! -s "${lib_source%.c}.o" ] || continue
        cat "$TMP/${1%%/*}.made"
        echo "${lib_source##*/} was not compiled"
        return 1
    done
}

# again WHAT RUN_SH PATTERN...: the tests that match must pass with this run.sh, the copy's or our
# own; CC, CFLAGS, LDFLAGS and the programs to test are in the environment. There is one run, and a
# check for each pattern, which shows what failed. Tests that were skipped there are skipped here,
# with the same reason; a pattern of which all tests were skipped gets no check.
again() {
    lib_again=$1
    lib_run=$2
    shift 2
    # Two at a time, because the outer run has several at a time already.
    "$lib_run" -j "${AGAIN_JOBS:-2}" "$@" >"$TMP/again" 2>&1 && lib_again_status=0 || lib_again_status=$?
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

# A run that failed although none of its files did (in the build, say) fails every pattern.
lib_passed_again() { # PATTERN
    if grep -q "^ok   $1" "$TMP/again" && ! grep -q "^FAIL $1" "$TMP/again"; then
        [ "$lib_again_status" -eq 0 ] || grep -q "^FAIL [a-z0-9]*/" "$TMP/again" && return 0
    fi
    cat "$TMP/again"
    return 1
}
