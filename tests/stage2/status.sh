#!/bin/sh
# Every status, the order in which they are checked, and the limits.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

# UDP and TCP may overtake each other: after /leave somebody asks over UDP, and when the answer
# comes, the leave is done, too.

room_scene "the statuses 1, 2, 4 and 5 have their reasons" <<'EOT'
a joins "lounge": 02
a creates "lounge"
b creates "lounge": 01
a creates "lounge": 01
b joins "lounge" as "a": 04
b joins "lounge" as ":": 05
b joins "attic": 02
b joins "loung": 02
b joins "lounge2": 02
b joins "lounge"
b joins "lounge": 04
EOT

room_scene "a refused user is not admitted or announced" <<'EOT'
a creates "lounge"
a hears nothing
b joins "lounge" as "a": 04
b creates "lounge" as "b": 01
a says "lounge" "/who"
a gets "* here: a (host)"
a hears nothing
EOT

room_scene "malformed is checked before the password, then the room, then the name" -m 1 <<'EOT'
a creates "lounge"
b connects
b writes <join request "nowhere" "{\"username\":\"*\",\"password\":\"x\"}">
b reads <join response "nowhere" 05>
b reads end
b hangs up
b connects
b writes <join request "nowhere" "{\"username\":\"b\",\"password\":\"x\"}">
b reads <join response "nowhere" 03>
b reads end
b hangs up
b connects
b writes <create request "lounge" "{\"username\":\"b\",\"password\":\"x\"}">
b reads <create response "lounge" 03>
b reads end
b hangs up
b connects
b writes <join request "lounge" "{\"username\":\"a\",\"password\":\"x\"}">
b reads <join response "lounge" 03>
b reads end
b hangs up
b creates "lounge" as "a": 01
b joins "nowhere" as "a": 02
b joins "lounge" as "a": 04
b joins "lounge" as "b": 06
EOT

room_scene "-m limits a room, and a member that leaves makes space" -m 2 <<'EOT'
a creates "lounge"
b joins "lounge"
c joins "lounge": 06
c creates "attic"
d joins "attic"
e joins "attic": 06
b says "lounge" "/leave"
a says "lounge"
a awaits "* welcome, a"
e joins "lounge"
EOT

room_scene "-M limits all rooms, and a member that leaves makes space" -M 3 <<'EOT'
a creates "lounge"
b joins "lounge"
c creates "attic"
d joins "attic": 07
d joins "lounge": 07
d creates "cellar": 07
d creates "lounge": 01
d joins "nowhere": 02
d joins "lounge" as "b": 04
b says "lounge" "/leave"
a says "lounge"
a awaits "* welcome, a"
d creates "cellar"
e joins "cellar": 07
EOT

room_scene "status 6 is checked before 7" -m 1 -M 1 <<'EOT'
a creates "lounge"
b joins "lounge": 06
b creates "attic": 07
EOT

room_scene "a room that closes makes space for all its members" -M 3 <<'EOT'
a creates "lounge"
b joins "lounge"
c joins "lounge"
d creates "attic": 07
a says "lounge" "/leave"
b awaits "* the room is closed: the host has left"
d creates "attic"
e joins "attic"
f joins "attic"
g joins "attic": 07
EOT

done_testing
