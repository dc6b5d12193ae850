#!/bin/sh
# The tool lossy treats datagrams as its options ask, and the same seed gives the same result.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage1
server_port=$port

# through OPTION...: starts a lossy network in front of the server; $port becomes its port.
through() {
    start lossy "$TOOLS/lossy" "$@" "$host" "$server_port"
    sees lossy "lossy: listening on 127.0.0.1:" || bail "lossy gets ready" "$TMP/lossy.err"
    port=$(sed -n 's/^lossy: listening on .*://p' "$TMP/lossy.out")
}

# hellos: a script with a hundred hellos, and as many answers as may come.
hellos() {
    n=0
    while [ $n -lt 100 ]; do
        n=$((n + 1))
        echo "alice send 05 \"alice\""
        [ $# -eq 0 ] || echo 'alice gets 00 "welcome, alice"'
    done
}

through
hellos answered >"$TMP/script"
play "without options all datagrams pass in order" <"$TMP/script"
stop lossy
check "lossy ends with 0 after a signal" test "$status" -eq 0
check "lossy prints the number of datagrams that passed" \
    sees lossy "lossy: passed 200, lost 0, doubled 0, held back 0"

through -l 100
{ hellos && echo "alice hears nothing"; } >"$TMP/script"
play "-l 100 loses all datagrams" <"$TMP/script"
stop lossy
check "lossy prints the number of lost datagrams" \
    sees lossy "lossy: passed 0, lost 100, doubled 0, held back 0"

through -d 100
play "-d 100 doubles all datagrams, each way" <<'EOT'
bob send 03 "bob"
bob gets 00 "welcome, bob"
bob gets 00 "welcome, bob"
bob gets 00 "welcome, bob"
bob gets 00 "welcome, bob"
EOT
stop lossy
check "lossy counts each doubled datagram once" sees lossy "lossy: passed 3, lost 0, doubled 3"

through -r 100
play "-r 100 delivers a datagram late" <<'EOT'
carol send 05 "carol"
carol gets 00 "welcome, carol"
EOT

# A hello of 5 bytes, and an answer of 14.
through -m 14
play "-m passes datagrams up to its size, each way" <<'EOT'
dora send 04 "dora"
dora gets 00 "welcome, dora"
EOT
stop lossy
check "lossy prints the size of the largest datagram" sees lossy \
    "lossy: passed 2, lost 0, doubled 0, held back 0, too large 0, largest 14"
through -m 4
play "-m drops a larger datagram" <<'EOT'
erin send 04 "erin"
erin hears nothing
EOT
stop lossy
check "lossy counts datagrams that are too large" sees lossy \
    "lossy: passed 0, lost 0, doubled 0, held back 0, too large 1, largest 5"
through -m 13
play "-m applies to each direction separately" <<'EOT'
erin send 04 "erin"
erin hears nothing
EOT
stop lossy
check "lossy counts the question that passed and the large answer" sees lossy \
    "lossy: passed 1, lost 0, doubled 0, held back 0, too large 1, largest 14"

# To the server, a client that was given up is another one when it comes back: its own name is taken.
through -k 1
play "-k gives an address up that was silent for so long" <<'EOT'
fay send 03 "fay"
fay gets 00 "welcome, fay"
fay send 03 "fay"
fay gets 00 "welcome, fay"
fay hears nothing
fay hears nothing
fay hears nothing
fay hears nothing
fay hears nothing
fay hears nothing
fay send 03 "fay"
fay gets 00 "the name fay is taken, choose another one"
EOT
stop lossy

# Goodbyes have no answers, so only one direction counts.
{ hellos | sed 's/send.*/send 00/' && echo "alice hears nothing"; } >"$TMP/script"
counts() { # SEED: prints the counts for a hundred goodbyes
    through -s "$1" -l 30 -d 20 -r 20
    play "a hundred goodbyes are sent with seed $1, $2" <"$TMP/script"
    stop lossy
    sed -n '$p' "$TMP/lossy.out" >"$TMP/counts.$1.$2"
}
counts 7 first
counts 7 again
counts 8 first
check "the same seed gives the same counts" cmp "$TMP/counts.7.first" "$TMP/counts.7.again"
refute "another seed gives other counts" cmp "$TMP/counts.7.first" "$TMP/counts.8.first"

done_testing
