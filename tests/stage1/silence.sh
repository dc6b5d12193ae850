#!/bin/sh
# A member that is silent for too long is dropped; -t sets the time. Every well-formed datagram is a
# sign of life.
. "$(dirname "$0")/../lib/lib.sh"

scene "a silent member is dropped, once; one that says hello now and then is not" -t 2 <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 1 seconds"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   gets 00 "speak at least every 1 seconds"
alice gets 00 "alice and bob joined"
bob   gets 00 "alice and bob joined"
alice hears nothing
alice hears nothing
# One second is over.
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 1 seconds"
alice gets 00 "bob left"
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 1 seconds"
alice hears nothing
bob   gets 00 "you were silent for 2 seconds and were taken out"
# bob receives nothing more, until he comes back.
alice send 05 "alice" "where is bob?"
bob   hears nothing
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 1 seconds"
bob   send 03 "bob" "here I am, if anybody should ask, and I was away"
bob   gets 00 "you were silent for 2 seconds and were taken out"
bob   gets 00 "welcome, bob"
bob   gets 00 "speak at least every 1 seconds"
alice gets 03 "bob" "here I am, if anybody should ask, and I was away"
alice gets 00 "bob joined"
EOT

scene "a message is a sign of life as good as a hello" -t 2 <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 1 seconds"
bob   send 03 "bob"
alice gets 00 "alice and bob joined"
bob   gets 00 "welcome, bob"
bob   gets 00 "speak at least every 1 seconds"
bob   gets 00 "alice and bob joined"
alice hears nothing
alice hears nothing
bob   send 03 "bob" "1"
alice gets 03 "bob" "1"
alice send 05 "alice" "2"
bob   gets 05 "alice" "2"
alice hears nothing
alice hears nothing
bob   send 03 "bob" "3"
alice gets 03 "bob" "3"
alice send 05 "alice" "4"
bob   gets 05 "alice" "4"
alice hears nothing
alice hears nothing
bob   send 03 "bob" "5"
alice gets 03 "bob" "5"
EOT

scene "a member that must send more often than a client does by itself is told" -t 59 <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 19 seconds"
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 19 seconds"
bob   send 03 "bob" "a first word"
bob   gets 00 "welcome, bob"
bob   gets 00 "speak at least every 19 seconds"
EOT

scene "at sixty seconds all clients send often enough" -t 60 <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
EOT

scene "a member that only listens is told how to stay, before it is dropped" -t 10 <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 3 seconds"
alice gets 00 "say something within 3 seconds to stay; your name without a text will do"
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice gets 00 "speak at least every 3 seconds"
alice gets 00 "say something within 3 seconds to stay; your name without a text will do"
alice gets 00 "you were silent for 10 seconds and were taken out"
EOT

done_testing
