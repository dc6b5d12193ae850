#!/bin/sh
# The client in a script: lines in, lines out, without a terminal.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
STAGE=stage3
start_server stage3
fingerprint=$(sed -n 's/^stage3 server: key //p' "$TMP/server.out")

client alice -n alice -c lounge
check "the one who creates is welcomed" sees alice "* welcome, alice"
check "the first time, the key is shown" sees alice "$fingerprint"
client bob -j lounge
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "the second time, the key is known" never_saw bob "$fingerprint"
check "who comes is told of" sees alice "bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "a line goes to the other one" sees bob "alice: a second line"
check "and back" sees alice "bob: hello, alice"
check "one's own lines are not printed" never_saw alice "hello, bob"

types bob "//shrug" "  two blanks before" "" "$(printf '\342\200\213 \343\200\200')"
check "// says a line that begins with /" sees alice "bob: /shrug"
check "blanks stay" sees alice "bob:   two blanks before"
types bob "/help"
check "/help is answered" sees bob \
    "* /who lists who is here, /invite prints a line for a friend's shell, /leave or /quit leaves, /kick NAME kicks a member (host only), //x says /x"
types bob "/nonsense" "after"
check "so is an unknown command" sees bob "* there is no such command; /help lists them"
check "which is not said to anybody" sees alice "bob: after"
said() { grep -c "^bob: " "$TMP/alice.out"; }
check "nor are lines of nothing visible" test "$(said)" -eq 4
check "it is not" never_saw alice "nonsense"
types bob "/kick alice"
check "what the host alone can do" sees bob "* only the host can do that"
types alice "/who" "/kick carol" "/kick alice"
check "/who names both" sees alice "alice (host), bob"
check "nobody is called so" sees alice "* nobody here is called carol"
check "the host does not kick itself" sees alice "* to leave, type /leave"

types bob "the last words"
hangup bob
check "at the end of its input it ends with 0" exits bob 0
check "its last words have arrived" sees alice "bob: the last words"
check "and its leaving is told" sees alice "* bob left"

client carol -n carol -j lounge
check "a newcomer is welcomed" sees carol "* welcome, carol"
before_welcome() { sed '/welcome/q' "$TMP/carol.out" | grep -q -x "bob: the last words"; }
check "after what was said before" before_welcome
for word in /quit /leave /exit; do
    client dora -n dora -j lounge
    types dora "$word" "not said"
    check "$word ends it with 0" exits dora 0
done
check "what comes after it is not said" never_saw alice "not said"

# A refusal: one line tells why.
refused() { # WHY STATUS OPTION...
    why=$1
    as=$2
    shift 2
    rm -f "$TMP/eve.err"
    client eve "$@"
    allow_stderr eve
    exits eve "$as" && complains eve "$why" && has_lines "$TMP/eve.err" 1 &&
        [ ! -s "$TMP/eve.out" ] && return 0
    cat "$TMP/eve.err" "$TMP/eve.out"
    return 1
}
check "a room that exists cannot be created" refused "already" 1 -n eve -c lounge
check "one that does not exist cannot be joined" refused "no room" 1 -n eve -j attic
check "a name that is taken" refused "has that name" 1 -n alice -j lounge
check "the one who is there has not noticed" never_saw alice "eve"

client bob -n bob -j lounge
check "bob comes back" sees bob "* welcome, bob"
types bob "here again"
check "the host hears of it" sees alice "bob: here again"
types alice "/kick bob"
check "who is kicked is told" sees bob "* you were kicked by the host"
check "and ends with 6, without waiting for input" exits bob 6
check "the others are told" sees carol "* bob was kicked by the host"
types alice "/quit"
check "the host leaves" exits alice 0
check "and does not hear of it itself" never_saw alice "is closed:"
check "the others are told" sees carol "* the room is closed: the host has left"
check "and end with 7, without waiting for input" exits carol 7
refute "every line is a message or a notice" \
    grep -v -e '^[a-z]*: ' -e '^\* ' "$TMP/alice.out" "$TMP/bob.out" "$TMP/carol.out" -h

# Passwords, on a path that is recorded.
straight=$port
start way "$TOOLS/lossy" -w "$TMP/recording" "$host" "$port"
check "somebody on the way writes all down" sees way "listening on"
port=$(sed -n 's/.*://p' "$TMP/way.out")
trust_server
CHAT_PASSWORD="open sesame"
export CHAT_PASSWORD
client alice -n alice -c cave
check "a room with a password" sees alice "* welcome, alice"
client bob -n bob -j cave
check "who knows it comes in" sees bob "* welcome, bob"
types alice "between us"
check "and reads" sees bob "alice: between us"
unset CHAT_PASSWORD
start list "$(lib_program stage3 client)" -l -p "$port"
check "-l ends with 0" exits list 0
check "it shows that the room is locked" sees list "cave: 2 members (locked)"
check "without it nobody comes in" refused "wrong password" 3 -n eve -j cave
CHAT_PASSWORD="open barley"
export CHAT_PASSWORD
check "nor with another one" refused "wrong password" 3 -n eve -j cave
unset CHAT_PASSWORD
holds() { grep -a -q -e "$1" "$TMP/recording"; }
check "the recording is long enough for three requests" \
    [ "$(wc -c <"$TMP/recording")" -gt 3000 ]
refute "the password did not cross the wire" holds "sesame"
refute "nor what was said" holds "between us"
refute "nor a wrong password" holds "barley"
port=$straight

# Keys.
start list "$(lib_program stage3 client)" -l -p "$port" -k "$fingerprint"
check "-k with the key that it is" exits list 0
other=$(printf '%064d' 7)
check "-k with another one" refused "another key" 4 -n eve -c attic -k "$other"
sed "s/ .*/ $other/" "$TMP/.chat3_known" >"$TMP/changed"
CHAT_KNOWN=$TMP/changed
export CHAT_KNOWN
check "a key that is not that of last time" refused "HAS CHANGED" 4 -n eve -c attic
unset CHAT_KNOWN

# Several servers.
start elsewhere "$(lib_program stage3 client)" -l "127.0.0.1:1,127.0.0.1:$port"
check "the next server is tried" exits elsewhere 0
check "and answers" sees elsewhere "cave: 2 members (locked)"

stop server
check "the shutdown is told" sees alice "* the room is closed: the server is shutting down"
check "and ends them" exits bob 7
check "all of them" exits alice 7

# Limits.
start_server stage3 -m 2 -M 3
client alice -n alice -c lounge
check "alice is there" sees alice "* welcome, alice"
client bob -n bob -j lounge
check "bob is there" sees bob "* welcome, bob"
check "the room is full" refused "room is full" 5 -n carol -j lounge
client carol -n carol -c attic
check "there is another room" sees carol "* welcome, carol"
check "the server is full" refused "server is full" 5 -n dora -j attic

done_testing
