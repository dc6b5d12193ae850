#!/bin/sh
# mutate.sh: `make mutate`. Would the tests notice a mistake? It makes small mistakes on purpose,
# one at a time ("mutants": < for <=, a missing statement, a number that is one too large), in
# copies of the sources, and looks which of them make the tests fail ("killed").
#
#     tests/mutate.sh [-n COUNT] [-s SEED] [-j JOBS] [-f] [PATTERN...]
#
# COUNT mutants (300) are drawn with the SEED (1) from the cores (the files that need no system to
# be tested, each where it comes from), or from all files that the unit tests or the simulator link
# and whose names begin with a PATTERN (stage3/chat/). A mutant is judged by the unit tests that link
# its file, then by SIM_SEEDS (200) seeds of the simulator. With -f one that is still alive is also
# judged by the tests of its stage from outside (slow).
# One that is still alive is judged once more by unit tests with a sanitizer, if the compiler has
# AddressSanitizer and UndefinedBehaviorSanitizer.
# Those that live are listed with their line: each is a test that is missing. But some are no
# mistakes, as the program does the same: these stand in lib/no_mistakes, with the reason, and do
# not count. Exit status 0 when 95 % were killed.
#
# Plain sh and awk; nothing outside a temporary folder is written.
set -u
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
ROOT=$(dirname "$tests")
count=300
seed=1
full=no
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
cc=${CC:-cc}
flags=${CFLAGS:--O1}
wanted_share=95

usage() {
    echo "usage: tests/mutate.sh [-n COUNT] [-s SEED] [-j JOBS] [-f] [PATTERN...]" >&2
    exit 2
}
while getopts n:s:j:f option; do
    case $option in
    n) count=$OPTARG ;;
    s) seed=$OPTARG ;;
    j) jobs=$OPTARG ;;
    f) full=yes ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
for number in "$count" "$seed" "$jobs"; do
    case $number in '' | *[!0-9]* | 0) usage ;; esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/chat-mutate.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'kill $workers 2>/dev/null; exit 1' HUP INT TERM
workers=
# shellcheck source=lib/sim.sh
. "$tests/lib/sim.sh" # for sim_core
# shellcheck source=lib/units.sh
. "$tests/lib/units.sh"

sanitizer="-g -fsanitize=address,undefined -fno-sanitize-recover=all"
echo 'int main(void) { return 0; }' >"$work/try.c"
# shellcheck disable=SC2086
$cc $sanitizer -o "$work/try" "$work/try.c" 2>/dev/null && "$work/try" 2>/dev/null || sanitizer=

# --- what is mutated ------------------------------------------------------------------------

