#!/bin/sh
# coverage.sh: `make coverage`. Which lines of the sources do the unit tests and the simulator
# reach?
#
#     tests/coverage.sh [-l]
#
# Prints a table by folder of the cores, which need no system to be tested; one of all other files
# that a unit test links; and the files with most lines that are not reached; with -l every such
# line. SIM_SEEDS seeds (500) are played. A file that a later stage carries over unchanged counts
# once, where it comes from, and is reached if any copy is. A core that no test links counts, with
# nothing reached.
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
-*) echo "usage: tests/coverage.sh [-l]" >&2; exit 2 ;;
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

make_sources || exit 1
pairs >"$work/pairs"
{
    cut -d ' ' -f 1 "$work/pairs"
    for name in $sim_core; do echo "stage3/$name.c"; done
    cores
} | sort -u >"$work/files"

while read -r source; do
    compile_source "$flags" "$ROOT" "$source" "$work/units/${source%.c}.o" || exit 1
done <"$work/files"
cut -d ' ' -f 2 "$work/pairs" | sort -u >"$work/tests"
while read -r test <&7; do
    # A child that ends by _exit() would take its counts along.
    compile_test "$flags -D_exit=exit" "$ROOT" "$test" "$work/units/${test%.c}.o" || exit 1
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

# What no program links has no counts, and gcov makes its report of the other half alone.
while read -r file; do
    edge=core
    case $file in */net/* | */terminal/* | */screen/* | */window/* | */keys/*) edge=edge ;; esac
    ! is_edge "$file" || edge=edge
    echo "$file $(origin_of "$file") $edge"
done <"$work/files" >"$work/origins"

# Rows FILE LINE COUNT TEXT; a line has several when several programs have it. gcov writes its
# reports into the folder where it is called, so each object file has one of its own.
find "$work/units" "$work/sim" -name '*.gcno' | while read -r counted; do
    folder=$work/reports/$(echo "${counted#"$work"/}" | tr / .)
    mkdir -p "$folder"
    (cd "$folder" && gcov -p -o "$counted" "$counted" >/dev/null 2>&1)
    cat "$folder"/*.gcov 2>/dev/null
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
    function table(kind, title,    f) {
        printf "%-28s %7s %7s %7s\n", title, "lines", "reached", "share"
        for (f in all) if (of[f] == kind)
            printf "%-28s %7d %7d %6.1f %%\n", f, all[f], hit[f], 100 * hit[f] / all[f] | "sort"
        close("sort")
        printf "%-28s %7d %7d %6.1f %%\n", "all", whole[kind], whole_hit[kind],
            100 * whole_hit[kind] / whole[kind]
    }
    FILENAME ~ /origins$/ { origin[$1] = $2; edge[$2] = $3; next }
    { if ($1 in origin) $1 = origin[$1]
      key = $1 " " $2
      if (!(key in reached)) order[++count] = key
      reached[key] += $3
      text = $0; sub(/^[^ ]* [^ ]* [^ ]* /, "", text); says[key] = text }
    END {
        for (i = 1; i <= count; i++) {
            split(order[i], at, " ")
            folder = at[1]; sub(/[^\/]*$/, "", folder)
            if (edge[at[1]] != "core") folder = at[1]
            kind = edge[at[1]] == "core" ? "core" : "edge"
            all[folder]++; whole[kind]++; of[folder] = kind
            if (reached[order[i]] > 0) { hit[folder]++; whole_hit[kind]++ } else {
                missed[at[1]]++
                if (lines == "yes") printf "%s:%d: %s\n", at[1], at[2], says[order[i]] | "sort -t: -k1,1 -k2,2n"
            }
        }
        close("sort -t: -k1,1 -k2,2n")
        table("core", "cores, by folder")
        table("edge", "all others, by file")
        print "most lines not reached:"
        for (f in missed) printf "%7d %s\n", missed[f], f | "sort -rn | head -n 12"
        close("sort -rn | head -n 12")
    }' "$work/origins" "$work/rows"
