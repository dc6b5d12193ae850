#!/bin/sh
# The first visit to a server: nothing that helps to guess a password leaves the client before the
# key is confirmed. A stranger has taken the server's place, with a key of its own.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
. "$(dirname "$0")/../lib/web.sh"
STAGE=stage3
PATIENCE=60 # a proof takes a third of a second on an idle core
ours=$(lib_program stage3 client)

# key_of PROGRAM: prints the fingerprint that the server has printed
key_of() { sed -n 's/^stage3 server: key //p' "$TMP/$1.out"; }
known=$TMP/.chat3_known
knows() { grep -q "$1" "$known" 2>/dev/null; }
start_stranger() { # PORT [OPTION]: it has the key of tests/key, and some words to guess
    lib_key
    start stranger "$TOOLS/stranger" ${2:+"$2"} "$1" "$TMP/key" "open barley" "open sesame"
    "$TOOLS/await" "$PATIENCE" "$TMP/stranger.out" 1 "listening on" ||
        bail "the stranger gets ready" "$TMP/stranger.err"
    port=$(sed -n 's/.*listening on //p' "$TMP/stranger.out")
}
# shown COUNT: the stranger has shown its key so many times
shown() { sees stranger "has shown its key" "$1"; }

# --- a stranger, and a script ---

start_server stage3 # only to learn the fingerprint of tests/key
fingerprint=$(key_of server)
stop server
start_stranger 0
CHAT_PASSWORD="open sesame"
export CHAT_PASSWORD
start alice "$ours" -p "$port" -n alice -j cave
allow_stderr alice
check "a client with a password exits with 4 at a first visit" exits alice 4
check "the stranger has shown its key once" shown 1
refute "the stranger gets nothing that helps to guess the password" \
    grep -e proof -e password "$TMP/stranger.out"
check "the client prints the fingerprint" complains alice "$fingerprint"
check "the client prints how to go on" complains alice "say -k $fingerprint"
refute "the stranger's key is not stored" knows "$fingerprint"

start carol "$ours" -p "$port" -n carol -c cave -k "$fingerprint"
allow_stderr carol
check "a client that demands the stranger's key ends" ended carol
check "the stranger gets the proof from a client that demands its key" \
    sees stranger "has a proof for cave"
check "the stranger finds a password that fits the proof" \
    sees stranger "the password of cave is open sesame"
unset CHAT_PASSWORD

# --- a server without a valid answer is not noted ---

start bob "$ours" -p "$port" -n bob -j cave
allow_stderr bob
check "a client without a password sends its request" sees stranger "bob wants cave"
check "the client exits with 1 when the stranger hangs up" exits bob 1
check "the client prints the fingerprint of the key" complains bob "$fingerprint"
refute "the key of a server that hung up is not stored" knows "$fingerprint"
stop stranger
start_stranger "$port" -b
start bob "$ours" -p "$port" -l
allow_stderr bob
check "a server that answers busy in the clear is asked again" shown 2
refute "the key of a busy server is not stored" knows "$fingerprint"
stop bob
stop stranger

# --- the real server ---

server=$(lib_program stage3 server)
HOME=$TMP/owner # its key is in another home than the clients' notes
mkdir "$HOME"
start server "$server" -p "$port"
"$TOOLS/await" 60 "$TMP/server.out" 1 "listening on" ||
    bail "the server makes a key" "$TMP/server.err"
real=$(key_of server)
HOME=$TMP
CHAT_PASSWORD="open sesame"
export CHAT_PASSWORD
start eve "$ours" -p "$port" -n eve -c cave
allow_stderr eve
check "a server on this machine is not trusted for its address" exits eve 4
check "the client prints the server's fingerprint" complains eve "$real"
client host -n host -c cave -k "$real"
check "-k with the server's key lets the client in" sees host "* welcome, host"
refute "a key given with -k is not stored" knows "$real"
printf '127.0.0.1:%s %s\n' "$port" "$real" >"$known"
client dave -n dave -j cave
check "a key in the file of known servers lets the client in" sees dave "* welcome, dave"
stop dave
rm "$known"

