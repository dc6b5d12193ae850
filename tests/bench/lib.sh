# shellcheck shell=sh disable=SC2154 # three variables are set by whoever reads this in
# lib.sh: what run.sh and syscalls.sh have in common: how a server is started and ended.
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
