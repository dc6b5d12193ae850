#!/bin/sh
# SIGTERM and SIGINT: all members of all rooms are told, then the server ends with status 0, busy or
# not, with or without connections.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"

meet() { # four members in two rooms, played by the program `all`
    printf '%s\n' 'alice creates "r"' 'bob joins "r"' 'carol creates "s"' 'dora joins "s"' \
        'alice gets "* alice and bob joined"' 'bob gets "* alice and bob joined"' \
        'carol gets "* carol and dora joined"' 'dora gets "* carol and dora joined"' |
        room_steps >"$TMP/script"
    feed all "$TOOLS/talk" -v "$host" "$port"
    cat "$TMP/script" >"$TMP/all.in"
    sees all 'dora gets "* carol and dora joined"'
}
hear() {
    for one in alice bob carol dora; do
        types all "$one awaits \"* the server is shutting down\""
    done
    hangup all
    exits all 0 && return
    cat "$TMP/all.out"
    return 1
}

for signal in TERM INT; do
    start_server stage2
    check "SIG$signal: four members are in two rooms" meet
    kill -s $signal "$(lib_get pid server)"
    check "SIG$signal ends the server with status 0" exits server 0
    check "SIG$signal: all members are told" hear
done

start_server stage2 -a 100
check "busy server: four members are in two rooms" meet
feed idlers "$TOOLS/idlers" "$host" "$port" 50 '06 01 00'
check "busy server: fifty connections have unfinished requests" sees idlers "50 are open"
n=0
while [ $n -lt 20000 ]; do
    n=$((n + 1))
    echo 'eve send 01 20 "r" "noise"'
done >"$TMP/noise"
types all 'alice send 01 20 "r" alice.token "line"' 'bob gets "alice: line"'
check "busy server: bob sees alice's line" sees all 'bob gets "alice: line"'
start eve "$TOOLS/talk" "$host" "$port" "$TMP/noise"
kill -s TERM "$(lib_get pid server)"
check "SIGTERM ends a busy server with status 0" exits server 0
check "busy server: all members are told" hear
hangup idlers
check "busy server: the fifty connections end" exits idlers 0
check "busy server: the server has closed all fifty" sees idlers "50 were ended by the server"

start_server stage2
kill -s TERM "$(lib_get pid server)"
check "a server without members ends with status 0" exits server 0

done_testing