make_sources || exit 1
pairs >"$work/pairs"
{
    cut -d ' ' -f 1 "$work/pairs"
    for name in $sim_core; do echo "stage3/$name.c"; done
} | sort -u >"$work/files"
if [ $# -gt 0 ]; then
    for pattern in "$@"; do grep "^$pattern" "$work/files"; done | sort -u >"$work/chosen"
else cores | sort >"$work/all" && LC_ALL=C comm -12 "$work/files" "$work/all" >"$work/chosen"
fi
mv "$work/chosen" "$work/files"
[ -s "$work/files" ] || { echo "mutate.sh: no source matches" >&2; exit 2; }

simulated=no
for name in $sim_core; do ! grep -qx "stage3/$name.c" "$work/files" || simulated=yes; done

# Only the tests that link one of them are compiled, with all that these link.
awk 'NR == FNR { chosen[$1]; next } $1 in chosen { print $2 }' "$work/files" "$work/pairs" |
    sort -u >"$work/tests"
awk 'NR == FNR { judges[$1]; next } $2 in judges' "$work/tests" "$work/pairs" >"$work/needed"
mv "$work/needed" "$work/pairs"

# shellcheck disable=SC2046 # no source has a space in its name
(cd "$ROOT" && LC_ALL=C awk -f "$tests/lib/mutants.awk" $(cat "$work/files")) >"$work/all"

# Drawn without replacement. Park and Miller's generator, so that every awk draws the same.
awk -v seed="$seed" -v count="$count" '
    { mutant[NR] = $0 }
    END {
        x = seed % 2147483646 + 1
        for (i = 1; i <= 20; i++) x = x * 16807 % 2147483647
        for (left = NR; left > 0 && count > 0; left--) {
            x = x * 16807 % 2147483647
            at = x % left + 1
            print mutant[at]
            mutant[at] = mutant[left]
            count--
        }
    }' "$work/all" >"$work/drawn"

# --- how a mutant is judged -----------------------------------------------------------------

# object FOLDER SOURCE: where the compiled SOURCE lies in a worker's folder.
object() { echo "$1/$(echo "$2" | sed 's/\.c$/.o/')"; }

# compile FOLDER SOURCE [SIM]: in a worker's copy; with SIM its malloc() is the simulator's.
# shellcheck disable=SC2086 # a list of options
compile() {
    if [ $# -gt 2 ]; then
        compile_source "$flags" "$1" "$2" "$(object "$1" "sim/$2")" $sim_counted
    else compile_source "$flags" "$1" "$2" "$(object "$1" "$2")"; fi
}

# shellcheck disable=SC2046,SC2086
link_test() {
    set -- "$1" "$2" $(links_of "$1/tests/$2")
    folder=$1 test=$2
    shift 2
    linked=$(object "$folder" "$test")
    for source; do linked="$linked $(object "$folder" "$source")"; done
    $cc -o "$folder/judge" $linked
}

# shellcheck disable=SC2046,SC2086
link_sim() { $cc -o "$1/play" "$1"/sim/*.o $(find "$1/sim/stage3" -name '*.o'); }

# prepare FOLDER: a copy of what is needed, compiled once.
prepare() {
    mkdir -p "$1/tests" "$1/sim"
    (cd "$ROOT" && find stage1 stage2 stage3 tests/unit tests/sim docs -name '*.[ch]') |
        while read -r file; do
            mkdir -p "$1/$(dirname "$file")" "$1/sim/$(dirname "$file")"
            cp "$ROOT/$file" "$1/$file"
        done
    { cut -d ' ' -f 1 "$work/pairs"; cat "$work/files"; } | sort -u | while read -r file; do
        compile "$1" "$file" || echo "$file"
    done
    while read -r test; do
        compile_test "$flags" "$1" "$test" "$(object "$1" "$test")"
    done <"$work/tests"
    [ $simulated = yes ] || return 0
    for name in $sim_core; do compile "$1" "stage3/$name.c" sim; done
    for source in "$1"/tests/sim/*.c; do
        # shellcheck disable=SC2086
        $cc $units_strict $flags -I "$1/stage3" -c -o "$1/sim/$(basename "$source" .c).o" "$source"
    done
}

# runs COMMAND...: the command ends with 0 in time, because a mutant may never end.
runs() { "$tests/tools/within" 60 "$@" >/dev/null 2>&1 </dev/null; }

# The test that is called like the file comes first: it most likely notices.
tests_of() {
    awk -v file="$1" '
        BEGIN { name = file; sub(/.*\//, "", name) }
        $1 == file { last = $2; sub(/.*\//, "", last); print last == name ? 0 : 1, $2 }
        ' "$work/pairs" | sort -k1,1n -s | cut -d ' ' -f 2
}

in_simulator() { for name in $sim_core; do [ "stage3/$name.c" = "$1" ] && return; done; return 1; }

# by_units FOLDER FILE; by_simulator; by_stage: who kills it, or nothing.
by_units() {
    for test in $(tests_of "$2"); do
        case " $(included_by "$1/tests/$test" | tr '\n' ' ') " in
        *" $2 "*) compile_test "$flags" "$1" "$test" "$(object "$1" "$test")" 2>/dev/null || continue ;;
        esac
        link_test "$1" "$test" 2>/dev/null || continue
        if ! runs "$1/judge"; then
            echo "$test"
            return
        fi
    done
}

by_simulator() {
    in_simulator "$2" || return 0
    compile "$1" "$2" sim 2>/dev/null && link_sim "$1" || return 0
    runs "$1/play" 1 "${SIM_SEEDS:-200}" || echo "simulator"
}

# What reads or writes beyond an area may do so without effect: a sanitizer sees it. Its objects are
# made when they are first needed. If a test fails there without the mutant, too, it proves nothing.
by_sanitizer() {
    [ -n "$sanitizer" ] || return 0
    for test in $(tests_of "$2"); do
        ! with_sanitizer "$1" "$2" "$test" || continue
        cp "$1/$2" "$1/mutated" && cp "$1/kept" "$1/$2"
        with_sanitizer "$1" "$2" "$test" && sound_alone=yes || sound_alone=no
        cp "$1/mutated" "$1/$2"
        [ "$sound_alone" = no ] || { echo "$test with a sanitizer"; break; }
    done
    rm -f "$(object "$1/sanitized" "$2")"
}

# with_sanitizer FOLDER FILE TEST: it ends well with the FILE as it is now.
with_sanitizer() {
    sanitized=$1/sanitized/judge.o
    compile_test "$flags $sanitizer" "$1" "$3" "$sanitized" || return 0
    for source in $(links_of "$1/tests/$3"); do
        made=$(object "$1/sanitized" "$source")
        [ -f "$made" ] && [ "$source" != "$2" ] ||
            compile_source "$flags $sanitizer" "$1" "$source" "$made" || return 0
        sanitized="$sanitized $made"
    done
    # shellcheck disable=SC2086
    $cc $sanitizer -o "$1/judge" $sanitized || return 0
    runs "$1/judge"
}

by_stage() {
    [ $full = yes ] || return 0
    stage=${2%%/*}
    rm -rf "$1/whole"
    mkdir "$1/whole"
    (cd "$ROOT" && cp -R Makefile stage1 stage2 stage3 tests "$1/whole/")
    cp "$1/$2" "$1/whole/$2"
    (cd "$1/whole" && tests/run.sh -j 2 "$stage/" >/dev/null 2>&1) || echo "the tests of $stage"
}

# sound FOLDER: the tests and the simulator find no fault in the unchanged sources.
sound() {
    # shellcheck disable=SC2013 # no test has a space in its name
    for test in $(cat "$work/tests"); do
        link_test "$1" "$test" && runs "$1/judge" && continue
        echo "mutate.sh: $test fails before anything is changed" >&2
        return 1
    done
    [ $simulated = yes ] || return 0
    link_sim "$1" && runs "$1/play" 1 "${SIM_SEEDS:-200}" && return
    echo "mutate.sh: the simulator fails before anything is changed" >&2
    return 1
}

# judge FOLDER MUTANT: prints `killed BY`, `stillborn`, `no mistake` or `alive`, and the mutant.
judge() {
    echo "$2" >"$1/mutant"
    read -r file line operator column size replacement <"$1/mutant"
    # A shell's read takes the spaces at the ends away; operators have them.
    case $operator in
    relation | equality | logic | arithmetic) replacement=" $replacement " ;;
    step) [ "$replacement" = "--" ] || replacement=" $replacement " ;;
    truth) case $replacement in =*) replacement=" $replacement" ;; esac ;;
    esac
    cp "$1/$file" "$1/kept"
    LC_ALL=C awk -v line="$line" -v column="$column" -v size="$size" -v new="$replacement" '
        NR == line { $0 = substr($0, 1, column - 1) new substr($0, column + size) } { print }
        ' "$1/kept" >"$1/$file"
    if ! compile "$1" "$file" 2>/dev/null; then verdict=stillborn
    else
        killer=$(by_units "$1" "$file")
        [ -n "$killer" ] || killer=$(by_simulator "$1" "$file")
        [ -n "$killer" ] || killer=$(by_sanitizer "$1" "$file" 2>/dev/null)
        [ -n "$killer" ] || killer=$(by_stage "$1" "$file")
        if [ -n "$killer" ]; then verdict="killed by $killer"
        elif sed -n "${line}s|^ *|$file: |p" "$1/$file" |
            grep -qxFf - "$tests/lib/no_mistakes"; then verdict="no mistake"
        else verdict=alive; fi
    fi
    printf '%s: %s:%s %s\n' "$verdict" "$file" "$line" "$operator"
    [ "$verdict" != alive ] || sed -n "${line}s/^ */    /p" "$1/$file"
    cp "$1/kept" "$1/$file"
    compile "$1" "$file"
    ! in_simulator "$file" || compile "$1" "$file" sim
    for test in $(tests_of "$file"); do
        case " $(included_by "$1/tests/$test" | tr '\n' ' ') " in
        *" $file "*) compile_test "$flags" "$1" "$test" "$(object "$1" "$test")" ;;
        esac
    done
}

# --- the run --------------------------------------------------------------------------------

"$tests/build.sh" tests/tools || exit 1
echo "$(($(wc -l <"$work/drawn"))) of $(($(wc -l <"$work/all"))) mutants" \
    "in $(($(wc -l <"$work/files"))) files, seed $seed"
number=0
while [ "$number" -lt "$jobs" ]; do
    (
        trap 'exit 1' HUP INT TERM
        prepare "$work/$number" || exit 1
        [ "$number" -ne 0 ] || sound "$work/$number" || exit 1
        awk -v jobs="$jobs" -v mine="$number" 'NR % jobs == mine' "$work/drawn" |
            while read -r mutant; do judge "$work/$number" "$mutant"; done
    ) >"$work/told.$number" 2>"$work/trouble.$number" &
    workers="$workers $!"
    number=$((number + 1))
done
for worker in $workers; do wait "$worker" || trouble=yes; done
cat "$work"/trouble.* >&2
[ "${trouble:-no}" = no ] || exit 1
awk '/^alive: / { print; getline; print }' "$work"/told.*
awk -v wanted="$wanted_share" '
    /^killed by unit/ { units++; killed++; next }
    /^killed/         { killed++; next }
    /^alive/          { alive++ }
    /^stillborn/      { stillborn++ }
    /^no mistake/     { same++ }
    END {
        share = killed + alive > 0 ? 100 * killed / (killed + alive) : 0
        printf "%d killed (%d by unit tests), %d alive, ", killed, units, alive
        printf "%d no mistakes, %d would not compile: %.1f %%\n", same, stillborn, share
        exit share < wanted
    }' "$work"/told.*
