#!/bin/sh
# Invitations in the window: the line that it gives leads a terminal into the room, and a line leads
# the window to another server than its own, under the line's key and no other.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/web.sh"
keep_port
start_server stage3
fingerprint=$(sed -n 's/.*key //p' "$TMP/server.out")
trust_server
room="x'; echo broken >&2; '"
client alice -c "$room" -n alice
check "alice creates a room with an odd name" sees alice "* welcome, alice"

escaped() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; } # for JSON, and for talk
line="-k $fingerprint -j 'x'\\''; echo broken >&2; '\\''' 127.0.0.1:$port"
json=$(escaped "stage3/client $line")

start_gui
check "the first window's key is exchanged for a cookie" get_in
web_play "the window joins the room and gives an invitation" -t 15 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
x connects
x posts /join {"room":"$room","name":"window","password":""}
s told {"kind":"room","room":"1","cut":0,"locked":false,"state":"open","name":"$room","you":"window","host":"alice","why":"","members":["window","alice"]}
y connects
y posts /invite {"room":"1"}
y reads "HTTP/1.1 200 OK" CRLF "Content-Type: application/json" CRLF "Content-Length: " length=3 CRLF ALWAYS CRLF
y reads "$(escaped "{\"line\":\"$json\",\"local\":true}")"
z connects
z posts /invite {"room":"2"}
z reads "HTTP/1.1 404 "
EOT

# The friend has never met the server, and pastes the line as it is.
feed bob sh -c "cd '$ROOT' && CHAT_KNOWN='$TMP/known-bob' exec stage3/client -n bob $line"
check "a friend joins with the line in a shell" sees bob "* welcome, bob"
refute "the line runs nothing else in the shell" grep -q broken "$TMP/bob.err"
check "the friend leaves" hangup bob

# A window whose usual server is not there, and which has met none.
stop gui
: >"$TMP/.chat3_known"
home=$port
port=9
start_gui
check "the second window's key is exchanged for a cookie" get_in
web_play "the window reads the line" <<EOT
x connects
x posts /invitation {"invitation":"$json"}
x reads "HTTP/1.1 200 OK" CRLF "Content-Type: application/json" CRLF "Content-Length: " length=3 CRLF ALWAYS CRLF
x reads "{\"room\":\"$room\",\"server\":\"127.0.0.1:$home\",\"usual\":false,\"fingerprint\":\"$fingerprint\"}"
EOT
other=$(echo "$fingerprint" | tr '0-9a-f' '1-9a-f0')
web_play "the window refuses a server with another key than the line's" -t 15 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:9","rooms":[]}
s told {"kind":"now"}
x connects
x posts /join {"room":"other","name":"carol","password":"sesame","invitation":"stage3/client -k $other -j other 127.0.0.1:$home"}
s told {"kind":"refused","room":"1","why":"127.0.0.1:$home has another key than the one demanded","status":"key-changed","fingerprint":"$fingerprint"}
EOT
web_play "the window joins with the line and reports the server" -t 15 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:9","rooms":[]}
s told {"kind":"refused","room":"1","why":"127.0.0.1:$home has another key than the one demanded","status":"key-changed","fingerprint":"$fingerprint"}
s told {"kind":"now"}
x connects
x posts /join {"room":"$room","name":"carol","password":"","invitation":"$json"}
s told {"kind":"room","room":"2","cut":0,"locked":false,"state":"open","name":"$room","you":"carol","host":"alice","why":"","server":"127.0.0.1:$home","members":["carol","alice"]}
y connects
y posts /say {"room":"2","text":"here I am"}
y reads "HTTP/1.1 200 OK" CRLF
z connects
z posts /invite {"room":"2"}
z reads "HTTP/1.1 200 OK" CRLF "Content-Type: application/json" CRLF "Content-Length: " length=3 CRLF ALWAYS CRLF
z reads "$(escaped "{\"line\":\"$json\",\"local\":true}")"
EOT
check "alice sees the line from the second window" sees alice "carol: here I am"

refused() { # WHAT LINE: that line is no way to join
    web_play "$1" <<EOT
x connects
x posts /join {"room":"r","name":"n","invitation":"$(escaped "$2")"}
x reads "HTTP/1.1 400 Bad Request" CRLF "Content-Type: application/json" CRLF
y connects
y posts /invitation {"invitation":"$(escaped "$2")"}
y reads "HTTP/1.1 400 Bad Request" CRLF "Content-Type: application/json" CRLF
EOT
}
refused "a second command is refused" "stage3/client $line; id"
refused "a shell expression in a line is refused" "stage3/client -j \$(id) 127.0.0.1:$home"
refused "double quotes are refused" "stage3/client -j \"room\" 127.0.0.1:$home"
refused "another option is refused" "stage3/client -n eve -j room 127.0.0.1:$home"
refused "an invalid room name in a line is refused" "stage3/client -j 'a:b' 127.0.0.1:$home"
echo "127.0.0.1:$home $other" >"$TMP/.chat3_known"
refused "a line whose key differs from the stored one is refused" "stage3/client $line"
hangup alice
done_testing
