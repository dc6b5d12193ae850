#!/bin/sh
# Clients create and join a room over TCP, and talk in it over UDP.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

scene "a room is created and joined, byte for byte" <<'EOT'
alice connects
alice writes 06 01 00 00*28 05 "lounge" "alice"
alice reads 06 01 01 00*28 01 "lounge" 00
alice reads 06 01 02 00*28 20 "lounge" token=32
alice reads end
alice hangs up
alice send 06 20 "lounge" token
alice gets "* welcome, alice"
alice hears nothing
bob   connects
bob   writes 06 02 00 00*28 03 "lounge" "bob"
bob   reads 06 02 01 00*28 01 "lounge" 00
bob   reads 06 02 02 00*28 20 "lounge" token=32
bob   writes port
bob   reads end
bob   hangs up
alice gets "* bob joined"
alice send 06 20 "lounge" token "hello, 部屋"
bob   gets 61 6c 69 63 65 3a 20 68 65 6c 6c 6f 2c 20 e9 83 a8 e5 b1 8b
bob   send 06 20 "lounge" token "hi"
alice gets "bob: hi"
alice hears nothing
bob   hears nothing
EOT

room_scene "a member that announces a port gets messages before its first datagram" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   connects
bob   writes <join request "lounge" "bob"> port
bob   reads <join response "lounge" 00>
bob   reads <join complete "lounge" token=32>
bob   reads end
alice gets "* bob joined"
alice says "lounge" "do you hear me?"
bob   gets "alice: do you hear me?"
# The same after the answer, and in two pieces.
carol connects
carol writes <join request "lounge" "carol">
carol reads <join response "lounge" 00>
carol reads <join complete "lounge" token=32>
carol reads end
carol trickles 1 port
carol hangs up
alice gets "* carol joined"
bob   gets "* carol joined"
alice says "lounge" "and you?"
bob   gets "alice: and you?"
carol gets "alice: and you?"
EOT

room_scene "a member that announces no port gets messages from its first datagram on" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   connects
bob   writes <join request "lounge" "bob">
bob   reads <join response "lounge" 00>
bob   reads <join complete "lounge" token=32>
bob   reads end
bob   hangs up
alice gets "* bob joined"
alice says "lounge" "too early"
bob   hears nothing
carol joins "lounge" as "bob": 04
bob   says "lounge" "here I am"
alice gets "bob: here I am"
alice says "lounge" "now"
bob   gets "alice: now"
bob   hears nothing
EOT

room_scene "a port of 0, and half of a port, are ignored" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   connects
bob   writes <join request "lounge" "bob"> 00 00
bob   reads <join response "lounge" 00>
bob   reads <join complete "lounge" token=32>
bob   reads end
bob   hangs up
carol connects
carol writes <join request "lounge" "carol"> 23
carol reads <join response "lounge" 00>
carol reads <join complete "lounge" token=32>
carol reads end
carol hangs up
alice gets "* bob and carol joined"
bob   says "lounge"
bob   gets "* welcome, bob"
carol says "lounge"
carol gets "* welcome, carol"
EOT

room_scene "each keepalive is answered, and none is announced" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   joins "lounge"
alice gets "* bob joined"
bob   says "lounge"
bob   gets "* welcome, bob"
bob   says "lounge"
bob   says "lounge"
bob   gets "* welcome, bob"
bob   gets "* welcome, bob"
alice hears nothing
bob   hears nothing
EOT

room_scene "the server sends to the port of the last datagram with a valid token" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   joins "lounge"
alice gets "* bob joined"
alice says "lounge" "here?"
bob   gets "alice: here?"
moved send 06 20 "lounge" bob.token
moved gets "* welcome, bob"
alice says "lounge" "there?"
moved gets "alice: there?"
bob   hears nothing
bob   says "lounge" "back again"
alice gets "bob: back again"
alice says "lounge" "good"
bob   gets "alice: good"
moved hears nothing
EOT

room_scene "an announcement that arrives after a datagram does not move the port" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   connects
bob   writes <join request "lounge" "bob">
bob   reads <join response "lounge" 00>
bob   reads <join complete "lounge" token=32>
bob   says "lounge"
bob   gets "* welcome, bob"
bob   writes moved.port
alice gets "* bob joined"
alice says "lounge" "to the datagram's port"
bob   gets "alice: to the datagram's port"
moved hears nothing
EOT

room_scene "a datagram that arrives after an announcement moves the port" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   connects
bob   writes <join request "lounge" "bob"> moved.port
bob   reads <join response "lounge" 00>
bob   reads <join complete "lounge" token=32>
alice gets "* bob joined"
alice says "lounge" "to the announced port"
moved gets "alice: to the announced port"
bob   says "lounge"
bob   gets "* welcome, bob"
alice says "lounge" "to the datagram's port"
bob   gets "alice: to the datagram's port"
moved hears nothing
EOT

room_scene "three bytes are not taken for a port" <<'EOT'
alice creates "lounge"
alice hears nothing
bob   connects
bob   writes <join request "lounge" "bob"> port 00
bob   reads <join response "lounge" 00>
bob   reads <join complete "lounge" token=32>
bob   hangs up
alice gets "* bob joined"
alice says "lounge" "too early"
bob   hears nothing
EOT

room_scene "a connection that the client keeps open does no harm" <<'EOT'
alice connects
alice writes <create request "lounge" "alice">
alice reads <create response "lounge" 00>
alice reads <create complete "lounge" token=32>
alice says "lounge"
alice gets "* welcome, alice"
bob   joins "lounge"
alice reads end
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
alice says "lounge" "still connected"
bob   gets "alice: still connected"
alice hangs up
EOT

room_scene "a client that half-closes after its request is answered" <<'EOT'
alice connects
alice writes <create request "lounge" "alice">
alice half-closes
alice reads <create response "lounge" 00>
alice reads <create complete "lounge" token=32>
alice reads end
alice says "lounge"
alice gets "* welcome, alice"
EOT

room_scene "two rooms do not see each other's lines, and each has its own names" <<'EOT'
alice creates "lounge"
bob   joins "lounge"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
carol creates "attic" as "alice"
dora  joins "attic" as "bob"
carol gets "* alice and bob joined"
dora  gets "* alice and bob joined"
alice says "lounge" "who is in the lounge?"
bob   gets "alice: who is in the lounge?"
carol says "attic" "who is in the attic?"
dora  gets "alice: who is in the attic?"
alice hears nothing
bob   hears nothing
carol hears nothing
dora  hears nothing
EOT

room_scene "a client in two rooms has a token for each" <<'EOT'
alice creates "lounge"
bob   creates "attic"
alice hears nothing
carol joins "lounge"
alice gets "* carol joined"
dora  joins "attic" as "carol"
bob   gets "* carol joined"
carol says "lounge" "to the lounge"
alice gets "carol: to the lounge"
carol send 05 20 "attic" dora.token "to the attic"
bob   gets "carol: to the attic"
alice hears nothing
EOT

room_scene "names in other scripts, of 255 bytes, and nearly forbidden ones are accepted" <<'EOT'
alice creates "部"*85 as "部屋"
bob   creates "x"*255 as "y"*255
carol creates "b*/ {}" as "#\"'\\"
dora  creates "花　子" as "🦊"
alice joins "部"*85 as "名"*85
EOT

done_testing
