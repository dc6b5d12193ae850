#!/bin/sh
# Chapter 2, step 1: two writes into a TCP connection, and what reading makes of them.
. tests/docs/transcripts/session.sh

cat >talk2 <<'EOT'
alice connects
alice writes 06 01 00 00*28 05 "lounge" "alice"
alice writes 06 03 00 00*28 05 "lounge" "alice"
alice hangs up
EOT
run 'cc -o reads docs/steps/reads.c'
behind './reads 9001' seen listening
run 'cat talk2'
run 'tests/tools/talk 127.0.0.1 9001 talk2'
shows seen end
run 'cat seen'
