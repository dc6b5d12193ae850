# shellcheck shell=sh disable=SC2154 # root is the script's
# own_server.sh: a server for `make chat` and `make gui`, if none is running on this machine.
#
#     own_server WHO PORT COMMAND...     the command starts a server; messages begin with WHO
#
# The port decides, because only one program can have it. If our server gets it, $ours is its
# process number. If another program has it already, $ours is empty: that is assumed to be a server,
# and we join it. If ours did not start for another reason, a message tells why, and the script ends
# with 1. Source it with $root set.
#
# The server is in a process group of its own, so that Ctrl-C and Ctrl-Z in this terminal do not
# reach it (other users may be connected, and would be stopped with it); nohup keeps it running when
# the terminal is closed. Without a terminal a shell may not be able to do that, and need not.
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

    # At its first start a server of stage 3 makes a key, which may take a second.
    if "$root/tests/tools/await" 60 "$said/out" 1 "listening on" $ours; then
        echo "$who: started a server on port $port"
    elif kill -0 $ours 2>/dev/null; then
        kill $ours
        echo "$who: the server did not get ready within a minute" >&2
        exit 1
    elif grep -q "in use" "$said/err"; then
        ours=
        echo "$who: a server is running on port $port already: joining it"
    else
        cat "$said/err" >&2
        echo "$who: no server could be started" >&2
        exit 1
    fi
    rm -rf "$said"
    trap - EXIT HUP INT TERM
}