cp "$TMP/owner/.chat3_key" "$TMP/.chat3_key"
client erin -n erin -j cave
check "the key of the user's own key file is trusted" sees erin "* welcome, erin"
check "that key is stored after the server's answer" knows "127.0.0.1:$port $real"
stop erin
chmod 644 "$TMP/.chat3_key"
rm "$known"
start eve "$ours" -p "$port" -n eve -j cave
allow_stderr eve
check "a key file that others can read is not trusted" exits eve 4
rm "$TMP/.chat3_key"
mkfifo "$TMP/.chat3_key"
start eve "$ours" -p "$port" -n eve -j cave
allow_stderr eve
check "a FIFO in place of the key file is not trusted" exits eve 4
rm "$TMP/.chat3_key"
unset CHAT_PASSWORD

"$ours" -p "$port" -l >"$TMP/list"
check "-l at a first visit shows the list and the fingerprint" grep -q "$real" "$TMP/list"
check "-l stores the key that it showed" knows "127.0.0.1:$port $real"
rm "$known"

# --- the window ---

start_gui
check "the first window's key is exchanged for a cookie" get_in
web_play "the window asks about the key, and does not store it for a list or a refusal" -t 60 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
l connects
l posts /list {}
s told {"kind":"list","room":"1","rooms":[{"members":1,"locked":true,"name":"cave"}],"more":false}
r connects
r posts /join {"room":"cave","name":"walter","password":""}
s told {"kind":"refused","room":"2","why":"That room has a password. Type it.","status":"password"}
a connects
a posts /join {"room":"cave","name":"walter","password":"open sesame"}
s told {"kind":"refused","room":"3","why":"Compare this fingerprint of the key of 127.0.0.1:$port with what the server printed at its start: whoever has that key can guess at your password. Is it the same?","status":"key-unknown","fingerprint":"$real"}
b connects
b posts /join {"room":"cave","name":"walter","password":"open sesame","fingerprint":"$fingerprint"}
s told {"kind":"refused","room":"4","why":"Compare this fingerprint of the key of 127.0.0.1:$port with what the server printed at its start: whoever has that key can guess at your password. Is it the same?","status":"key-unknown","fingerprint":"$real"}
EOT
refute "the key is not stored before the answer" knows "$real"
web_play "the window accepts a yes to that key" -t 60 <<EOT
c connects
c posts /join {"room":"cave","name":"walter","password":"open sesame","fingerprint":"$real"}
EOT
check "the host sees that walter joined" sees host "walter joined"
check "the key is stored after the yes" knows "127.0.0.1:$port $real"
stop gui

# Another server takes the place between the question and the yes. The yes is only valid for the key
# that was shown.
rm "$known"
start_gui
check "the second window's key is exchanged for a cookie" get_in
web_play "the second window asks about the key" -t 60 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
a connects
a posts /join {"room":"cave","name":"walter","password":"open sesame"}
s told {"kind":"refused","room":"1","why":"Compare this fingerprint of the key of 127.0.0.1:$port with what the server printed at its start: whoever has that key can guess at your password. Is it the same?","status":"key-unknown","fingerprint":"$real"}
EOT
allow_stderr host
stop host
stop server
: >"$TMP/stranger.out"
start_stranger "$port"
web_play "the second window refuses another key than the confirmed one" -t 60 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"refused","room":"1","why":"Compare this fingerprint of the key of 127.0.0.1:$port with what the server printed at its start: whoever has that key can guess at your password. Is it the same?","status":"key-unknown","fingerprint":"$real"}
s told {"kind":"now"}
a connects
a posts /join {"room":"cave","name":"walter","password":"open sesame","fingerprint":"$real"}
s told {"kind":"refused","room":"2","why":"127.0.0.1:$port has another key than the one demanded","status":"key-changed","fingerprint":"$fingerprint"}
EOT
refute "the stranger gets no proof from the window" grep -e proof -e password "$TMP/stranger.out"
done_testing
