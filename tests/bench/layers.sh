#!/bin/sh
# layers.sh: what the journal and Redis cost a server of stage 3, beside the same server without.
#
#     tests/bench/layers.sh [-q] [-a] [-r ROUNDS] [-o FOLDER]
#
# Each of these is measured in turns with a server that keeps all in memory, `alone`:
#
#     journal        -j FILE
#     journal -s     the same, and every write waits for the disk
#     redis 1        one server over a Redis of its own
#     redis 2, 3     several over one Redis; each room has members on all of them
#
# With -a it measures instead how servers that share nothing, each with a part of the rooms, compare
# with one that has them all (two minutes), and writes FOLDER/apart.csv:
#
#     apart 2, 4     so many servers; 50 rooms of ten, and 500 of ten
#
# -q is a quick look (two minutes; nothing is written), -r says how often everything is done afresh
# (2, ten minutes). The results are FOLDER/layers.csv and FOLDER/layers.svg; FOLDER is
# docs/performance unless -o names another. Without redis-server there are no lines for it.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
self=layers.sh
folder=$root/docs/performance
rounds=2
quick=no
apart=no
# shellcheck source=lib.sh
. "$bench/lib.sh"

while getopts ao:qr: option; do
    case $option in
    a) apart=yes ;;
    o) folder=$OPTARG ;;
    q) quick=yes rounds=1 ;;
    r) rounds=$OPTARG ;;
    *) echo "usage: layers.sh [-q] [-a] [-r ROUNDS] [-o FOLDER]" >&2 && exit 2 ;;
    esac
done

bench_start
make_pipes
csv=$temporary/layers.csv
stage3=$root/stage3/server
[ -x "$stage3" ] || die "there is no $stage3; say make stage3 first"

# start_one OPTION...: a server of stage 3.
start_one() {
    # shellcheck disable=SC2046,SC2086 # lists of options
    start_server "$stage3" -p 0 $any_rate $any_share $(server_options stage3) "$@"
}

start_yardstick() {
    start_one
    load_yardstick -d stage3 "$@" -l "alone beside $layer"
}

start_other() {
    helper=
    spread=
    case $layer in
    "journal -s") start_one -j "$temporary/journal" -s ;;
    journal) start_one -j "$temporary/journal" ;;
    redis*) start_cluster "${layer#redis }" ;;
    apart*) start_several "${layer#apart }" && spread=-S ;;
    esac
    load_other -d stage3 "$@" -l "$layer" ${helper:+-Q "$helper"} $spread
}

# start_several COUNT OPTION...: so many servers, for a load that has members on all of them.
start_several() {
    ports=
    processes=
    count=$1
    shift
    while [ "$count" -gt 0 ]; do
        start_one "$@"
        ports=${ports:+$ports,}$port
        processes=${processes:+$processes,}$server
        count=$((count - 1))
    done
    port=$ports
    server=$processes
}

# start_cluster COUNT: so many servers over one Redis.
start_cluster() {
    start_redis
    helper=$server
    start_several "$1" -r "127.0.0.1:$port"
}

measure_apart() {
    if [ $quick = yes ]; then few=2 short=0.3; else few=6 short=0.5; fi
    for rooms in 50 500; do
        seat_both -R $rooms -n 10
        pairs $few "-e 2 -t 2"
        pairs $few "-w 64 -t $short"
        dismiss_both
    done
}

measure_layer() {
    if [ $quick = yes ]; then few=2 many=2 short=0.3; else few=4 many=8 short=0.5; fi
    rm -f "$temporary/journal"
    for members in 10 100; do
        seat_both -n $members
        pairs $many "-w 1 -t $short"
        pairs $many "-w 64 -t $short"
        dismiss_both
        rm -f "$temporary/journal"
    done
    seat_both -R 50 -n 10
    pairs $few "-e 2 -t 2"
    dismiss_both
}

if [ $apart = yes ]; then
    layers="apart 2
apart 4"
elif command -v redis-server >/dev/null; then
    layers="journal
journal -s
redis 1
redis 2
redis 3"
else
    layers="journal
journal -s"
    echo "no redis-server here: only the journal is measured" >&2
fi

"$bench/load" -H >"$csv"
round=1
while [ "$round" -le "$rounds" ]; do
    [ -t 2 ] && printf 'round %d of %d\r' "$round" "$rounds" >&2
    echo "$layers" >"$temporary/layers"
    while read -r layer <&7; do
        if [ $apart = yes ]; then measure_apart; else measure_layer; fi
    done 7<"$temporary/layers"
    round=$((round + 1))
done
"$bench/layers_table.sh" "$csv"
[ $quick = no ] || exit 0
mkdir -p "$folder"
if [ $apart = yes ]; then
    cp "$csv" "$folder/apart.csv"
    echo "written: $folder/apart.csv"
    exit 0
fi
cp "$csv" "$folder/layers.csv"
"$bench/layers_plot.sh" "$csv" >"$folder/layers.svg"
echo
echo "written: $folder/layers.csv and layers.svg"
