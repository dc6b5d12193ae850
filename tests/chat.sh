#!/bin/sh
# tests/chat.sh [STAGE [NAME [PORT]]]: `make chat`. Puts you into the client of a stage, and starts a
# server first if none is running on this machine. Our server ends when the last member leaves (-e),
# which may be long after the user who started it has left.
set -u

stage=${1:-3} # the newest one
name=${2:-}
port=${3:-900$stage}
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
server=$root/stage$stage/server
client=$root/stage$stage/client
if [ ! -f "$root/stage$stage/Makefile" ]; then
    echo "chat: there is no stage $stage; STAGE=1 is the first" >&2
    exit 1
fi
"$root/tests/build.sh" "stage$stage" tests/tools:await || exit 1
# shellcheck source=lib/own_server.sh
. "$root/tests/lib/own_server.sh"

own_server chat "$port" "$server" -e -p "$port"
if [ -n "$name" ]; then
    "$client" -p "$port" -n "$name"
else
    "$client" -p "$port"
fi
