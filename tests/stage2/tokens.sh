#!/bin/sh
# A token is valid for one user, in one room, at one IP address. A datagram with another token, or
# from another address, gets no answer, and is not passed on.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

room_scene "a token of another room is ignored" <<'EOT'
alice creates "lounge"
bob   creates "attic"
alice hears nothing
eve   joins "attic"
bob   gets "* eve joined"
eve   send 06 20 "lounge" token "hello, lounge"
eve   send 06 20 "lounge" token
eve   send 06 20 "Lounge" token
eve   send 05 20 "attic" alice.token "as alice"
eve   send 00 20 token "no room"
eve   send 06 20 "cellar" token "a room that is not there"
eve   hears nothing
alice hears nothing
bob   hears nothing
eve   says "attic" "all is well"
bob   gets "eve: all is well"
EOT

room_scene "an unknown or incomplete token is ignored" <<'EOT'
alice creates "lounge"
alice hears nothing
alice connects
alice writes <join request "lounge" "bob"> port
alice reads <join response "lounge" 00>
alice reads <join complete "lounge" head=31 last=1>
alice hangs up
alice gets "* bob joined"
eve   send 06 20 "lounge" "0"*32 "hello"
eve   send 06 20 "lounge" 00*32 "hello"
eve   send 06 20 "lounge" ff*32 "hello"
eve   send 06 1f "lounge" alice.head "hello"
eve   send 06 20 "lounge" alice.last alice.head "hello"
eve   send 06 21 "lounge" alice.head alice.last "0" "hello"
eve   send 06 21 "lounge" "0" alice.head alice.last "hello"
eve   send 06 00 "lounge" "hello"
eve   send 06 20 "lounge" "hello"
eve   send 06 10 "lounge" 12 34 56 78 9a bc de f0 12 34 56 78 9a bc de f0 "hello"
eve   send
eve   send 06
eve   send 06 20
eve   send ff ff
eve   send ff ff "lounge" alice.head alice.last "hello"
eve   send 05 "alice" "hello as in stage 1"
eve   hears nothing
alice hears nothing
bob   send 06 20 "lounge" alice.head alice.last "at last"
alice gets "bob: at last"
EOT

room_scene "a token from another address is ignored, and moves no port" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   joins "lounge"
alice gets "* bob joined"
eve   at 127.0.0.2
eve   send 06 20 "lounge" bob.token "as bob"
eve   send 06 20 "lounge" bob.token
eve   send 06 20 "lounge" bob.token "/leave"
eve   hears nothing
alice hears nothing
alice says "lounge" "for bob"
bob   gets "alice: for bob"
eve   hears nothing
EOT

room_scene "a datagram with an invalid token moves no port" <<'EOT'
alice creates "lounge"
bob   joins "lounge"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
moved send 05 20 "attic" bob.token
moved send 06 1f "lounge" bob.token
alice says "lounge" "for bob"
bob   gets "alice: for bob"
moved hears nothing
EOT

room_scene "members at different addresses need their own tokens" <<'EOT'
alice at 127.0.0.2
bob   at 127.0.0.3
alice creates "lounge"
bob   joins "lounge"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
alice says "lounge" "from 2"
bob   gets "alice: from 2"
bob   send 06 20 "lounge" alice.token "as alice"
bob   hears nothing
EOT

room_scene "a token is invalid after /leave, in a closed room and in the next one" <<'EOT'
alice creates "lounge"
bob   joins "lounge"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
bob   says "lounge" "/leave"
alice gets "* bob left"
bob   says "lounge" "again"
bob   says "lounge"
bob   hears nothing
alice hears nothing
carol joins "lounge"
alice gets "* carol joined"
alice says "lounge" "/leave"
carol gets "* the room is closed: the host has left"
carol says "lounge" "what?"
alice says "lounge"
carol hears nothing
alice hears nothing
dora  creates "lounge"
carol says "lounge" "hello, new room"
alice says "lounge" "/who"
carol hears nothing
alice hears nothing
dora  hears nothing
EOT

# The token's digits, as talk -v prints them. A token is valid for every port of its address.
start_server stage2
echo 'alice creates "lounge"' | room_steps >"$TMP/create"
for n in 1 2 3 4 5 6 7 8; do
    sed "s/\"lounge\"/\"room $n\"/" "$TMP/create" >"$TMP/script" # the names are equally long
    "$TOOLS/talk" -v "$host" "$port" "$TMP/script"
done >"$TMP/told" 2>&1
sed -n 's/.*alice\.token is "\([^"]*\)" (32 bytes)$/\1/p' "$TMP/told" >"$TMP/tokens"
check "eight rooms give eight tokens" has_lines "$TMP/tokens" 8
refute "each token has 32 digits, 0-9a-f" grep -v -x '[0-9a-f]\{32\}' "$TMP/tokens"
one_of_each() { sort "$TMP/tokens" | uniq -d | grep . && return 1; return 0; }
check "no two tokens are equal" one_of_each

token=$(head -n 1 "$TMP/tokens")
case $token in
*0) other=${token%?}1 ;;
*) other=${token%?}0 ;;
esac
case $token in
0*) another=f${token#?} ;;
*) another=0${token#?} ;;
esac
upper=$(echo "$token" | tr a-f A-F)
play "a token with one digit changed, or in capitals, is invalid" <<EOT
eve send 06 20 "room 1" "$other"
eve send 06 20 "room 1" "$another"
eve send 06 20 "room 1" "$upper"
eve send 06 20 "room 1" "$upper" "/leave"
eve hears nothing
alice send 06 20 "room 1" "$token"
alice gets "* welcome, alice"
EOT

done_testing
