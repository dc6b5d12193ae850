#!/bin/sh
# run.sh: what a server costs beside the yardstick, measured in turns, as a table and a picture.
#
#     tests/bench/run.sh [-q] [-r ROUNDS] [-n NAME] [-d DIALECT] [-s COMMAND] [-o FOLDER]
#
# -q is a quick look (half a minute; nothing is written), -r says how often everything is done
# afresh (4). Without the others it measures stage1/server. -s COMMAND is any other server: it is
# started as `COMMAND -p 0 -m 20000` and has to print a line that ends in `:PORT` once it is
# ready. NAME is what it is called in the results, DIALECT how to talk to it (load -d).
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
name=stage1
dialect=stage1
command=
folder=$root/docs/performance
rounds=4
quick=no

usage() {
    echo "usage: run.sh [-q] [-r ROUNDS] [-n NAME] [-d DIALECT] [-s COMMAND] [-o FOLDER]" >&2
    exit 2
}

die() {
    echo "run.sh: $*" >&2
    exit 1
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
[ $# -eq 0 ] || usage
[ "$name" != bare ] || die "bare is the name of the yardstick; choose another one with -n"

(cd "$bench" && ${MAKE:-make} -s all) || die "the bench does not build"
if [ -z "$command" ]; then
    command=$root/$name/server
    [ -x "$command" ] || die "there is no $command; say make $name first"
fi

# Everything that is started is in $running, and is ended however this script ends.
temporary=$(mktemp -d)
running=
clean_up() {
    # shellcheck disable=SC2086 # a list of numbers
    [ -z "$running" ] || kill $running 2>/dev/null || true
    rm -rf "$temporary"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
csv=$temporary/all.csv
"$bench/load" -H >"$csv"

# start_server COMMAND: leaves its process in $server and its port in $port.
start_server() {
    # shellcheck disable=SC2086 # a command may be several words
    $1 -p 0 -m 20000 >"$temporary/ready" 3>&- 4<&- 5>&- 6<&- &
    server=$!
    running="$running $server"
    ready=
    read -r ready <"$temporary/ready" || true
    port=${ready##*:}
    case $port in
    '' | *[!0-9]*) die "\"$1\" printed no line that ends in :PORT" ;;
    esac
}

# start_load NAME OPTIONS...: the members of the server just started; asked through two pipes.
start_load() {
    what=$1
    shift
    "$bench/load" -i -d "$dialect" -l "$what" -p "$port" -P "$server" "$@" \
        <"$temporary/$what.ask" >"$temporary/$what.told" 3>&- 4<&- 5>&- 6<&- &
    running="$running $!"
}

start_bare() {
    start_server "$bench/bare"
    start_load bare "$@"
    exec 3>"$temporary/bare.ask" 4<"$temporary/bare.told"
}

start_other() {
    start_server "$command"
    start_load server "$@" -l "$name"
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
    # shellcheck disable=SC2086
    kill $running 2>/dev/null || true
    # shellcheck disable=SC2086
    wait $running 2>/dev/null || true
    running=
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
}

mkfifo "$temporary/ready"
for what in bare server; do
    mkfifo "$temporary/$what.ask" "$temporary/$what.told"
done

round=1
while [ "$round" -le "$rounds" ]; do
    [ -t 2 ] && printf 'round %d of %d\r' "$round" "$rounds" >&2
    measure_all
    round=$((round + 1))
done

"$bench/table.sh" "$csv"
if [ $quick = no ]; then
    mkdir -p "$folder"
    cp "$csv" "$folder/$name.csv"
    "$bench/plot.sh" "$csv" >"$folder/$name.svg"
    echo
    echo "written: $folder/$name.csv and $name.svg"
fi
