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
    check "somebody on the way writes all down" sees lossy "listening on"
    port=$(sed -n 's/.*://p' "$TMP/lossy.out")
    trust_server
}
talk() { # plays a session over that path
    CHAT_PASSWORD=rhinozeros
    export CHAT_PASSWORD
    client alice -n alice -c den
    check "alice makes a locked room" sees alice "* welcome, alice"
    CHAT_PASSWORD=
    client bob -n bob -c yard
    check "bob makes an open one" sees bob "* welcome, bob"
    types bob "it rains"
    "$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"
    check "somebody asks for the list" grep -q "yard: 1 member" "$TMP/list"
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
refute "with the server's key file nothing opens" steals "$TMP/key"
check "no exchange of three, and no datagram" found "thief: 0 of 3 exchanges, 0 of [1-9]"
refute "nor with the client's pair alone" steals "$CHAT_TEST_PAIR" "$CHAT_TEST_PAIR"
check "with both" steals "$TMP/key" "$CHAT_TEST_PAIR"
check "who wants what is there" found "bob wants yard"
check "and the proof of the password" found "alice wants den, with a proof"
all_open() { sed -n 's/^thief: 3 of 3 exchanges, \([0-9]*\) of \([0-9]*\) .*/\1 \2/p' "$TMP/stolen" |
    awk '{ all = $1 == $2 && $1 > 0 } END { exit !all }'; }
check "and every datagram" all_open

# The same without a test's pair, as for users.
unset CHAT_TEST_PAIR
on_the_way recording
talk
refute "with a pair of their own: nothing opens" steals "$TMP/key" "$ROOT/tests/pair"
check "no exchange, and no datagram" found "thief: 0 of 3 exchanges, 0 of [1-9]"
sed -n 's/.* under \([0-9a-f]*\):.*/\1/p' "$TMP/stolen" | sort -u >"$TMP/moduli"
check "each exchange was under another pair" has_lines "$TMP/moduli" 3
done_testing
