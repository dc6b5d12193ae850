#!/bin/sh
# tests/gui.sh [PORT [OPTION...]]: `make gui`. Opens the window of stage 3, and starts a server
# first if none is running on this machine. The options are the window's, such as --window.
#
# A server that we started is ended with the window, unless others are in its rooms. (It is not told
# to end with its last member, as in chat.sh: a window is often in no room.)
set -u

port=${1:-9003}
[ $# -eq 0 ] || shift
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
server=${STAGE3_SERVER:-$root/stage3/server}
client=${STAGE3_CLIENT:-$root/stage3/client}
gui=${STAGE3_GUI:-$root/stage3/gui}
"$root/tests/build.sh" stage3 tests/tools:await || exit 1
# shellcheck source=lib/own_server.sh
. "$root/tests/lib/own_server.sh"

own_server gui "$port" "$server" -p "$port"
"$gui" -p "$port" "$@" &
window=$!
asked= # has a signal asked us to end?
trap 'asked=yes; kill $window 2>/dev/null' HUP INT TERM
wait $window
status=$?
# A signal ends this wait; the window needs a moment to leave its rooms.
while kill -0 $window 2>/dev/null; do wait $window; done
[ -z "$asked" ] || status=0

# Lines that begin with a star are not rooms.
others() { "$client" -p "$port" -l 2>/dev/null | grep -q '^[^*]'; }
if [ -n "$ours" ] && kill -0 "$ours" 2>/dev/null; then
    if others; then
        echo "gui: others are still there; end the server with: kill $ours"
    else
        kill "$ours"
        wait "$ours"
    fi
fi
exit $status
