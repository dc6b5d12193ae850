#!/bin/sh
# Lines that do not fit into a datagram of 1200 bytes, between members of two servers that share
# their rooms, on paths that drop larger datagrams: a line travels in parts, is whole when it
# reaches Redis, and goes on in parts from there.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
PATIENCE=30
CHAT_PASSWORD=
export CHAT_PASSWORD
start_redis
start_cluster one
start_cluster two

# through NAME SERVER OPTION...: starts such a path to that server; $way is its address.
through() {
    lossy_name=$1
    lossy_server=$(address_of "$2")
    shift 2
    start "$lossy_name" "$TOOLS/lossy" "$@" "${lossy_server%:*}" "${lossy_server##*:}"
    sees "$lossy_name" "lossy: listening on" || bail "$lossy_name gets ready" "$TMP/$lossy_name.err"
    way=$(sed -n 's/^lossy: listening on //p' "$TMP/$lossy_name.out")
}

# trust SERVER: notes its key for $way, as if its owner had told us the fingerprint: otherwise a
# client sends no password there.
trust() {
    echo "$way $(sed -n '/: key /{s/.*: key //p;q;}' "$TMP/$1.out")" >>"$HOME/.chat3_known"
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
small_enough() { # NAME
    stop "$1"
    awk '/too large/ { n = $NF; large = $(NF - 2) + 0; seen = 1
        print large " too large, the largest has " n " bytes"
        if (large != 0 || n <= 1100 || n > 1200) wrong = 1 }
        END { exit !seen || wrong }' "$TMP/$1.out"
}

# people WHAT: alice is at one server, bob at the other, and carol joins there later.
people() {
    what=$1
    rm -f "$TMP"/*.lines
    member alice "$way_one" -n alice -c r
    check "$what: alice creates a room at server one" sees alice "* welcome, alice"
    member bob "$way_two" -n bob -j r
    check "$what: bob joins at server two" sees bob "* welcome, bob"
    check "$what: alice is told that bob joined" sees alice "bob joined"
    say alice one
    say bob two
    check "$what: bob sees alice's last line" sees bob "alice ends one"
    check "$what: alice sees bob's last line" sees alice "bob ends two"
    member carol "$way_two" -n carol -j r
    check "$what: carol, who joins later, sees the lines before" sees carol "bob ends two"
    say carol three
    check "$what: alice, at the other server, sees carol's last line" sees alice "carol ends three"
    check "$what: bob, at the same server, sees carol's last line" sees bob "carol ends three"
    for who in alice bob carol; do
        for of in alice bob carol; do
            [ $who = $of ] || check "$what: $who gets every byte of $of's lines" has_all $who $of
        done
        check "$what: $who misses no entry" never_saw $who missing
    done
    for who in carol bob alice; do
        hangup $who
        check "$what: $who leaves and exits with 0" exits $who 0
    done
}

# both WHAT OPTION...: starts the same path to each of the two servers.
both() {
    path=$1
    shift
    through lossy_one one "$@"
    way_one=$way
    trust one
    through lossy_two two "$@"
    way_two=$way
    trust two
    people "$path"
    check "$path: no datagram over 1200 bytes passes between server one and its client" \
        small_enough lossy_one
    check "$path: no datagram over 1200 bytes passes between server two and its clients" \
        small_enough lossy_two
}

both "1472 bytes" -m 1472
both "1200 bytes, and loss" -m 1200 -s 3 -l 20 -d 10 -r 20
CHAT_PASSWORD=sesame
both "a password" -m 1472
both "a password, 1200 bytes, and loss" -m 1200 -s 4 -l 20 -d 10 -r 20
stop one # before its Redis goes
stop two
done_testing
