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
play "without options everything passes, in order" <"$TMP/script"
stop lossy
check "it ends with 0 after a signal" test "$status" -eq 0
check "and has counted" sees lossy "lossy: passed 200, lost 0, doubled 0, held back 0"

through -l 100
{ hellos && echo "alice hears nothing"; } >"$TMP/script"
play "at 100 % loss nothing passes" <"$TMP/script"
stop lossy
check "and all losses are counted" sees lossy "lossy: passed 0, lost 100, doubled 0, held back 0"

through -d 100
play "at 100 % doubling every datagram comes twice, each way" <<'EOT'
bob send 03 "bob"
bob gets 00 "welcome, bob"
bob gets 00 "welcome, bob"
bob gets 00 "welcome, bob"
bob gets 00 "welcome, bob"
EOT
stop lossy
check "and counts once" sees lossy "lossy: passed 3, lost 0, doubled 3"

through -r 100
play "a datagram that is held back comes in the end" <<'EOT'
carol send 05 "carol"
carol gets 00 "welcome, carol"
EOT

# A hello of 5 bytes, and an answer of 14.
through -m 14
play "datagrams up to the size of -m pass, each way" <<'EOT'
dora send 04 "dora"
dora gets 00 "welcome, dora"
EOT
stop lossy
check "and the largest is reported" sees lossy \
    "lossy: passed 2, lost 0, doubled 0, held back 0, too large 0, largest 14"
through -m 4
play "larger ones are lost" <<'EOT'
erin send 04 "erin"
erin hears nothing
EOT
stop lossy
check "and counted separately" sees lossy \
    "lossy: passed 0, lost 0, doubled 0, held back 0, too large 1, largest 5"
through -m 13
play "the limit holds for each direction separately" <<'EOT'
erin send 04 "erin"
erin hears nothing
EOT
stop lossy
check "so a question can pass while its answer is lost" sees lossy \
    "lossy: passed 1, lost 0, doubled 0, held back 0, too large 1, largest 14"

# Goodbyes have no answers, so only one direction counts.
{ hellos | sed 's/send.*/send 00/' && echo "alice hears nothing"; } >"$TMP/script"
counts() { # SEED: prints the counts for a hundred goodbyes
    through -s "$1" -l 30 -d 20 -r 20
    play "a hundred goodbyes, seed $1" <"$TMP/script"
    stop lossy
    sed -n '$p' "$TMP/lossy.out" >"$TMP/counts.$1.$2"
}
counts 7 first
counts 7 again
counts 8 first
check "the same seed does the same" cmp "$TMP/counts.7.first" "$TMP/counts.7.again"
refute "another seed does something else" cmp "$TMP/counts.7.first" "$TMP/counts.8.first"

done_testing
