#!/bin/sh
# The client in a script: lines in, lines out, without a terminal.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
STAGE=stage3
start_server stage3
fingerprint=$(sed -n 's/^stage3 server: key //p' "$TMP/server.out")

client alice -n alice -c lounge
check "the creator of a room is welcomed" sees alice "* welcome, alice"
check "the first visit shows the server's key" sees alice "$fingerprint"
client bob -j lounge
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "the second visit does not show the key" never_saw bob "$fingerprint"
check "alice sees that bob joined" sees alice "bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "bob sees alice's second line" sees bob "alice: a second line"
check "alice sees bob's line" sees alice "bob: hello, alice"
check "alice does not see her own line" never_saw alice "hello, bob"

types bob "//shrug" "  two blanks before" "" "$(printf '\342\200\213 \343\200\200')"
check "a line that begins with // is sent with one slash" sees alice "bob: /shrug"
check "spaces at the start of a line are kept" sees alice "bob:   two blanks before"
types bob "/help"
check "/help lists the commands" sees bob \
    "* /who lists who is here, /invite prints a line for a friend's shell, /leave or /quit leaves, /kick NAME kicks a member (host only), //x says /x"
types bob "/nonsense" "after"
check "an unknown command is explained" sees bob "* there is no such command; /help lists them"
check "a line after an unknown command arrives" sees alice "bob: after"
said() { grep -c "^bob: " "$TMP/alice.out"; }
check "invisible lines are not sent" test "$(said)" -eq 4
check "the unknown command is not sent" never_saw alice "nonsense"
types bob "/kick alice"
check "a guest cannot kick" sees bob "* only the host can do that"
types alice "/who" "/kick carol" "/kick alice"
check "/who lists both members" sees alice "alice (host), bob"
check "a kick of an unknown name is explained" sees alice "* nobody here is called carol"
check "the host cannot kick itself" sees alice "* to leave, type /leave"

types bob "the last words"
hangup bob
check "the client exits with 0 at the end of its input" exits bob 0
check "the last line before the end of input arrives" sees alice "bob: the last words"
check "alice sees that bob left" sees alice "* bob left"

client carol -n carol -j lounge
check "a newcomer is welcomed" sees carol "* welcome, carol"
before_welcome() { sed '/welcome/q' "$TMP/carol.out" | grep -q -x "bob: the last words"; }
check "a newcomer sees the earlier lines before the welcome" before_welcome
for word in /quit /leave /exit; do
    client dora -n dora -j lounge
    types dora "$word" "not said"
    check "$word ends the client with 0" exits dora 0
done
check "a line after /quit, /leave or /exit is not sent" never_saw alice "not said"

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
check "a room that does not exist cannot be joined" refused "no room" 1 -n eve -j attic
check "a name that is taken is refused" refused "has that name" 1 -n alice -j lounge
check "the owner of the name sees nothing of it" never_saw alice "eve"

client bob -n bob -j lounge
check "bob joins again" sees bob "* welcome, bob"
types bob "here again"
check "the host sees bob's line" sees alice "bob: here again"
types alice "/kick bob"
check "a kicked member is told so" sees bob "* you were kicked by the host"
check "a kicked client exits with 6, without waiting for input" exits bob 6
check "the others are told about the kick" sees carol "* bob was kicked by the host"
types alice "/quit"
check "the host leaves and exits with 0" exits alice 0
check "the host is not told about the closed room" never_saw alice "is closed:"
check "carol is told that the room is closed" sees carol "* the room is closed: the host has left"
check "carol's client exits with 7, without waiting for input" exits carol 7
refute "every line is a message or a notice" \
    grep -v -e '^[a-z]*: ' -e '^\* ' "$TMP/alice.out" "$TMP/bob.out" "$TMP/carol.out" -h

# Passwords, on a path that is recorded.
straight=$port
start way "$TOOLS/lossy" -w "$TMP/recording" "$host" "$port"
check "the recording path is ready" sees way "listening on"
port=$(sed -n 's/.*://p' "$TMP/way.out")
trust_server
CHAT_PASSWORD="open sesame"
export CHAT_PASSWORD
client alice -n alice -c cave
check "alice creates a room with a password" sees alice "* welcome, alice"
client bob -n bob -j cave
check "bob joins with the password" sees bob "* welcome, bob"
types alice "between us"
check "bob sees alice's line" sees bob "alice: between us"
unset CHAT_PASSWORD
start list "$(lib_program stage3 client)" -l -p "$port"
check "-l exits with 0" exits list 0
check "-l shows that the room is locked" sees list "cave: 2 members (locked)"
check "nobody joins without the password" refused "wrong password" 3 -n eve -j cave
CHAT_PASSWORD="open barley"
export CHAT_PASSWORD
check "nobody joins with another password" refused "wrong password" 3 -n eve -j cave
unset CHAT_PASSWORD
holds() { grep -a -q -e "$1" "$TMP/recording"; }
check "the recording is long enough for three requests" \
    [ "$(wc -c <"$TMP/recording")" -gt 3000 ]
refute "the recording does not hold the password" holds "sesame"
refute "the recording does not hold a line" holds "between us"
refute "the recording does not hold a wrong password" holds "barley"
port=$straight

# Keys.
start list "$(lib_program stage3 client)" -l -p "$port" -k "$fingerprint"
check "-k with the server's key is accepted" exits list 0
other=$(printf '%064d' 7)
check "-k with another key is refused" refused "another key" 4 -n eve -c attic -k "$other"
sed "s/ .*/ $other/" "$TMP/.chat3_known" >"$TMP/changed"
CHAT_KNOWN=$TMP/changed
export CHAT_KNOWN
check "a key that differs from the stored one is refused" refused "HAS CHANGED" 4 -n eve -c attic
unset CHAT_KNOWN

# Several servers.
start elsewhere "$(lib_program stage3 client)" -l "127.0.0.1:1,127.0.0.1:$port"
check "the client tries the next server" exits elsewhere 0
check "the next server answers" sees elsewhere "cave: 2 members (locked)"

stop server
check "alice is told that the server shuts down" \
    sees alice "* the room is closed: the server is shutting down"
check "bob's client exits with 7" exits bob 7
check "alice's client exits with 7" exits alice 7

# Limits.
start_server stage3 -m 2 -M 3
client alice -n alice -c lounge
check "alice is welcomed by the small server" sees alice "* welcome, alice"
client bob -n bob -j lounge
check "bob is welcomed by the small server" sees bob "* welcome, bob"
check "a full room refuses a member" refused "room is full" 5 -n carol -j lounge
client carol -n carol -c attic
check "carol creates another room" sees carol "* welcome, carol"
check "a full server refuses a member" refused "server is full" 5 -n dora -j attic

done_testing
