#!/bin/sh
# Rooms through the window's requests, as api.h promises them to the page.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/web.sh"
keep_port
start_server stage3
fingerprint=$(sed -n 's/.*key //p' "$TMP/server.out")
start_gui
check "the first window's key is exchanged for a cookie" get_in

# Our own two rooms have the handles 2 and 3; the list had 1.
web_play "the page lists, creates, says a line, joins another room and leaves" -t 10 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
x connects
x posts /list {}
s told {"kind":"list","room":"1","rooms":[],"more":false}
y connects
y posts /create {"room":"部屋","name":"花子","password":""}
s told {"kind":"room","room":"2","cut":0,"locked":false,"state":"open","name":"部屋","you":"花子","host":"花子","why":"","members":["花子"]}
s line 1 {"kind":"key","room":"2","id":1,"time":TIME,"fingerprint":"$fingerprint"}
z connects
z posts /say {"room":"2","text":"one\nline \u202e<b>\u0007 \"\\\\"}
s line 2 {"kind":"sent","room":"2","id":2,"time":TIME,"text":"one\nline �<b>� \"\\\\","number":1}
s line 3 {"kind":"said","room":"2","id":3,"time":TIME,"name":"花子","text":"one\nline �<b>� \"\\\\","number":1,"own":true}
u connects
u posts /create {"room":"other","name":"alice","password":""}
s told {"kind":"room","room":"3","cut":0,"locked":false,"state":"open","name":"other","you":"alice","host":"alice","why":"","members":["alice"]}
v connects
v posts /leave {"room":"3"}
s told {"kind":"gone","room":"3"}
EOT
web_play "a stream that starts later gets all events so far" <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":["2"]}
s told {"kind":"room","room":"2","cut":0,"locked":false,"state":"open","name":"部屋","you":"花子","host":"花子","why":"","members":["花子"]}
s told {"kind":"list","room":"1","rooms":[],"more":false}
s told {"kind":"gone","room":"3"}
s line 1 {"kind":"key","room":"2","id":1,"time":TIME,"fingerprint":"$fingerprint"}
s line 2 {"kind":"sent","room":"2","id":2,"time":TIME,"text":"one\nline �<b>� \"\\\\","number":1}
s line 3 {"kind":"said","room":"2","id":3,"time":TIME,"name":"花子","text":"one\nline �<b>� \"\\\\","number":1,"own":true}
s told {"kind":"room","room":"2","cut":0,"locked":false,"state":"open","name":"部屋","you":"花子","host":"花子","why":"","members":["花子"]}
s told {"kind":"now"}
EOT

client bob -j 部屋 -n bob
check "bob joins from a terminal" sees bob "* welcome, bob"
check "bob sees the line from before he joined" sees bob "花子: one line �<b>"
types bob "hello"
check "bob has seen the name of 花子" sees bob "花子" 1
client carol -j 部屋 -n carol
check "bob sees that carol joined" sees bob "carol joined"
web_play "a stream that resumes gets the events after the last one it has" -t 10 <<EOT
s connects
s writes <GET /events HTTP/1.1|HOST|COOKIE|Last-Event-ID: 5>
s reads "HTTP/1.1 200 OK" CRLF "Content-Type: text/event-stream" CRLF "Connection: close" CRLF ALWAYS CRLF "retry: 500" 0a 0a
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":["2"]}
s told {"kind":"room","room":"2","cut":0,"locked":false,"state":"open","name":"部屋","you":"花子","host":"花子","why":"","members":["花子","bob","carol"]}
s told {"kind":"list","room":"1","rooms":[],"more":false}
s told {"kind":"gone","room":"3"}
s line 6 {"kind":"joined","room":"2","id":6,"time":TIME,"name":"carol"}
s told {"kind":"room","room":"2","cut":0,"locked":false,"state":"open","name":"部屋","you":"花子","host":"花子","why":"","members":["花子","bob","carol"]}
s told {"kind":"now"}
x connects
x posts /kick {"room":"2","name":"carol"}
x reads "HTTP/1.1 200 OK" CRLF
s line 7 {"kind":"kicked","room":"2","id":7,"time":TIME,"name":"carol"}
y connects
y posts /kick {"room":"2","name":"carol"}
y reads "HTTP/1.1 409 Conflict" CRLF
EOT
check "carol's client ends after the kick" ended carol

# --- requests that make no sense ---

