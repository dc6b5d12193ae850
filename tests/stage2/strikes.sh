#!/bin/sh
# A member is dropped after three sends in a row that failed because of its address. To make a send
# fail the route must be cut, so the test runs in a network namespace.
if [ -z "${IN_NAMESPACE:-}" ] && unshare -rn true 2>/dev/null; then
    IN_NAMESPACE=yes exec unshare -rn sh "$0"
fi
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
cut='unreachable 127.0.0.2/32 table local'
[ -n "${IN_NAMESPACE:-}" ] || skip_all "the right to make a network namespace (unshare -rn)"
ip link set lo up 2>/dev/null || skip_all "the ip command"
# shellcheck disable=SC2086 # several words
ip route add $cut && ip route del $cut || skip_all "routes in a network namespace"

# One talk plays all members, while the route to bob is cut and restored.
start_server stage2
feed both "$TOOLS/talk" -v "$host" "$port"
steps=0
step() { # LINE...: plays these lines and waits until the last is done
    printf '%s\n' "$@" | room_steps >"$TMP/steps"
    steps=$((steps + $(wc -l <"$TMP/steps")))
    cat "$TMP/steps" >"$TMP/both.in"
    last=$(tail -n 1 "$TMP/steps" | cut -d ' ' -f 1,2)
    "$TOOLS/await" 10 "$TMP/both.out" 1 "line $steps: $last " ||
        { tail -n 3 "$TMP/both.out"; return 1; }
}

# say TEXT: alice says it, and the answer to a keepalive after it shows that the server is done with
# it.
say() { step "alice says \"r\" \"$1\"" 'alice says "r"' 'alice gets "* welcome, alice"'; }

check "alice and bob are in the room" \
    step 'bob at 127.0.0.2' 'alice creates "r"' 'alice hears nothing' \
    'bob joins "r"' 'alice gets "* bob joined"'
# shellcheck disable=SC2086
check "the route to bob is cut" ip route add $cut
check "alice's first message cannot be sent to bob" say 1
check "alice's second message cannot be sent to bob" say 2
# shellcheck disable=SC2086
check "the route to bob is restored in time" ip route del $cut
check "alice's third message is sent" say 3
check "bob sees only the third message" step 'bob gets "alice: 3"'
# shellcheck disable=SC2086
check "the route to bob is cut again" ip route add $cut
check "alice's fourth message cannot be sent to bob" say 4
check "alice's fifth message cannot be sent to bob" say 5
check "bob is still a member after two failures in a row" step 'alice hears nothing' \
    'alice says "r" "/kick nobody"' 'alice gets "* nobody here is called nobody"'
check "alice's sixth message cannot be sent to bob" say 6
check "bob is dropped after three failures in a row" step 'alice gets "* bob left"'
# shellcheck disable=SC2086
check "the route to bob is restored again" ip route del $cut
check "alice says a line after bob was dropped" say 7
check "bob's token is invalid" \
    step 'bob says "r" "hello?"' 'bob hears nothing' 'alice hears nothing'
check "bob can join again" step 'bob joins "r"' 'alice gets "* bob joined"'

# The host is lost in the same way, and its room is closed. eve talks, so that the server sends to
# it.
check "bob creates a room and eve joins it" step 'bob creates "s"' 'eve joins "s"' \
    'bob gets "* bob and eve joined"' 'eve gets "* bob and eve joined"'
# shellcheck disable=SC2086
check "the route to bob, the host, is cut" ip route add $cut
check "the room is closed after three failures in a row" step \
    'eve says "s" "1"' 'eve says "s" "2"' 'eve says "s" "3"' \
    'eve gets "* the room is closed: the host has left"' 'eve says "s"' 'eve hears nothing'
hangup both
check "the script of all members is played to its end" exits both 0

done_testing
