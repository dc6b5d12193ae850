#!/bin/sh
# The client in a script: lines in, lines out, without a terminal.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
start_server stage1

client alice -n alice
check "a client is welcomed" sees alice "* welcome, alice"
client bob
types bob "bob"
check "the first line is the name without -n" sees bob "* welcome, bob"
check "a newcomer is announced" sees alice "bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "a line reaches the other member" sees bob "alice: a second line"
check "a line comes back from the other member" sees alice "bob: hello, alice"
check "one's own lines are not printed" never_saw alice "hello, bob"

types bob "/name robert"
check "/name takes another name" sees bob "robert"
check "the others are told of the new name" sees alice "* bob is now called robert"
types bob "//shrug" "  two blanks before" ""
check "// says a line that begins with /" sees alice "robert: /shrug"
check "blanks at the beginning of a line stay" sees alice "robert:   two blanks before"
types bob "/help"
check "/help lists the commands" sees bob "/quit"
types bob "/nonsense" "after"
check "a line after an unknown command arrives" sees alice "robert: after"
check "an unknown command is not sent" never_saw alice "nonsense"

types bob "the last words"
hangup bob
check "a client ends with 1 at the end of its input, as one line was not said" exits bob 1
check "a client reports how many lines were not said" complains bob "1 of the lines"
allow_stderr bob
check "the last words before the end of the input arrive" sees alice "robert: the last words"
check "the goodbye at the end of the input arrives" sees alice "* robert left"

client dora
mark=$(printf '\357\273\277')
types dora "${mark}dora" "behind a byte order mark"
check "a byte order mark is no part of the first line" sees alice "dora joined"
check "a byte order mark is no part of the second line" sees alice "dora: behind a byte order mark"
types dora "${mark}not at the beginning"
check "a line with a later byte order mark arrives" sees alice "not at the beginning"
check "a later byte order mark stays in the line" never_saw alice "dora: not at the beginning"
hangup dora

for word in /quit /leave /exit; do
    client carol -n carol
    types carol "$word" "not said"
    check "$word ends the client with 0" exits carol 0
done
check "lines after such a command are not sent" never_saw alice "not said"

client alice2 -n alice
check "a name that is taken ends the client with 1" exits alice2 1
check "a client whose name is taken prints the reason" \
    complains alice2 "the name alice is taken, choose another one"
allow_stderr alice2

refute "every line of alice is a message or a notice" \
    grep -v -e '^[a-z]*: ' -e '^\* ' "$TMP/alice.out"
stop server
check "the shutdown is told" sees alice "* the server is shutting down"
# There is no server: a script must not wait for ever, with or without unsent lines.
start_server stage1
stop server
for lines in 'hi' ''; do
    printf '%s' "$lines" >"$TMP/lines"
    # shellcheck disable=SC2016
    start lonely sh -c 'exec "$1" -n lonely -p "$2" <"$3"' - "$(lib_program stage1 client)" \
        "$port" "$TMP/lines"
    allow_stderr lonely
    check "a script's client ends with 1 without a server (its lines: '$lines')" exits lonely 1
    check "a script's client prints the reason (its lines: '$lines')" \
        complains lonely "no answer from 127.0.0.1 port $port; is a server running"
done

# A line that is refused, or that may not have arrived, is no success.
start_server stage1
refused() { # LINE TEXT: the line is refused with this text, and the client ends with 1
    client fran -n fran
    types fran "before" "$1" "after"
    hangup fran
    check "a client with a line that is refused ends with 1 ($2)" exits fran 1
    check "a client is told why its line is refused ($2)" sees fran "$2"
    check "a client reports the number of refused lines ($2)" \
        complains fran "1 of the lines were not sent"
    allow_stderr fran
}
refused "$(printf 'half \303')" "not valid UTF-8"
refused "$(printf '%04200d' 0)" "longer than 4096 bytes"
refused "/nothing" "there is no such command"
refused "/name" "say which: /name NEW"
refused "/name a:b" "that cannot be a name"
client gus -n gus
types gus "/name guy" "a line"
hangup gus
check "a client whose lines were all said ends with 0" exits gus 0

# The client accepts the address as the server prints it.
grep -q '[[:space:]]localhost' /etc/hosts 2>/dev/null && localhost=localhost:$port || {
    localhost=
    skip "localhost is a host" "localhost in /etc/hosts"
}
for place in "127.0.0.1:$port" $localhost; do
    start harry "$(lib_program stage1 client)" -n harry "$place"
    check "$place is a host" exits harry 0
done
for place in "127.0.0.1:0" "127.0.0.1:65536" "[::1" "[::1]9001" "[]" "host:" ":9001" ""; do
    start harry "$(lib_program stage1 client)" -n harry "$place"
    check "\"$place\" is no host" exits harry 2
    check "the client names what is no host (\"$place\")" complains harry "\"$place\" is no HOST"
    allow_stderr harry
done
start harry "$(lib_program stage1 client)" -n harry -p 1 "127.0.0.1:$port"
check "two different ports are a usage error" exits harry 2

# The server is shut down, or killed, and comes back; meanwhile lines from a pipe wait.
for signal in TERM KILL; do
    start_server stage1
    client ida -n ida
    check "ida is there (SIG$signal)" sees ida "* welcome, ida"
    stop server $signal
    [ $signal = KILL ] || check "ida is told of the shutdown" \
        sees ida "* the server is shutting down"
    types ida "the first line" "the second line"
    [ $signal = TERM ] || check "a line that did not arrive is reported" sees ida "* not sent: "
    kill -s STOP "$(lib_get pid ida)"
    start_server stage1 -p "$port"
    client jack -n jack
    check "jack is there (SIG$signal)" sees jack "* welcome, jack"
    kill -s CONT "$(lib_get pid ida)"
    check "ida finds the server again (SIG$signal)" sees ida "* the server answers again"
    check "ida sends the line that has waited (SIG$signal)" sees jack "ida: the second line"
    [ $signal = KILL ] || check "ida sends the first line that has waited, too" \
        sees jack "ida: the first line"
    hangup ida
    ended ida
    check "ida's status tells whether all lines were sent (SIG$signal)" \
        test "$signal $status" = TERM\ 0 -o "$signal $status" = KILL\ 1
    stop jack
done
allow_stderr ida

# A name that looks like a notice does not hide its member.
start_server stage1
client ann -n ann
check "ann is there" sees ann "* welcome, ann"
client odd -n "welcome, nobody"
check "a member with an odd name is welcomed" sees odd "* welcome, welcome, nobody"
check "a member with an odd name is seen to join" sees ann "welcome, nobody joined"
hangup odd
check "a member with an odd name is seen to leave" sees ann "* welcome, nobody left"

done_testing
