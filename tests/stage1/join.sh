#!/bin/sh
# A hello is answered with a welcome and announced to the others; joining, leaving and first
# messages.
. "$(dirname "$0")/../lib/lib.sh"

scene "a hello is answered, and a message reaches the other one byte for byte" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "bob joined"
alice send 05 "alice" "hello, 部屋"
bob   gets 05 61 6c 69 63 65 68 65 6c 6c 6f 2c 20 e9 83 a8 e5 b1 8b
alice hears nothing
bob   send 00
alice gets 00 "bob left"
bob   hears nothing
alice send 00
EOT

scene "every hello is answered, and only the first is news" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
bob   gets 00 "alice and bob joined"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   send 03 "bob"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "welcome, bob"
alice hears nothing
EOT

scene "a message from a stranger makes it a member, and is passed on" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send 03 "bob" "I never say hello"
bob   gets 00 "welcome, bob"
alice gets 03 "bob" "I never say hello"
alice gets 00 "bob joined"
alice send 05 "alice" "so what"
bob   gets 05 "alice" "so what"
EOT

scene "a member gets nothing after its goodbye, and its name is free at once" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "alice and bob joined"
alice gets 00 "alice and bob joined"
alice send 00
carol send 05 "alice"
carol gets 00 "welcome, alice"
bob   send 03 "bob" "for the new alice"
carol gets 03 "bob" "for the new alice"
alice hears nothing
EOT

scene "a goodbye of a stranger, and a second one, mean nothing" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
eve   send 00
eve   hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "bob joined"
bob   send 00
bob   send 00
alice gets 00 "bob left"
alice hears nothing
bob   hears nothing
EOT

scene "a notice from a client is dropped in silence, whoever sends it" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "alice and bob joined"
bob   gets 00 "alice and bob joined"
bob   send 00 "the server is shutting down"
eve   send 00 "welcome, alice"
alice hears nothing
bob   hears nothing
eve   hears nothing
EOT

done_testing
