#!/bin/sh
# Our own programs keep every promise of the kit, what is recommended and what is optional too.
. "$(dirname "$0")/../lib/lib.sh"
judge() {
    CHAT_JUDGE_BUILT=yes "$ROOT/tests/judge" --tap --patience "$PATIENCE" --jobs 8 "$@"
}
tap "server" judge stage1 server "$(lib_program stage1 server) -p {port}"
tap "client" judge stage1 client \
    "$(lib_program stage1 client) -p {port} -n {name}"
done_testing
