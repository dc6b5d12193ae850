#!/bin/sh
# The server's key: made once, kept in a file that nobody else can read, noted by clients.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
STAGE=stage3
ours=$(lib_program stage3 client)
server=$(lib_program stage3 server)

start server "$server" -p 0
"$TOOLS/await" 60 "$TMP/server.out" 1 "listening on" ||
    bail "the server makes a key" "$TMP/server.err"
port=$(sed -n '/listening on/{s/.*://;p;q;}' "$TMP/server.out")
first=$(sed -n 's/^stage3 server: key //p' "$TMP/server.out")
mode() { ls -l "$1" | cut -c1-10; }
check "only the owner can read the key file" [ "$(mode "$TMP/.chat3_key")" = "-rw-------" ]
check "the fingerprint has 64 digits" expr "$first" : '[0-9a-f]\{64\}$'

client alice -n alice -c r
check "a client shows a key at the first visit" sees alice "$first"
check "the client stores the key" grep -q "127.0.0.1:$port $first" "$TMP/.chat3_known"
check "only the owner can read the stored keys" [ "$(mode "$TMP/.chat3_known")" = "-rw-------" ]
client bob -n bob -j r
check "a client is welcomed at the second visit" sees bob "* welcome, bob"
check "the second visit does not show the key" never_saw bob "$first"

start right "$ours" -p "$port" -k "$first" -l
check "-k with the right key is accepted" exits right 0
start wrong "$ours" -p "$port" -k "$(echo "$first" | tr 0123456789abcdef 123456789abcdef0)" -l
allow_stderr wrong
check "-k with another key is refused" exits wrong 4
check "the client prints that the key is another one" \
    complains wrong "has another key than the one demanded"

stop bob
stop alice
stop server
start server "$server" -p "$port"
check "the server starts again" sees server "listening on"
check "the server has the same key after a restart" sees server "$first"

# Another server at the same address.
stop server
start_server stage3 -p "$port"
port=$port
start eve "$ours" -p "$port" -n eve -c r
allow_stderr eve
check "a client exits if the key has changed" exits eve 4
check "the client warns that the key has changed" \
    complains eve "THE KEY OF 127.0.0.1:$port HAS CHANGED"
known_is_kept() { grep -q "127.0.0.1:$port $first" "$TMP/.chat3_known"; }
check "the stored key is not replaced" known_is_kept

chmod 644 "$TMP/key"
start open "$server" -p 0 -k "$TMP/key"
allow_stderr open
check "a key file that others can read is refused" exits open 1
check "the server advises chmod 600" complains open "chmod 600"
chmod 600 "$TMP/key"
sed 's/^p ./p x/' "$TMP/key" >"$TMP/bad"
chmod 600 "$TMP/bad"
start bad "$server" -p 0 -k "$TMP/bad"
allow_stderr bad
check "a damaged key file is refused" exits bad 1
check "the server prints that the key file is damaged" complains bad "is damaged"

# A composite number that weak tests take for a prime: the one of tests/unit/stage3/rsa.c.
p=$(sed -n '/carmichael\[\]/,/;/s/.*"\([0-9a-f]*\)".*/\1/p' "$ROOT/tests/unit/stage3/rsa.c" |
    tr -d '\n')
sed "s/^p .*/p $p/" "$TMP/key" >"$TMP/bad"
for start in first second; do
    start bad "$server" -p 0 -k "$TMP/bad" -j "$TMP/journal"
    check "a composite in place of a prime is refused at the $start start" exits bad 1
    check "the server prints at the $start start that the key file is damaged" \
        complains bad "is damaged"
done
start good "$server" -p 0 -k "$TMP/key" -j "$TMP/journal"
check "the journal has stored nothing of that key" sees good "listening on"
done_testing
