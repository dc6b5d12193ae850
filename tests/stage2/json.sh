#!/bin/sh
# A payload that starts with { is a JSON object, read strictly: RFC 8259 to the letter, and no
# more of it than a name needs.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

# bytes: prints the lines of standard input as text in quotes, with " and \ written as \" and \\.
bytes() { sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'; }

# answered STATUS: each payload (a line, in the notation of bytes.h) gets this status.
answered() {
    while read -r payload; do
        echo "a connects"
        printf 'a writes <create request "r" %s>\n' "$payload"
        echo "a reads <create response \"r\" $1>"
        echo "a reads end"
        echo "a hangs up"
    done
}

# named NAME: each payload creates a room as the user NAME, as the welcome shows, and the user
# leaves it at once. (TCP and UDP may overtake each other. When the keeper gets its answer,
# everything sent before is done.)
named() {
    echo 'keeper creates "k"'
    while read -r payload; do
        echo "a connects"
        printf 'a writes <create request "r" %s>\n' "$payload"
        echo 'a reads <create response "r" 00>'
        echo 'a reads <create complete "r" token=32>'
        echo 'a reads end'
        echo 'a hangs up'
        echo 'a says "r"'
        printf 'a gets "* welcome, " %s\n' "$1"
        echo 'a says "r" "/leave"'
        echo 'keeper says "k"'
        echo 'keeper gets "* welcome, keeper"'
    done
}

good() { # WHAT NAME: payloads are on standard input
    bytes | named "$2" >"$TMP/good"
    room_scene "$1" <"$TMP/good"
}

bad() { # WHAT
    bytes | answered 05 >"$TMP/bad"
    room_scene "$1" <"$TMP/bad"
}

good "each of the three keys for the name is accepted" '"alice"' <<'EOT'
{"username":"alice"}
{"user_name":"alice"}
{"userName":"alice"}
EOT

good "escapes and surrogate pairs are decoded" '"a\"\\b🦊é"' <<'EOT'
{"username":"a\"\\b🦊é"}
{"username":"\u0061\u0022\u005c\u0062\ud83e\udd8a\u00e9"}
{"username":"\u0061\u0022\u005C\u0062\uD83E\uDD8A\u00E9"}
{"user\u006eame":"a\"\\b🦊\u00e9"}
EOT

good "an escaped slash is accepted" '"a/b"' <<'EOT'
{"username":"a\/b"}
{"username":"a/b"}
EOT

good "white space is accepted where JSON allows it" '"al ice"' <<'EOT'
{ "username":"al ice"}
{"username" :"al ice"}
{"username": "al ice"}
{"username":"al ice" }
{"username":"al ice"}   
{  "username"  :  "al ice"  ,  "password"  :  null  }  
EOT
printf '"{" 09 0a 0d "\\"username\\"" 0a ":" 0d "\\"alice\\"" 09 "}" 0a 0d 09 " "\n' |
    named '"alice"' >"$TMP/good"
room_scene "tabs and line ends are accepted as white space" <"$TMP/good"

good "an empty or null password is accepted" '"alice"' <<'EOT'
{"username":"alice","password":null}
{"username":"alice","password":""}
{"password":null,"username":"alice"}
{"password":"","user_name":"alice"}
EOT

good "other members with any scalar are ignored" '"alice"' <<'EOT'
{"username":"alice","x":"y"}
{"x":true,"username":"alice"}
{"x":false,"username":"alice"}
{"x":null,"username":"alice"}
{"x":0,"username":"alice"}
{"x":-0,"username":"alice"}
{"x":-12.50e+10,"y":1E5,"z":0.5e-3,"username":"alice"}
{"x":123456789012345678901234567890,"username":"alice"}
{"x":1e999999,"username":"alice"}
{"x":"\b\f\n\r\t\u0000","username":"alice"}
{"x":1,"username":"alice","x":2}
{"":"","username":"alice","Username":"bob","USERNAME":1,"passwords":2}
{"operation":"create","state":0,"username":"alice","colour":"red","age":7,"vip":false,"_":null}
EOT

bad "an incomplete object is refused" <<'EOT'
{
{}
{ }
{"username"
{"username"}
{"username":
{"username":}
{"username":"alice"
{"username":"alice
{"username":"alice\
{"username":"alice\u00
{"username":"alice",
{"x":"alice"}
{"password":""}
EOT

bad "an object with something too much is refused" <<'EOT'
{"username":"alice"}}
{"username":"alice"}{"username":"alice"}
{"username":"alice"} x
{"username":"alice"},
{"username":"alice",}
{,"username":"alice"}
{"username":"alice",,"x":1}
{{"username":"alice"}}
{"username":"alice""x":1}
{"username"::"alice"}
{"username":"alice"} // a comment
{/* a comment */"username":"alice"}
EOT

good "two or three equal names are accepted" '"alice"' <<'EOT'
{"username":"alice","user_name":"alice"}
{"userName":"alice","x":1,"username":"\u0061lice"}
{"userName":"alice","username":"alice","user_name":"alice","password":null}
EOT

bad "a repeated member, or two different names, are refused" <<'EOT'
{"username":"alice","username":"alice"}
{"username":"alice","username":"bob"}
{"username":"alice","user_name":"bob"}
{"username":"alice","user_name":"Alice"}
{"username":"alice","user_name":"alice "}
{"username":"alice","user_name":"alice","userName":"bob"}
{"username":"alice","user_name":"alice","username":"alice"}
{"username":"alice","user_name":null}
{"username":"alice","user_name":""}
{"user_name":7,"username":"alice"}
{"userName":"alice","x":1,"username":"bob"}
{"username":"alice","us\u0065rname":"alice"}
{"username":"alice","password":null,"password":null}
{"username":"alice","password":"","password":""}
EOT
bad "a nested object or array is refused" <<'EOT'
{"username":{"x":"alice"}}
{"username":["alice"]}
{"username":"alice","x":[]}
{"username":"alice","x":{}}
{"x":[1,2,3],"username":"alice"}
{"x":{"username":"alice"},"username":"alice"}
EOT

bad "a name or password that is not a string is refused" <<'EOT'
{"username":null}
{"username":7}
{"username":true}
{"username":"alice","password":0}
{"username":"alice","password":false}
{"username":"alice","password":1234}
EOT

bad "text that is nearly JSON is refused" <<'EOT'
{'username':'alice'}
{username:"alice"}
{"username":alice}
{"username":"alice","x":True}
{"username":"alice","x":nul}
{"username":"alice","x":nulll}
{"username":"alice","x":undefined}
{"username":"alice","x":NaN}
{"username":"alice","x":Infinity}
{"username":"alice","x":01}
{"username":"alice","x":+1}
{"username":"alice","x":.5}
{"username":"alice","x":1.}
{"username":"alice","x":1e}
{"username":"alice","x":1e+}
{"username":"alice","x":-}
{"username":"alice","x":0x10}
{"username":"alice","x":1 2}
{"username"="alice"}
{"username":"alice";"x":1}
EOT

bad "escapes that JSON does not have are refused" <<'EOT'
{"username":"\alice"}
{"username":"alice\x41"}
{"username":"alice\'"}
{"username":"alice\u004"}
{"username":"alice\u00g1"}
{"username":"alice\U0041"}
EOT

bad "half of a surrogate pair is refused" <<'EOT'
{"username":"a\ud83e"}
{"username":"a\udd8a"}
{"username":"a\udd8a\ud83e"}
{"username":"a\ud83ex"}
{"username":"a\ud83e\u0041"}
{"username":"a\ud83e\ud83e\udd8a"}
{"username":"alice","x":"\ud83e"}
EOT

bad "an invalid name is refused" <<'EOT'
{"username":""}
{"username":"a:b"}
{"username":" alice"}
{"username":"alice "}
{"username":"*alice"}
{"username":"{alice}"}
{"username":"/alice"}
{"username":"al\nice"}
{"username":"al\u0000ice"}
{"username":"al\u202eice"}
{"username":"a\u003ab"}
{"username":"\u007bx"}
{"username":"a:b","password":"wrong"}
EOT

# Bytes that cannot stand in a line of text: invalid UTF-8, control characters, a zero byte.
answered 05 >"$TMP/bad" <<'EOT'
"{\"username\":\"a" ff "\"}"
"{\"username\":\"a" c0 80 "\"}"
"{\"username\":\"a" ed a0 80 "\"}"
"{\"username\":\"alice\",\"x\":\"" e3 81 "\"}"
"{\"x" ff "\":1,\"username\":\"alice\"}"
"{\"username\":\"al" 09 "ice\"}"
"{\"username\":\"alice\",\"x\":\"" 0a "\"}"
"{\"username\":\"alice\",\"x\":\"" 1f "\"}"
"{\"username\":\"alice\"}" 00
"{" 00 "\"username\":\"alice\"}"
"{" 0b "\"username\":\"alice\"}"
"{" 0c "\"username\":\"alice\"}"
"{" c2 a0 "\"username\":\"alice\"}"
"{\"username\":\"" "x"*256 "\"}"
"{\"username\":\"" "\\u0061"*256 "\"}"
"{\"username\":\"alice\",\"x\":" "["*30000
"{\"x\":"*9000 "1" "}"*9000
EOT
room_scene "bytes that JSON does not allow, and too many, are refused" <"$TMP/bad"

printf '"{\\"username\\":\\"" "\\\\u0061"*255 "\\"}"\n' | named '"a"*255' >"$TMP/good"
room_scene "a name of 255 bytes is accepted, however it is written" <"$TMP/good"

{
    printf '%s\n' '{"username":"alice","password":"secret"}' '{"password":" ","userName":"alice"}' \
        '{"username":"alice","password":"\u0000"}' | bytes | answered 03
} >"$TMP/bad"
room_scene "a password gets status 3" <"$TMP/bad"

# With white space before the {, the payload is a name, which is not allowed or very strange.
room_scene "a payload that does not start with { is not JSON" <<'EOT'
a connects
a writes <create request "r" " {\"username\":\"alice\"}">
a reads <create response "r" 05>
a reads end
a hangs up
a connects
a writes <create request "r" ef bb bf "{\"username\": \"alice\"}">
a reads <create response "r" 05>
a reads end
a hangs up
a creates "r" as "[1,2]"
EOT

done_testing
