#!/bin/sh
# A member is dropped after three sends in a row that failed because of its address. To make a send
# fail the route must be cut, so the test runs in a network namespace.
if [ -z "${IN_NAMESPACE:-}" ] && unshare -rn true 2>/dev/null; then
    IN_NAMESPACE=yes exec unshare -rn sh "$0"
fi
. "$(dirname "$0")/../lib/lib.sh"
cut='unreachable 127.0.0.2/32 table local'
[ -n "${IN_NAMESPACE:-}" ] || skip_all "the right to make a network namespace (unshare -rn)"
ip link set lo up 2>/dev/null || skip_all "the ip command"
# shellcheck disable=SC2086 # several words
ip route add $cut && ip route del $cut || skip_all "routes in a network namespace"

# One talk plays both members, line by line, while the route to bob is cut and restored.
start_server stage1
feed both "$TOOLS/talk" -v "$host" "$port"
step() { # LINE...: plays these lines and waits until the last is done
    steps=$((steps + $#))
    types both "$@"
    "$TOOLS/await" 10 "$TMP/both.out" "$steps" "" || { cat "$TMP/both.out"; return 1; }
}
steps=0

# say TEXT: alice says it, and the answer to a hello after it shows that the server is done with it.
say() {
    step "alice send 05 \"alice\" \"$1\"" \
        'alice send 05 "alice"' 'alice gets 00 "welcome, alice"'
}

check "alice and bob join" step 'bob at 127.0.0.2' \
    'alice send 05 "alice"' 'bob send 03 "bob"' \
    'alice gets 00 "welcome, alice"' 'bob gets 00 "welcome, bob"' \
    'alice gets 00 "alice and bob joined"' 'bob gets 00 "alice and bob joined"'
# shellcheck disable=SC2086
check "the way to bob is cut" ip route add $cut
check "a message does not reach bob" say 1
check "a second message does not reach bob" say 2
# shellcheck disable=SC2086
check "the way to bob is mended in time" ip route del $cut
check "a third message is said, and clears bob's strikes" say 3
check "bob gets only the third message" step 'bob gets 05 "alice" "3"'
# shellcheck disable=SC2086
check "the way to bob is cut again" ip route add $cut
check "a fourth message does not reach bob" say 4
check "a fifth message does not reach bob" say 5
check "bob is still a member after two failures" step 'alice hears nothing'
check "a sixth message does not reach bob" say 6
check "bob is dropped after three failures in a row" step 'alice gets 00 "bob left"'
# shellcheck disable=SC2086
check "the way to bob is mended again" ip route del $cut
check "alice speaks again" say 7
check "nothing is sent to bob any more" step 'bob hears nothing'
check "bob is welcomed when he comes back" step 'bob send 03 "bob"' 'bob gets 00 "welcome, bob"'
hangup both
check "the members' script ends with 0" exits both 0

done_testing
