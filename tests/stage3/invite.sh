#!/bin/sh
# /invite: a line for the shell, with which a friend joins the same room, under the same server key.
# It runs nothing else, and does not contain the password.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage3
trust_server

room="x'; echo broken >&2; '"
export CHAT_PASSWORD=open-sesame
client alice -n alice -c "$room"
check "alice creates a room with an odd name" sees alice "* welcome, alice"
types alice /invite
check "alice is told to paste the line into a shell" sees alice "* paste this into a shell to join"
invitation() { sed -n 's/^stage3\/client -k /&/p' "$TMP/$1.out" | tail -n 1; }
got_line() { eventually_line alice; }
eventually_line() { sees "$1" "stage3/client -k" && [ -n "$(invitation "$1")" ]; }
check "the invitation is a line by itself" got_line
check "alice is told that the address works only on this machine" \
    sees alice "* from another machine"
fingerprint=$(sed -n 's/^stage3 server: key //p' "$TMP/server.out")
has_key() { invitation alice | grep -q -F -e "-k $fingerprint "; }
check "the invitation has the server's key" has_key
refute "the invitation does not have the password" grep -q sesame "$TMP/alice.out"

# The friend has never met the server, and pastes the line as it is.
friend() { feed "$1" sh -c "cd '$ROOT' && CHAT_KNOWN='$TMP/known-$1' exec $2"; }
friend bob "$(invitation alice | sed "s|^stage3/client|stage3/client -n bob|")"
check "bob joins the same room with the invitation" sees alice "* bob joined"
check "bob is welcomed without a question" sees bob "* welcome, bob"
types bob "here I am"
check "alice sees bob's line" sees alice "bob: here I am"
refute "the invitation runs nothing else in the shell" grep -q broken "$TMP/bob.err"
types bob /invite
check "bob gets an invitation too" eventually_line bob
same() {
    [ "$(invitation alice)" = "$(invitation bob)" ] && return
    invitation alice
    invitation bob
    return 1
}
check "bob's invitation equals alice's" same

# A server that shows another key is refused, because the line requires the right one.
other=$(invitation alice | sed "s/-k ......../-k 00000000/; s|^stage3/client|stage3/client -n carol|")
friend carol "$other"
allow_stderr carol
check "an invitation with another key is refused" exits carol 4
hangup bob
hangup alice

# The key is that of the session, so the invitation has it even if no file can store it.
CHAT_PASSWORD='' CHAT_KNOWN=$TMP/nowhere/known client dave -n dave -c open
check "dave is told that his key file cannot be written" sees dave "cannot note it"
types dave /invite
check "dave's invitation has the key all the same" sees dave "stage3/client -k $fingerprint -j open"
hangup dave
done_testing