says() { # STATUS PATH JSON: this POST is answered with STATUS
    web_play "$2 $3: $1" <<EOT
x connects
x posts $2 $3
x reads "HTTP/1.1 $1 "
EOT
}
says 400 /say 'room'
says 400 /say '{"room":"2","text":"hi"'
says 400 /say '{"room":"2","text":["hi"]}'
says 400 /say '{"room":"2","text":"\ud800"}'
says 404 /say '{"room":2,"text":"hi"}'
says 404 /say '{"room":"02","text":"hi"}'
says 404 /say '{"room":"3","text":"hi"}'
says 404 /say '{"text":"hi"}'
says 409 /say '{"room":"2","text":""}'
says 409 /say '{"room":"2","text":" \u200b\n\u3000"}'
says 409 /say '{"room":"2"}'
says 409 /say "{\"room\":\"2\",\"text\":\"$(i=0; while [ $i -lt 401 ]; do i=$((i + 1)); printf 'ninebytes'; done)\"}"
says 200 /say "{\"room\":\"2\",\"text\":\"$(i=0; while [ $i -lt 400 ]; do i=$((i + 1)); printf 'ninebytes'; done)\"}"
says 409 /kick '{"room":"2","name":"花子"}'
says 409 /kick '{"room":"2"}'
says 404 /leave '{}'
web_play "an invalid name is reported with its field" <<'EOT'
x connects
x posts /join {"room":"a:b","name":"n"}
x reads "HTTP/1.1 400 Bad Request" CRLF "Content-Type: application/json" CRLF "Content-Length: " length=3 CRLF ALWAYS CRLF
x reads "{\"why\":\"That cannot be a room's name: at most 255 bytes, no colon or invisible character in it, no space at its ends, and no * / or { at its beginning.\",\"field\":\"room\"}"
EOT
for name in '' ' a' 'a:b' '*a' '/a' '{a' 'a\u0007' 'a\u202e' 'a\u200b' '\u00ada' 'a\ufe0f' 'a\u00a0' '\u3164'; do
    says 400 /join "{\"room\":\"r\",\"name\":\"$name\"}"
    says 400 /create "{\"room\":\"$name\",\"name\":\"n\"}"
done
web_play "a method that a path does not take is refused" <<'EOT'
x connects
x writes <GET /say HTTP/1.1|HOST|COOKIE>
x reads "HTTP/1.1 405 Method Not Allowed" CRLF
y connects
y writes <HEAD / HTTP/1.1|HOST|COOKIE> <GET /nothing HTTP/1.1|HOST|COOKIE>
y reads "HTTP/1.1 405 Method Not Allowed" CRLF "Content-Type: text/plain; charset=utf-8" CRLF
y reads "Content-Length: 19" CRLF ALWAYS "Allow: GET" CRLF CRLF
y reads [404]
EOT

# --- the end ---

check "the window's program ends at SIGTERM" stop gui
check "bob is told that the room is closed" sees bob "* the room is closed: the host has left"
stop bob

CHAT_PASSWORD=sesame client host -c house -n host
check "the host creates a room with a password" sees host "* welcome, host"
start_gui
check "the second window's key is exchanged for a cookie" get_in
web_play "each refusal to join tells its reason" -t 15 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
x connects
x posts /list {}
s told {"kind":"list","room":"1","rooms":[{"members":1,"locked":true,"name":"house"}],"more":false}
a connects
a posts /create {"room":"house","name":"eve","password":""}
s told {"kind":"refused","room":"2","why":"There is a room of that name already.","status":"exists"}
b connects
b posts /join {"room":"nowhere","name":"eve","password":""}
s told {"kind":"refused","room":"3","why":"There is no room of that name.","status":"none"}
c connects
c posts /join {"room":"house","name":"eve","password":"barley"}
s told {"kind":"refused","room":"4","why":"Wrong password for that room. (For a room without the lock sign, give none.)","status":"password"}
d connects
d posts /join {"room":"house","name":"host","password":"sesame"}
s told {"kind":"refused","room":"5","why":"Somebody in the room has that name. Choose another one.","status":"name"}
e connects
e posts /join {"room":"house","name":"eve","password":""}
s told {"kind":"refused","room":"6","why":"That room has a password. Type it.","status":"password"}
EOT

# According to the file, the server at this port has another key than before.
cp "$TMP/.chat3_known" "$TMP/known"
sed "s/ [0-9a-f]*$/ $(printf '%064d' 7)/" "$TMP/known" >"$TMP/.chat3_known"
start_gui
check "the third window's key is exchanged for a cookie" get_in
web_play "a server with another key than before is refused" -t 15 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
x connects
x posts /join {"room":"house","name":"eve","password":""}
s told {"kind":"refused","room":"1","why":"THE KEY OF 127.0.0.1:$port HAS CHANGED: somebody may be in between. If its owner says that it has a new one, take its line out of $TMP/.chat3_known","status":"key-changed","fingerprint":"$fingerprint"}
EOT
stop gui
stop server
start_gui
check "the fourth window's key is exchanged for a cookie" get_in
web_play "a server that is not there is reported" -t 15 <<EOT
s streams 0
s told {"kind":"hello","boot":"BOOT","limit":3600,"server":"127.0.0.1:$port","rooms":[]}
s told {"kind":"now"}
x connects
x posts /list {}
s told {"kind":"refused","room":"1","why":"No good answer from 127.0.0.1:$port: Connection refused; is a server running there?","status":"unreachable"}
EOT

done_testing
