#!/bin/sh
# The compilers on this machine compile every C file without a warning, with all warnings on. The
# files of the stages are compiled here with gcc only, because compilers.sh and big-endian.sh build
# them with the other compilers, and look for warnings.
. "$(dirname "$0")/../lib/lib.sh"

warnings="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

# compiles COMPILER FOLDER: compiles each C file there; with optimisation, which finds more. It
# leaves the processors to tests that wait for something.
compiles() {
    case $2 in stage*) stage=${2%%/*} ;; *) stage=stage3 ;; esac
    # musl's FD_SET converts signs; the stages wrap it, the small programs of the chapters do not.
    case "$1 $2" in "musl-gcc docs/steps"*) theirs=-Wno-sign-conversion ;; *) theirs= ;; esac
    for file in "$ROOT/$2"/*.c; do
        # shellcheck disable=SC2086 # a list of options
        nice $1 $warnings $theirs -O2 -I"$ROOT/$stage" -I"$ROOT/tests/tools" -c -o "$TMP/object.o" \
            "$file" || return 1
    done
}

stages=$(cd "$ROOT" && ls -d stage[1-3] stage[1-3]/*/ | sed 's/\/$//')
for compiler in gcc clang musl-gcc powerpc-linux-gnu-gcc; do
    case $compiler in gcc) folders=$stages ;; *) folders= ;; esac
    for folder in $folders docs/steps docs/steps/stage1 docs/steps/stage2 docs/steps/stage3 \
        tests/tools tests/bench tests/sim; do
        if command -v $compiler >/dev/null; then
            check "$compiler compiles $folder without a warning" compiles $compiler "$folder"
        else
            skip "$compiler compiles $folder without a warning" "$compiler"
        fi
    done
done
done_testing
