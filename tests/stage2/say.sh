#!/bin/sh
# Texts: their size with the name before them, their bytes, and those that begin with a slash.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

# alice and bob are in a room before each of these scripts.
both='alice creates "r"
bob joins "r"
alice gets "* alice and bob joined"
bob gets "* alice and bob joined"'
together() { # WHAT: the rest is on standard input
    { echo "$both" && cat; } >"$TMP/rest"
    room_scene "$1" <"$TMP/rest"
}

# On the way to the server 35 bytes stand before the text, on the way back the name and ": ". So
# with a short name the limit is a datagram of 4096 bytes, with a long one the 4094 bytes that are
# passed on.
together "a datagram of 4096 bytes is passed on whole" <<'EOT'
alice says "r" "x"*4060 "z"
bob   gets "alice: " "x"*4060 "z"
alice says "r" "部"*1353 "zz"
bob   gets "alice: " "部"*1353 "zz"
alice hears nothing
EOT

{
    echo 'alice creates "r" as "n"*255'
    echo 'bob joins "r"'
    echo 'alice gets "* " "n"*255 " and bob joined"'
    echo 'bob gets "* " "n"*255 " and bob joined"'
    echo 'alice says "r" "x"*3837'
    echo 'bob gets "n"*255 ": " "x"*3837'
    echo 'alice says "r" "x"*3838'
    echo 'alice gets "* not delivered: longer than 4094 bytes with your name"'
    echo 'alice says "r" "x"*4061'
    echo 'alice gets "* not delivered: longer than 4094 bytes with your name"'
    echo 'alice says "r" "部"*1279 "z"'
    echo 'alice gets "* not delivered: longer than 4094 bytes with your name"'
    echo 'alice says "r" "//" "x"*3836'
    echo 'bob gets "n"*255 ": /" "x"*3836'
    echo 'alice says "r" "//" "x"*3837'
    echo 'alice gets "* not delivered: longer than 4094 bytes with your name"'
    echo 'bob hears nothing'
} >"$TMP/rest"
room_scene "4094 bytes with a long name are passed on, and 4095 are refused" <"$TMP/rest"

together "a datagram of more than 4096 bytes is refused, and its sender is told" <<'EOT'
alice says "r" "x"*4062
alice gets "* not delivered: longer than 4094 bytes with your name"
alice says "r" "x"*60000
alice gets "* not delivered: longer than 4094 bytes with your name"
bob   hears nothing
alice says "r" "shorter, then"
bob   gets "alice: shorter, then"
EOT

together "a stranger's large datagram gets no answer" <<'EOT'
eve   send 01 20 "r" "0"*32 "x"*4062
eve   send 01 20 "r" "0"*32 "x"*60000
eve   hears nothing
bob   hears nothing
EOT

{
    echo "$both"
    while read -r bytes; do
        echo "alice says \"r\" $bytes"
        echo 'alice gets "* not delivered: the text is not valid UTF-8"'
        echo "alice says \"r\" \"before\" $bytes \"after\""
        echo 'alice gets "* not delivered: the text is not valid UTF-8"'
    done <<'EOT'
c0 80
e0 80 80
f0 80 80 80
ed a0 80
ed bf bf
f4 90 80 80
f5 80 80 80
fe
ff
c3
e3 81
f0 9f 98
80
EOT
    echo 'alice says "r" "/kick " ff'
    echo 'alice gets "* not delivered: the text is not valid UTF-8"'
    echo 'bob hears nothing'
} >"$TMP/rest"
room_scene "text that is not UTF-8 is refused" <"$TMP/rest"

together "any other text is passed on, with control characters" <<'EOT'
alice says "r" 00
bob   gets "alice: " 00
alice says "r" 01 1b "[2J" 0a 7f
bob   gets "alice: " 01 1b "[2J" 0a 7f
alice says "r" c2 80 df bf e0 a0 80 ed 9f bf ee 80 80 ef bf bf f0 90 80 80 f4 8f bf bf
bob   gets "alice: " c2 80 df bf e0 a0 80 ed 9f bf ee 80 80 ef bf bf f0 90 80 80 f4 8f bf bf
alice says "r" "* bob left"
bob   gets "alice: * bob left"
alice says "r" "bob: I am bob"
bob   gets "alice: bob: I am bob"
alice says "r" " "
bob   gets "alice:  "
EOT

together "a text that begins with // is passed on with one slash" <<'EOT'
alice says "r" "//"
bob   gets "alice: /"
alice says "r" "//leave"
bob   gets "alice: /leave"
alice says "r" "///"
bob   gets "alice: //"
alice says "r" "a /leave"
bob   gets "alice: a /leave"
alice says "r" " /leave"
bob   gets "alice:  /leave"
alice says "r" "//" "x"*4059
bob   gets "alice: /" "x"*4059
EOT

together "lines arrive in the order in which they were sent" <<'EOT'
alice says "r" "1"
alice says "r" "2"
alice says "r"
alice says "r" "3"
bob   gets "alice: 1"
bob   gets "alice: 2"
bob   gets "alice: 3"
alice gets "* welcome, alice"
EOT

done_testing
