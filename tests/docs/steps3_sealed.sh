#!/bin/sh
# The small programs of chapter 3's second part: RSA on paper, the sealed room and its client, and
# those that talk with stage3/server. Each does what its first lines promise, and each still has the
# fault that they name.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/steps.sh"
STAGE=stage3
unset CHAT_PASSWORD
PATIENCE=90 # seconds: a password and a pair take long with sanitizers on a busy machine

compile_steps stage3 rsa rsa2
compile_crypto stage3
compile_steps stage3 seal guest ask watch client locked

# bad_network [OPTION...]: lossy before the server; sets $bad
bad_network() {
    start lossy "$TOOLS/lossy" "$@" "$host" "$port"
    gets_ready lossy "listening on" || bail "lossy gets ready" "$TMP/lib.not_ready"
    bad=$(sed -n 's/.*listening on .*://p' "$TMP/lossy.out")
}
lines() { awk -v n="$1" -v before="$2" 'BEGIN { for (i = 1; i <= n; i++) print before i }'; }
shows() { # NAME BEFORE COUNT: of the lines that begin so, one to COUNT, each once and in order
    lines "$3" "$2" >"$TMP/wanted"
    grep -F -e "$2" "$TMP/$1.out" | diff "$TMP/wanted" -
}
readable() { tr -cd 'a-zA-Z0-9 ' <"$TMP/wire" | grep -c -e "$1"; }
ends_with() { # STATUS TEXT COMMAND...: it ends so, and prints a line with this text
    wanted=$1 text=$2
    shift 2
    "$@" </dev/null >"$TMP/printed" 2>&1 && got=0 || got=$?
    grep -F -q -e "$text" "$TMP/printed" && [ $got -eq "$wanted" ] && return
    echo "status $got"
    cat "$TMP/printed"
    return 1
}

# Programs that end by themselves run at the same time: begin NAME COMMAND... for each, all_end, and
# then `gave NAME STATUS TEXT` is what ends_with is for one.
begun=
begin() {
    as=$1
    shift
    { "$@" </dev/null >"$TMP/$as.printed" 2>&1 && echo 0 || echo $?; } >"$TMP/$as.status" &
    begun="$begun $!"
}
all_end() {
    for pid in $begun; do wait "$pid"; done
    begun=
}
gave() {
    got=$(cat "$TMP/$1.status")
    grep -F -q -e "$3" "$TMP/$1.printed" && [ "$got" -eq "$2" ] && return
    echo "status $got"
    cat "$TMP/$1.printed"
    return 1
}

for build in $builds; do
    programs=$TMP/$build

    # rsa and rsa2
    check "$build: rsa opens what it has sealed" \
        ends_with 0 "4 sealed is 36, opened again it is 4" "$programs/rsa" 13 19 5
    check "$build: rsa breaks its own key" ends_with 0 "n = 13 * 19" "$programs/rsa" 13 19 5
    check "$build: rsa refuses an exponent without an inverse" ends_with 2 "" \
        sh -c 'echo; "$@"' sh "$programs/rsa" 13 19 6
    check "$build: rsa2: alice computes the key" \
        ends_with 0 "alice drew 4 and opens 3: the key is 4003" "$programs/rsa2" 4 3
    check "$build: rsa2: the server computes the same key" \
        ends_with 0 "the server drew 3 and opens 4: the key is 4003" "$programs/rsa2" 4 3
    check "$build: rsa2: a thief of one private key computes another key" \
        ends_with 0 "opens k = 4, but s = 75: the key is 4075?" "$programs/rsa2" 4 3
    check "$build: rsa2: a listener guesses both numbers" \
        ends_with 0 "tries all numbers: k = 4, s = 3" "$programs/rsa2" 4 3
    check "$build: rsa2 refuses a number that is too large" ends_with 2 "" \
        sh -c 'echo; "$@"' sh "$programs/rsa2" 4 217

    # seal and guest
    start_step "$programs/seal"
    bad_network -s 5 -l 30 -d 10 -r 20 -w "$TMP/wire"
    feed bob "$programs/guest" bob "$bad"
    check "$build: bob joins a sealed room over a bad network" sees bob "* bob joined"
    feed carol "$programs/guest" carol "$port"
    check "$build: carol joins the sealed room over a good network" sees bob "* carol joined"
    types bob "$(lines 20 "mine ")"
    types carol "$(lines 20 "yours ")"
    check "$build: bob sees carol's last line" sees bob "carol: yours 20"
    check "$build: bob sees his own last line" sees bob "bob: mine 20"
    check "$build: carol sees bob's last line" sees carol "bob: mine 20"
    check "$build: carol sees her own last line" sees carol "carol: yours 20"
    check "$build: bob sees each of carol's lines once, in order" shows bob "carol: yours " 20
    check "$build: carol sees each of bob's lines once, in order" shows carol "bob: mine " 20
    cp "$TMP/bob.out" "$TMP/bobs"
    check "$build: bob and carol see the same order" diff "$TMP/bobs" "$TMP/carol.out"
    hangup carol
    check "$build: carol exits with 0" exits carol 0
    check "$build: bob sees that carol left" sees bob "* carol left"
    stop bob
    stop lossy
    check "$build: the network has lost datagrams" grep -q "lost [1-9]" "$TMP/lossy.out"
    check "$build: the wire has datagrams of the sealed room" test -s "$TMP/wire"
    refute "$build: no line of the sealed room is readable on the wire" readable "mine"
    play "$build: a stranger gets only the modulus, for as many bytes" <<'EOT'
