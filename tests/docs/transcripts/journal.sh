#!/bin/sh
# Chapter 5: a server that is killed in the middle of a talk.
. tests/docs/transcripts/session.sh

HOME=$session
CHAT_PASSWORD=
export HOME CHAT_PASSWORD
behind 'stage3/server -p 9001 -j chat.journal' first listening
server=${pids##* }
mkfifo .alice .bob
printf '$ # alice and bob talk\n'
stage3/client -p "$port" -n alice -c r <.alice >alice 2>&1 &
pids="$pids $!"
exec 5>.alice
shows alice 'welcome, alice'
stage3/client -p "$port" -n bob -j r <.bob >bob 2>&1 &
pids="$pids $!"
exec 6>.bob
shows bob 'welcome, bob'
echo 'before' >&5
shows bob 'alice: before'
printf '$ kill -9 $(pgrep -f stage3/server)\n'
kill -9 "$server"
wait "$server" 2>/dev/null
echo 'while the server is gone' >&5
behind 'stage3/server -p 9001 -j chat.journal' second listening
echo 'and after' >&5
shows bob 'alice: and after'
run 'cat bob'
exec 5>&- 6>&-
