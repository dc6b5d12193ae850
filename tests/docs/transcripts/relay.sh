#!/bin/sh
# Chapter 1, step 2: the relay of fifty lines works, and cuts a long message.
. tests/docs/transcripts/session.sh

cat >talk1 <<'EOT'
alice send 05 "alice" "is anyone here?"
bob   send 03 "bob" "me"
alice gets 03 "bob" "me"
alice send 05 "alice" "部"*1400
bob   gets 05 "alice" "部"*1363 e9
EOT
run 'cc -o relay docs/steps/relay.c'
behind './relay 9001' ready relaying
run 'cat talk1'
run 'tests/tools/talk -v 127.0.0.1 9001 talk1'
