#!/bin/sh
# Servers of other projects: tools/relay plays them, in several dialects. None of them welcomes
# anybody, and a hello is an empty message there. Our client sends its lines anyway, rarely says
# hello, and reports what it cannot know.
. "$(dirname "$0")/../lib/lib.sh"

foreign() { # DIALECT [PORT]
    start relay "$TOOLS/relay" "$@"
    gets_ready relay "listening on" || bail "the server of another kind gets ready" "$TMP/lib.not_ready"
    port=$(sed -n '1s/.*://p' "$TMP/relay.out")
}
STAGE=relay # whose lines gets_ready waits for
of_ours() { # NAME OPTION...: a client of ours
    name=$1
    shift
    feed "$name" "$(lib_program stage1 client)" -p "$port" "$@"
}
got() { # TEXT COUNT: so many datagrams had it, to the end of the line
    sed 1d "$TMP/relay.out" | cut -d ' ' -f 2- >"$TMP/got"
    [ "$(grep -c -x -F -e "$1" "$TMP/got")" -eq "$2" ] && return 0
    cat "$TMP/relay.out"
    return 1
}
in_order() { # NAME: its lines one, two and three came once each, and in that order
    sed 1d "$TMP/relay.out" | sed -n "s/^[0-9]* $1: \([a-z]\)/\1/p" >"$TMP/order"
    printf 'one\ntwo\nthree\n' | diff - "$TMP/order"
}

for dialect in others all bare; do
    foreign "$dialect"
    of_ours alice -n alice
    check "a client speaks without a welcome ($dialect)" \
        sees alice "* no welcome from 127.0.0.1 port $port"
    check "a client has said hello at most three times by then ($dialect)" \
        eval 'got "alice: " 1 || got "alice: " 2 || got "alice: " 3'
    of_ours bob -n bob
    check "a second client speaks without a welcome, too ($dialect)" \
        sees bob "* no welcome from 127.0.0.1 port $port"
    types alice one two three
    check "the last line of a client arrives ($dialect)" sees bob "alice: three"
    check "every line of a client reaches the server in order ($dialect)" in_order alice
    check "every line of a client reaches the other one in order ($dialect)" \
        eval 'printf "%s\n" one two three >"$TMP/want" &&
        sed -n "s/^alice: //p" "$TMP/bob.out" | diff "$TMP/want" -'
    types bob "and back" "bob: is no name"
    check "a line of the other client arrives ($dialect)" sees alice "bob: and back"
    check "a colon within a line stays there ($dialect)" sees alice "bob: bob: is no name"
    check "one's own lines are not printed ($dialect)" never_saw alice "alice: "
    types alice "/name alicia" "under another name"
    check "a new name holds from the next line on ($dialect)" \
        sees bob "alicia: under another name"
    check "a new name costs no hello ($dialect)" got "alicia: " 0
    hangup alice
    hangup bob
    check "a client that has received lines ends with 0 ($dialect)" exits alice 0
    check "the other client ends with 0, too ($dialect)" exits bob 0
done

# Alone on such a server, a script cannot know whether its lines arrive, unless they come back.
foreign others
of_ours alone -n alone
types alone one two three
hangup alone
check "a script whose lines nobody confirms ends with 1" exits alone 1
check "a script reports the lines that nobody confirms" \
    complains alone "3 of the lines were not sent, or may not have arrived"
allow_stderr alone
check "lines that nobody confirms are sent" in_order alone
foreign all
of_ours alone -n alone
types alone one two three
hangup alone
check "a script whose lines come back ends with 0" exits alone 0
check "lines that come back were sent once each" in_order alone

# Datagrams of such a server may mean anything.
foreign notices
of_ours alice -n alice
types alice one two three
check "notices of another kind of server are shown" \
    sees alice "* you were silent for 60 seconds and were taken out"
check "a client speaks to a server that sends notices" sees alice "* the server is shutting down" 5
check "a client that receives notices sends no more hellos than elsewhere" \
    eval 'got "alice: " 2 || got "alice: " 3'
hangup alice
check "notices do not show that lines arrive" exits alice 1

for dialect in garbage cut nothing; do
    foreign "$dialect"
    for name in alice empty; do
        of_ours $name -n $name
        allow_stderr $name
        : >"$TMP/$name.err"
    done
    types alice one two three
    hangup alice
    hangup empty
    check "a client that is answered with $dialect reports what it cannot know" \
        complains alice "may not have arrived"
    check "a client that cannot know whether its lines arrive ends with 1 ($dialect)" exits alice 1
    check "such a client sends its lines ($dialect)" in_order alice
    check "a client without a line ends with 1, too ($dialect)" exits empty 1
    check "a client without a line asks whether there is a server ($dialect)" complains empty \
        "no answer from 127.0.0.1 port $port; is a server running there?"
done

# A server of another kind goes away, and one of ours replaces it.
foreign all
of_ours alice -n alice
check "a client is on a server of another kind" sees alice "* no welcome from 127.0.0.1 port $port"
types alice one
stop relay
types alice two three
check "a client reports that its server has gone away" \
    sees alice "* no answer from 127.0.0.1 port $port, still trying"
start server "$(lib_program stage1 server)" -p "$port"
check "the client finds one of ours in its place" sees alice "* welcome, alice"
STAGE=stage1
client bob -n bob
check "another client is welcomed" sees bob "* welcome, bob"
types alice "at last"
check "another client receives a line that had to wait" sees bob "alice: at last"
hangup alice
ended alice
check "the status shows that lines may be lost" test "$status" -eq 1
allow_stderr alice

done_testing
