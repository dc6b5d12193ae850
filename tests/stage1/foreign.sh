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
    check "without a word from there it speaks ($dialect)" \
        sees alice "* no welcome from 127.0.0.1 port $port"
    check "and has said hello three times at most by then ($dialect)" \
        eval 'got "alice: " 1 || got "alice: " 2 || got "alice: " 3'
    of_ours bob -n bob
    check "a second one does, too ($dialect)" sees bob "* no welcome from 127.0.0.1 port $port"
    types alice one two three
    check "its lines arrive ($dialect)" sees bob "alice: three"
    check "every line ($dialect)" in_order alice
    check "and in order ($dialect)" eval 'printf "%s\n" one two three >"$TMP/want" &&
        sed -n "s/^alice: //p" "$TMP/bob.out" | diff "$TMP/want" -'
    types bob "and back" "bob: is no name"
    check "and back ($dialect)" sees alice "bob: and back"
    check "with everything in the line ($dialect)" sees alice "bob: bob: is no name"
    check "its own lines are not printed ($dialect)" never_saw alice "alice: "
    types alice "/name alicia" "under another name"
    check "a new name holds from the next line on ($dialect)" \
        sees bob "alicia: under another name"
    check "and costs no hello ($dialect)" got "alicia: " 0
    hangup alice
    hangup bob
    check "it ends with 0, because it has received lines ($dialect)" exits alice 0
    check "and so does the other ($dialect)" exits bob 0
done

# Alone on such a server, a script cannot know whether its lines arrive, unless they come back.
foreign others
of_ours alone -n alone
types alone one two three
hangup alone
check "a script whose lines nobody confirms ends with 1" exits alone 1
check "and reports it" complains alone "3 of the lines were not sent, or may not have arrived"
allow_stderr alone
check "but they were sent" in_order alone
foreign all
of_ours alone -n alone
types alone one two three
hangup alone
check "if they come back it ends with 0" exits alone 0
check "they were sent" in_order alone

# Datagrams of such a server may mean anything.
foreign notices
of_ours alice -n alice
types alice one two three
check "its notices are shown" sees alice "* you were silent for 60 seconds and were taken out"
check "and the client speaks" sees alice "* the server is shutting down" 5
check "it sends no more hellos than elsewhere, whatever it receives" \
    eval 'got "alice: " 2 || got "alice: " 3'
hangup alice
check "and nothing of that shows that lines arrive" exits alice 1

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
    check "a server answers with $dialect: the client ends, and reports what it cannot know" \
        complains alice "may not have arrived"
    check "with 1 ($dialect)" exits alice 1
    check "its lines were sent ($dialect)" in_order alice
    check "without a line, too ($dialect)" exits empty 1
    check "it asks whether there is a server ($dialect)" complains empty \
        "no answer from 127.0.0.1 port $port; is a server running there?"
done

# A server of another kind goes away, and one of ours replaces it.
foreign all
of_ours alice -n alice
check "a client is on a server of another kind" sees alice "* no welcome from 127.0.0.1 port $port"
types alice one
stop relay
types alice two three
check "if that goes away, it is reported" sees alice "* no answer from 127.0.0.1 port $port, still trying"
start server "$(lib_program stage1 server)" -p "$port"
check "the client finds one of ours in its place" sees alice "* welcome, alice"
STAGE=stage1
client bob -n bob
check "another one comes" sees bob "* welcome, bob"
types alice "at last"
check "and receives a line that had to wait" sees bob "alice: at last"
hangup alice
ended alice
check "the status shows that lines may be lost" test "$status" -eq 1
allow_stderr alice

done_testing
