# shellcheck shell=sh disable=SC2154 # three variables are set by whoever reads this in
# lib.sh: what the scripts share: starting and ending a server, and letting two servers take turns.
#
# Contract: a script that sources this has set $bench (this folder), $root (the project) and $self
# (its own name, for messages). bench_start builds what is needed and makes the folder $temporary.
# $servers and $loads have the numbers of all running processes (beside others that the script
# starts); however the script ends, they are ended and the folder is removed.

PATIENCE=10 # seconds for a server to get ready

# Options for our servers: a member may say as much as it can, or the rate would be measured; and all
# members have one address.
# shellcheck disable=SC2034 # used by the scripts
any_rate="-l 1000000 -L 1000000" any_share="-q 1"

die() {
    echo "$self: $*" >&2
    exit 1
}

bench_start() {
    (cd "$bench" && ${MAKE:-make} -s all) || die "the bench does not build"
    (cd "$root/tests/tools" && ${MAKE:-make} -s await) || die "tests/tools/await does not build"
    temporary=$(mktemp -d)
    CHAT_TEST_PAIR=$root/tests/pair # what is measured is the server
    export CHAT_TEST_PAIR
    servers=
    loads=
    trap clean_up EXIT
    trap 'exit 1' HUP INT TERM
}

clean_up() {
    # shellcheck disable=SC2086 # lists of numbers
    [ -z "$servers$loads" ] || kill $servers $loads 2>/dev/null || true
    rm -rf "$temporary"
}

# end_loads: waits for the loads, whose input has ended. Each reports by its status what was wrong.
end_loads() {
    for load in $loads; do
        wait "$load" || die "a load failed; what it said is above"
    done
    loads=
}

end_servers() {
    # shellcheck disable=SC2086
    kill $servers 2>/dev/null || true
    # shellcheck disable=SC2086
    wait $servers 2>/dev/null || true
    servers=
}

# stages_there: prints the numbers of the stages that exist.
stages_there() {
    for number in 1 2 3; do
        [ ! -x "$root/stage$number/server" ] || echo $number
    done
}

# server_options DIALECT: prints the options with which such a server admits all members.
server_options() {
    case $1 in
    bare) ;;
    stage2) echo "-m 10000 -M 10000 -a 100000" ;;
    # The first one makes the key; and it takes a while until the last member has been let in.
    stage3) echo "-m 10000 -M 10000 -a 100000 -k $temporary/key -t 600" ;;
    *) echo "-m 20000" ;;
    esac
}

# start_server COMMAND...: starts a server; sets $server to its process and $port to its port.
start_server() {
    : >"$temporary/ready"
    "$@" >"$temporary/ready" 3>&- 4<&- 5>&- 6<&- &
    server=$!
    servers="$servers $server"
    for lines in 1 2; do # some print another line first
        "$root/tests/tools/await" $PATIENCE "$temporary/ready" $lines : || true
        port=$(sed -n 's/.*:\([0-9][0-9]*\)$/\1/p' "$temporary/ready" | head -n 1)
        [ -z "$port" ] || return 0
    done
    die "\"$*\" printed no line that ends in :PORT in $PATIENCE seconds"
}

# start_on_a_port WORDS FUNCTION: the same for a program that cannot be asked for a free port: some
# are tried. FUNCTION becomes the program, with $port; a line of its output with WORDS shows that it
# is ready.
start_on_a_port() {
    for attempt in 1 2 3 4 5 6 7 8; do
        port=$((20000 + ($$ * 7 + attempt * 1009) % 12000))
        : >"$temporary/$2.log"
        $2 >"$temporary/$2.log" 2>&1 3>&- 4<&- 5>&- 6<&- &
        server=$!
        servers="$servers $server"
        "$root/tests/tools/await" $PATIENCE "$temporary/$2.log" 1 "$1" $server && return 0
    done
    die "$2 does not get ready: $(tail -n 1 "$temporary/$2.log")"
}

# Redis in memory alone, with no limit to what waits for a subscriber.
run_redis() {
    exec redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no \
        --client-output-buffer-limit pubsub 0 0 0 --dir "$temporary"
}

start_redis() { start_on_a_port "eady to accept" run_redis; }

# --- two servers, each with members of its own, in turns ---
#
# The script defines start_yardstick and start_other, which start a server and call load_yardstick
# or load_other with options for its members; and it sets $round and $csv. A load waits for lines on
# a pipe: descriptors 3 and 4 are for that of the yardstick, 5 and 6 for the other.

make_pipes() {
    for side in yardstick other; do
        mkfifo "$temporary/$side.ask" "$temporary/$side.told"
    done
}

# start_load SIDE OPTIONS...: starts the members of the server that was just started.
start_load() {
    side=$1
    shift
    "$bench/load" -i -p "$port" -P "$server" "$@" \
        <"$temporary/$side.ask" >"$temporary/$side.told" 3>&- 4<&- 5>&- 6<&- &
    loads="$loads $!"
}

load_yardstick() {
    start_load yardstick "$@"
    exec 3>"$temporary/yardstick.ask" 4<"$temporary/yardstick.told"
}

load_other() {
    start_load other "$@"
    exec 5>"$temporary/other.ask" 6<"$temporary/other.told"
}

# seat_both OPTIONS...: starts both servers, with members as the OPTIONS describe.
seat_both() {
    if [ $((round % 2)) -eq 1 ]; then
        start_yardstick "$@" && start_other "$@"
    else
        start_other "$@" && start_yardstick "$@"
    fi
    read -r line <&4 || die "no members for the yardstick"
    read -r line <&6 || die "no members for the other server"
}

# One turn: a line asks for it, and may change the load; the answer is a line of CSV.
turn_of_yardstick() {
    echo "$1" >&3
    read -r line <&4 || die "the load on the yardstick broke off"
    echo "$line" >>"$csv"
}

turn_of_other() {
    echo "$1" >&5
    read -r line <&6 || die "the load on the other server broke off"
    echo "$line" >>"$csv"
}

# pairs COUNT LOAD: runs so many pairs of turns under that load.
pairs() {
    count=$1
    while [ "$count" -gt 0 ]; do
        case $((count % 2)) in
        0) turn_of_yardstick "$2" && turn_of_other "$2" ;;
        1) turn_of_other "$2" && turn_of_yardstick "$2" ;;
        esac
        count=$((count - 1))
    done
}

dismiss_both() {
    exec 3>&- 5>&- # the end of their input ends the loads; the servers are told to
    cat <&4 >/dev/null
    cat <&6 >/dev/null
    end_loads
    end_servers
}
