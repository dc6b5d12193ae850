#!/bin/sh
# Programs in unusual environments: a file that cannot grow, an address that means every address.
. "$(dirname "$0")/../lib/lib.sh"
lib_key
server=$(lib_program stage3 server)
client=$(lib_program stage3 client)

# With a full file (ulimit -f) a write fails, and the program must not end without a message.
grown() { # COMMAND...: it ends with 1 and a message
    said=$({ (ulimit -f 0 && exec "$TOOLS/within" 60 "$@") 2>&3 >"$TMP/full"
        echo "ended with $?" >&3; } 3>&1)
    case $said in *"cannot write to standard output: "*"ended with 1") return 0 ;; esac
    echo "$said"
    return 1
}
check "the server exits if it cannot write its ready line" grown "$server" -k "$TMP/key" -p 0
start_server stage3
CHAT_KNOWN=$TMP/known
export CHAT_KNOWN
start list "$client" -l -p "$port"
check "the client lists the rooms and stores the key" exits list 0
check "the client exits if it cannot write the list" grown "$client" -l -p "$port"

for address in 0.0.0.0 0 ::; do
    start wild "$server" -k "$TMP/key" -p 0 -b $address
    check "the server refuses -b $address" exits wild 1
    check "the server prints why it refuses -b $address" \
        complains wild "every address of this machine"
    allow_stderr wild
done
done_testing
