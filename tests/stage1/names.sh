#!/bin/sh
# Which names are allowed. A member is told that a name is refused, a stranger is not.
. "$(dirname "$0")/../lib/lib.sh"

# bad BYTES: a hello under this name, from alice, who is a member, and from eve, who is not. The
# server refuses it to alice, and sends eve nothing.
bad_names() {
    echo 'alice send 05 "alice"'
    echo 'alice gets 00 "welcome, alice"'
    while read -r bytes; do
        echo "alice send $bytes"
        echo 'alice gets 00 "not delivered: that name is not allowed"'
        echo "alice send $bytes \"text\""
        echo 'alice gets 00 "not delivered: that name is not allowed"'
        echo "eve send $bytes"
        echo "eve send $bytes \"text\""
    done
    echo 'eve hears nothing'
}

refused() {
    bad_names >"$TMP/script"
    scene "$1" <"$TMP/script"
}

refused "a name with a control character is refused: C0, DEL, C1" <<'EOT'
01 00
03 "a" 00 "b"
05 "bob" 0d 0a
03 "a" 09 "b"
04 1b "[2J"
01 7f
02 c2 80
02 c2 85
02 c2 9f
03 "a" 1f "b"
EOT

refused "a name with a bidirectional control is refused" <<'EOT'
02 d8 9c
03 e2 80 8e
03 e2 80 8f
03 e2 80 aa
03 e2 80 ae
04 "a" e2 80 ac
03 e2 81 a6
03 e2 81 a9
EOT

refused "a name with an invisible character is refused: a second bob, a third, and nobody" <<'EOT'
06 "bob" e2 80 8b
06 "b" e2 80 8d "ob"
06 ef bb bf "bob"
05 "bo" c2 ad "b"
03 e3 85 a4
07 "bob" f3 a0 81 81
06 "bob" ef b8 8f
EOT

refused "a name with white space at either end is refused" <<'EOT'
05 "bob" c2 a0
06 e3 80 80 "bob"
06 "bob" e2 80 a8
03 e2 a0 80
EOT

refused "a name with a colon anywhere is refused" <<'EOT'
01 ":"
04 "bob:"
04 ":bob"
03 "b:b"
EOT

refused "a name that looks like a notice, a command or a request is refused" <<'EOT'
01 "*"
05 "* bob"
05 "/quit"
02 "{}"
EOT

refused "a name with a space at either end is refused" <<'EOT'
01 " "
04 " bob"
04 "bob "
EOT

refused "a name that is not UTF-8 is refused" <<'EOT'
01 80
01 ff
02 c0 80
03 ed a0 80
04 f4 90 80 80
03 "ab" e3
EOT

scene "names that resemble refused ones are allowed" <<'EOT'
a send 01 "a"
a awaits 00 "welcome, a"
b send 03 "b*/"
b awaits 00 "welcome, b*/"
c send 05 "b {}b"
c awaits 00 "welcome, b {}b"
d send 04 "#\"'\\"
d awaits 00 "welcome, #\"'\\"
# U+00AC, U+00AE, U+2010 and U+2070 are next to refused ones; white space is allowed within a name.
e send 02 c2 ac
e awaits 00 "welcome, " c2 ac
f send 02 c2 ae
f awaits 00 "welcome, " c2 ae
g send 03 e2 80 90
g awaits 00 "welcome, " e2 80 90
h send 03 e2 81 b0
h awaits 00 "welcome, " e2 81 b0
i send 09 "花　子"
i awaits 00 "welcome, 花　子"
j send 04 "🦊"
j awaits 00 "welcome, 🦊"
EOT

scene "255 bytes are a name, and a 256th is text" <<'EOT'
a send ff "x"*255
a gets 00 "welcome, " "x"*255
a hears nothing
b send ff "y"*255 "y"
b gets 00 "welcome, " "y"*255
a gets ff "y"*255 "y"
a gets 00 "y"*255 " joined"
a send ff "部"*85
a gets 00 "welcome, " "部"*85
b gets 00 "x"*255 " is now called " "部"*85
EOT

done_testing
