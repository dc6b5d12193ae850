#!/bin/sh
# A server that is given by name: no user has to wait for a name server that does not answer, and of
# several addresses the next one is tried. See stage 1's test of the same name.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/hosts.sh"
keep_port
STAGE=stage2
ours=$(lib_program stage2 client)
called() { # NAME OPTION...: feeds a client that uses our host names
    lib_name=$1
    shift
    feed "$lib_name" "$with_hosts" "$ours" -p "$port" "$@"
}

# --- a name server that does not answer ---
port=9
for signal in INT TERM; do
    called stuck -n alice -c r nowhere.test
    "$TOOLS/await" 1 gone $$ # most likely it is looking up the name by then
    check "SIG$signal ends it at once" ends_at_once stuck $signal 0
done
PATIENCE=30
start stuck "$with_hosts" "$ours" -p 9 -n alice -c r nowhere.test
allow_stderr stuck
check "a look-up that is never answered ends it" exits stuck 1
check "and is told" complains stuck "no name server answers"

# --- it answers at last, or there is no such host ---
PATIENCE=10
start_server stage2
called late -n late -c r later.test
hosts later.test "$host"
check "a look-up that is answered in the end" sees late "* welcome, late"
client eve -n eve -j r
check "and all goes on as ever" sees late "eve joined"
hosts none.test
start none "$with_hosts" "$ours" -p "$port" -n x -j r none.test
allow_stderr none
check "a host that does not exist ends it" exits none 1
check "and is told" complains none "cannot find the host"
stop late
stop eve

# --- several addresses ---
if has_v6; then
    stop server
    start_server stage2 -b ::1
    hosts two.test 127.0.0.1 ::1
    called alice -n alice -c r two.test
    check "the second address if the first refuses" sees alice "* welcome, alice"
    types alice "/who"
    check "and UDP goes there, too" sees alice "here: alice (host)"
    stop server
    start nobody "$with_hosts" "$ours" -p "$port" -n x -j r two.test
    allow_stderr nobody
    allow_stderr alice
    check "if nobody is anywhere, it ends" exits nobody 1
    check "and tells what is wrong with the first address" complains nobody "Connection refused"
else
    skip "the second address if the first refuses" "IPv6"
fi
done_testing
