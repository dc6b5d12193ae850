#!/bin/sh
# When the host is gone, in whatever way, the room is closed: the others are told, all tokens become
# invalid, and the room's name is free.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

for word in /leave /exit /quit; do
    room_scene "the host leaves with $word, and the room is closed" <<EOT
alice creates "r"
bob   joins "r"
carol joins "r"
alice gets "* alice, bob and carol joined"
bob   gets "* alice, bob and carol joined"
carol gets "* alice, bob and carol joined"
alice says "r" "$word"
bob   gets "* the room is closed: the host has left"
carol gets "* the room is closed: the host has left"
bob   says "r" "anybody?"
carol says "r"
alice says "r"
alice hears nothing
bob   hears nothing
carol hears nothing
bob   joins "r": 02
bob   creates "r"
carol joins "r" as "alice"
bob   gets "* bob and alice joined"
EOT
done

room_scene "a waiting notice is not sent for a closed room, nor in the next one" <<'EOT'
alice creates "r"
alice hears nothing
bob   joins "r"
alice gets "* bob joined"
carol joins "r"
bob   says "r" "/leave"
alice says "r" "/leave"
carol gets "* the room is closed: the host has left"
dora  creates "r"
dora  hears nothing
carol hears nothing
bob   hears nothing
EOT

room_scene "a host that is silent for too long loses its room (-t)" -t 2 <<'EOT'
alice creates "r"
alice gets "* speak at least every 1 seconds"
bob   joins "r"
bob   gets "* speak at least every 1 seconds"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
bob   hears nothing
bob   says "r"
bob   gets "* welcome, bob"
bob   gets "* speak at least every 1 seconds"
bob   hears nothing
bob   hears nothing
bob   says "r"
bob   gets "* welcome, bob"
bob   gets "* speak at least every 1 seconds"
bob   gets "* the room is closed: the host has left"
bob   says "r"
bob   hears nothing
alice gets "* you were silent for 2 seconds and were taken out"
carol creates "r"
carol gets "* speak at least every 1 seconds"
EOT

room_scene "a host that never sends a datagram loses its room" -t 2 <<'EOT'
alice connects
alice writes <create request "r" "alice"> port
alice reads <create response "r" 00>
alice reads <create complete "r" token=32>
bob   joins "r"
bob   gets "* speak at least every 1 seconds"
bob   gets "* alice and bob joined"
bob   hears nothing
bob   says "r"
bob   gets "* welcome, bob"
bob   gets "* speak at least every 1 seconds"
bob   gets "* the room is closed: the host has left"
alice gets "* alice and bob joined"
carol creates "r"
carol gets "* speak at least every 1 seconds"
EOT

room_scene "another host's room stays open" <<'EOT'
alice creates "r"
bob   creates "s"
alice hears nothing
carol joins "s"
bob   gets "* carol joined"
alice says "r" "/leave"
carol hears nothing
bob   says "s" "and we?"
carol gets "bob: and we?"
EOT

room_scene "a host that leaves and joins is a guest in the next room" <<'EOT'
alice creates "r"
alice says "r" "/leave"
alice hears nothing
bob   creates "r"
alice joins "r"
bob   gets "* bob and alice joined"
alice gets "* bob and alice joined"
alice says "r" "/kick bob"
alice gets "* only the host can do that"
alice says "r" "/leave"
bob   gets "* alice left"
bob   says "r" "/who"
bob   gets "* here: bob (host)"
EOT

# Two clients create the same room at the same instant: both requests are there before either is
# answered. This is repeated, because an instant is short.
{
    n=10
    while [ $n -lt 60 ]; do
        cat <<EOT
a connects
b connects
a writes <create request "room $n" "a">
b writes <create request "room $n" "b">
a reads 07 01 01 00*28 01 "room $n" a=1
b reads 07 01 01 00*28 01 "room $n" b=1
a hangs up
b hangs up
EOT
        n=$((n + 1))
    done
} >"$TMP/rest"
start_server stage2
room_steps <"$TMP/rest" >"$TMP/script"
"$TOOLS/talk" -v "$host" "$port" "$TMP/script" >"$TMP/told" 2>&1
sed -n 's/.*[ab]\.[ab] is "\(.*\)" .*/\1/p' "$TMP/told" | sort | uniq -c >"$TMP/statuses"
one_each() {
    printf '     50 \\x00\n     50 \\x01\n' | diff - "$TMP/statuses" && return 0
    tail -n 3 "$TMP/told"
    return 1
}
check "only one of two simultaneous requests creates the room, fifty times" one_each

# Joining while the host leaves: the member is in the room before it closes, or is told that there
# is none. If it got in, it is told of the end, or its token is invalid: nobody stays in a room
# without a host. (TCP and UDP may overtake each other. When the keeper gets its answer, everything
# sent before is done.)
{
    echo 'keeper creates "k"'
    n=10
    while [ $n -lt 40 ]; do
        cat <<EOT
host creates "hall $n"
bob connects
bob writes <join request "hall $n" "bob"> port
host says "hall $n" "/leave"
bob reads 07 02 01 00*28 01 "hall $n" status=1
bob hangs up
keeper says "k"
keeper gets "* welcome, keeper"
host joins "hall $n": 02
EOT
        n=$((n + 1))
    done
    echo 'last creates "hall 10"'
} >"$TMP/rest"
room_play "a member that joins while the host leaves is told of the end" <"$TMP/rest"
check "the server still runs" runs server

done_testing
