#!/bin/sh
# Servers of other projects: tools/model plays them, in several dialects. Some require the name in
# JSON, their statuses and tokens have other forms, and none of them welcomes anybody.
. "$(dirname "$0")/../lib/lib.sh"

foreign() { # DIALECT
    start model "$TOOLS/model" "$1"
    gets_ready model "listening on" || bail "the server of another kind gets ready" "$TMP/lib.not_ready"
    port=$(sed -n '1s/.*://p' "$TMP/model.out")
}
STAGE=model # whose lines gets_ready waits for
of_ours() { # NAME OPTION...: a client of ours
    name=$1
    shift
    feed "$name" "$(lib_program stage2 client)" -p "$port" -n "$name" "$@"
}
got() { # LINE COUNT: the server has printed this line so many times
    [ "$(grep -c -x -F -e "$1" "$TMP/model.out")" -eq "$2" ] && return 0
    cat "$TMP/model.out"
    return 1
}
requests() { # COUNT
    [ "$(grep -c "^request: " "$TMP/model.out")" -eq "$1" ] && return 0
    cat "$TMP/model.out"
    return 1
}

for dialect in json code hex; do
    foreign "$dialect"
    of_ours alice -c 部屋
    of_ours bob -j 部屋
    case $dialect in
    hex)
        check "a bare name is good enough ($dialect)" sees model "request: bob"
        check "without a welcome it speaks all the same ($dialect)" \
            sees alice "* no welcome from 127.0.0.1 port $port"
        check "the other one, too ($dialect)" sees bob "* no welcome from 127.0.0.1 port $port"
        check "each has asked once, and not again" requests 2
        ;;
    *)
        check "it is told that this is another kind of server ($dialect)" \
            sees alice "* 127.0.0.1 port $port is a server of another kind"
        check "the other one, too ($dialect)" sees bob "is a server of another kind"
        check "the name went twice: bare, and in JSON under both names ($dialect)" \
            got 'request: {"username":"alice","user_name":"alice","password":null}' 1
        check "and no more often" requests 4
        ;;
    esac
    types alice "hello"
    types bob "my first line" "こんにちは, bob: is no name"
    check "a line is heard ($dialect)" sees model "alice: hello"
    check "one is heard by the other ($dialect)" sees alice "bob: こんにちは, bob: is no name"
    types alice one two
    check "and back ($dialect)" sees bob "alice: two"
    check "its own lines are not printed, though they come back ($dialect)" never_saw alice "alice: "
    case $dialect in hex) most=3 ;; *) most=0 ;; esac
    few() { [ "$(grep -c -x "alice: " "$TMP/model.out")" -le $most ] || { cat "$TMP/model.out"; return 1; }; }
    check "of empty messages there were few, or none ($dialect)" few
    check "it goes on ($dialect)" runs alice
    hangup alice
    hangup bob
    check "at the end of its input it ends with 0, as all lines came back ($dialect)" exits alice 0
    check "so does the other ($dialect)" exits bob 0
    check "and says nothing more ($dialect)" got "alice: /leave" 0
done

# An invalid answer is reported soon, in one line.
refused() { # DIALECT WHY REQUESTS
    foreign "$1"
    : >"$TMP/eve.err"
    of_ours eve -j r
    allow_stderr eve
    exits eve 1 && complains eve "$2" && has_lines "$TMP/eve.err" 1 && requests "$3"
}
check "an unknown status is shown as a number, after JSON was tried" refused refuses "with status 77" 2
check "a token of no bytes is none" refused empty "no good answer" 1
check "nor is one of 256" refused long "no good answer" 1
check "half a frame is no answer" refused half "no good answer" 1
check "a server that closes without an answer is asked in JSON, once" refused closes "no good answer" 2
check "one that says nothing is not waited for for ever" refused nothing "no good answer" 1
foreign garbage
: >"$TMP/eve.err"
of_ours eve -j r
check "garbage is no answer" exits eve 1
check "and told in one line" has_lines "$TMP/eve.err" 1
refute "of passwords, which this stage does not have, nobody speaks" grep password "$TMP/eve.err"

# The client notices that its session is gone, and joins again.
foreign json
of_ours alice -c r
check "alice is in" sees alice "is a server of another kind"
types alice "one"
check "and heard" sees model "alice: one"
stop model
types alice "two" "three"
check "that nobody listens there any more is told" sees alice "* no answer from 127.0.0.1 port $port"
stop alice
allow_stderr alice

done_testing