eve   send 00*256
eve   gets any=256
eve   send
eve   send 00*7
eve   send "stranger" 00 00 00 01 00*8 00*16
eve   send "stranger" ff*256
eve   send "stranger" ff*256
eve   send "stranger" 00 00 00 01 00*8 00*16
eve   hears nothing
EOT
    begins_again "$programs/seal"
    check "$build: guest accepts another key of a new server" \
        ends_with 0 "* dave joined" "$programs/guest" dave "$port"
    stop server
    check "$build: guest exits with 1 without a server" \
        ends_with 1 "no server" "$programs/guest" dave "$port"

    # ask, watch, client and locked, with stage 3's own server and client
    start_server stage3
    trust_server
    key=$(sed -n '/: key /{s/.*: key //p;q;}' "$TMP/server.out")
    bad_network -s 7 -l 30 -d 10 -r 20 -w "$TMP/wire"
    check "$build: ask: no rooms yet" \
        ends_with 0 "there are no rooms" "$programs/ask" "$port" "$key"
    for password in "" "correct horse"; do
        room=open program=client
        if [ -n "$password" ]; then
            room=locked program=locked
            CHAT_PASSWORD=$password
            export CHAT_PASSWORD
        fi
        client alice -n alice -c $room
        check "$build: alice creates the room $room" sees alice "* welcome, alice"
        feed bob "$programs/$program" bob $room "$bad" "$key"
        check "$build: the small client joins $room over a bad network" sees alice "* bob joined"
        feed carol "$programs/$program" carol $room "$port" "$key"
        check "$build: another small client joins $room over a good network" \
            sees alice "* carol joined"
        if [ $room = open ]; then
            start eve "$programs/watch" eve $room "$bad" "$key"
            check "$build: watch joins over a bad network" sees alice "* eve joined"
        fi
        types bob "$(lines 200 "mine ")" &
        types alice "$(lines 200 "yours ")" &
        wait $!
        check "$build: alice sees bob's last line in $room" sees alice "bob: mine 200"
        check "$build: bob sees alice's last line in $room" sees bob "alice: yours 200"
        check "$build: bob sees his own last line in $room" sees bob "bob: mine 200"
        check "$build: carol sees alice's last line in $room" sees carol "alice: yours 200"
        check "$build: carol sees bob's last line in $room" sees carol "bob: mine 200"
        if [ $room = open ]; then
            check "$build: watch sees bob's last line" sees eve "bob: mine 200"
            check "$build: watch sees alice's last line" sees eve "alice: yours 200"
            check "$build: watch sees each of bob's lines once" shows eve "bob: mine " 200
            check "$build: watch sees each of alice's lines once" shows eve "alice: yours " 200
        fi
        check "$build: alice sees each of bob's lines once in $room" shows alice "bob: mine " 200
        check "$build: bob sees each of alice's lines once in $room" shows bob "alice: yours " 200
        grep ": " "$TMP/bob.out" | grep -v '^\*' >"$TMP/bobs"
        grep ": " "$TMP/carol.out" | grep -v '^\*' >"$TMP/carols"
        check "$build: bob and carol see the same order in $room" diff "$TMP/bobs" "$TMP/carols"
        long=$(awk 'BEGIN { for (i = 0; i < 3590; i++) printf "x" }')
        types alice "$long"
        check "$build: bob sees a line in parts whole in $room" sees bob "alice: $long"
        if [ $room = open ]; then
            refute "$build: watch does not show a line in parts" grep -q xxxxx "$TMP/eve.out"
            stop eve
        fi
        types bob "$long"
        check "$build: bob's long line is sent in pieces in $room" sees alice "bob: xxxxx" 4
        types alice "/kick carol"
        check "$build: a kicked small client exits with 0 in $room" exits carol 0
        check "$build: a kicked small client prints why in $room" sees carol "* carol was kicked"
        hangup bob
        check "$build: bob exits with 0 in $room" exits bob 0
        check "$build: alice sees that bob left $room" sees alice "* bob left"
        feed bob "$programs/$program" bob $room "$port" "$key"
        check "$build: bob, who joins again, sees the last line in $room" sees bob "alice: $long"
        check "$build: alice sees that bob joined $room again" sees alice "* bob joined" 2
        types alice /leave
        check "$build: the small client exits with 0 when $room is closed" exits bob 0
        check "$build: the small client prints that $room is closed" sees bob "* the room is closed"
        stop alice
    done
    stop lossy
    check "$build: the network has lost datagrams of stage 3's server" \
        grep -q "lost [1-9]" "$TMP/lossy.out"
    check "$build: the wire has datagrams of stage 3's server" test -s "$TMP/wire"
    refute "$build: no line of stage 3's server is readable on the wire" readable "yours"
    client alice -n alice -c locked
    check "$build: alice creates another locked room" sees alice "* welcome, alice"
    begin listed "$programs/ask" "$port" "$key"
    begin ask_differs "$programs/ask" "$port" "ff${key#??}"
    for program in watch client; do begin "$program" "$programs/$program" bob locked "$port" "$key"; done
    begin differs "$programs/locked" bob locked "$port" "ff${key#??}"
    begin nowhere "$programs/locked" bob nowhere "$port" "$key"
    begin not_one "$programs/locked" bob locked "$port" "${key%?}g"
    begin unknown "$programs/locked" bob locked "$port"
    CHAT_PASSWORD=wrong
    begin wrong "$programs/locked" bob locked "$port" "$key"
    unset CHAT_PASSWORD
    begin none "$programs/locked" bob locked "$port" "$key"
    all_end
    check "$build: ask shows the locked room" gave listed 0 "locked	1	locked"
    check "$build: ask exits if the fingerprint differs" gave ask_differs 1 "THAT IS ANOTHER KEY"
    for program in watch client; do
        check "$build: $program is refused without a password" \
            gave $program 1 "refused with status 3"
    done
    check "$build: the small client without the password is refused" \
        gave none 1 "refused with status 3"
    check "$build: the small client with a wrong password is refused" \
        gave wrong 1 "refused with status 3"
    check "$build: the small client sends no proof to a server without a fingerprint" \
        gave unknown 1 "refused with status 3"
    check "$build: the small client exits if the fingerprint differs" \
        gave differs 1 "THAT IS ANOTHER KEY"
    check "$build: the small client exits if the room does not exist" \
        gave nowhere 1 "refused with status 2"
    check "$build: the small client exits if the fingerprint is not one" \
        gave not_one 1 "THAT IS ANOTHER KEY"
    stop alice
    stop server
    for program in ask watch client locked; do
        [ $program = ask ] && set -- "$port" || set -- bob locked "$port" "$key"
        begin $program "$programs/$program" "$@"
    done
    all_end
    for program in ask watch client locked; do
        check "$build: $program exits without a server" gave $program 1 "no server"
    done
done
done_testing
