# shellcheck shell=sh disable=SC2154 # three variables are set by whoever reads this in
# lib.sh: what the scripts have in common: how a server is started and ended, and how two of them
# take turns.
#
# Contract: whoever reads this in has set $bench (this folder), $root (the project) and $self (its
# own name, for messages). bench_start builds what is needed and makes the folder $temporary. The
# numbers of all processes that run are in $servers and $loads (and whatever else the script
# starts), and however it ends, they are ended and the folder is removed.

PATIENCE=10 # seconds for a server to get ready

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

# end_loads: waits for them; their input has ended. Each knows whether it saw something wrong.
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

# stages_there: the numbers of the stages that are built.
stages_there() {
    for number in 1 2 3; do
        [ ! -x "$root/stage$number/server" ] || echo $number
    done
}

# server_options DIALECT: what lets a server of that kind take in all the members.
server_options() {
    case $1 in
    bare) ;;
    stage2) echo "-m 10000 -M 10000 -a 100000" ;;
    # The first one makes the key; and it takes a while until the last member has been let in.
    stage3) echo "-m 10000 -M 10000 -a 100000 -k $temporary/key -t 600" ;;
    *) echo "-m 20000" ;;
    esac
}

# start_server COMMAND...: leaves its process in $server and its port in $port.
start_server() {
    : >"$temporary/ready"
    "$@" >"$temporary/ready" 3>&- 4<&- 5>&- 6<&- &
    server=$!
    servers="$servers $server"
    for lines in 1 2; do # some say something else first
        "$root/tests/tools/await" $PATIENCE "$temporary/ready" $lines : || true
        port=$(sed -n 's/.*:\([0-9][0-9]*\)$/\1/p' "$temporary/ready" | head -n 1)
        [ -z "$port" ] || return 0
    done
    die "\"$*\" printed no line that ends in :PORT in $PATIENCE seconds"
}

# --- two servers, each with members of its own, in turns ---
#
# Whoever uses this defines start_yardstick and start_other, each of which starts a server and calls
# load_yardstick or load_other with options for its members; and sets $round and $csv. A load waits
# for lines on a pipe: descriptors 3 and 4 belong to that of the yardstick, 5 and 6 to the other.

make_pipes() {
    for side in yardstick other; do
        mkfifo "$temporary/$side.ask" "$temporary/$side.told"
    done
}

# start_load SIDE OPTIONS...: the members of the server just started.
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

# seat_both OPTIONS...: both servers, with members as OPTIONS describe them.
seat_both() {
    if [ $((round % 2)) -eq 1 ]; then
        start_yardstick "$@" && start_other "$@"
    else
        start_other "$@" && start_yardstick "$@"
    fi
    read -r line <&4 || die "no members for the yardstick"
    read -r line <&6 || die "no members for the other server"
}

# One turn: a line asks, which may change the load, and a line of CSV is the answer.
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

# pairs COUNT LOAD: so many pairs of turns under that load.
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
