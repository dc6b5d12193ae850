#!/bin/sh
# The first visit to a server: nothing that helps to guess a password leaves the client before the
# key is confirmed. A stranger is in the server's place, with a key of its own.
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
        bail "a stranger listens" "$TMP/stranger.err"
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
check "a script's password goes to nobody at a first visit: status 4" exits alice 4
check "the stranger was asked for its key, once" shown 1
refute "and got nothing by which to guess" grep -e proof -e password "$TMP/stranger.out"
check "the script is told the fingerprint" complains alice "$fingerprint"
check "and what to do" complains alice "say -k $fingerprint"
refute "nothing is noted" knows "$fingerprint"

start carol "$ours" -p "$port" -n carol -c cave -k "$fingerprint"
allow_stderr carol
check "who demands the stranger's key" ended carol
check "gets what was asked for: the proof" sees stranger "has a proof for cave"
check "by which a word that fits is found" sees stranger "the password of cave is open sesame"
unset CHAT_PASSWORD

# --- a server without a valid answer is not noted ---

start bob "$ours" -p "$port" -n bob -j cave
allow_stderr bob
check "without a password the request goes out, as ever" sees stranger "bob wants cave"
check "and ends, when the stranger hangs up, with 1" exits bob 1
check "the key that was seen is named" complains bob "$fingerprint"
refute "and not noted" knows "$fingerprint"
stop stranger
start_stranger "$port" -b
start bob "$ours" -p "$port" -l
allow_stderr bob
check "one that says in the clear that it is busy is asked again" shown 2
refute "and is not noted either" knows "$fingerprint"
stop bob
stop stranger

# --- the real server ---

server=$(lib_program stage3 server)
HOME=$TMP/owner # its key is in another home than the clients' notes
mkdir "$HOME"
start server "$server" -p "$port"
"$TOOLS/await" 60 "$TMP/server.out" 1 "listening on" || bail "the server makes a key" "$TMP/server.err"
real=$(key_of server)
HOME=$TMP
CHAT_PASSWORD="open sesame"
export CHAT_PASSWORD
start eve "$ours" -p "$port" -n eve -c cave
allow_stderr eve
check "a server on this machine may be another user's: it is not trusted for its address" exits eve 4
check "its fingerprint is shown" complains eve "$real"
client host -n host -c cave -k "$real"
check "-k lets in" sees host "* welcome, host"
refute "what was demanded is not noted" knows "$real"
printf '127.0.0.1:%s %s\n' "$port" "$real" >"$known"
client dave -n dave -j cave
check "so does the file of known servers" sees dave "* welcome, dave"
stop dave
rm "$known"

cp "$TMP/owner/.chat3_key" "$TMP/.chat3_key"
client erin -n erin -j cave
check "the key of one's own key file is trusted" sees erin "* welcome, erin"
check "and noted, once it has answered" knows "127.0.0.1:$port $real"
stop erin
chmod 644 "$TMP/.chat3_key"
rm "$known"
start eve "$ours" -p "$port" -n eve -j cave
allow_stderr eve
check "not so a key that others can read" exits eve 4
rm "$TMP/.chat3_key"
mkfifo "$TMP/.chat3_key"
start eve "$ours" -p "$port" -n eve -j cave
allow_stderr eve
check "nor anything else in its place" exits eve 4
rm "$TMP/.chat3_key"
unset CHAT_PASSWORD

"$ours" -p "$port" -l >"$TMP/list"
check "a list is shown at a first visit, with the fingerprint" grep -q "$real" "$TMP/list"
check "and notes it: it was shown" knows "127.0.0.1:$port $real"
rm "$known"

# --- the window ---

start_gui
check "a window" get_in
web_play "it asks whether the key is right, and notes none for a list or a refusal" -t 60 <<EOT
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
refute "nothing is noted so far" knows "$real"
web_play "a yes to that very key lets in" -t 60 <<EOT
c connects
c posts /join {"room":"cave","name":"walter","password":"open sesame","fingerprint":"$real"}
EOT
check "he is in" sees host "walter joined"
check "and the key is noted" knows "127.0.0.1:$port $real"
stop gui

# Between the question and the yes another server has taken the place: the yes only holds for the
# key.
rm "$known"
start_gui
check "another window" get_in
web_play "it asks" -t 60 <<EOT
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
web_play "and does not take another key for that one" -t 60 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"refused","room":"1","why":"Compare this fingerprint of the key of 127.0.0.1:$port with what the server printed at its start: whoever has that key can guess at your password. Is it the same?","status":"key-unknown","fingerprint":"$real"}
s told {"kind":"now"}
a connects
a posts /join {"room":"cave","name":"walter","password":"open sesame","fingerprint":"$real"}
s told {"kind":"refused","room":"2","why":"127.0.0.1:$port has another key than the one demanded","status":"key-changed","fingerprint":"$fingerprint"}
EOT
refute "the stranger has no proof this time either" grep -e proof -e password "$TMP/stranger.out"
done_testing
