#!/bin/sh
# A server that is given by name: no user has to wait for a name server that does not answer, and of
# several addresses the next one is tried.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/hosts.sh"
keep_port
STAGE=stage1
ours=$(lib_program stage1 client)
called() { # NAME OPTION...: feeds a client that uses our host names
    lib_name=$1
    shift
    feed "$lib_name" "$with_hosts" "$ours" -p "$port" "$@"
}
# --- a name server that does not answer ---
port=9
for signal in INT TERM; do
    called stuck -n alice nowhere.test
    check "a client reports after a while that it looks a name up (SIG$signal)" \
        sees stuck "the name nowhere.test is still being looked up"
    check "SIG$signal ends a client that looks a name up at once" ends_at_once stuck $signal 0
done

# Even a killed client leaves no process behind: the child notices that its parent is gone.
called stuck -n alice nowhere.test
check "a client reports that a name is still being looked up" sees stuck "still being looked up"
if processes >/dev/null; then
    helper=$(child_of stuck)
    check "a process of its own looks the name up" test -n "$helper"
    stop stuck KILL
    check "the process that looks a name up ends with its program" "$TOOLS/await" 10 gone "$helper"
else
    skip "the process that looks names up ends with its program" "ps, or /proc"
    stop stuck KILL
fi

# The reader of a pipe must see its end, although the child is stuck.
reads_to_the_end() {
    ( ("$with_hosts" "$ours" -p "$port" -n x nowhere.test </dev/null 2>/dev/null; echo over) | cat) |
        grep -q over
}
check "a script's client gives up by itself" reads_to_the_end

# --- it answers at last ---
start_server stage1
called late -n late later.test
check "a client reports a look-up that takes long" \
    sees late "the name later.test is still being looked up"
types late "said in good time"
hosts later.test "$host"
check "a client joins when the look-up is answered" sees late "* welcome, late"
client eve -n eve
check "another member sees it join" sees late "eve joined"
types late "hello"
check "the chat goes on after the look-up" sees eve "late: hello"
stop late
stop eve

# --- there is no such host ---
hosts none.test
start none "$with_hosts" "$ours" -p "$port" -n x none.test
allow_stderr none
check "a host that does not exist ends the client with 1" exits none 1
check "the client reports a host that does not exist" \
    complains none "cannot find the host \"none.test\""

# --- several addresses ---
hosts two.test 127.0.0.1 ::1
called alice -n alice two.test
check "a client tries the first of two addresses" sees alice "* welcome, alice"
stop alice
stop server
if has_v6; then
    start_server stage1 -b ::1
    hosts two.test 127.0.0.1 ::1
    called alice -n alice two.test
    check "a client tries the second address if the first refuses" sees alice "* welcome, alice"
    stop alice
    # lossy without a server behind it never answers.
    start silent "$TOOLS/lossy" -l 100 -p "$port" 127.0.0.1 9
    check "a port that never answers is open" sees silent "listening on"
    called alice -n alice two.test
    check "a client tries the second address if the first does not answer" \
        sees alice "* welcome, alice"
else
    skip "a client tries the second address" "IPv6"
fi
done_testing
