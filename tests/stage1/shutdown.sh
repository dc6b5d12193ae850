#!/bin/sh
# SIGTERM and SIGINT: everyone is told, then the server ends with status 0, busy or not.
. "$(dirname "$0")/../lib/lib.sh"

# A member that stays until the last notice; the script is fed to `alice`.
witness='alice send 05 "alice"
alice gets 00 "welcome, alice"'
last_words='alice awaits 00 "the server is shutting down"'

# meet: alice is a member. hear: she is told of the end.
meet() {
    feed alice "$TOOLS/talk" -v "$host" "$port"
    types alice "$witness"
    sees alice "welcome"
}
hear() {
    types alice "$last_words"
    hangup alice
    exits alice 0 && return
    cat "$TMP/alice.out"
    return 1
}

for signal in TERM INT; do
    start_server stage1
    check "alice is there (SIG$signal)" meet
    kill -s $signal "$(lib_get pid server)"
    check "SIG$signal ends an idle server with status 0" exits server 0
    check "a member is told of SIG$signal" hear
done

# One member talks at full speed while the signal comes. Its own sends fail when the server is gone,
# which does not matter. (A listener may have no space for the last notice then: see below.)
start_server stage1
{
    n=0
    while [ $n -lt 20000 ]; do
        n=$((n + 1))
        echo "bob send 03 \"bob\" \"line\""
    done
} >"$TMP/flood"
check "alice is there before a flood" meet
types alice 'alice awaits 03 "bob" "line"'
start bob "$TOOLS/talk" "$host" "$port" "$TMP/flood"
check "bob floods the server" sees alice '"line"'
kill -s TERM "$(lib_get pid server)"
check "SIGTERM ends a flooded server with status 0" exits server 0
stop bob
stop alice

# One member talks without end.
start_server stage1
check "alice is there before the noise" meet
feed bob "$TOOLS/talk" "$host" "$port"
# Nine lines at a time, and then a process is started: as fast as the machine allows, but not so
# fast that alice, who takes each line, has no space for the last notice.
noise() {
    until "$TOOLS/await" 0 gone "$(lib_get pid server)"; do
        types bob 'bob send 03 "bob" "line"' 'bob send 03 "bob" "line"' 'bob send 03 "bob" "line"' \
            'bob send 03 "bob" "line"' 'bob send 03 "bob" "line"' 'bob send 03 "bob" "line"' \
            'bob send 03 "bob" "line"' 'bob send 03 "bob" "line"' 'bob send 03 "bob" "line"'
    done
}
types alice 'alice awaits 03 "bob" "line"'
noise &
noisy=$!
check "bob talks without end" sees alice '"line"'
kill -s TERM "$(lib_get pid server)"
check "SIGTERM ends a busy server with status 0" exits server 0
wait $noisy
check "a member is told while another talks" hear

start_server stage1
kill -s TERM "$(lib_get pid server)"
check "SIGTERM ends a server without members with status 0" exits server 0

# The server may be ended as soon as its ready line is there.
early=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
    start_server stage1
    stop server
    [ "$status" -eq 0 ] || early=$status
done
check "a server that is ended when it is just ready ends with 0" test $early -eq 0

done_testing
