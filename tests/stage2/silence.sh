#!/bin/sh
# A member that is silent for too long is dropped; -t sets the time. Every datagram with its token
# is a sign of life. (For a silent host see stage2/host.)
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

room_scene "a silent member is dropped, announced once, and may come back" -t 2 <<'EOT'
alice creates "r"
alice gets "* speak at least every 1 seconds"
bob   joins "r"
bob   gets "* speak at least every 1 seconds"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
alice hears nothing
alice hears nothing
# One second is over.
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
alice gets "* bob left"
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
alice hears nothing
alice says "r" "where is bob?"
alice says "r" "/who"
alice gets "* here: alice (host)"
bob   gets "* you were silent for 2 seconds and were taken out"
# His token is invalid, but a second later he is still told why.
alice hears nothing
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
alice hears nothing
bob   says "r" "here I am, and where was I?"
bob   gets "* you were silent for 2 seconds and were taken out"
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
bob   joins "r"
bob   gets "* speak at least every 1 seconds"
alice gets "* bob joined"
bob   says "r" "now"
alice gets "bob: now"
EOT

room_scene "lines, commands and refused texts are signs of life" -t 2 <<'EOT'
alice creates "r"
alice gets "* speak at least every 1 seconds"
bob   joins "r"
bob   gets "* speak at least every 1 seconds"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
alice hears nothing
alice hears nothing
bob   says "r" "1"
alice gets "bob: 1"
alice says "r" "2"
bob   gets "alice: 2"
alice hears nothing
alice hears nothing
bob   says "r" "/nonsense"
bob   gets "* there is no such command; /help lists them"
alice says "r" "3"
bob   gets "alice: 3"
alice hears nothing
alice hears nothing
bob   says "r" ff
bob   gets "* not delivered: the text is not valid UTF-8"
alice says "r" "4"
bob   gets "alice: 4"
alice hears nothing
alice hears nothing
bob   says "r" "5"
alice gets "bob: 5"
EOT

room_scene "a datagram with another token or from another address is no sign of life" -t 2 <<'EOT'
alice creates "r"
alice gets "* speak at least every 1 seconds"
bob   joins "r"
bob   gets "* speak at least every 1 seconds"
alice gets "* alice and bob joined"
eve   at 127.0.0.2
eve   send 01 20 "r" bob.token
alice hears nothing
alice hears nothing
eve   send 01 20 "r" bob.token
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
alice hears nothing
eve   send 01 20 "r" bob.token
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
alice gets "* bob left"
EOT

room_scene "a member that never sends a datagram is dropped" -t 2 <<'EOT'
alice creates "r"
alice gets "* speak at least every 1 seconds"
alice hears nothing
bob   connects
bob   writes <join request "r" "bob">
bob   reads <join response "r" 00>
bob   hangs up
alice gets "* bob joined"
alice hears nothing
alice hears nothing
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 1 seconds"
alice gets "* bob left"
EOT

room_scene "a member that must speak often is told so with -t 59" -t 59 <<'EOT'
alice creates "r"
alice gets "* speak at least every 19 seconds"
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 19 seconds"
EOT

room_scene "a member that only listens is told so with -t 10" -t 10 <<'EOT'
alice creates "r"
alice gets "* speak at least every 3 seconds"
alice gets "* say something within 3 seconds to stay; room and token without a text will do"
alice says "r"
alice gets "* welcome, alice"
alice gets "* speak at least every 3 seconds"
alice gets "* say something within 3 seconds to stay; room and token without a text will do"
alice gets "* you were silent for 10 seconds and were taken out"
EOT

done_testing
