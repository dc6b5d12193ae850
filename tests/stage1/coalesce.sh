#!/bin/sh
# Joins and leaves are coalesced for 250 milliseconds, and announced in one notice each.
. "$(dirname "$0")/../lib/lib.sh"

scene "two, three and five who join together are one notice" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
b send 01 "b"
c send 01 "c"
alice gets 00 "b and c joined"
d send 01 "d"
e send 01 "e"
f send 01 "f"
alice gets 00 "d, e and f joined"
g send 01 "g"
h send 01 "h"
i send 01 "i"
j send 01 "j"
alice gets 00 "g, h and 2 others joined"
k send 01 "k"
l send 01 "l"
m send 01 "m"
n send 01 "n"
o send 01 "o"
alice gets 00 "k, l and 3 others joined"
b send 00
c send 00
d send 00
alice gets 00 "b, c and d left"
e send 00
f send 00
g send 00
h send 00
i send 00
alice gets 00 "e, f and 3 others left"
alice hears nothing
EOT

scene "members who join together are told of each other" <<'EOT'
bob   send 03 "bob"
carol send 05 "carol"
bob   gets 00 "welcome, bob"
carol gets 00 "welcome, carol"
bob   gets 00 "bob and carol joined"
carol gets 00 "bob and carol joined"
EOT

scene "a member that joins and leaves at once is not announced" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   send 00
alice hears nothing
bob   send 03 "bob"
carol send 05 "carol"
bob   send 00
alice gets 00 "carol joined"
alice hears nothing
EOT

scene "leaves are announced before joins" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
alice gets 00 "alice and bob joined"
carol send 05 "carol"
bob   send 00
alice gets 00 "bob left"
alice gets 00 "carol joined"
EOT

done_testing
