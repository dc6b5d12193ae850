#!/bin/sh
# Our own programs keep every promise of the kit, what is recommended and what is optional too.
. "$(dirname "$0")/../lib/lib.sh"
judge() {
    CHAT_JUDGE_BUILT=yes "$ROOT/tests/judge" --tap --patience "$PATIENCE" --jobs 8 "$@"
}
tap "server" judge stage2 server "$(lib_program stage2 server) -p {port}"
tap "client" judge stage2 client \
    "$(lib_program stage2 client) -p {port} -n {name} {-c|-j} {room}"
done_testing
