#!/bin/sh
# A recording of a whole session reveals no name, no password and no text; the server's memory has
# no text and no password of a locked room; and a recording that is replayed has no effect, from
# whatever address.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3
real=$port
start lossy "$TOOLS/lossy" -w "$TMP/recording" "$host" "$port"
check "the recording path is ready" sees lossy "listening on"
port=$(sed -n 's/.*://p' "$TMP/lossy.out")
trust_server

CHAT_PASSWORD=rhinozeros-passwort
export CHAT_PASSWORD
client alice -n alice-mueller -c geheimzimmer
check "alice creates a locked room" sees alice "* welcome, alice-mueller"
client bob -n bob-becker -j geheimzimmer
check "alice sees that bob joined" sees alice "bob-becker joined"
types alice "the-treasure-is-under-the-oak"
check "bob sees alice's line" sees bob "the-treasure-is-under-the-oak"
types bob "and-the-map-is-in-the-attic"
check "alice sees bob's line" sees alice "and-the-map-is-in-the-attic"
CHAT_PASSWORD=
client carol -n carol-schmidt -c offenes-zimmer
check "carol creates an open room" sees carol "* welcome, carol-schmidt"
types carol "what-is-said-in-the-open-room"
"$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"
check "the list has the open room" grep -q "offenes-zimmer: 1 member" "$TMP/list"

holds() { grep -a -q -e "$1" "$TMP/recording"; }
check "the path has recorded datagrams" [ -s "$TMP/recording" ]
for secret in alice-mueller bob-becker carol-schmidt geheimzimmer offenes-zimmer \
    rhinozeros-passwort the-treasure-is and-the-map-is what-is-said-in; do
    refute "the recording does not hold $secret" holds $secret
done

# AddressSanitizer reads /proc/self/environ at the start of a program, and keeps a copy.
is_sanitized() { echo "${CFLAGS:-}" | grep -q sanitize; }
server_pid=$(lib_get pid server)
looked=0
"$TOOLS/remember" "$server_pid" chat3 >"$TMP/look" 2>&1 || looked=$?
if [ $looked = 2 ]; then
    skip "the server's memory has no locked room's secrets" "a system that lets us look into it"
else
    remembers() { "$TOOLS/remember" "$server_pid" "$@"; }
    check "the server's memory has the line of the open room" remembers what-is-said-in
    refute "the server's memory has no line of the locked room" \
        remembers the-treasure-is and-the-map-is
    refute "the server's memory has no password" remembers rhinozeros-passwort
    in_alice() { "$TOOLS/remember" "$(lib_get pid alice)" "$@"; }
    check "the client's memory has its user's name" in_alice alice-mueller
    if is_sanitized; then
        skip "the client's memory has no password" "a program of which no sanitizer keeps a copy"
    else refute "the client's memory has no password" in_alice rhinozeros-passwort; fi
fi

# Programs that are started with the password in their environment by mistake remove it, and
# programs that they start do not get it. And no program leaves its secrets in a core file.
CHAT_PASSWORD=nashorn-passwort
start other "$(lib_program stage3 server)" -p 0 -k "$TMP/key"
check "a server with a password in its environment gets ready" sees other "listening on"
start gui "${STAGE3_GUI:-$ROOT/stage3/gui}" -w 0 --no-open -p "$real"
check "a window with a password in its environment gets ready" sees gui "key="
CHAT_PASSWORD=
for name in other gui; do
    pid=$(lib_get pid $name)
    if [ $looked = 2 ]; then
        skip "the memory of $name has no password" "a system that lets us look into it"
    elif is_sanitized; then
        skip "the memory of $name has no password" "a program of which no sanitizer keeps a copy"
    else refute "the memory of $name has no password" "$TOOLS/remember" "$pid" nashorn-passwort; fi
done
for name in server alice gui; do
    limits=/proc/$(lib_get pid $name)/limits
    if [ -r "$limits" ]; then
        check "$name makes no core file" grep -q '^Max core file size  *0  *0 ' "$limits"
    else skip "$name makes no core file" "$limits"; fi
done
stop other
stop gui

cp "$TMP/recording" "$TMP/replayed"
"$TOOLS/replay" "$TMP/replayed" "$host" "$real" >"$TMP/replay"
check "replayed datagrams get no answer" grep -q " 0 of 0 bytes came back" "$TMP/replay"
"$TOOLS/replay" -c "$TMP/replayed" "$host" "$real" >"$TMP/replay"
# Each gets a key response of 576 bytes and one byte in the clear behind 32: malformed. Those that
# only ask for the key (288 bytes) get it.
not_opened() {
    grep -v '^replay: 288 bytes, 576 came back' "$TMP/replay" >"$TMP/requests"
    ! grep -v '609 came back, the last is 05$' "$TMP/requests" && has_lines "$TMP/requests" 4
}
check "replayed requests do not open" not_opened
types bob "after the replay"
check "alice sees bob's line after the replay" sees alice "bob-becker: after the replay"
once() { [ "$(grep -c "$2" "$TMP/$1.out")" = 1 ]; }
check "alice sees bob's recorded line only once" once alice and-the-map-is
check "bob sees alice's recorded line only once" once bob the-treasure-is

# The server is started again: no earlier recording gets an answer.
stop lossy
for name in alice bob carol; do
    allow_stderr $name
    stop $name KILL
done
stop server
start_server stage3
"$TOOLS/replay" "$TMP/replayed" "$host" "$port" >"$TMP/replay"
check "a restarted server does not answer replayed datagrams" \
    grep -q " 0 of 0 bytes came back" "$TMP/replay"
"$TOOLS/replay" -c "$TMP/replayed" "$host" "$port" >"$TMP/replay"
check "a restarted server opens no replayed requests" not_opened
done_testing
