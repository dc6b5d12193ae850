#!/bin/sh
# The client in a script: lines in, lines out, without a terminal.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage2
start_server stage2

client alice -n alice -c lounge
check "the creator of a room is welcomed" sees alice "* welcome, alice"
client bob -j lounge
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "alice sees that bob joined" sees alice "bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "bob sees alice's second line" sees bob "alice: a second line"
check "alice sees bob's line" sees alice "bob: hello, alice"
check "alice does not see her own line" never_saw alice "hello, bob"

types bob "//shrug" "  two blanks before" ""
check "a line that begins with // is sent with one slash" sees alice "bob: /shrug"
check "spaces at the start of a line are kept" sees alice "bob:   two blanks before"
types bob "/help"
check "/help lists the commands" sees bob \
    "* /who lists who is here, /leave leaves, /kick NAME kicks a member (host only), //x says /x"
types bob "/nonsense" "after"
check "an unknown command is explained" sees bob "* there is no such command; /help lists them"
check "a line after an unknown command arrives" sees alice "bob: after"
check "the unknown command is not sent" never_saw alice "nonsense"
types bob "/kick alice"
check "a guest cannot kick" sees bob "* only the host can do that"
types alice "/who"
check "/who lists the host" sees alice "alice (host)"

types bob "the last words"
hangup bob
check "a client exits with 1 at the end of its input if lines were refused" exits bob 1
check "the client prints how many lines were not sent" complains bob "2 of the lines were not sent"
allow_stderr bob
check "the last line before the end of input arrives" sees alice "bob: the last words"
check "alice sees that bob left" sees alice "* bob left"

for word in /quit /leave /exit; do
    client carol -n carol -j lounge
    types carol "$word" "not said"
    check "$word ends the client with 0" exits carol 0
done
check "a line after /quit, /leave or /exit is not sent" never_saw alice "not said"

# A line that is refused is a failure: the client ends with 0 only if all lines were sent.
lost() { # LINE
    client fran -n fran -j lounge
    types fran "before" "$1" "after"
    hangup fran
    exits fran 1 && complains fran "1 of the lines were not sent"
}
check "a line that is not UTF-8 is refused" lost "$(printf 'half \303')"
check "a line that is too long is refused" lost "$(printf '%04200d' 0)"
check "an unknown command counts as a refused line" lost "/nothing"
check "a guest's /kick counts as a refused line" lost "/kick alice"
allow_stderr fran
client gus -n gus -j lounge
types gus "/who" "a line"
hangup gus
check "a client whose lines were all sent exits with 0" exits gus 0

# The client accepts the address as the server prints it.
start harry "$(lib_program stage2 client)" -n harry -j lounge "127.0.0.1:$port"
check "HOST:PORT is accepted as a server" exits harry 0
start harry "$(lib_program stage2 client)" -l "[127.0.0.1]:$port"
check "[ADDRESS]:PORT is accepted as a server" exits harry 0
start harry "$(lib_program stage2 client)" -l "[::1"
check "an unclosed bracket is refused" exits harry 2
check "the client names the wrong server" complains harry '"[::1" is no HOST'
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
check "a room that does not exist cannot be joined" refused "no room" -n eve -j attic
check "a name that is taken is refused" refused "has that name" -n alice -j lounge
check "the owner of the name sees nothing of it" never_saw alice "eve"

client bob -n bob -j lounge
check "bob joins again" sees bob "* welcome, bob"
client carol -n carol -j lounge
check "carol joins" sees carol "* welcome, carol"
types alice "/kick bob"
check "a kicked member is told so" sees bob "* you were kicked by the host"
check "a kicked client exits with 1, without waiting for input" exits bob 1
allow_stderr bob
check "the others are told about the kick" sees carol "* bob was kicked by the host"
types alice "/quit"
check "the host leaves and exits with 0" exits alice 0
check "carol is told that the room is closed" sees carol "* the room is closed: the host has left"
check "carol's client exits with 0, without waiting for input" exits carol 0
refute "every line is a message or a notice" \
    grep -v -e '^[a-z]*: ' -e '^\* ' "$TMP/alice.out" "$TMP/bob.out" "$TMP/carol.out" -h

# -l prints the rooms and ends.
start list "$(lib_program stage2 client)" -l -p "$port"
check "-l without rooms exits with 0" exits list 0
client alice -n alice -c 部屋
client bob -n bob -c "at tic"
check "alice creates a room" sees alice "* welcome, alice"
check "bob creates another room" sees bob "* welcome, bob"
client carol -n carol -j 部屋
check "carol joins alice's room" sees carol "* welcome, carol"
start list "$(lib_program stage2 client)" -l -p "$port"
check "-l with two rooms exits with 0" exits list 0
listed() {
    grep -q '^at tic: 1 member$' "$TMP/list.out" && grep -q '^部屋: 2 members$' "$TMP/list.out" &&
        has_lines "$TMP/list.out" 2
}
check "-l lists each room on a line" listed
client carol2 -l
types carol2 "nonsense"
check "-l does not read its input" exits carol2 0
stop server
check "alice is told that the server shuts down" sees alice "* the server is shutting down"

# Limits.
start_server stage2 -m 2 -M 3
client alice -n alice -c lounge
check "alice is welcomed by the small server" sees alice "* welcome, alice"
client bob -n bob -j lounge
check "bob is welcomed by the small server" sees bob "* welcome, bob"
check "a full room refuses a member" refused "room is full" -n carol -j lounge
client carol -n carol -c attic
check "carol creates another room" sees carol "* welcome, carol"
check "a full server refuses a member" refused "server is full" -n dora -j attic

done_testing
