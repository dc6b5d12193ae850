#!/bin/sh
# Joins and leaves are coalesced for 250 milliseconds and announced in one notice each, separately
# in every room.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

room_scene "two, three or five joins at once make one notice" <<'EOT'
alice creates "r"
alice hears nothing
b joins "r"
c joins "r"
alice gets "* b and c joined"
d joins "r"
e joins "r"
f joins "r"
alice gets "* d, e and f joined"
g joins "r"
h joins "r"
i joins "r"
j joins "r"
alice gets "* g, h and 2 others joined"
b says "r" "/leave"
c says "r" "/leave"
d says "r" "/leave"
alice gets "* b, c and d left"
e says "r" "/leave"
f says "r" "/leave"
g says "r" "/leave"
h says "r" "/leave"
i says "r" "/leave"
alice gets "* e, f and 3 others left"
alice hears nothing
EOT

room_scene "members that join together see each other's names" <<'EOT'
alice creates "r"
bob   joins "r"
carol joins "r"
alice gets "* alice, bob and carol joined"
bob   gets "* alice, bob and carol joined"
carol gets "* alice, bob and carol joined"
dora  joins "r"
bob   gets "* dora joined"
dora  hears nothing
EOT

room_scene "a member that leaves at once is not announced, and one that comes back is" <<'EOT'
alice creates "r"
alice hears nothing
bob   joins "r"
bob   says "r" "/leave"
alice hears nothing
bob   joins "r"
alice gets "* bob joined"
bob   says "r" "/leave"
alice says "r"
alice gets "* welcome, alice"
bob   joins "r"
alice gets "* bob left"
alice gets "* bob joined"
alice hears nothing
EOT

room_scene "leaves are announced before joins" <<'EOT'
alice creates "r"
bob   joins "r"
alice gets "* alice and bob joined"
carol joins "r"
bob   says "r" "/leave"
alice gets "* bob left"
alice gets "* carol joined"
EOT

room_scene "each room has its own notices" <<'EOT'
alice creates "r"
bob   creates "s"
alice hears nothing
a joins "r"
b joins "s"
c joins "r"
d joins "s"
alice gets "* a and c joined"
bob   gets "* b and d joined"
a     gets "* a and c joined"
d     gets "* b and d joined"
a says "r" "/leave"
d says "s" "/leave"
c says "r" "/leave"
alice gets "* a and c left"
bob   gets "* d left"
alice hears nothing
bob   hears nothing
EOT

room_scene "a kicked member is not announced as one that left" <<'EOT'
alice creates "r"
bob   joins "r"
alice gets "* alice and bob joined"
carol joins "r"
alice gets "* carol joined"
alice says "r" "/kick bob"
alice gets "* bob was kicked by the host"
carol gets "* bob was kicked by the host"
alice hears nothing
carol hears nothing
EOT

done_testing
