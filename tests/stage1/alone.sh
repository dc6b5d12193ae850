#!/bin/sh
# -e: the server ends by itself when the last member has left, and not before. -v: it logs counts,
# in few lines however much it did.
. "$(dirname "$0")/../lib/lib.sh"

start_server stage1 -e
play "with -e the server runs while a member is there" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "bob joined"
alice send 00
bob   gets 00 "alice left"
bob   hears nothing
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
bob   send 00
EOT
check "with -e the server ends when the last member has left" exits server 0

start_server stage1
play "without -e all members of a server leave" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice send 00
alice hears nothing
EOT
check "without -e the server runs on for the next member" runs server

start_server stage1 -v
allow_stderr server
play "a member and a stranger are answered while the server counts" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice hears nothing
alice send 05 "alice" ff
alice gets 00 "not delivered: the text is not valid UTF-8"
bob   send 05 "alice"
bob   gets 00 "the name alice is taken, choose another one"
EOT
stop server
check "-v logs the counts" complains server \
    "1 member, 3 received (1 malformed, 1 refused, 0 too many), 4 sent (0 held up, 0 unreachable)"
check "-v logs them in one line" has_lines "$TMP/server.err" 1
done_testing
