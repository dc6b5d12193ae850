#!/bin/sh
# A soak of two servers that share their rooms: members come and go at both, under loss, for
# SOAK_SECONDS (30), while one server is killed and started again. The members that stay miss
# nothing, and at the end the server that lived has no more memory and descriptors, and Redis no
# more keys, than at the beginning, and there are no rooms.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
. "$ROOT/tests/lib/soak.sh"
PATIENCE=60
kills=$((half / 12 + 1))
ARRIVALS=${SOAK_ARRIVALS:-12}
options="-t 16 -a 512"

keys_of_redis() { redis --scan | sort; }
port_of() { address_of "$1" | sed 's/.*://'; }

# --- the beginning ----------------------------------------------------------------------------

start_redis
# shellcheck disable=SC2086 # a list
start_cluster two $options
# The other one keeps its port when it is killed. No system gives such a port by itself, but another
# program may have it.
start_one() {
    for try in 1 2 3 4; do
        one_port=$((10000 + ($$ * 13 + try * 1009) % 9000))
        # shellcheck disable=SC2086 # a list
        start one "$TOOLS/mortal" -s "$SEED" -n "$kills" -m 6000 "$(lib_program stage3 server)" \
            -k "$TMP/key" -r "127.0.0.1:$redis_port" $options -p "$one_port"
        gets_ready one "listening on" && return
        grep -q "in use" "$TMP/one.err" || return 1
        : >"$TMP/one.err"
    done
    return 1
}
start_one || bail "the server one gets ready" "$TMP/lib.not_ready"
cp "$TMP/two.out" "$TMP/server.out"
soak_build
pid=$(lib_get pid two)
keys_of_redis >"$TMP/keys_first"
fds_first=$(fds_of "$pid")
start_lossy path_one "$one_port" || bail "a lossy path is ready"
lists=$host:$port
start_lossy path_two "$(port_of two)" || bail "a lossy path is ready"
lists="$lists,$host:$port $host:$port,$lists" # half of the members try the one first

# --- members come and go, and a server is killed --------------------------------------------------

come_and_go "$half" first
check "the server was killed $kills times" sees one "mortal: killed $kills times"

# --- the same crowd again, and nobody is killed --------------------------------------------------

# What a killed server had of members and rooms is cleared away by the
# others: 20 seconds until it counts as dead, and then its members have 30 seconds to come back.
no_rooms() { list_rooms "$(port_of two)"; }
crowd_again 90

# --- the end ------------------------------------------------------------------------------------

# Redis keeps the log of a closed room for a minute. Such a key has a time to live; one without, and
# that was not there at the beginning, would stay for ever.
stay() { # prints the keys that do
    keys_of_redis >"$TMP/keys"
    comm -13 "$TMP/keys_first" "$TMP/keys" | while read -r key; do
        [ "$(redis TTL "$key")" -ne -1 ] || echo "$key"
    done
}
none_stays() { stay >"$TMP/stay" && [ ! -s "$TMP/stay" ] || ! cat "$TMP/stay"; }
check "the keys of Redis are back: a new one has a time to live" none_stays
comment "keys of Redis at the beginning and at the end:" \
    "$(wc -l <"$TMP/keys_first"), $(wc -l <"$TMP/keys")"

stop one
check "SIGTERM ends server one with 0" [ "$status" -eq 0 ]
stop two
check "SIGTERM ends server two with 0" [ "$status" -eq 0 ]
done_testing
