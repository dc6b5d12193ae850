#!/bin/sh
# /invite: a line for the shell, with which a friend joins the same room, under the same server key.
# It runs nothing else, and does not contain the password.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage3
trust_server

room="x'; echo broken >&2; '"
export CHAT_PASSWORD=open-sesame
client alice -n alice -c "$room"
check "alice is in a room with a bad name" sees alice "* welcome, alice"
types alice /invite
check "she is told what to do with the line" sees alice "* paste this into a shell to join"
invitation() { sed -n 's/^stage3\/client -k /&/p' "$TMP/$1.out" | tail -n 1; }
got_line() { eventually_line alice; }
eventually_line() { sees "$1" "stage3/client -k" && [ -n "$(invitation "$1")" ]; }
check "the line stands alone in its row" got_line
check "it is for this machine only, and says so" sees alice "* from another machine"
fingerprint=$(sed -n 's/^stage3 server: key //p' "$TMP/server.out")
has_key() { invitation alice | grep -q -F -e "-k $fingerprint "; }
check "the key is the server's" has_key
refute "the password is not in it" grep -q sesame "$TMP/alice.out"

# The friend has never met the server, and pastes the line as it is.
friend() { feed "$1" sh -c "cd '$ROOT' && CHAT_KNOWN='$TMP/known-$1' exec $2"; }
friend bob "$(invitation alice | sed "s|^stage3/client|stage3/client -n bob|")"
check "bob is in the same room" sees alice "* bob joined"
check "without a question" sees bob "* welcome, bob"
types bob "here I am"
check "and can be read" sees alice "bob: here I am"
refute "nothing else was run" grep -q broken "$TMP/bob.err"
types bob /invite
check "he can invite others in turn" eventually_line bob
same() { [ "$(invitation alice)" = "$(invitation bob)" ] || { invitation alice; invitation bob; return 1; }; }
check "with the same line" same

# A server that shows another key is refused, because the line requires the right one.
other=$(invitation alice | sed "s/-k ......../-k 00000000/; s|^stage3/client|stage3/client -n carol|")
friend carol "$other"
allow_stderr carol
check "another key is refused" exits carol 4
hangup bob
hangup alice

# The key is that of the session, so it is in the line even if no file can note it.
CHAT_PASSWORD='' CHAT_KNOWN=$TMP/nowhere/known client dave -n dave -c open
check "dave cannot note the key" sees dave "cannot note it"
types dave /invite
check "his invitation demands it all the same" sees dave "stage3/client -k $fingerprint -j open"
hangup dave
done_testing
