#!/bin/sh
# Connections that send nothing, or begin and do not go on: the server ends them in time, and serves
# everybody else throughout.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

# at_least_ended COUNT: at least so many connections of the idlers were ended, as they report.
at_least_ended() {
    count=$(sed -n 's/^\([0-9]*\) were ended by the server$/\1/p' "$TMP/idlers.out")
    [ "${count:-0}" -ge "$1" ] && return 0
    cat "$TMP/idlers.out"
    return 1
}

start_server stage2
# The host stays as long as its talk, which waits for another line.
feed host "$TOOLS/talk" -v "$host" "$port"
echo 'alice creates "lounge"' | room_steps >"$TMP/steps"
cat "$TMP/steps" >"$TMP/host.in"
check "the host is in the room" sees host "welcome"

guests=0
others() { # a member joins the room, says a line, and leaves
    guests=$((guests + 1))
    room_steps >"$TMP/steps.guest" <<EOT
guest joins "lounge" as "guest $guests"
guest says "lounge"
guest awaits "* welcome, guest $guests"
guest says "lounge" "/leave"
EOT
    # On a slow machine, its join may be announced before it is welcomed.
    sed 's/ gets "\* welcome/ awaits "* welcome/' "$TMP/steps.guest" >"$TMP/script"
    # A blocked server would be so for ten seconds, so a limit of three is safe on a busy machine.
    "$TOOLS/talk" ${udp_port:+-u "$udp_port"} -t 3 "$host" "$port" "$TMP/script"
}

# slow NAME LINE...: starts a talk that plays these lines, and then waits for the end.
slow() {
    name=$1
    shift
    feed "$name" "$TOOLS/talk" -t 15 -v "$host" "$port"
    types "$name" "$@" 'x reads end'
    sees "$name" "x connects"
}
begun=$(date +%s) # before the first of them connects
check "a connection sends nothing" slow silent 'x connects'
check "a connection sends half a header" slow header 'x connects' 'x writes 06 01 00 00*10'
check "a connection sends only a header" slow begun 'x connects' 'x writes 06 01 00 00*28 05'
check "a connection sends all but the last byte" slow nearly \
    'x connects' 'x trickles 5 06 01 00 00*28 05 "garden" "alic"'
check "a connection is answered and stays open" slow asked \
    'x connects' 'x writes 00 03 00 00*29' 'x reads 00 03 01 00*28 01 00' 'x reads count=41'
elapsed() { echo $(($(date +%s) - begun)); }
others_are_served() { # for eight seconds, which pass for the slow connections as well
    while :; do
        others || return 1
        for name in silent header begun nearly; do
            if grep -q "reads end" "$TMP/$name.out" && [ "$(elapsed)" -lt 9 ]; then
                echo "$name was ended after $(elapsed) seconds"
                return 1
            fi
        done
        [ "$(elapsed)" -lt 8 ] || return 0
        "$TOOLS/await" 1 "$TMP/silent.out" 1 "reads end"
    done
}
check "others are served meanwhile, and no slow connection is closed early" others_are_served
check "the server closes the answered connection at once" sees asked "reads end"
# After ten seconds, of which eight are over.
for name in silent header begun nearly; do
    check "$name: the server closes the connection without a reset" sees $name "reads end"
done
check "others are served after that" others

# A slow but steady sender: the ten seconds count from the start, not from the last byte.
feed steady "$TOOLS/talk" -t 15 -v "$host" "$port"
start_time=$(date +%s)
types steady 'x connects' 'x writes 06 01 00 00*28 ff "garden"'
n=0
while [ $n -lt 30 ] && runs steady; do
    n=$((n + 1))
    types steady 'y hears nothing' 'x writes "x"'
done
PATIENCE=40
check "a slow but steady sender is closed too" ended steady
PATIENCE=20
took=$(($(date +%s) - start_time))
check "it is closed ten seconds after it connected ($took)" test "$took" -ge 9 -a "$took" -le 20

# Six hundred silent connections from one address: the server keeps 16 of them.
start_server stage2
feed host "$TOOLS/talk" -v "$host" "$port"
cat "$TMP/steps" >"$TMP/host.in"
check "16 of one address: the host is in the room" sees host "welcome"
feed idlers "$TOOLS/idlers" "$host" "$port" 600
check "16 of one address: 600 connections are open" sees idlers "600 are open"
check "16 of one address: others are served" others
stop idlers
check "16 of one address: at most 16 of the 600 are kept" at_least_ended 584

# If an address may have a thousand, the limit is 512 in total.
start_server stage2 -a 1000
feed host "$TOOLS/talk" -v "$host" "$port"
cat "$TMP/steps" >"$TMP/host.in"
check "512 in total: the host is in the room" sees host "welcome"
feed idlers "$TOOLS/idlers" "$host" "$port" 600 "06 01 00"
check "512 in total: 600 connections are open" sees idlers "600 are open"
check "512 in total: others are served" others
stop idlers
check "512 in total: at most 512 of the 600 are kept" at_least_ended 88

# Clients at other addresses: 40 connections of one address, of which 16 are allowed, do not take
# their places.
start_server stage2
feed host "$TOOLS/talk" -v "$host" "$port"
cat "$TMP/steps" >"$TMP/host.in"
check "two addresses: the host is in the room" sees host "welcome"
feed patient "$TOOLS/talk" -v "$host" "$port"
types patient 'x at 127.0.0.2' 'x connects' 'x writes 06 02 00 00*28 03 "lounge"'
check "two addresses: a client begins a request" sees patient "x writes"
feed idlers "$TOOLS/idlers" -b 127.0.0.3 "$host" "$port" 40
check "two addresses: forty connections of another address send nothing" sees idlers "40 are open"
types patient 'x writes "bob"' 'x reads 06 02 01 00*28 01 "lounge" 00'
check "two addresses: the begun request is served" sees patient "x reads"
stop idlers
check "two addresses: the forty close only connections of their own address" \
    sees idlers "24 were ended by the server"

# -a sets how many one address may have.
start_server stage2 -a 3
feed host "$TOOLS/talk" -v "$host" "$port"
cat "$TMP/steps" >"$TMP/host.in"
check "-a 3: the host is in the room" sees host "welcome"
room_play "-a 3: a fourth connection closes the oldest without a complete request" <<'EOT'
a connects
a writes 06 02 00 00*28 03
b connects
b writes 06 02 00 00*28 03
c connects
c writes 06 02 00 00*28 03
z hears nothing
d connects
d writes 06 02 00 00*28 03 "lounge" "dan"
d reads 06 02 01 00*28 01 "lounge" 00
d reads 06 02 02 00*28 20 "lounge" token=32
a reads end
d hangs up
b writes "lounge" "bob"
b reads 06 02 01 00*28 01 "lounge" 00
c writes "lounge" "cat"
c reads 06 02 01 00*28 01 "lounge" 00
EOT

done_testing
