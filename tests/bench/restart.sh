#!/bin/sh
# restart.sh: how long members of stage 3 wait when their server is killed and started again.
#
#     tests/bench/restart.sh [-n MEMBERS] [-c TIMES] [-r ROUNDS] [FOLDER...]
#
# MEMBERS (3) are in one room. The server is killed and started again with its journal TIMES (20)
# times, and one member says a line just then. Each FOLDER is a copy of the project (this one,
# unless others are named), so an older state can be compared with a newer one. They take turns,
# ROUNDS (2) times. The table has medians and worst cases, in milliseconds since the kill: until the
# server is ready, until the line is at another member, until it is at all of them; and the server's
# processor time.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
self=restart.sh
members=3
times=20
rounds=2
# shellcheck source=lib.sh
. "$bench/lib.sh"

while getopts c:n:r: option; do
    case $option in
    c) times=$OPTARG ;;
    n) members=$OPTARG ;;
    r) rounds=$OPTARG ;;
    *) echo "usage: restart.sh [-n MEMBERS] [-c TIMES] [-r ROUNDS] [FOLDER...]" >&2 && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- "$root"
bench_start
cp "$root/tests/key" "$temporary/key"
chmod 600 "$temporary/key"

# build FOLDER PROGRAM: the members are clients of the same state as the server.
build() {
    (cd "$1/stage3" && ${MAKE:-make} -s all) || die "$1/stage3 does not build"
    objects=
    for object in "$1"/stage3/*.o "$1"/stage3/*/*.o; do
        case ${object##*/} in server.o | client.o | gui.o) ;; *) objects="$objects $object" ;; esac
    done
    # An older state may have all of its files in one folder.
    mkdir -p "$2.flat"
    if [ ! -d "$1/stage3/base" ]; then
        for layer in base member; do ln -s "$(cd "$1" && pwd)/stage3" "$2.flat/$layer"; done
    fi
    # shellcheck disable=SC2086 # lists
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L ${CFLAGS:--O2} ${LDFLAGS:-} -I "$1/stage3" \
        -I "$2.flat" \
        -o "$2" "$bench/restart.c" "$bench/watch.o" $objects || die "restart.c does not build"
}

number=0
for folder; do
    number=$((number + 1))
    build "$folder" "$temporary/restart$number"
done
csv=$temporary/restart.csv
: >"$csv"
round=1
while [ "$round" -le "$rounds" ]; do
    number=0
    for folder; do
        number=$((number + 1))
        rm -f "$temporary/journal"
        # shellcheck disable=SC2046 # a list of options
        "$temporary/restart$number" -l "$folder" -n "$members" -c "$times" "$folder/stage3/server" \
            $(server_options stage3) -M 20001 -j "$temporary/journal" >>"$csv" || die "round $round failed"
    done
    round=$((round + 1))
done

# figures FOLDER COLUMN: prints the median and the worst case, in milliseconds.
figures() {
    awk -F , -v folder="$1" -v column="$2" '$1 == folder { print $column }' "$csv" | sort -n |
        awk '{ value[NR] = $1 / 1000 }
            END { printf " %9.1f %9.1f", value[int((NR + 1) / 2)], value[NR] }'
}

printf '%d members, %d starts: median and worst in ms\n' "$members" $((times * rounds))
printf '%19s %19s %19s %19s\n' ready "at another" "at all" processor
for folder; do
    for column in 3 4 5 6; do figures "$folder" $column; done
    printf '  %s\n' "$folder"
done
