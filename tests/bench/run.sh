#!/bin/sh
# run.sh: the cost of each stage compared with the yardstick, measured in turns, as a table and a
# picture.
#
#     tests/bench/run.sh [-q] [-r ROUNDS] [-o FOLDER] [STAGE...]
#     tests/bench/run.sh [-q] [-r ROUNDS] [-o FOLDER] -n NAME [-d DIALECT] -s COMMAND
#
# A STAGE is 1, 2 or 3; without one, all stages are measured. -q is a quick run (half a minute a
# stage, two for stage 3; nothing is written), -r sets how often everything is repeated with new
# processes (4). -s COMMAND is any other server: it is started as `COMMAND -p 0 -m 20000` (with -d
# stage2 as `COMMAND -p 0 -m 10000 -M 10000 -a 100000`, with -d stage3 also with `-k KEYFILE`) and
# must print a line that ends in `:PORT` as soon as it is ready. NAME is its name in the results,
# DIALECT its protocol (load -d; stage1).
#
# The results are FOLDER/NAME.csv, a line a measurement, and FOLDER/NAME.svg; FOLDER is
# docs/performance unless -o names another.
#
# The speed of a machine varies, for seconds at a time. So both servers run at the same time, each
# with members of its own, and take turns of a fraction of a second; a turn of one is compared with
# the neighbouring turn of the other, and only the median of these ratios counts. Properties that
# are constant for the life of a process (where its memory lies, how its ports hash) would still be
# random, so there are several rounds, each with new processes. With ten thousand members the server
# that was started second is a few per cent faster, whichever it is, so the rounds alternate in
# that, too, and their number should be even.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
self=run.sh
name=
dialect=stage1
command=
folder=$root/docs/performance
rounds=4
quick=no
more= # options for the server, behind the others
# shellcheck source=lib.sh
. "$bench/lib.sh"

usage() {
    echo "usage: run.sh [-q] [-r ROUNDS] [-o FOLDER] [STAGE...]" >&2
    echo "       run.sh [-q] [-r ROUNDS] [-o FOLDER] -n NAME [-d DIALECT] -s COMMAND" >&2
    exit 2
}

while getopts d:n:o:qr:s: option; do
    case $option in
    d) dialect=$OPTARG ;;
    n) name=$OPTARG ;;
    o) folder=$OPTARG ;;
    q) quick=yes rounds=1 ;;
    r) rounds=$OPTARG ;;
    s) command=$OPTARG ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ -z "$command" ] || [ $# -eq 0 ] || usage
[ "$name" != bare ] || die "bare is the name of the yardstick; choose another one with -n"

bench_start

start_yardstick() {
    start_server "$bench/bare" -p 0
    load_yardstick -d bare "$@" -l bare
}

start_other() {
    # shellcheck disable=SC2046,SC2086 # a command may be several words, and so may these
    start_server $command -p 0 $(server_options "$dialect") $more
    load_other -d "$dialect" "$@" -l "$name"
}

# seat_other OPTIONS... and dismiss_other: the same without the yardstick, for what it cannot do.
seat_other() {
    start_other "$@"
    read -r line <&6 || die "no members for $name"
}

# turns COUNT LOAD...: runs so many turns under each of the loads, one after the other.
turns() {
    count=$1
    shift
    while [ "$count" -gt 0 ]; do
        for load; do turn_of_other "$load"; done
        count=$((count - 1))
    done
}

dismiss_other() {
    exec 5>&-
    cat <&6 >/dev/null
    end_loads
    end_servers
}

# All loads, once. A turn is long enough for some ten messages, and short enough that the machine's
# speed is the same in the next one. 10 messages a second to 1000 members are the 10,000 packets a
# second that the chat must handle. (With 10,000 members and 64 in flight, two thirds of a million
# datagrams would wait in buffers, and the result would measure buffers.) Members stay for as many
# loads as possible, because in stage 3 it takes minutes to admit so many.
measure_all() {
    case $dialect$quick in
    # Members acknowledge at the end of a turn at the latest: in short ones that is too often.
    stage3yes) few=2 many=4 short=0.2 long=2 rate_time=2 ;;
    stage3no) few=4 many=8 short=0.5 long=2 rate_time=3 ;;
    *yes) few=2 many=4 short=0.1 long=0.2 rate_time=1 ;;
    *) few=6 many=10 short=0.2 long=0.5 rate_time=1 ;;
    esac
    for members in 2 10 100 1000; do
        seat_both -n $members
        pairs $many "-w 1 -t $short"
        [ $members -eq 2 ] || pairs $many "-w 64 -t $short"
        [ $members -lt 1000 ] || pairs $few "-r 10 -t $rate_time"
        dismiss_both
    done
    if [ "$dialect" != stage3 ] || [ $quick = no ]; then
        seat_both -n 10000
        pairs $few "-w 1 -t $long"
        dismiss_both
    fi
    [ "$dialect" = stage1 ] || measure_rooms
    case $dialect in
    stage2) measure_joins $long 1 16 ;;
    stage3) measure_joins 1 1 16 64 && measure_disturbance ;;
    esac
}

# 500 rooms, in which everybody says something twice a second (10,000 messages and 90,000
# deliveries a second in all), and 1000 of them for their memory.
measure_rooms() {
    seat_both -R 500 -n 10
    pairs $few "-e 2 -t $rate_time"
    dismiss_both
    [ "$dialect" = stage2 ] || [ "$round$quick" = 1no ] || return 0
    seat_both -R 1000 -n 10
    pairs 1 "-c 0"
    dismiss_both
}

# measure_joins SECONDS LANES...: measures joins, so many at once. The members stay, so there must
# be space.
measure_joins() {
    seconds=$1
    shift
    more="-M 200000"
    for lanes; do
        seat_other -j -n 10 -w "$lanes" -t "$seconds"
        turns $few "-t $seconds"
        dismiss_other
    done
    more=
}

# The effect of 10,000 joins a minute on members who talk: the load that the chat must handle, in 50
# rooms of ten, without and with the joins in turns.
measure_disturbance() {
    more="-M 200000"
    seat_other -n 1000
    turns $few "-r 10 -t 2 -J 0" "-r 10 -t 2 -J 167"
    dismiss_other
    seat_other -R 50 -n 10
    turns $few "-e 2 -t 2 -J 0" "-e 2 -t 2 -J 167"
    dismiss_other
    more=
}

# measure_server: measures the server $name, which $command starts, in the protocol $dialect.
measure_server() {
    csv=$temporary/$name.csv
    "$bench/load" -H >"$csv"
    round=1
    while [ "$round" -le "$rounds" ]; do
        [ -t 2 ] && printf '%s: round %d of %d\r' "$name" "$round" "$rounds" >&2
        measure_all
        round=$((round + 1))
    done
    "$bench/table.sh" "$csv"
    [ $quick = no ] || return 0
    mkdir -p "$folder"
    cp "$csv" "$folder/$name.csv"
    "$bench/plot.sh" "$csv" >"$folder/$name.svg"
    echo
    echo "written: $folder/$name.csv and $name.svg"
}

make_pipes

if [ -n "$command" ]; then
    [ -n "$name" ] || name=server
    measure_server
    exit
fi
# shellcheck disable=SC2046 # a list of numbers
[ $# -gt 0 ] || set -- $(stages_there)
for stage; do
    name=stage$stage
    dialect=$name
    command=$root/$name/server
    [ -x "$command" ] || die "there is no $command; say make $name first"
    command="$command $any_rate"
    [ $stage = 1 ] || command="$command $any_share"
    echo "$name"
    measure_server
    echo
done
