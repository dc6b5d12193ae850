#!/bin/sh
# check.sh: `make check`. What static analysis has to say about the scripts and the stages: nothing.
#
#     tests/check.sh [TOOL...]
#     tests/check.sh -c           prints how each C file is compiled, as the compile_commands.json
#                                 that editors and other tools read
#
# The tools are shellcheck, cppcheck and clang-tidy; without an argument all that are here run. A
# line is printed for each, also for one that is missing, and below it what was found. Exit status:
# 0; 1 when something was found, or when no tool was here; 2 for a wrong call.
#
# Every check that is left out below has its reason beside it. What the compilers can see is the
# business of the tests in portability/.
set -u
root=$(cd "$(dirname "$0")/.." && pwd) && cd "$root" || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/chat-check.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Every script: by its name, or by its first line.
scripts() {
    find tests stage[1-3] .ci -type f | sort | while read -r file; do
        case $file in
        *.sh | *.lib) echo "$file" ;;
        *.* | */server | */client | */gui) ;;
        *) if head -n 1 "$file" | LC_ALL=C grep -q -a '^#!.*sh$'; then echo "$file"; fi ;;
        esac
    done
}

# The C files of the stage that is the working directory. Those that embed.sh made are one array each.
sources() { find . -name '*.c' ! -name page.c ! -name script_lua.c | sed 's/^\.\///' | sort; }

# Warnings and errors. Left out are
#   SC2034 SC2154  a variable that is set here and used there: tests and libraries source each other
#   SC2120         arguments that a function may be given, and here is not
#   SC3045         `ulimit -H`, which dash and all others have, and POSIX had not
run_shellcheck() {
    # shellcheck disable=SC2046 # a list; no script has a space in its name
    shellcheck -S warning -e SC2034,SC2154,SC2120,SC3045 -f gcc $(scripts)
}

# Left out, each where it was found and looked at:
#   legacyUninitvar, ctuuninitvar    a buffer that the call is there to fill
#   wrongPrintfScanfArgNum    `tell`: the format is an argument, and need not use all values
#   arrayIndexOutOfBoundsCond the end of a line is never more than its size
#   negativeIndex, nullPointerRedundantCheck, ctunullpointer    it does not see that program_die and
#                             program_misuse never return
#   memleak                   the bytes are handed to the caller
run_cppcheck() {
    result=0
    for stage in stage1 stage2 stage3; do
        # shellcheck disable=SC2046
        (cd "$stage" && cppcheck -q --std=c11 --enable=warning,portability --error-exitcode=1 \
            --template='{file}:{line}: {message} [{id}]' -I. -D_POSIX_C_SOURCE=200809L \
            --suppress=legacyUninitvar --suppress=ctuuninitvar \
            --suppress=ctunullpointer:admission/options.c \
            --suppress=nullPointerRedundantCheck:admission/options.c \
            --suppress=wrongPrintfScanfArgNum:client.c \
            --suppress=arrayIndexOutOfBoundsCond:terminal/line.c \
            --suppress=negativeIndex:keys/keyfile.c \
            --suppress=memleak:cluster/pending_join.c $(sources)) 2>&1 || result=1
    done
    return $result
}

# All of bugprone-*. Left out are
#   easily-swappable-parameters    two arguments of one type side by side: no fault
#   reserved-identifier            _POSIX_C_SOURCE is one
#   implicit-widening-of-multiplication-result    of small constants, such as 60 * 1000
#   not-null-terminated-result     bytes with a size beside them are no strings, and need no end
#   branch-clone                   two cases that come to the same, said one by one
#   macro-parentheses              the rounds of ChaCha20 and SHA-256: their arguments are names
#   narrowing-conversions          a small number that becomes a char: a letter, a digit, a 0 or 1
tidy_checks='-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier'
tidy_checks="$tidy_checks,-bugprone-implicit-widening-of-multiplication-result"
tidy_checks="$tidy_checks,-bugprone-not-null-terminated-result,-bugprone-branch-clone"
tidy_checks="$tidy_checks,-bugprone-macro-parentheses,-bugprone-narrowing-conversions"

run_clang_tidy() {
    for stage in stage1 stage2 stage3; do
        # shellcheck disable=SC2046
        (cd "$stage" && clang-tidy --quiet "--checks=$tidy_checks" $(sources) -- \
            -std=c11 -D_POSIX_C_SOURCE=200809L -I.) 2>"$work/noise" || cat "$work/noise"
    done >"$work/tidy"
    cat "$work/tidy"
    ! grep -q -e 'warning:' -e 'error:' "$work/tidy"
}

# commands: a JSON list of the C files, each with its folder and its command.
commands() {
    escaped=$(printf '%s' "$root" | sed 's/[\\"]/\\&/g')
    for stage in stage1 stage2 stage3; do
        (cd "$stage" && sources) | while read -r file; do
            printf '{"directory": "%s/%s", "file": "%s",\n' "$escaped" "$stage" "$file"
            printf ' "command": "cc -std=c11 -D_POSIX_C_SOURCE=200809L -I. -c %s"}\n' "$file"
        done
    done | awk 'BEGIN { print "[" } NR > 1 { print last (/^{/ ? "," : "") } { last = $0 }
        END { print last; print "]" }'
}

# look TOOL FUNCTION
look() {
    if ! command -v "$1" >/dev/null; then
        echo "skip $1 is missing: nothing was looked at"
        return
    fi
    looked=yes
    if "$2" >"$work/found"; then echo "ok   $1 has found nothing"
    else
        echo "FAIL $1 has found:"
        sed 's/^/     /' "$work/found"
        failed=yes
    fi
}

if [ "$*" = -c ]; then
    commands
    exit 0
fi
[ $# -gt 0 ] || set -- shellcheck cppcheck clang-tidy
looked=no failed=no
for tool; do
    case $tool in
    shellcheck) look shellcheck run_shellcheck ;;
    cppcheck) look cppcheck run_cppcheck ;;
    clang-tidy) look clang-tidy run_clang_tidy ;;
    *) echo "usage: tests/check.sh [shellcheck] [cppcheck] [clang-tidy] | -c" >&2; exit 2 ;;
    esac
done
[ $looked = yes ] && [ $failed = no ]
