# shellcheck shell=sh disable=SC2154 # root is the script's
# own_server.sh: a server for `make chat` and `make gui`, if none is running on this machine.
#
#     own_server WHO PORT COMMAND...     WHO speaks in the messages; the command starts a server
#
# The port decides: only one program can have it. If ours gets it, $ours is its number. If another
# one has it already, $ours is empty: that is taken to be a server, and we join it. If ours did not
# start for another reason, that is told, and this ends with 1. Source it with $root set.
#
# The server is in a process group of its own, so that Ctrl-C and Ctrl-Z in this terminal do not
# reach it (others may be there, and would be stopped with it); nohup keeps it when the terminal is
# closed. Without a terminal a shell may not be able to do that, and there is no need.
own_server() {
    who=$1 port=$2
    shift 2
    said=$(mktemp -d "${TMPDIR:-/tmp}/chat.XXXXXX") || exit 1
    trap 'rm -rf "$said"' EXIT
    trap 'exit 1' HUP INT TERM
    set -m 2>/dev/null
    nohup "$@" </dev/null >"$said/out" 2>"$said/err" &
    ours=$!
    set +m 2>/dev/null

    # The first time a server of stage 3 makes a key, which may take a second.
    if "$root/tests/tools/await" 60 "$said/out" 1 "listening on" $ours; then
        echo "$who: started a server on port $port"
    elif kill -0 $ours 2>/dev/null; then
        kill $ours
        echo "$who: the server did not get ready within a minute" >&2
        exit 1
    elif grep -q "in use" "$said/err"; then
        ours=
        echo "$who: somebody has port $port already: joining the server there"
    else
        cat "$said/err" >&2
        echo "$who: no server could be started" >&2
        exit 1
    fi
    rm -rf "$said"
    trap - EXIT HUP INT TERM
}
