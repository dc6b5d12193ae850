#!/bin/sh
# The client in a script: lines in, lines out, without a terminal.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage2
start_server stage2

client alice -n alice -c lounge
check "the one who creates is welcomed" sees alice "* welcome, alice"
client bob -j lounge
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "who comes is told of" sees alice "bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "a line goes to the other one" sees bob "alice: a second line"
check "and back" sees alice "bob: hello, alice"
check "one's own lines are not printed" never_saw alice "hello, bob"

types bob "//shrug" "  two blanks before" ""
check "// says a line that begins with /" sees alice "bob: /shrug"
check "blanks stay" sees alice "bob:   two blanks before"
types bob "/help"
check "/help is answered" sees bob \
    "* /who lists who is here, /leave leaves, /kick NAME kicks a member (host only), //x says /x"
types bob "/nonsense" "after"
check "so is an unknown command" sees bob "* there is no such command; /help lists them"
check "which is not said to anybody" sees alice "bob: after"
check "it is not" never_saw alice "nonsense"
types bob "/kick alice"
check "what the host alone can do" sees bob "* only the host can do that"
types alice "/who"
check "/who names both" sees alice "alice (host)"

types bob "the last words"
hangup bob
check "at the end of its input it ends with 1, as two lines were refused" exits bob 1
check "and tells so" complains bob "2 of the lines were not sent"
allow_stderr bob
check "its last words have arrived" sees alice "bob: the last words"
check "and its leaving is told" sees alice "* bob left"

for word in /quit /leave /exit; do
    client carol -n carol -j lounge
    types carol "$word" "not said"
    check "$word ends it with 0" exits carol 0
done
check "what comes after it is not said" never_saw alice "not said"

# A line that is refused is no success; only if all lines were sent the client ends with 0.
lost() { # LINE
    client fran -n fran -j lounge
    types fran "before" "$1" "after"
    hangup fran
    exits fran 1 && complains fran "1 of the lines were not sent"
}
check "a line that is not UTF-8 is refused" lost "$(printf 'half \303')"
check "one that is too long" lost "$(printf '%04200d' 0)"
check "a command that is none" lost "/nothing"
check "/kick of one who is no host" lost "/kick alice"
allow_stderr fran
client gus -n gus -j lounge
types gus "/who" "a line"
hangup gus
check "a client whose lines were all said ends with 0" exits gus 0

# The client accepts the address as the server prints it.
start harry "$(lib_program stage2 client)" -n harry -j lounge "127.0.0.1:$port"
check "HOST:PORT is a host" exits harry 0
start harry "$(lib_program stage2 client)" -l "[127.0.0.1]:$port"
check "and so is [ADDRESS]:PORT" exits harry 0
start harry "$(lib_program stage2 client)" -l "[::1"
check "but not half of it" exits harry 2
check "which is named" complains harry '"[::1" is no HOST'
allow_stderr harry

# A refusal: one line tells why, and the status is 1.
refused() { # WHY OPTION...
    why=$1
    shift
    rm -f "$TMP/eve.err"
    client eve "$@"
    allow_stderr eve
    exits eve 1 && complains eve "$why" && has_lines "$TMP/eve.err" 1 && [ ! -s "$TMP/eve.out" ] &&
        return 0
    cat "$TMP/eve.err" "$TMP/eve.out"
    return 1
}
check "a room that exists cannot be created" refused "already" -n eve -c lounge
check "one that does not exist cannot be joined" refused "no room" -n eve -j attic
check "a name that is taken" refused "has that name" -n alice -j lounge
check "the one who is there has not noticed" never_saw alice "eve"

client bob -n bob -j lounge
check "bob comes back" sees bob "* welcome, bob"
client carol -n carol -j lounge
check "carol too" sees carol "* welcome, carol"
types alice "/kick bob"
check "who is kicked is told" sees bob "* you were kicked by the host"
check "and ends with 1, without waiting for input" exits bob 1
allow_stderr bob
check "the others are told" sees carol "* bob was kicked by the host"
types alice "/quit"
check "the host leaves" exits alice 0
check "the others are told" sees carol "* the room is closed: the host has left"
check "and end with 0, without waiting for input" exits carol 0
refute "every line is a message or a notice" \
    grep -v -e '^[a-z]*: ' -e '^\* ' "$TMP/alice.out" "$TMP/bob.out" "$TMP/carol.out" -h

# -l prints the rooms and ends.
start list "$(lib_program stage2 client)" -l -p "$port"
check "-l of no rooms ends with 0" exits list 0
client alice -n alice -c 部屋
client bob -n bob -c "at tic"
check "two rooms" sees alice "* welcome, alice"
check "are there" sees bob "* welcome, bob"
client carol -n carol -j 部屋
check "and three people" sees carol "* welcome, carol"
start list "$(lib_program stage2 client)" -l -p "$port"
check "-l ends with 0" exits list 0
listed() {
    grep -q '^at tic: 1 member$' "$TMP/list.out" && grep -q '^部屋: 2 members$' "$TMP/list.out" &&
        has_lines "$TMP/list.out" 2
}
check "it lists them, one a line" listed
client carol2 -l
types carol2 "nonsense"
check "-l asks for nothing" exits carol2 0
stop server
check "the shutdown is told" sees alice "* the server is shutting down"

# Limits.
start_server stage2 -m 2 -M 3
client alice -n alice -c lounge
check "alice is there" sees alice "* welcome, alice"
client bob -n bob -j lounge
check "bob is there" sees bob "* welcome, bob"
check "the room is full" refused "room is full" -n carol -j lounge
client carol -n carol -c attic
check "there is another room" sees carol "* welcome, carol"
check "the server is full" refused "server is full" -n dora -j attic

done_testing
