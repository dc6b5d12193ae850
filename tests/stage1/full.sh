#!/bin/sh
# The roster is limited: -m sets how many it holds.
. "$(dirname "$0")/../lib/lib.sh"

scene "a fourth member is refused until one of three has gone" -m 3 <<'EOT'
a send 01 "a"
b send 01 "b"
c send 01 "c"
a gets 00 "welcome, a"
b gets 00 "welcome, b"
c gets 00 "welcome, c"
a gets 00 "a, b and c joined"
d send 01 "d"
d gets 00 "the server is full, try again later"
d send 01 "d" "let me in"
d gets 00 "the server is full, try again later"
# A malformed datagram of a stranger is dropped silently, as always.
d send 05 "d"
d hears nothing
a hears nothing
# Members are not affected: they talk, and may be renamed.
b send 01 "b" "hello"
a gets 01 "b" "hello"
b send 02 "bb"
a gets 00 "b is now called bb"
c send 00
d send 01 "d"
d gets 00 "welcome, d"
a gets 00 "c left"
a gets 00 "d joined"
EOT

done_testing
