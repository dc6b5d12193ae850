# shellcheck shell=sh
# For tests that run the same tests again in a copy of the project, built in another way.
# Source it after lib.sh.

# copy_project: into $TMP/copy, without what was built here.
copy_project() {
    mkdir "$TMP/copy"
    (cd "$ROOT" && cp -R Makefile stage[1-3] tests docs README.md "$TMP/copy")
    (cd "$TMP/copy" && make -s clean)
}

# again WHAT RUN_SH PATTERN...: the tests that match must pass with this run.sh, the copy's or our
# own; CC, CFLAGS, LDFLAGS and the programs to test are in the environment. What fails there is shown
# here. What is skipped there is skipped here, with what was missing: if that is all, nothing has
# been checked.
again() {
    lib_what=$1
    lib_run=$2
    shift 2
    "$lib_run" "$@" >"$TMP/again" 2>&1 && lib_again=0 || lib_again=$?
    if ! tail -n 1 "$TMP/again" | grep -q '^0 passed, 0 failed, [1-9]'; then
        check "$lib_what" lib_ended_well
    fi
    grep '^skip .* (missing: .*)$' "$TMP/again" >"$TMP/again.skips"
    while IFS= read -r lib_line; do
        lib_line=${lib_line#skip }
        lib_missing=${lib_line##*(missing: }
        skip "$lib_what: ${lib_line% (missing: *}" "${lib_missing%)}"
    done <"$TMP/again.skips"
}

lib_ended_well() {
    [ "$lib_again" -eq 0 ] && return 0
    cat "$TMP/again"
    return 1
}
