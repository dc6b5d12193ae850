#!/bin/sh
# A soak: members come and go under loss for SOAK_SECONDS (30), while their server, which has a
# journal, is killed and started again. The members that stay miss nothing, and at the end the
# server has no more memory, descriptors, rooms and journal than at the beginning. `make soak` takes
# ten minutes; the more members come and go, the smaller is the leak that is noticed.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/soak.sh"
PATIENCE=60
journal=$TMP/journal
kills=$((half / 7))
options="-t 16 -a 512 -j $journal"

size_of() { wc -c <"$1" | tr -d ' '; }
no_rooms() { list_rooms "$server_port"; }

# --- the beginning ----------------------------------------------------------------------------

keep_port
# shellcheck disable=SC2086 # a list
start_server stage3 $options
server_port=$port
soak_build
fds_first=$(fds_of "$(lib_get pid server)")
size_first=$(size_of "$journal")
stop server
check "the lossy path is ready" start_lossy lossy "$server_port"
lists=$host:$port

# --- members come and go, and the server is killed ----------------------------------------------

# The kills take 5 seconds each at most, so the last server lives for some seconds of this crowd.
# shellcheck disable=SC2086 # a list
start server "$TOOLS/mortal" -s "$SEED" -n "$kills" -m 5000 "$(lib_program stage3 server)" \
    -k "$TMP/key" $options -p "$server_port"
check "the server is ready again" sees server "listening on"
come_and_go "$half" first
check "the server was killed $kills times" sees server "mortal: killed $kills times"

# --- the same crowd again, and nobody is killed --------------------------------------------------

# A room whose host has vanished ends when the host has been silent for 16 seconds.
pid=$(child_of server)
crowd_again 60

# --- the end ------------------------------------------------------------------------------------

# The shorter journal has the starts of the server, and nothing else that the first one had not. It
# is written ten seconds after the last one at the earliest, and when the last member is gone.
size_limit=$((size_first + 100 * (kills + 2)))
size_is_back() { size=$(size_of "$journal") && [ "$size" -le "$size_limit" ]; }
check "the journal is back: at most 100 bytes more for each start" soon 60 size_is_back
comment "journal: $size_first bytes at the beginning, $size at the end"

stop server
check "SIGTERM ends the server with 0" [ "$status" -eq 0 ]
stop lossy
comment "$(tail -n 1 "$TMP/lossy.out")"
losses() { [ "$(sed -n 's/.* lost \([0-9]*\),.*/\1/p' "$TMP/lossy.out")" -gt 100 ]; }
check "datagrams were lost" losses
done_testing
