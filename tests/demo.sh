#!/bin/sh
# tests/demo.sh [STAGE...]: `make demo`. Plays a short talk over every stage: real servers, real
# clients, each a process of its own. The script does not know what a client will show; it prints
# what the clients do show.
# Ends by itself: 0 when everything was seen, 1 when something did not come within 30 seconds (a busy
# machine may need some of them), or will not come because its program has ended.
set -u

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
tools=$root/tests/tools
tmp=$(mktemp -d) || exit 1
pids=

end_all() {
    trap - EXIT
    for pid in $pids; do kill "$pid" 2>/dev/null; done
    wait
    rm -rf "$tmp"
}
trap end_all EXIT
trap 'exit 1' HUP INT TERM

give_up() {
    echo "demo: waited in vain for $*" >&2
    exit 1
}

# server STAGE: starts it on a free port and sets $port.
server() {
    : >"$tmp/server" # here, because in the background it might be emptied after it was read
    "$root/$1/server" -p 0 >>"$tmp/server" &
    pids="$pids $!"
    "$tools/await" 30 "$tmp/server" 1 listening $! || give_up "$1/server to be ready"
    cat "$tmp/server"
    port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' "$tmp/server")
}

# comes NAME DESCRIPTOR STAGE [OPTION...]: starts a client whose keyboard is that descriptor. A
# second lies between two of them, because who comes within the same quarter of a second is told of
# together.
comes() {
    name=$1 descriptor=$2 client=$root/$3/client
    shift 3
    sleep 1
    printf '\n%s comes%s\n' "$name" "${*:+: $*}"
    rm -f "$tmp/$name.keys" "$tmp/$name.screen"
    mkfifo "$tmp/$name.keys"
    "$client" -n "$name" -p "$port" "$@" <"$tmp/$name.keys" >"$tmp/$name.screen" &
    client_pid=$!
    pids="$pids $client_pid"
    eval "exec $descriptor>\"\$tmp/$name.keys\""
    echo 0 >"$tmp/$name.shown"
    "$tools/await" 30 "$tmp/$name.screen" 1 "* welcome, $name" $client_pid || give_up "$name to be welcomed"
}

# shows NAME TEXT: waits for the text on that screen, then prints what is new there.
shows() {
    "$tools/await" 30 "$tmp/$1.screen" 1 "$2" || give_up "\"$2\" on the screen of $1"
    shown=$(cat "$tmp/$1.shown")
    tail -n "+$((shown + 1))" "$tmp/$1.screen" | sed "s/^/      $1 sees | /"
    sed -n '$=' "$tmp/$1.screen" >"$tmp/$1.shown"
}

# types NAME DESCRIPTOR TEXT
types() {
    printf '\n%s types: %s\n' "$1" "$3"
    printf '%s\n' "$3" >&"$2"
}

stage1() {
    echo "--- Stage 1: everyone hears everyone ---"
    server stage1
    comes alice 3 stage1
    shows alice "welcome, alice"
    comes bob 4 stage1
    shows bob "welcome, bob"
    shows alice "bob joined"
    comes 花子 5 stage1
    shows 花子 "welcome, 花子"
    shows alice "花子 joined"
    shows bob "花子 joined"

    types alice 3 "Hello! Who is here?"
    shows bob "alice: Hello!"
    shows 花子 "alice: Hello!"
    types 花子 5 "こんにちは 👋"
    shows alice "花子: こんにちは"
    shows bob "花子: こんにちは"
    types bob 4 "/name Robert"
    shows bob "welcome, Robert"
    shows alice "now called"
    shows 花子 "now called"
    types bob 4 "/quit"
    shows alice "Robert left"
    shows 花子 "Robert left"
    exec 3>&- 4>&- 5>&-
    echo
}

stage2() {
    printf '%s\n' "--- Stage 2: rooms, and tokens for those who are in them ---"
    server stage2
    comes alice 3 stage2 -c kitchen
    shows alice "welcome, alice"
    comes bob 4 stage2 -j kitchen
    shows bob "welcome, bob"
    shows alice "bob joined"
    comes 花子 5 stage2 -c 部屋
    shows 花子 "welcome, 花子"
    printf '\nWhich rooms are there?\n'
    "$root/stage2/client" -l -p "$port" | sed 's/^/      /'

    types alice 3 "The soup is ready."
    shows bob "alice: The soup"
    types bob 4 "/who"
    shows bob "here:"
    types 花子 5 "誰もいない"
    types alice 3 "/leave"
    shows bob "the room is closed"
    types 花子 5 "/quit"
    exec 3>&- 4>&- 5>&-
    echo
}

# bob's network loses two datagrams of ten, doubles some and mixes them up.
stage3() {
    printf '%s\n' "--- Stage 3: sealed rooms in which nothing is lost ---"
    CHAT_PASSWORD=
    HOME=$tmp # the server's key and the client's notes are for this demo alone
    export CHAT_PASSWORD HOME
    server stage3
    real=$port
    CHAT_PASSWORD="correct horse"
    comes alice 3 stage3 -c kitchen
    shows alice "welcome, alice"
    "$tools/lossy" -s 2 -l 20 -d 10 -r 20 127.0.0.1 "$real" >"$tmp/lossy" &
    network=$!
    pids="$pids $network"
    "$tools/await" 30 "$tmp/lossy" 1 listening || give_up "a bad network"
    printf '\n(A bad network for bob.)\n'
    port=$(sed -n 's/.*://p' "$tmp/lossy")
    comes bob 4 stage3 -j kitchen
    shows bob "welcome, bob"
    shows alice "bob joined"
    port=$real

    printf '\nAnd with another password?\n'
    CHAT_PASSWORD="wrong horse" "$root/stage3/client" -n eve -p "$port" -j kitchen </dev/null \
        2>&1 | sed 's/^/      /'
    printf '\nWhich rooms are there?\n'
    "$root/stage3/client" -l -p "$port" | sed 's/^/      /'

    printf '\nalice types 500 lines at once\n'
    n=0
    while [ $n -lt 500 ]; do
        n=$((n + 1))
        printf 'line %d\n' $n >&3
    done
    "$tools/await" 60 "$tmp/bob.screen" 1 "alice: line 500" || give_up "the last of the 500 lines"
    printf '      bob has seen %d of them\n' "$(grep -c '^alice: line' "$tmp/bob.screen")"
    sed -n '$=' "$tmp/bob.screen" >"$tmp/bob.shown"
    types bob 4 "All there."
    shows alice "bob: All there."
    types alice 3 "/leave"
    shows bob "the room is closed"
    exec 3>&- 4>&- 5>&-
    kill "$network"
    "$tools/await" 30 "$tmp/lossy" 1 passed || give_up "the network to end"
    sed -n 's/^lossy: passed/\nThe network: passed/p' "$tmp/lossy"
    echo
}

[ $# -gt 0 ] || set -- stage1 stage2 stage3
for stage in "$@"; do $stage; done
cat <<'EOT'
That was all of it. Now you: `make chat` in two terminals.
To write your own, begin with docs/steps/README.md: small programs, each a little more than the last.
When yours runs, let the tests judge it: tests/judge stage1 server './mine {port}'
EOT
