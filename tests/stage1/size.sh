#!/bin/sh
# A datagram has 4096 bytes at most. One of that size is passed on whole, a longer one not at all.
. "$(dirname "$0")/../lib/lib.sh"

scene "4096 bytes are passed on whole" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "alice and bob joined"
alice gets 00 "alice and bob joined"
alice send 05 "alice" "x"*4089 "z"
bob   gets 05 "alice" "x"*4089 "z"
# The last character ends with the last byte.
alice send 05 "alice" "部"*1363 "!"
bob   gets 05 "alice" "部"*1363 "!"
alice hears nothing
EOT

scene "nothing of 4097 bytes or more is passed on, and the sender is told" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "alice and bob joined"
alice gets 00 "alice and bob joined"
alice send 05 "alice" "x"*4091
alice gets 00 "not delivered: longer than 4096 bytes with the name"
alice send 05 "alice" "x"*8000
alice gets 00 "not delivered: longer than 4096 bytes with the name"
alice send 05 "alice" "x"*65501
alice gets 00 "not delivered: longer than 4096 bytes with the name"
# Cut at 4096 bytes this would be valid UTF-8.
alice send 05 "alice" "x"*4090 "部屋"
alice gets 00 "not delivered: longer than 4096 bytes with the name"
bob   hears nothing
alice send 05 "alice" "shorter, then"
bob   gets 05 "alice" "shorter, then"
EOT

scene "a stranger's message of 4097 bytes is dropped in silence" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
eve   send 03 "eve" "x"*4093
eve   send 03 "eve" "x"*65503
eve   hears nothing
alice hears nothing
EOT

done_testing
