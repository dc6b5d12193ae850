#!/bin/sh
# A thief who has recorded a session, and steals the server's key file later, can open nothing, not
# even the proof of a password. With the client's key pair as well, which is wiped after one
# exchange, the same thief can open everything. So only the missing pair stops it.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3
real=$port
lib_key # as the server has it

# on_the_way NAME: from now on clients use a path that is recorded in $TMP/NAME
on_the_way() {
    start lossy "$TOOLS/lossy" -w "$TMP/$1" "$host" "$real"
    check "the path that writes $1 is ready" sees lossy "listening on"
    port=$(sed -n 's/.*://p' "$TMP/lossy.out")
    trust_server
}
talk() { # plays a session over that path
    CHAT_PASSWORD=rhinozeros
    export CHAT_PASSWORD
    client alice -n alice -c den
    check "alice creates a locked room" sees alice "* welcome, alice"
    CHAT_PASSWORD=
    client bob -n bob -c yard
    check "bob creates an open room" sees bob "* welcome, bob"
    types bob "it rains"
    "$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"
    check "the list has the open room" grep -q "yard: 1 member" "$TMP/list"
    for name in alice bob; do
        types $name /leave
        check "$name leaves" ended $name
    done
    stop lossy
}
steals() { # ARGUMENTS of the thief, behind the recording
    "$TOOLS/thief" "$TMP/recording" "$@" >"$TMP/stolen"
    status=$?
    cat "$TMP/stolen"
    return $status
}
found() { grep -q "$1" "$TMP/stolen"; }

on_the_way recording
talk
refute "the server's key file alone opens nothing" steals "$TMP/key"
check "the key file opens no exchange and no datagram" found "thief: 0 of 3 exchanges, 0 of [1-9]"
refute "the client's key pair alone opens nothing" steals "$CHAT_TEST_PAIR" "$CHAT_TEST_PAIR"
check "the key file and the pair together open the recording" steals "$TMP/key" "$CHAT_TEST_PAIR"
check "the thief finds out who joined which room" found "bob wants yard"
check "the thief finds the proof of the password" found "alice wants den, with a proof"
all_open() {
    sed -n 's/^thief: 3 of 3 exchanges, \([0-9]*\) of \([0-9]*\) .*/\1 \2/p' "$TMP/stolen" |
        awk '{ all = $1 == $2 && $1 > 0 } END { exit !all }'
}
check "the thief opens every datagram" all_open

# The same without a test's pair, as for users.
unset CHAT_TEST_PAIR
on_the_way recording
talk
refute "the test's pair opens nothing of clients with their own pairs" \
    steals "$TMP/key" "$ROOT/tests/pair"
check "no exchange and no datagram of these clients opens" \
    found "thief: 0 of 3 exchanges, 0 of [1-9]"
sed -n 's/.* under \([0-9a-f]*\):.*/\1/p' "$TMP/stolen" | sort -u >"$TMP/moduli"
check "each exchange used another pair" has_lines "$TMP/moduli" 3
done_testing
