#!/bin/sh
# Clients and servers in a failing environment.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
client=$(lib_program stage1 client)

# A port that a server had a moment ago most likely stays free for as long as this test needs it.
start_server stage1
stop server
away=$port

client alice -n alice
check "a client without a server reports that it still tries" \
    sees alice "* no answer from 127.0.0.1 port $away, still trying"
check "a client without a server goes on" runs alice
start_server stage1 -p "$away"
check "a client is welcomed when its server is there" sees alice "* welcome, alice"

client bob -n bob
check "another client is welcomed" sees bob "* welcome, bob"
check "another client is announced" sees alice "bob joined"
stop server KILL
PATIENCE=40 # a client asks a silent server every 20 seconds, and every second without an answer
check "a client reports that its server is gone without a notice" sees alice "still trying" 2
check "the other client reports it, too" sees bob "still trying"
start_server stage1 -p "$away"
check "a client reports that its server is back" sees alice "* the server answers again"
check "the other client reports that its server is back, too" sees bob "* the server answers again"
PATIENCE=20
types bob "are we back?"
"$TOOLS/await" 1 gone $$ # meanwhile the server answers bob, who asks behind each line: else he is in doubt
check "the chat goes on" sees alice "bob: are we back?"

start carol sh -c 'exec "$@" <&-' sh "$client" -n carol -p "$port"
check "a client with a closed standard input ends with 0" exits carol 0
start dora sh -c 'exec "$@" >&-' sh "$client" -n dora -p "$port"
check "a client whose standard output is closed ends with its input" ended dora

# A pipe whose reader is gone. The shell writes the client's status to a file.
feed erin sh -c 'status=$1; shift; { "$@"; echo $? >"$status"; } | :' \
    sh "$TMP/erin.status" "$client" -n erin -p "$port"
check "a client that cannot print ends" ended erin
check "a client that cannot print ends with status 1" grep -q '^1$' "$TMP/erin.status"
check "a client that cannot print reports the reason" complains erin "stage1 client: "
allow_stderr erin

# Nobody can read this server's ready line. It must serve anyway.
stop server
start silent sh -c 'exec "$@" >&-' sh "$(lib_program stage1 server)" -p "$away"
client fred -n fred
check "a server whose standard output is closed serves" sees fred "* welcome, fred"
stop silent
check "a server whose standard output is closed ends with 0" test "$status" -eq 0

# A killed client sends no goodbye; the server drops it for its silence.
start_server stage1 -t 8
feed watch "$TOOLS/talk" -v "$host" "$port"
types watch 'watch send 05 "watch"' 'watch gets 00 "welcome, watch"' \
    'watch gets 00 "speak at least every 2 seconds"' 'watch hears nothing'
sees watch "hears nothing" || bail "the watcher is there" "$TMP/watch.out"
client gina -n gina
types watch 'watch gets 00 "gina joined"'
check "a client is there" sees watch "gina joined"
stop gina KILL
types watch 'watch hears nothing' 'watch hears nothing' \
    'watch send 05 "watch"' 'watch gets 00 "welcome, watch"' \
    'watch gets 00 "speak at least every 2 seconds"' 'watch gets 00 "gina left"'
hangup watch
check "a client that was killed is dropped after its silence" exits watch 0

done_testing
