#!/bin/sh
# coverage.sh: `make coverage`. Which lines of the sources do the unit tests and the simulator
# reach?
#
#     tests/coverage.sh [-l] [PATTERN...]
#
# Prints a table by folder of the sources that a unit test or the simulator links, and below it the
# files with most lines that are not reached; with -l every such line. A PATTERN is the beginning of
# a file's name, such as stage3/s. SIM_SEEDS seeds (500) are played.
#
# A line that is reached is not yet tested: tests/mutate.sh asks for that. Needs gcc and its gcov.
set -u
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
ROOT=$(dirname "$tests")
CC=gcc
flags="-O0 --coverage"
lines=no
case ${1:-} in
-l) lines=yes; shift ;;
-*) echo "usage: tests/coverage.sh [-l] [PATTERN...]" >&2; exit 2 ;;
esac
for tool in gcc gcov; do
    command -v $tool >/dev/null || { echo "coverage.sh: $tool is missing" >&2; exit 1; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/chat-coverage.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck source=lib/sim.sh
. "$tests/lib/sim.sh"
# shellcheck source=lib/units.sh
. "$tests/lib/units.sh"

# --- the tests are built with counters, and run ---------------------------------------------

pairs >"$work/pairs"
{
    cut -d ' ' -f 1 "$work/pairs"
    for name in $sim_core; do echo "stage3/$name.c"; done
} | sort -u >"$work/files"

while read -r source; do
    compile_source "$flags" "$ROOT" "$source" "$work/units/${source%.c}.o" || exit 1
done <"$work/files"
cut -d ' ' -f 2 "$work/pairs" | sort -u >"$work/tests"
while read -r test <&7; do
    compile_test "$flags" "$ROOT" "$test" "$work/units/${test%.c}.o" || exit 1
    objects=$work/units/${test%.c}.o
    for source in $(links_of "$tests/$test"); do objects="$objects $work/units/${source%.c}.o"; done
    # shellcheck disable=SC2086 # a list of files
    $CC --coverage -o "$work/judge" $objects || exit 1
    (cd "$work" && ./judge) >"$work/said" 2>&1 </dev/null || echo "coverage.sh: $test fails" >&2
done 7<"$work/tests"

# shellcheck disable=SC2086 # a list of options
for name in $sim_core; do
    compile_source "$flags" "$ROOT" "stage3/$name.c" "$work/sim/stage3/$name.o" $sim_counted ||
        exit 1
done
mkdir "$work/sim/own"
for source in "$tests"/sim/*.c; do
    # shellcheck disable=SC2086
    $CC $units_strict -O1 -I "$ROOT/stage3" -c \
        -o "$work/sim/own/$(basename "$source" .c).o" "$source" || exit 1
done
# shellcheck disable=SC2046 # a list of files
$CC --coverage -o "$work/play" $(find "$work/sim" -name '*.o') || exit 1
"$work/play" 1 "${SIM_SEEDS:-500}" >"$work/said" 2>&1 || echo "coverage.sh: the simulator fails" >&2

# --- what they have counted -----------------------------------------------------------------

# Rows FILE LINE COUNT TEXT; a line has several when several programs have it. gcov writes its
# reports into the folder where it is called, so each object file has one of its own.
find "$work/units" "$work/sim" -name '*.gcda' | while read -r counted; do
    folder=$work/reports/$(echo "${counted#"$work"/}" | tr / .)
    mkdir -p "$folder"
    (cd "$folder" && gcov -p -o "$counted" "$counted" >/dev/null 2>&1)
    cat "$folder"/*.gcov
done | LC_ALL=C awk -v root="$ROOT/" '
    /^ *-: *0:Source:/ { file = $0; sub(/^ *-: *0:Source:/, "", file)
                         mine = index(file, root "stage") == 1 && file ~ /\.c$/
                         file = substr(file, length(root) + 1); next }
    mine { count = $0; sub(/:.*/, "", count); gsub(/[ *]/, "", count)
           line = $0; sub(/^[^:]*: */, "", line); number = line; sub(/:.*/, "", number)
           if (count == "-" || number == 0) next
           reached = count !~ /^[#=]/
           sub(/^[0-9]*:/, "", line)
           print file, number, reached, line }' >"$work/rows"

[ -s "$work/rows" ] || { echo "coverage.sh: nothing was counted" >&2; exit 1; }
LC_ALL=C awk -v lines=$lines '
    { key = $1 " " $2
      if (!(key in reached)) order[++count] = key
      reached[key] += $3
      text = $0; sub(/^[^ ]* [^ ]* [^ ]* /, "", text); says[key] = text }
    END {
        for (i = 1; i <= count; i++) {
            split(order[i], at, " ")
            folder = at[1]; sub(/[^\/]*$/, "", folder)
            all[folder]++; whole++
            if (reached[order[i]] > 0) { hit[folder]++; whole_hit++ } else {
                missed[at[1]]++
                if (lines == "yes") printf "%s:%d: %s\n", at[1], at[2], says[order[i]] | "sort -t: -k1,1 -k2,2n"
            }
        }
        close("sort -t: -k1,1 -k2,2n")
        printf "%-20s %7s %7s %7s\n", "folder", "lines", "reached", "share"
        for (f in all) printf "%-20s %7d %7d %6.1f %%\n", f, all[f], hit[f], 100 * hit[f] / all[f] | "sort"
        close("sort")
        printf "%-20s %7d %7d %6.1f %%\n", "all", whole, whole_hit, 100 * whole_hit / whole
        print "most lines not reached:"
        for (f in missed) printf "%7d %s\n", missed[f], f | "sort -rn | head -n 12"
        close("sort -rn | head -n 12")
    }' "$work/rows"
