#!/bin/sh
# Four members whose datagrams are lost (30 %), doubled (10 %) and reordered: each sees every line
# of the others once, and all see the same order.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
LINES_EACH=${LINES_EACH:-300}
start_server stage3
start lossy "$TOOLS/lossy" -s 7 -l 30 -d 10 -r 20 "$host" "$port"
check "the lossy path is ready" sees lossy "listening on"
port=$(sed -n 's/.*://p' "$TMP/lossy.out")
PATIENCE=60

client alice -n alice -c r
check "alice creates a room" sees alice "* welcome, alice"
for name in bob carol dora; do
    client $name -n $name -j r
    check "$name joins" sees $name "* welcome, $name"
done
check "alice sees that dora joined" sees alice "dora joined"
for name in alice bob carol dora; do
    awk -v name=$name -v n="$LINES_EACH" \
        'BEGIN { for (i = 1; i <= n; i++) print name " says number " i }' >"$TMP/$name.lines"
done
for name in alice bob carol dora; do cat "$TMP/$name.lines" >"$TMP/$name.in" & done
for name in alice bob carol dora; do
    for other in alice bob carol dora; do
        [ $other = $name ] ||
            check "$name sees $other's last line" \
                sees $name "$other: $other says number $LINES_EACH"
    done
done

# Prints the lines that one member has seen of some others, in the order in which they came.
seen() { # WHO OF...
    who=$1
    shift
    pattern=$(echo "$*" | tr ' ' '|')
    grep -E "^($pattern): " "$TMP/$who.out"
}
all_lines() { # WHO OF
    seen "$1" "$2" | sed "s/^$2: //" >"$TMP/got"
    diff "$TMP/$2.lines" "$TMP/got" >"$TMP/difference" && return 0
    head -n 5 "$TMP/difference"
    return 1
}
same_order() { # A B OF...
    a=$1 b=$2
    shift 2
    seen "$a" "$@" >"$TMP/a"
    seen "$b" "$@" >"$TMP/b"
    cmp "$TMP/a" "$TMP/b"
}
for name in alice bob carol dora; do
    for other in alice bob carol dora; do
        [ $other = $name ] || check "$name sees each of $other's lines once" all_lines $name $other
    done
done
check "alice and bob see the other two in one order" same_order alice bob carol dora
check "carol and dora see the other two in one order" same_order carol dora alice bob
check "alice and dora see the other two in one order" same_order alice dora bob carol
for name in bob carol dora; do
    hangup $name
    check "$name leaves and exits with 0" exits $name 0
done
stop lossy
bad_enough() {
    lost=$(sed -n 's/.*lost \([0-9]*\),.*/\1/p' "$TMP/lossy.out")
    [ "${lost:-0}" -gt 100 ]
}
check "the path has lost more than 100 datagrams" bad_enough
done_testing
