#!/bin/sh
# Which names of users and rooms are allowed. A bad name gets status 5, and the user is not
# admitted.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

# For every line: a request with these bytes as the user's name, bare and in JSON if JSON can
# express them; and one with these bytes as the room's name.
bad_names() {
    echo 'host creates "lounge"'
    while read -r bytes; do
        for request in "create request \"attic\" $bytes" "join request \"lounge\" $bytes"; do
            echo "a connects"
            echo "a writes <$request>"
            # The answer has the operation and the room of the request.
            echo "a reads <$(echo "$request" | sed 's/request \("[a-z]*"\) .*/response \1 05/')>"
            echo "a reads end"
            echo "a hangs up"
        done
    done
    echo 'host says "lounge" "/who"'
    echo 'host gets "* here: host (host)"'
    echo 'a joins "attic": 02'
}

bad_rooms() {
    while read -r bytes; do
        # The size byte is that of the frame with the user's name.
        size=$(echo "a <list request \"\" $bytes>" | room_steps | awk '{ print $9 }')
        for operation in 01 02; do
            echo "a connects"
            echo "a writes $size $operation 00 00*28 05 $bytes \"alice\""
            echo "a reads $size $operation 01 00*28 01 $bytes 05"
            echo "a reads end"
            echo "a hangs up"
        done
    done
}

refused() {
    cat >"$TMP/bad"
    bad_names <"$TMP/bad" >"$TMP/users"
    room_scene "$1 are refused in a user's name" <"$TMP/users"
    bad_rooms <"$TMP/bad" >"$TMP/rooms"
    play "$1 are refused in a room's name" <"$TMP/rooms"
}

refused "control characters (C0, DEL, C1)" <<'EOT'
00
"a" 00 "b"
"bob" 0d 0a
"bob" 0a
0a "bob"
"a" 09 "b"
1b "[2J"
7f
c2 80
c2 85
c2 9f
EOT
refused "bidirectional controls" <<'EOT'
d8 9c
e2 80 8e
e2 80 8f
e2 80 aa
"a" e2 80 ae "b"
e2 81 a6
e2 81 a9
EOT
refused "invisible characters, and white space at either end" <<'EOT'
"bob" e2 80 8b
"b" e2 80 8d "ob"
ef bb bf "bob"
"bo" c2 ad "b"
e3 85 a4
"bob" f3 a0 81 81
"bob" c2 a0
e3 80 80 "bob"
e2 a0 80
EOT
refused "a colon, and names like a notice or a command," <<'EOT'
":"
"bob:"
":bob"
"b: b"
"*"
"* bob"
"/quit"
EOT
refused "spaces at either end" <<'EOT'
" "
" bob"
"bob "
EOT
refused "bytes that are not UTF-8" <<'EOT'
80
ff
"ab" e3
e3 81
c0 80
ed a0 80
f4 90 80 80
EOT

# A room may not look like a request either. A user's name that begins with { is JSON.
bad_rooms >"$TMP/rooms" <<'EOT'
"{"
"{}"
"{\"username\":\"a\"}"
EOT
play "a room name that begins with { is refused" <"$TMP/rooms"

{
    echo 'a creates "lounge"'
    for bytes in '"x"*256' '"x"*257' '"部"*86' '"x"*65536'; do
        echo "b connects"
        echo "b writes <join request \"lounge\" $bytes>"
        echo 'b reads <join response "lounge" 05>'
        echo 'b reads end'
        echo 'b hangs up'
    done
} >"$TMP/users"
room_scene "a user's name of 256 bytes or more is refused" <"$TMP/users"

room_scene "nearly forbidden names are allowed, and compared byte by byte" <<'EOT'
a creates "lounge" as "b*/"
b joins "lounge" as "b {}b"
c joins "lounge" as "#\"'\\"
d joins "lounge" as "x"*255
e joins "lounge" as "部"*85
f joins "lounge" as "花　子"
g joins "lounge" as "Alice"
h joins "lounge" as "alice"
i joins "lounge" as "alice": 04
j creates "Lounge"
k joins "LOUNGE": 02
EOT

done_testing
