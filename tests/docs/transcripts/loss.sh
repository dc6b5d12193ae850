#!/bin/sh
# Chapter 1, what is still wrong: ten lines through a network that loses three datagrams of ten.
. tests/docs/transcripts/session.sh

run 'mkfifo keyboard'
exec 3<>keyboard
behind 'stage1/server' server listening
behind 'tests/tools/lossy -s 4 -l 30 -p 9101 127.0.0.1 9001' lossy listening
behind 'stage1/client -n bob <keyboard' bob "welcome, bob"
sleep 1 # or bob's coming would be told together with alice's
run 'seq 1 10 | stage1/client -n alice -p 9101'
shows bob "alice left"
run 'cat bob'
