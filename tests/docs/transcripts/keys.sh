#!/bin/sh
# Chapter 3, part 2: another server, with another key, at the same place.
. tests/docs/transcripts/session.sh

HOME=$session
export HOME
behind 'stage3/server -p 9001' one listening
run 'cat one'
run 'stage3/client -p 9001 -l'
run 'cat .chat3_known'
ends
run 'mv .chat3_key old_key'
behind 'stage3/server -p 9001' two listening
run 'stage3/client -p 9001 -l'
