#!/bin/sh
# Malformed datagrams: the server passes nothing of them on, tells a member but not a stranger, and
# goes on as before.
. "$(dirname "$0")/../lib/lib.sh"

scene "only the author is told of a malformed datagram" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "alice and bob joined"
alice gets 00 "alice and bob joined"
# Empty.
alice send
alice gets 00 "not delivered: the datagram is malformed"
# The size byte counts beyond the end, by one and by far.
alice send 06 "alice"
alice gets 00 "not delivered: the datagram is malformed"
alice send 01
alice gets 00 "not delivered: the datagram is malformed"
alice send ff
alice gets 00 "not delivered: the datagram is malformed"
alice send ff "alice"
alice gets 00 "not delivered: the datagram is malformed"
bob   hears nothing
# The server works as before.
alice send 05 "alice" "again"
bob   gets 05 "alice" "again"
EOT

scene "a stranger with a malformed datagram gets no answer, and is no member" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
eve   send
eve   send 06 "alice"
eve   send ff
eve   send 03 "eve" ff
eve   send 03 "e:e" "hello"
eve   send 03 "eve" "x"*4093
eve   hears nothing
alice send 05 "alice" "only for members"
eve   hears nothing
alice hears nothing
EOT

# alice sends the texts of each line, alone and between letters. She is told that they are not
# delivered; bob receives none of them.
not_utf8() {
    cat <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "alice and bob joined"
alice gets 00 "alice and bob joined"
EOT
    while read -r bytes; do
        echo "alice send 05 \"alice\" $bytes"
        echo 'alice gets 00 "not delivered: the text is not valid UTF-8"'
        echo "alice send 05 \"alice\" \"before\" $bytes \"after\""
        echo 'alice gets 00 "not delivered: the text is not valid UTF-8"'
    done
    echo 'bob hears nothing'
}

refused() {
    not_utf8 >"$TMP/script"
    scene "$1" <"$TMP/script"
}

refused "text that is not in the shortest form is malformed" <<'EOT'
c0 80
c1 bf
e0 80 80
e0 9f bf
f0 80 80 80
f0 8f bf bf
EOT

refused "surrogates are malformed" <<'EOT'
ed a0 80
ed af bf
ed b0 80
ed bf bf
ed a0 bd ed b8 80
EOT

refused "text beyond U+10FFFF and bytes that begin nothing are malformed" <<'EOT'
f4 90 80 80
f5 80 80 80
f8 88 80 80 80
fc 84 80 80 80 80
fe
ff
EOT

refused "text that is cut short or without a beginning is malformed" <<'EOT'
c3
e3
e3 81
f0
f0 9f
f0 9f 98
80
bf
c3 a9 a9
EOT

scene "the first and the last code point of every length are passed on" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "alice and bob joined"
alice gets 00 "alice and bob joined"
alice send 05 "alice" 00 01 1b 7f
bob   gets 05 "alice" 00 01 1b 7f
alice send 05 "alice" c2 80 df bf
bob   gets 05 "alice" c2 80 df bf
alice send 05 "alice" e0 a0 80 ed 9f bf ee 80 80 ef bf bf
bob   gets 05 "alice" e0 a0 80 ed 9f bf ee 80 80 ef bf bf
alice send 05 "alice" f0 90 80 80 f4 8f bf bf
bob   gets 05 "alice" f0 90 80 80 f4 8f bf bf
EOT

done_testing
