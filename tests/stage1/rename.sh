#!/bin/sh
# A name belongs to one member at a time; a member may take another.
. "$(dirname "$0")/../lib/lib.sh"

scene "a member that says hello under another name is renamed" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
bob   gets 00 "alice and bob joined"
bob   send 06 "robert"
bob   gets 00 "welcome, robert"
alice gets 00 "bob is now called robert"
bob   hears nothing
alice send 03 "bob"
alice gets 00 "welcome, bob"
bob   gets 00 "alice is now called bob"
EOT

scene "a message under another name renames too, and is passed on" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
bob   send 06 "robert" "it is me"
alice gets 06 "robert" "it is me"
alice gets 00 "bob is now called robert"
EOT

scene "a member renamed before its join is announced joins under the new name" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   send 06 "robert"
bob   gets 00 "welcome, robert"
alice gets 00 "robert joined"
alice hears nothing
EOT

scene "a name that another member holds is refused, to hello and message alike" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
eve   send 05 "alice"
eve   gets 00 "the name alice is taken, choose another one"
eve   send 05 "alice" "I am alice"
eve   gets 00 "the name alice is taken, choose another one"
alice hears nothing
alice send 05 "alice" "is anybody there?"
eve   hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "bob joined"
bob   send 05 "alice"
bob   gets 00 "the name alice is taken, choose another one"
bob   send 05 "alice" "I am alice"
bob   gets 00 "the name alice is taken, choose another one"
alice hears nothing
alice send 05 "alice" "hello, bob"
bob   gets 05 "alice" "hello, bob"
bob   send 03 "bob" "still bob"
alice gets 03 "bob" "still bob"
EOT

scene "names are compared byte by byte" <<'EOT'
a send 05 "alice"
a gets 00 "welcome, alice"
b send 05 "Alice"
b gets 00 "welcome, Alice"
# The same letter twice: U+00E9, and e with U+0301.
c send 02 c3 a9
c gets 00 "welcome, " c3 a9
d send 03 65 cc 81
d gets 00 "welcome, " 65 cc 81
EOT

scene "new names are announced together, like joins" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
bob   gets 00 "alice and bob joined"
bob   send 06 "robert"
bob   gets 00 "welcome, robert"
bob   send 03 "rob"
bob   gets 00 "welcome, rob"
alice send 02 "al"
alice gets 00 "welcome, al"
carol send 05 "alice"
carol gets 00 "welcome, alice"
carol gets 00 "alice is now called al, bob is now called rob"
carol hears nothing
alice gets 00 "alice is now called al, bob is now called rob"
alice gets 00 "alice joined"
EOT

scene "a member renamed and gone before that is announced leaves under the old name" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
alice gets 00 "alice and bob joined"
bob   send 06 "robert"
bob   send 00
alice gets 00 "bob left"
alice hears nothing
EOT

scene "five new names in a row are one too many, for a hello and for a line" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
bob   gets 00 "alice and bob joined"
bob   send 01 "1"
bob   gets 00 "welcome, 1"
bob   send 01 "2"
bob   gets 00 "welcome, 2"
bob   send 01 "3"
bob   gets 00 "welcome, 3"
bob   send 01 "4"
bob   gets 00 "welcome, 4"
alice gets 00 "bob is now called 4"
bob   send 01 "5"
bob   gets 00 "not renamed to 5: too many new names, wait a little"
bob   send 01 "6" "the sixth"
alice hears nothing
bob   hears nothing
bob   hears nothing
bob   send 01 "6" "the sixth, a second later"
bob   gets 00 "not renamed to 6: too many new names, wait a little"
alice hears nothing
bob   send 01 "4" "still the fourth"
alice gets 01 "4" "still the fourth"
EOT

done_testing
