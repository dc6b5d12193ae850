# shellcheck shell=sh
# For tests that run the same tests again in a copy of the project, built in another way.
# Source it after lib.sh.

# copy_project: into $TMP/copy, without what was built here.
copy_project() {
    mkdir "$TMP/copy"
    (cd "$ROOT" && cp -R Makefile stage[1-3] tests docs README.md "$TMP/copy")
    (cd "$TMP/copy" && make -s clean)
}

# passes PATTERN...: the copy's own tests, of which CC, CFLAGS and LDFLAGS are in the environment.
# What fails there is shown here.
passes() { "$TMP/copy/tests/run.sh" -j 1 "$@"; }
