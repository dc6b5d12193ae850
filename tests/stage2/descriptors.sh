#!/bin/sh
# A server with few descriptors, and a crowd that takes them all: it goes on serving.
. "$(dirname "$0")/../lib/lib.sh"

# Two dozen, of which the server itself needs seven.
real=$(lib_program stage2 server)
cat >"$TMP/few" <<EOT
#!/bin/sh
ulimit -n 24
exec "$real" "\$@"
EOT
chmod +x "$TMP/few"
STAGE2_SERVER=$TMP/few # for start_server
export STAGE2_SERVER
start_server stage2 -a 100

feed crowd "$TOOLS/idlers" "$host" "$port" 40
check "forty connections are open and send nothing" sees crowd "are open"
play "a member can still join and say a line" <<'EOT'
alice connects
alice writes 06 01 00 00*28 05 "lounge" "alice"
alice reads  06 01 01 00*28 01 "lounge" 00   06 01 02 00*28 20 "lounge" token=32
alice writes port
alice reads  end
alice send   06 20 "lounge" token
alice gets   "* welcome, alice"
bob   connects
bob   writes 06 02 00 00*28 03 "lounge" "bob"
bob   reads  06 02 01 00*28 01 "lounge" 00   06 02 02 00*28 20 "lounge" token=32
bob   send   06 20 "lounge" token "hello"
alice awaits "bob: hello"
EOT
hangup crowd
check "the server still runs" runs server

# A crowd of one address, whose requests are all there when the server goes on: all are served,
# although only 16 connections are accepted at a time.
unset STAGE2_SERVER
start_server stage2
n=0
while [ $n -lt 40 ]; do
    n=$((n + 1))
    echo "p$n connects"
    echo "p$n writes 00 03 00 00*29"
done >"$TMP/burst"
while [ $n -gt 0 ]; do
    echo "p$n reads 00 03 01 00*28 01 00   00 03 02 00*29"
    n=$((n - 1))
done >>"$TMP/burst"
kill -s STOP "$(lib_get pid server)"
feed burst "$TOOLS/talk" -t 10 -v "$host" "$port" "$TMP/burst"
check "forty requests are sent while the server is stopped" sees burst "line 80:"
kill -s CONT "$(lib_get pid server)"
check "all forty requests are answered" exits burst 0
done_testing
