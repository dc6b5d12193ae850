#!/bin/sh
# peers.sh: the stages beside what people would take instead: the same load, in turns, in one run.
#
#     tests/bench/peers.sh [-q] [-r ROUNDS] [-o FOLDER] [SERVER...]
#
# A SERVER is stage1, stage2, stage3, redis, nats, mosquitto or ngircd; without one, all of them are
# measured. One that is not installed is named and left out. Each of them takes turns with `bare`,
# with 10, 100 and 1000 members in a room, and 1 and 64 messages in flight.
#
# -q is a quick look (three minutes; nothing is written), -r sets how often everything is repeated
# with new processes (4, twenty minutes). The result is FOLDER/peers.csv; FOLDER is docs/performance
# unless -o names another.
#
# The other servers use TCP on loopback, in clear, and deliver at most once. Each keeps nothing on
# disk and logs no message; the options below lift its limits, and all others keep their defaults.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
self=peers.sh
folder=$root/docs/performance
rounds=4
many=4
seconds=0.5 # a turn; in a shorter one, members of stage 3 would acknowledge too often
quick=no
# shellcheck source=lib.sh
. "$bench/lib.sh"

while getopts o:qr: option; do
    case $option in
    o) folder=$OPTARG ;;
    q) quick=yes rounds=1 many=2 seconds=0.3 ;;
    r) rounds=$OPTARG ;;
    *) echo "usage: peers.sh [-q] [-r ROUNDS] [-o FOLDER] [SERVER...]" >&2 && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- stage1 stage2 stage3 redis nats mosquitto ngircd

# No ping within a measurement, no limit to what waits for a subscriber.
run_nats() {
    cat >"$temporary/nats.conf" <<EOT
listen: "127.0.0.1:$port"
ping_interval: "1h"
max_pending: 1GB
EOT
    exec nats-server -c "$temporary/nats.conf"
}

# No limit to what waits for a subscriber; a packet does not wait for another one (TCP_NODELAY).
run_mosquitto() {
    cat >"$temporary/mosquitto.conf" <<EOT
listener $port 127.0.0.1
allow_anonymous true
persistence false
connection_messages false
log_dest stderr
set_tcp_nodelay true
max_queued_messages 0
max_queued_bytes 0
EOT
    exec mosquitto -c "$temporary/mosquitto.conf"
}

# Without its protection from floods (a penalty of seconds), without look-ups, and with any number
# of members from one address.
run_ngircd() {
    cat >"$temporary/ngircd.conf" <<EOT
[Global]
    Name = irc.bench.example
    Info = bench
    Listen = 127.0.0.1
    Ports = $port
[Limits]
    MaxConnections = 0
    MaxConnectionsIP = 0
    MaxPenaltyTime = 0
    PingTimeout = 3600
[Options]
    DNS = no
    Ident = no
    PAM = no
EOT
    exec ngircd -n -f "$temporary/ngircd.conf"
}

# program NAME: the file that must be there.
program() {
    case $1 in
    stage*) echo "$root/$1/server" ;;
    redis | nats) echo "$1-server" ;;
    *) echo "$1" ;;
    esac
}

start_yardstick() {
    start_server "$bench/bare" -p 0
    load_yardstick -d bare "$@" -l "bare beside $name"
}

start_other() {
    dialect=$name
    # shellcheck disable=SC2046,SC2086 # lists of options
    case $name in
    stage1) start_server "$(program $name)" -p 0 $any_rate $(server_options $name) ;;
    stage*) start_server "$(program $name)" -p 0 $any_rate $any_share $(server_options $name) ;;
    redis) start_redis ;;
    nats) start_on_a_port "Server is ready" run_nats ;;
    mosquitto) dialect=mqtt && start_on_a_port " running" run_mosquitto ;;
    ngircd) dialect=irc && start_on_a_port "ready." run_ngircd ;;
    *) die "there is no dialect for $name" ;;
    esac
    load_other -d "$dialect" "$@" -l "$name"
}

measure() {
    for members in 10 100 1000; do
        seat_both -n $members
        pairs $many "-w 1 -t $seconds"
        pairs $many "-w 64 -t $seconds"
        dismiss_both
    done
}

there=
for name; do
    if command -v "$(program "$name")" >/dev/null; then
        there="$there $name"
    else
        echo "not measured, because it is not installed: $(program "$name")" >&2
    fi
done

bench_start
make_pipes
# A server that does not raise this limit by itself takes a thousand members, too.
ulimit -n "$(ulimit -Hn)"
csv=$temporary/peers.csv
"$bench/load" -H >"$csv"
round=1
while [ "$round" -le "$rounds" ]; do
    for name in $there; do
        [ -t 2 ] && printf 'round %d of %d: %-10s\r' "$round" "$rounds" "$name" >&2
        measure
    done
    round=$((round + 1))
done
"$bench/peers_table.sh" "$csv"
[ $quick = no ] || exit 0
mkdir -p "$folder"
cp "$csv" "$folder/peers.csv"
echo
echo "written: $folder/peers.csv"
