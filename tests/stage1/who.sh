#!/bin/sh
# /who: the client takes the command and asks with a special datagram, so a message "/who" of
# another client stays a message. The answer is never longer than the question.
. "$(dirname "$0")/../lib/lib.sh"

start_server stage1
client alice -n alice
check "alice joins" sees alice "* welcome, alice"
types alice "/who"
check "alice is told that she is alone" sees alice "* here: alice"
client hanako -n 花子
check "another member joins" sees hanako "* welcome, 花子"
types hanako "/who"
check "another member is told who is here" sees hanako "* here: alice, 花子"
check "the others do not hear the question" never_saw alice "/who"
types hanako "//who"
check "the text /who is passed on as a message" sees alice "花子: /who"
types alice "/help"
check "/help lists /who" sees alice "/who lists who is here"
hangup alice
check "a question is no line that could be lost" exits alice 0
stop hanako

scene "a member is told, in a datagram as long as its question at most" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
alice send 00 "/who" 20*59
alice gets 00 "here: alice, bob"
alice send 00 "/who" 20*4091
alice gets 00 "here: alice, bob"
bob   gets 00 "alice and bob joined"
bob   hears nothing
EOT

scene "strangers, and questions too short, too long or with other texts, get no answer" <<'EOT'
eve   send 00 "/who" 20*1195
eve   hears nothing
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice send 00 "/who"
alice send 00 "/who" 20*58
alice send 00 "/who" 20*4092
alice send 00 "/who" 00*1195
alice send 00 "/WHO" 20*1195
alice send 00 "here: alice" 20*100
alice hears nothing
EOT

scene "a message \"/who\" is passed on" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "bob joined"
bob   send 03 "bob" "/who"
alice gets 03 "bob" "/who"
EOT

scene "names that do not fit are counted" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send ff "x"*255
bob   gets 00 "welcome, " "x"*255
alice gets 00 "x"*255 " joined"
alice send 00 "/who" 20*195
alice gets 00 "here: alice, ... and 1 others"
bob   send 00 "/who" 20*280
bob   gets 00 "here: alice, ... and 1 others"
bob   send 00 "/who" 20*395
bob   gets 00 "here: alice, " "x"*255
EOT

# That server does not understand the question.
start relay "$TOOLS/relay" nothing
"$TOOLS/await" 10 "$TMP/relay.out" 1 "listening on"
port=$(sed -n '1s/.*://p' "$TMP/relay.out")
client carol -n carol
types carol "/who"
check "a server that has welcomed nobody is not asked" \
    sees carol "* the server has not welcomed you: it cannot be asked who is here"
stop carol
check "no datagram had the question" never_saw relay who

done_testing
