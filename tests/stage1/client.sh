#!/bin/sh
# The client as a script's tool: lines in, lines out, without a terminal.
. "$(dirname "$0")/../lib.sh"
start_server stage1

client alice -n alice
check "it is welcomed" sees alice "* welcome, alice"
client bob
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "who comes is told of" sees alice "bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "a line goes to the other one" sees bob "alice: a second line"
check "and back" sees alice "bob: hello, alice"
check "one's own lines are not printed" never_saw alice "hello, bob"

types bob "/name robert"
check "/name takes another name" sees bob "robert"
check "and the others are told" sees alice "* bob is now called robert"
types bob "//shrug" "  two blanks before" ""
check "// says a line that begins with /" sees alice "robert: /shrug"
check "blanks stay" sees alice "robert:   two blanks before"
types bob "/help"
check "/help lists the commands" sees bob "/quit"
types bob "/nonsense" "after"
check "an unknown command is not said to anybody" sees alice "robert: after"
check "it is not" never_saw alice "nonsense"

types bob "the last words"
hangup bob
check "at the end of its input it ends with 0" exits bob 0
check "its last words have arrived" sees alice "robert: the last words"
check "and its goodbye" sees alice "* robert left"

client dora
mark=$(printf '\357\273\277')
types dora "${mark}dora" "behind a byte order mark"
check "a byte order mark is no part of the first line" sees alice "dora joined"
check "nor of what is said" sees alice "dora: behind a byte order mark"
types dora "${mark}not at the beginning"
check "one further on is text" sees alice "not at the beginning"
check "and stays" never_saw alice "dora: not at the beginning"
hangup dora

for word in /quit /leave /exit; do
    client carol -n carol
    types carol "$word" "not said"
    check "$word ends it with 0" exits carol 0
done
check "what comes after it is not said" never_saw alice "not said"

client alice2 -n alice
check "a name that is taken ends it with 1" exits alice2 1
check "and the reason is told" complains alice2 "the name alice is taken, choose another one"
allow_stderr alice2

refute "every line of alice is a message or a notice" \
    grep -v -e '^[a-z]*: ' -e '^\* ' "$TMP/alice.out"
stop server
check "the shutdown is told" sees alice "* the server is shutting down"
# Nobody is there: a script must not wait for ever, with lines that are not sent yet or without.
start_server stage1
stop server
for lines in 'hi' ''; do
    printf '%s' "$lines" >"$TMP/lines"
    # shellcheck disable=SC2016
    start lonely sh -c 'exec "$1" -n lonely -p "$2" <"$3"' - "$(lib_program stage1 client)" \
        "$port" "$TMP/lines"
    allow_stderr lonely
    check "without a server a script's client ends with 1 (its lines: '$lines')" exits lonely 1
    check "and says why" complains lonely "no answer from 127.0.0.1 port $port; is a server running"
done

# A name that looks like an answer hides nobody.
start_server stage1
client ann -n ann
check "ann comes" sees ann "* welcome, ann"
client odd -n "welcome, nobody"
check "one with an odd name comes" sees odd "* welcome, welcome, nobody"
check "and is seen to come" sees ann "welcome, nobody joined"
hangup odd
check "and to leave" sees ann "* welcome, nobody left"

done_testing
