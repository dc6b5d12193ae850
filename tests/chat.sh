#!/bin/sh
# tests/chat.sh STAGE [NAME [PORT]]: `make chat`. Puts you into the client of a stage, and starts a
# server first if none is running on this machine. The port decides: only one server can have it,
# so when ours cannot start, somebody's is there already, and we join that one. Ours was told to end
# when the last member leaves (-e), which may be long after the one who started it has gone; nohup
# keeps it when that terminal is closed.
set -u

stage=${1:?which stage?}
name=${2:-}
port=${3:-900$stage}
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
server=$root/stage$stage/server
client=$root/stage$stage/client
if [ ! -x "$server" ]; then
    echo "chat: there is no stage $stage; STAGE=1 is the first" >&2
    exit 1
fi

ready=$(mktemp) || exit 1
trap 'rm -f "$ready"' EXIT
trap 'exit 1' HUP INT TERM
nohup "$server" -e -p "$port" </dev/null >"$ready" 2>/dev/null &

# Until it listens or has ended: a client that came too early would wait a second for its answer.
while [ ! -s "$ready" ] && kill -0 $! 2>/dev/null; do :; done
rm -f "$ready"

if [ -n "$name" ]; then
    "$client" -p "$port" -n "$name"
else
    "$client" -p "$port"
fi
