#!/bin/sh
# run.sh: builds what the tests need and runs them.
#
#     tests/run.sh [-v] [-j N] [-l] [quick | all] [PATTERN...]
#
# A test file is FOLDER/NAME.sh in one of the folders below. PATTERN is the beginning of its name,
# and may be a shell pattern: stage1, stage1/names, '*/options'. Without one every test runs once:
# all folders but portability/, whose files run the same tests again, with other compilers, for
# another processor and with sanitizers. `all` stands for these, too, and `quick` for the patterns
# in the file tests/quick: what is worth a minute after every change.
# -v prints the whole TAP of every file, -j N runs N files at a time, -l only lists the files, with
# the seconds that each took when it ran last, and how many of them a processor was busy.
#
# One line a file is printed, and below it what failed and why, what was skipped as
# `skip stage1/x: what (missing: tool)`, and anything that is not TAP. The last line is
# `N passed, N failed, N skipped`, counting checks. Exit status: 0; 1 when something failed or
# nothing was run (a run in which all is skipped has shown nothing); 2 for a wrong call.
#
# CC, CFLAGS, LDFLAGS and WINGS, if set, are given to make; after a change of them say `make clean`
# first. A file may take 1800 seconds; TEST_SECONDS is another limit. TEST_INNER=yes is for a run
# inside a run, of the same folder but with other programs: nothing is built, no times are kept.
#
# Most files wait more than they work, so more of them run at a time than there are processors; the
# longest begin first. Several runs at a time do not disturb each other: each has a temporary folder
# for all its files, which is removed, and build.sh lets one of them build. tools/within runs each
# file: it ends what takes too long or is left running.
set -u

folders="unit stage1 stage2 stage3 docs fuzz sim terminal browser redis portability self"
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
seconds=${TEST_SECONDS:-1800}
verbose=no
list=no
jobs=$(($(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) * 2))
[ "$jobs" -le 16 ] || jobs=16
times=$tests/.seconds # NAME SECONDS BUSY of each file, when it ran last; git does not see it

usage() {
    echo "usage: tests/run.sh [-v] [-j N] [-l] [quick] [PATTERN...]" >&2
    exit 2
}

# patterns ARGUMENT...: one a line, with `quick` and `all` replaced by what they stand for, and
# nothing by every folder whose tests are not those of others.
patterns() {
    # shellcheck disable=SC2086 # a list
    [ $# -gt 0 ] || printf '%s/\n' $folders | grep -v '^portability/$'
    for pattern in "$@"; do
        case $pattern in
        quick) sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$tests/quick" ;;
        all) printf '*\n' ;;
        *) printf '%s\n' "$pattern" ;;
        esac
    done
}

