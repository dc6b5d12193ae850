#!/bin/sh
# Lines that do not fit into a datagram of 1200 bytes, on paths that drop larger datagrams: they
# arrive whole, in order with the others, and users do not see how they travelled.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
PATIENCE=30
CHAT_PASSWORD=
export CHAT_PASSWORD

# through OPTION...: starts such a path to the server; $port becomes its port.
server_port=
through() {
    start lossy "$TOOLS/lossy" "$@" "$host" "$server_port"
    sees lossy "lossy: listening on" || bail "lossy gets ready" "$TMP/lossy.err"
    port=$(sed -n 's/^lossy: listening on .*://p' "$TMP/lossy.out")
    trust_server
}

# line WHO SIZE WORD: prints a line of that size, with the author and the word at both ends.
line() {
    awk -v who="$1" -v size="$2" -v word="$3" 'BEGIN {
        start = who " says in " size ": "; end = " the end of " word "."
        printf "%s", start
        for (i = length(start) + length(end); i < size; i++) printf "%c", 97 + i % 26
        print end }'
}
# say WHO WORD: sends short lines between long ones. $TMP/WHO.lines has all lines of WHO.
say() {
    { echo "$1 begins with $2" && line "$1" 2000 "$2" && echo "$1 goes on with $2" &&
        line "$1" 3600 "$2" && line "$1" 1200 "$2" && echo "$1 ends $2"; } >"$TMP/said"
    cat "$TMP/said" >>"$TMP/$1.lines"
    cat "$TMP/said" >"$TMP/$1.in"
}
has_all() { # WHO OF
    grep "^$2: " "$TMP/$1.out" | sed "s/^$2: //" | cmp - "$TMP/$2.lines"
}
# No datagram was too large, and the largest line has filled some.
small_enough() {
    stop lossy
    awk '/too large/ { n = $NF; large = $(NF - 2) + 0
        print large " too large, the largest has " n " bytes"
        exit !(large == 0 && n > 1100 && n <= 1200) }' "$TMP/lossy.out"
}

# people WHAT [SERVER OPTION...]: alice and bob talk over such a path, and carol joins later.
people() {
    what=$1
    rm -f "$TMP"/*.lines
    client alice -n alice -c r
    check "$what: alice creates a room" sees alice "* welcome, alice"
    client bob -n bob -j r
    check "$what: bob joins" sees bob "* welcome, bob"
    check "$what: alice sees that bob joined" sees alice "bob joined"
    say alice one
    say bob two
    check "$what: bob sees alice's last line" sees bob "alice ends one"
    check "$what: alice sees bob's last line" sees alice "bob ends two"
    client carol -n carol -j r
    check "$what: carol, who joins later, sees the lines before" sees carol "bob ends two"
    say carol three
    check "$what: alice sees carol's last line" sees alice "carol ends three"
    check "$what: bob sees carol's last line" sees bob "carol ends three"
    check "$what: bob gets every byte of alice's lines" has_all bob alice
    check "$what: alice gets every byte of bob's lines" has_all alice bob
    check "$what: carol gets every byte of alice's lines" has_all carol alice
    check "$what: carol gets every byte of bob's lines" has_all carol bob
    check "$what: alice gets every byte of carol's lines" has_all alice carol
    check "$what: bob gets every byte of carol's lines" has_all bob carol
    for name in alice bob carol; do
        check "$what: $name misses no entry" never_saw $name missing
    done
}
go_home() {
    for name in carol bob alice; do
        hangup $name
        check "$what: $name leaves and exits with 0" exits $name 0
    done
}

start_server stage3
server_port=$port
through -m 1472
people "1472 bytes"
go_home
check "1472 bytes: no datagram is larger than 1200 bytes" small_enough
through -m 1200 -s 3 -l 20 -d 10 -r 20
people "1200 bytes, and loss"
go_home
check "1200 bytes, and loss: no datagram is larger than 1200 bytes" small_enough
CHAT_PASSWORD=sesame
through -m 1200 -s 4 -l 20 -d 10 -r 20
people "a password, and loss"
go_home
check "a password, and loss: no datagram is larger than 1200 bytes" small_enough
stop server

# With a journal, and a server that is killed while long lines are on their way.
start_server stage3 -j "$TMP/journal"
server_port=$port
through -m 1200 -s 5 -l 20
people "a journal"
say alice four
stop server KILL
start_server stage3 -j "$TMP/journal" -p "$server_port"
port=$(sed -n 's/^lossy: listening on .*://p' "$TMP/lossy.out")
say bob five
check "a journal: bob sees alice's last line after a kill" sees bob "alice ends four"
check "a journal: alice sees bob's last line after a kill" sees alice "bob ends five"
check "a journal: carol sees bob's last line after a kill" sees carol "bob ends five"
check "a journal: carol sees alice's last line after a kill" sees carol "alice ends four"
for name in alice carol; do
    check "a journal: $name gets every byte of bob's lines once" has_all $name bob
done
for name in bob carol; do
    check "a journal: $name gets every byte of alice's lines once" has_all $name alice
done
client dora -n dora -j r
check "a journal: dora, who joins later, sees bob's last line" sees dora "bob ends five"
check "a journal: dora gets every byte of bob's lines" has_all dora bob
hangup dora
check "a journal: dora leaves and exits with 0" exits dora 0
go_home
check "a journal: no datagram is larger than 1200 bytes" small_enough
done_testing
