#!/bin/sh
# TCP is a stream: a frame may come in any pieces, or two frames in one; and a connection may break
# anywhere. In any case the server keeps serving the others.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

for piece in 1 7 31 33; do
    room_scene "requests in pieces of $piece bytes are answered" <<EOT
alice connects
alice trickles $piece <create request "部屋" "{\"username\": \"alice\"}">
alice reads <create response "部屋" 00>
alice reads <create complete "部屋" token=32>
alice reads end
alice trickles $piece port
alice hangs up
bob   connects
bob   trickles $piece <join request "部屋" "bob">
bob   reads <join response "部屋" 00>
bob   reads <join complete "部屋" token=32>
bob   reads end
EOT
done

room_scene "everything a client sends in one segment is accepted" <<'EOT'
alice connects
alice writes <create request "lounge" "alice"> port
alice reads <create response "lounge" 00>
alice reads <create complete "lounge" token=32>
alice reads end
bob   joins "lounge"
alice gets "* alice and bob joined"
EOT

# If the first bytes of the second request, ff 02, were taken for a port, the answers to alice
# would go to port 65282, where eve listens.
room_scene "a second request behind the first is ignored, and not taken for a port" <<'EOT'
alice at 127.0.0.9
eve   at 127.0.0.9 65282
eve   send 00
alice connects
alice writes <create request "lounge" "alice"> <join request "x"*255 "alice">
alice reads <create response "lounge" 00>
alice reads <create complete "lounge" token=32>
alice reads end
alice hangs up
bob   joins "lounge"
bob   says "lounge" "is alice here?"
eve   hears nothing
alice says "lounge"
alice gets "* welcome, alice"
EOT

room_scene "a second request after the answer is ignored too" <<'EOT'
alice at 127.0.0.9
eve   at 127.0.0.9 65281
eve   send 00
alice connects
alice writes <create request "lounge" "alice">
alice reads <create response "lounge" 00>
alice reads <create complete "lounge" token=32>
alice writes <create request "x"*255 "alice">
alice reads end
alice hangs up
bob   joins "lounge"
bob   says "lounge" "is alice here?"
eve   hears nothing
bob   joins "x"*255 as "bob": 02
alice says "lounge"
alice gets "* welcome, alice"
EOT

room_scene "a connection may break with a reset or an end at each step" <<'EOT'
a connects
a resets
a connects
a hangs up
a connects
a half-closes
a reads end
a hangs up
a connects
a writes 06
a resets
a connects
a writes 06 01 00 00*20
a resets
a connects
a writes 06 01 00 00*20
a half-closes
a reads end
a hangs up
a connects
a writes 06 01 00 00*28 05 "loun"
a resets
a connects
a writes 06 01 00 00*28 05 "lounge" "alic"
a half-closes
a reads end
a hangs up
a connects
a writes <create request "lounge" "alice">
a resets
b connects
b writes <create request "attic" "bob">
b reads <create response "attic" 00>
b resets
c connects
c writes <create request "cellar" "carol">
c reads <create response "cellar" 00>
c reads <create complete "cellar" token=32>
c writes 23
c resets
c says "cellar"
c gets "* welcome, carol"
d connects
d writes <create request "garden" "dora">
d reads <create response "garden" 00>
d reads <create complete "garden" token=32>
d writes port
d reads end
d resets
d says "garden"
d gets "* welcome, dora"
d says "garden" "/who"
d gets "* here: dora (host)"
EOT
check "the server still runs after all broken connections" runs server

# If a connection breaks after its request, the answer may be lost, but the request is done. A
# request that was never complete has no effect.
room_play "an incomplete request has no effect" <<'EOT'
e creates "loun"
e creates "lounge x"
EOT

# Bytes that a client does not read stay in its system's buffer or, if they do not fit there, with
# the server; others do not wait for it.
room_scene "a client that asks and does not read delays nobody" <<'EOT'
b creates "lounge" as "bob"
a connects
a writes <list request "">
c joins "lounge" as "carol"
c says "lounge" "/leave"
b hears nothing
a reads <list response "" 00>
a reads <list complete "" count=9>
a reads end
EOT

room_scene "endless bytes after a request are thrown away" <<'EOT'
a connects
a writes <list request "">
a reads <list response "" 00>
a reads <list complete "">
a writes "x"*200000
a reads end
b creates "lounge" as "bob"
EOT

done_testing
