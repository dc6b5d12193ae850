#!/bin/sh
# Servers of other projects: tools/model plays them, in several dialects. Some require the name in
# JSON, their statuses and tokens have other forms, and none of them welcomes anybody.
. "$(dirname "$0")/../lib/lib.sh"

foreign() { # DIALECT
    start model "$TOOLS/model" "$1"
    gets_ready model "listening on" ||
        bail "the server of another project gets ready" "$TMP/lib.not_ready"
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
        check "$dialect: the server accepts a bare name" sees model "request: bob"
        check "$dialect: alice's client continues without a welcome" \
            sees alice "* no welcome from 127.0.0.1 port $port"
        check "$dialect: bob's client continues without a welcome" \
            sees bob "* no welcome from 127.0.0.1 port $port"
        check "$dialect: each client sends one request" requests 2
        ;;
    *)
        check "$dialect: alice's client reports another kind of server" \
            sees alice "* 127.0.0.1 port $port is a server of another kind"
        check "$dialect: bob's client reports another kind of server" \
            sees bob "is a server of another kind"
        check "$dialect: the client repeats its request in JSON" \
            got 'request: {"username":"alice","user_name":"alice","password":null}' 1
        check "$dialect: each client sends two requests" requests 4
        ;;
    esac
    types alice "hello"
    types bob "my first line" "こんにちは, bob: is no name"
    check "$dialect: the server gets alice's line" sees model "alice: hello"
    check "$dialect: alice sees bob's line" sees alice "bob: こんにちは, bob: is no name"
    types alice one two
    check "$dialect: bob sees alice's line" sees bob "alice: two"
    check "$dialect: alice's client does not print its own lines" never_saw alice "alice: "
    case $dialect in hex) most=3 ;; *) most=0 ;; esac
    few() {
        [ "$(grep -c -x "alice: " "$TMP/model.out")" -le $most ] && return
        cat "$TMP/model.out"
        return 1
    }
    check "$dialect: the client sends few empty messages, or none" few
    check "$dialect: alice's client still runs" runs alice
    hangup alice
    hangup bob
    check "$dialect: alice's client exits with 0 after all lines came back" exits alice 0
    check "$dialect: bob's client exits with 0 after all lines came back" exits bob 0
    check "$dialect: the client sends no /leave" got "alice: /leave" 0
done

# An invalid answer is reported soon, in one line.
refused() { # DIALECT WHY REQUESTS
    foreign "$1"
    : >"$TMP/eve.err"
    of_ours eve -j r
    allow_stderr eve
    exits eve 1 && complains eve "$2" && has_lines "$TMP/eve.err" 1 && requests "$3"
}
check "an unknown status is printed after a request in JSON" refused refuses "with status 77" 2
check "an empty token is refused" refused empty "no good answer" 1
check "a token of 256 bytes is refused" refused long "no good answer" 1
check "half a frame is refused" refused half "no good answer" 1
check "a server that closes without an answer gets one request in JSON" \
    refused closes "no good answer" 2
check "a server that sends nothing is given up" refused nothing "no good answer" 1
foreign garbage
: >"$TMP/eve.err"
of_ours eve -j r
check "a client exits if the answer is garbage" exits eve 1
check "the client prints one line about the garbage" has_lines "$TMP/eve.err" 1
refute "the client prints nothing about passwords" grep password "$TMP/eve.err"

# The client notices that its session is gone, and reports it.
foreign json
of_ours alice -c r
check "alice's client reports another kind of server" sees alice "is a server of another kind"
types alice "one"
check "the server gets alice's line" sees model "alice: one"
stop model
types alice "two" "three"
check "the client reports that no server answers" sees alice "* no answer from 127.0.0.1 port $port"
stop alice
allow_stderr alice

done_testing