# The name of every test file that a pattern matches, `stage1/names`, one a line.
list_tests() {
    for folder in $folders; do
        for file in "$tests/$folder"/*.sh; do
            name=$folder/$(basename "$file" .sh)
            if [ -f "$file" ] && is_wanted "$name" "$@"; then echo "$name"; fi
        done
    done
}

is_wanted() {
    name=$1
    shift
    for pattern in "$@"; do
        # A pattern may have a meaning for the shell: that is what it is for.
        # shellcheck disable=SC2254
        case $name in $pattern*) return 0 ;; esac
    done
    return 1
}

# Adds to each name on standard input what it took when it ran last: `stage1/names 1.9 0.3`.
with_times() {
    [ -f "$times" ] || times=/dev/null
    awk -v times="$times" '
        BEGIN { while ((getline line <times) > 0) { split(line, part); took[part[1]] = line } }
        { if ($1 in took) print took[$1]; else print }'
}

# The longest first: what begins last should be short. Files that have never run here begin in the
# order of a guess from their folder.
longest_first() {
    with_times | awk '
        BEGIN {
            guess["portability"] = 99; guess["sim"] = 60; guess["unit"] = 60; guess["docs"] = 60
            guess["fuzz"] = 50; guess["redis"] = 30; guess["stage3"] = 20
        }
        { split($1, part, "/"); print (NF > 1 ? $2 : guess[part[1]] + 10), $1 }' |
        sort -k 1,1nr | sed 's/^[^ ]* //'
}

# keep_times: the times of this run replace older ones.
keep_times() {
    [ -z "${TEST_INNER:-}" ] || return 0
    for file in "$work"/*.took; do
        name=$(basename "$file" .took)
        [ -f "$file" ] && echo "${name%%.*}/${name#*.} $(cat "$file")"
    done >"$work/times"
    older=$times
    [ -f "$older" ] || older=/dev/null
    awk 'FILENAME == ARGV[1] { new[$1] = 1 } FILENAME == ARGV[1] || !($1 in new)' \
        "$work/times" "$older" >"$work/all_times"
    cp "$work/all_times" "$times.$$" 2>/dev/null && mv "$times.$$" "$times"
}

# run_file NAME: runs one file and prints its results, in one piece.
run_file() {
    out=$work/$(echo "$1" | tr / .)
    "$tests/tools/within" -r "$out.took" "$seconds" sh "$tests/$1.sh" \
        >"$out.tap" 2>&1 </dev/null &
    echo $! >"$out.running"
    wait $!
    ended=$?
    rm -f "$out.running"
    judge "$ended" "$out.tap"
    report "$1" "$(cut -d ' ' -f 1 "$out.took")" "$out.tap" >"$out.report"
    cat "$out.report"
}

# judge STATUS TAP: a file that did not end as it should gets a failing check for it.
judge() {
    case $1 in
    0) why= ;;
    124) why="took longer than $seconds seconds and was ended" ;;
    125) why="left something running, which was ended" ;;
    *) grep -q '^not ok' "$2" && why= || why="ended with status $1" ;;
    esac
    # A missing plan has been told of already if the file was ended before its time.
    if [ -z "$why" ]; then
        planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$2")
        made=$(grep -c -e '^ok ' -e '^not ok ' "$2")
        if [ -z "$planned" ]; then why="ended without a plan"
        elif [ "$planned" -ne "$made" ]; then why="planned $planned checks and made $made"; fi
    fi
    [ -z "$why" ] || printf '\nnot ok - the file %s\n' "$why" >>"$2"
}

# report NAME SECONDS TAP: prints the line for the file, its failures and its skips.
report() {
    awk -v name="$1" -v took="$2" -v verbose="$verbose" '
        function keep(text) { kept[++lines] = text }
        /^1\.\.0 # SKIP/ { sub(/^1\.\.0 # SKIP /, ""); skips++
                           keep("skip " name ": the whole file (missing: " $0 ")"); next }
        /^ok .* # SKIP / { sub(/^ok [0-9]* *- /, ""); cut = index($0, " # SKIP "); skips++
                           keep("skip " name ": " substr($0, 1, cut - 1) \
                                " (missing: " substr($0, cut + 8) ")"); next }
        /^ok /           { checks++; why = 0; next }
        /^not ok /       { checks++; failed++; why = 1; keep("     " $0); next }
        /^#/             { if (why) keep("     " $0); next }
        /^1\.\.[0-9]/ || /^$/ { next }
                         { keep("     " $0) }
        END {
            if (checks || failed || !skips)
                printf "%s %s (%d checks%s, %s s)\n", failed ? "FAIL" : "ok  ", name, checks,
                       failed ? ", " failed " failed" : "", took
            if (verbose != "yes") for (i = 1; i <= lines; i++) print kept[i]
        }' "$3"
    [ $verbose = no ] || sed 's/^/     /' "$3"
}

# Every worker goes through the whole list and takes what no other has taken: mkdir succeeds
# for one of them only.
worker() {
    while read -r name; do
        [ ! -e "$work/stop" ] || return 0
        mkdir "$work/taken/$(echo "$name" | tr / .)" 2>/dev/null || continue
        run_file "$name"
    done <"$work/list"
}

run_all() {
    mkdir "$work/taken"
    workers=
    while [ "$jobs" -gt 0 ]; do
        worker &
        workers="$workers $!"
        jobs=$((jobs - 1))
    done
    # shellcheck disable=SC2086 # a list of numbers
    wait $workers
}

# Prints the sum of all files, and decides whether the run is a success.
summary() {
    cat "$work"/*.tap /dev/null | awk '
        /^1\.\.0 # SKIP/ || /^ok .* # SKIP / { skipped++; next }
        /^ok /     { passed++ }
        /^not ok / { failed++ }
        END {
            printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
            exit failed > 0 || passed == 0
        }'
}

# After an interrupt, the running files are ended, and no other is started.
interrupt() {
    trap '' HUP INT TERM
    : >"$work/stop"
    for running in "$work"/*.running; do
        [ -f "$running" ] && kill -s TERM "$(cat "$running")" 2>/dev/null
    done
    # shellcheck disable=SC2086
    [ -z "${workers:-}" ] || wait $workers
    exit 1
}

while getopts vj:l option; do
    case $option in
    v) verbose=yes ;;
    j) jobs=$OPTARG ;;
    l) list=yes ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
case $jobs in '' | *[!0-9]* | 0) usage ;; esac

chosen=$(patterns "$@")
set -f # the shell must not expand patterns
# shellcheck disable=SC2086 # one a word
set -- $chosen
set +f
if [ $list = yes ]; then
    list_tests "$@" | with_times |
        awk '{ if (NF > 1) printf "%-28s %6s s, busy %s\n", $1, $2, $3; else print $1 }'
    exit
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/chat-tests.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap interrupt HUP INT TERM
list_tests "$@" | longest_first >"$work/list"
if [ ! -s "$work/list" ]; then
    echo "no test file matches: $*" >&2
    echo "0 passed, 0 failed, 0 skipped"
    exit 1
fi
if [ -z "${TEST_INNER:-}" ] && ! "$tests/build.sh" tests/tools stage1 stage2 stage3 >"$work/build"; then
    echo "FAIL build"
    sed 's/^/     /' "$work/build"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR
run_all
keep_times
summary
