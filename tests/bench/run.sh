#!/bin/sh
# run.sh: what each stage costs beside the yardstick, measured in turns, as a table and a picture.
#
#     tests/bench/run.sh [-q] [-r ROUNDS] [-o FOLDER] [STAGE...]
#     tests/bench/run.sh [-q] [-r ROUNDS] [-o FOLDER] -n NAME [-d DIALECT] -s COMMAND
#
# A STAGE is 1 or 2; without one all that are there are measured. -q is a quick look (half a
# minute a stage; nothing is written), -r says how often everything is done afresh (4). -s COMMAND
# is any other server: it is started as `COMMAND -p 0 -m 20000` (with -d stage2 as `COMMAND -p 0
# -m 10000 -M 10000 -a 100000`) and has to print a line that ends in `:PORT` once it is ready. NAME
# is what it is called in the results, DIALECT how to talk to it (load -d; stage1).
#
# The results are FOLDER/NAME.csv, a line a measurement, and FOLDER/NAME.svg; FOLDER is
# docs/performance unless -o names another.
#
# Machines have moods, and they last for seconds. So both servers run at the same time, each with
# members of its own, and take turns of a fraction of a second; a turn of one is compared with
# the turn of the other beside it, and only the median of these ratios counts. What stays the
# same for as long as a process lives (where its memory lies, how its ports hash) would still be
# luck: that is why there are rounds, with everything started afresh. With ten thousand members
# the one that was started second is a few per cent ahead, whichever it is, so the rounds take
# turns in that, too, and their number should be even.
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

# start_load WHAT OPTIONS...: the members of the server just started; asked through two pipes.
start_load() {
    what=$1
    shift
    "$bench/load" -i -l "$what" -p "$port" -P "$server" "$@" \
        <"$temporary/$what.ask" >"$temporary/$what.told" 3>&- 4<&- 5>&- 6<&- &
    loads="$loads $!"
}

start_bare() {
    start_server "$bench/bare" -p 0
    start_load bare -d bare "$@"
    exec 3>"$temporary/bare.ask" 4<"$temporary/bare.told"
}

start_other() {
    # shellcheck disable=SC2046,SC2086 # a command may be several words, and so may these
    start_server $command -p 0 $(server_options "$dialect") $more
    start_load server -d "$dialect" "$@" -l "$name"
    exec 5>"$temporary/server.ask" 6<"$temporary/server.told"
}

# One turn: any line asks, and a line of CSV is the answer.
turn_of_bare() {
    echo >&3
    read -r line <&4 || die "the load on bare broke off"
    echo "$line" >>"$csv"
}

turn_of_other() {
    echo >&5
    read -r line <&6 || die "the load on $name broke off"
    echo "$line" >>"$csv"
}

# measure PAIRS OPTIONS...: so many pairs of turns under the load that OPTIONS describe.
measure() {
    pairs=$1
    shift
    if [ $((round % 2)) -eq 1 ]; then
        start_bare "$@" && start_other "$@"
    else
        start_other "$@" && start_bare "$@"
    fi
    read -r line <&4 || die "no members for bare"
    read -r line <&6 || die "no members for $name"

    while [ "$pairs" -gt 0 ]; do
        case $((pairs % 2)) in
        0) turn_of_bare && turn_of_other ;;
        1) turn_of_other && turn_of_bare ;;
        esac
        pairs=$((pairs - 1))
    done

    exec 3>&- 5>&- # the end of their input ends the loads; the servers are told to
    cat <&4 >/dev/null
    cat <&6 >/dev/null
    end_loads
    end_servers
}

# measure_alone TURNS OPTIONS...: the same for what the yardstick cannot do.
measure_alone() {
    turns=$1
    shift
    start_other "$@"
    read -r line <&6 || die "no members for $name"
    while [ "$turns" -gt 0 ]; do
        turn_of_other
        turns=$((turns - 1))
    done
    exec 5>&-
    cat <&6 >/dev/null
    end_loads
    end_servers
}

# All loads, once. A turn is long enough for some ten messages and short enough that the machine
# is in the same mood during the next one. 10 messages a second to 1000 members are the 10,000
# packets a second that the chat was asked to bear. (With 10,000 members and 64 in flight, two
# thirds of a million datagrams would lie in buffers: that measures buffers.)
measure_all() {
    if [ $quick = yes ]; then
        few=2 many=4 short=0.1 long=0.2
    else
        few=6 many=10 short=0.2 long=0.5
    fi
    for members in 2 10 100 1000; do
        measure $many -n $members -w 1 -t $short
    done
    measure $few -n 10000 -w 1 -t $long
    for members in 10 100 1000; do
        measure $many -n $members -w 64 -t $short
    done
    measure $few -n 1000 -r 10 -t 1
    [ "$dialect" = stage1 ] || measure_rooms
    [ "$dialect" != stage2 ] || measure_joins
}

# 500 rooms, in which everybody says something twice a second (10,000 messages and 90,000
# deliveries a second in all), and 1000 of them for their memory.
measure_rooms() {
    measure $few -R 500 -n 10 -e 2 -t 1
    measure 1 -R 1000 -n 10 -c 0
}

# Letting members in, one after the other and 16 at once. They stay, so there must be room.
measure_joins() {
    more="-M 200000"
    for lanes in 1 16; do
        measure_alone $few -j -n 10 -w $lanes -t $long
    done
    more=
}

# measure_server: the one called $name, started by $command, spoken to in $dialect.
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

for what in bare server; do
    mkfifo "$temporary/$what.ask" "$temporary/$what.told"
done

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
    echo "$name"
    measure_server
    echo
done
