#!/bin/sh
# The list of rooms.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

room_scene "the list has no rooms, then one with its members, then none" <<'EOT'
l connects
l writes 00 03 00 00*29
l reads 00 03 01 00*28 01 00
l reads 00 03 02 00*29
l reads end
l hangs up
alice creates "部屋"
l connects
l writes <list request "">
l reads <list response "" 00>
l reads <list complete "" "部屋" 09 "1" 0a>
l reads end
l hangs up
bob joins "部屋"
l connects
l writes <list request "">
l reads <list response "" 00>
l reads <list complete "" "部屋" 09 "2" 0a>
l reads end
l hangs up
bob says "部屋" "/leave"
alice says "部屋"
alice awaits "* welcome, alice"
l connects
l writes <list request "">
l reads <list response "" 00>
l reads <list complete "" "部屋" 09 "1" 0a>
l reads end
l hangs up
alice says "部屋" "/leave"
alice hears nothing
l connects
l writes <list request "">
l reads <list response "" 00>
l reads <list complete "">
l reads end
EOT

# Rooms may be listed in any order, so the bytes are kept and sorted here.
start_server stage2
room_play "three rooms are listed" -v <<'EOT'
a creates "lounge"
b joins "lounge"
c joins "lounge"
d creates "at tic"
e creates "x*/{}"
f joins "x*/{}"
l connects
l writes <list request "">
l reads <list response "" 00>
l reads <list complete "" list=26>
l reads end
EOT
sed -n 's/.*l\.list is "\(.*\)" (26 bytes)$/\1/p' "$TMP/lib.seen" |
    awk '{ gsub(/\\x0A/, "\n"); printf "%s", $0 }' | sort >"$TMP/list"
all_three() {
    printf '%s\n' 'at tic\x091' 'lounge\x093' 'x*/{}\x092' | diff - "$TMP/list"
}
check "the list has each room once, with its members" all_three

# A room with a name of 255 bytes is a line of 258. 254 of them are 65,532 bytes, which is allowed;
# 255 would be too many, and 254 and the dots are 65,536.
rooms() { # FROM TO: creates rooms whose names end with these numbers
    n=$1
    while [ "$n" -le "$2" ]; do
        echo "a creates \"$n$(printf '%0252d' 0)\""
        n=$((n + 1))
    done
}
lines() { # so many lines are read, in any order
    n=0
    while [ $n -lt "$1" ]; do
        echo 'l reads name=255 09 "1" 0a'
        n=$((n + 1))
    done
}
distinct() { # so many names have been read
    count=$(sed -n 's/.*l\.name is "\([0-9]*\)\\*".*/\1/p' "$TMP/told" | sort -u | wc -l)
    [ "$count" -eq "$1" ] && return 0
    echo "$((count)) different names"
    tail -n 2 "$TMP/told"
    return 1
}
listed() { # SIZE-BYTES COUNT END: asks for the list, and keeps the output
    {
        printf 'l connects\nl writes 00 03 00 00*29\nl reads 00 03 01 00*28 01 00\n'
        echo "l reads 00 03 02 00*26 $1"
        lines "$2"
        echo "l reads ${3:-}"
        echo 'l reads end'
    } >"$TMP/script"
    "$TOOLS/talk" -v "$host" "$port" "$TMP/script" >"$TMP/told" 2>&1 && return 0
    tail -n 1 "$TMP/told"
    return 1
}
start_server stage2
rooms 100 353 >"$TMP/rest"
room_play "254 rooms are created" <"$TMP/rest"
check "the list has all 254 rooms" listed "00 ff fc" 254
check "each of the 254 rooms is listed once" distinct 254
rooms 354 354 >"$TMP/rest"
room_play "a 255th room is created" <"$TMP/rest"
check "the list ends with dots instead of the 255th room" listed "01 00 00" 254 '"..." 0a'
check "the list has 254 whole lines before the dots" distinct 254
rooms 355 700 >"$TMP/rest"
room_play "many more rooms are created" <"$TMP/rest"
check "the list stays as long with many more rooms" listed "01 00 00" 254 '"..." 0a'

done_testing
