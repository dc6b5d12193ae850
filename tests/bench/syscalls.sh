#!/bin/sh
# syscalls.sh: counts the system calls of a working server, with strace.
#
#     tests/bench/syscalls.sh [-n MEMBERS] [-c MESSAGES] [STAGE...]
#     tests/bench/syscalls.sh [-n MEMBERS] [-c MESSAGES] [-d DIALECT] -s COMMAND
#
# It lets MEMBERS (100) into the server of each STAGE (1, 2, 3; without one all that are there), or
# into the one that COMMAND starts, attaches strace, has MESSAGES (200) sent one at a time,
# detaches, prints the table, and checks what it shows:
#
#   - exactly one sendto() a datagram that the members received (which in stages 1 and 2 is a
#     delivery, and in stage 3 may hold several), and none that failed;
#   - other calls depend on wake-ups and not on deliveries: at most 4 calls a datagram that the
#   members
#     sent (wait, receive, receive again and find nothing, and one to spare), and 40 a second for
#     timers.
#
# Exit status: 0, also if it cannot measure (no strace, or strace may not attach), with a message; 1
# if one of the two does not hold.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
self=syscalls.sh
members=100
messages=200
dialect=stage1
command=
# shellcheck source=lib.sh
. "$bench/lib.sh"

usage() {
    echo "usage: syscalls.sh [-n MEMBERS] [-c MESSAGES] [STAGE... | [-d DIALECT] -s COMMAND]" >&2
    exit 2
}

skip() {
    echo "skipped: $*"
    exit 0
}

while getopts c:d:n:s: option; do
    case $option in
    c) messages=$OPTARG ;;
    d) dialect=$OPTARG ;;
    n) members=$OPTARG ;;
    s) command=$OPTARG ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ -z "$command" ] || [ $# -eq 0 ] || usage

command -v strace >/dev/null || skip "no strace"
bench_start
mkfifo "$temporary/ask" "$temporary/told"

# start_tracer: starts strace and waits until it reports on stderr that it has attached; only from
# then on the count is complete.
start_tracer() {
    strace -c -f -o "$temporary/table" -p "$server" 2>"$temporary/traced" 3>&- 4<&- &
    tracer=$!
    servers="$servers $tracer"
    "$root/tests/tools/await" $PATIENCE "$temporary/traced" 1 attach || true
    grep -q attached "$temporary/traced" || skip "strace may not: $(cat "$temporary/traced")"
}

# count_calls: counts the calls of $server while its members send the messages; sets $line to the
# line of CSV.
count_calls() {
    "$bench/load" -i -d "$dialect" -p "$port" -P "$server" -n "$members" -w 1 -c "$messages" \
        -t 40 <"$temporary/ask" >"$temporary/told" &
    loads="$loads $!"
    exec 3>"$temporary/ask" 4<"$temporary/told"
    read -r line <&4 || die "the members were not let in"
    start_tracer
    echo >&3
    read -r line <&4 || die "the measurement broke off"
    kill -INT "$tracer" 2>/dev/null
    wait "$tracer" || true
    servers=$server
    exec 3>&-
    cat <&4 >/dev/null
}

# judge LINE: compares the table with what the members have counted.
judge() {
    echo "$1" | awk -v messages="$messages" -v dialect="$dialect" -F , '
    FNR == NR { deliveries = $4; seconds = $6; received = $14; heard = $15; FS = " "; next }
    # The columns: % time, seconds, usecs/call, calls, errors (may be missing), name.
    $NF == "total" || $4 !~ /^[0-9]+$/ { next }
    $NF == "sendto" { sent = $4; failed = NF == 6 ? $5 : 0; next }
    { others += $4 }
    END {
        printf "%d messages, %d deliveries, %d datagrams to the members, %d from them: ",
            messages, deliveries, received, heard
        printf "%d sendto (%d failed), %d other calls\n", sent, failed, others
        if (sent != received || failed > 0) { print "not one sendto a datagram"; exit 1 }
        if (dialect != "stage3" && sent != deliveries) {
            print "not one sendto a delivery"
            exit 1
        }
        if (others > 4 * heard + 40 * seconds + 20) { print "too many other calls"; exit 1 }
    }' - "$temporary/table"
}

# examine COMMAND...: returns 0 if both hold.
examine() {
    # shellcheck disable=SC2046 # a list of options
    start_server "$@" -p 0 $(server_options "$dialect")
    count_calls
    end_loads
    end_servers
    cat "$temporary/table"
    echo
    judge "$line"
}

if [ -n "$command" ]; then
    # shellcheck disable=SC2086 # a command may be several words
    examine $command
    exit
fi
# shellcheck disable=SC2046 # a list of numbers
[ $# -gt 0 ] || set -- $(stages_there)
status=0
for stage; do
    dialect=stage$stage
    echo "$dialect"
    [ $stage != 1 ] || any_share=
    # shellcheck disable=SC2086 # lists of options
    examine "$root/$dialect/server" $any_rate $any_share || status=1
    echo
done
exit $status
