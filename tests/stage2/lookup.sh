#!/bin/sh
# A server that is given by name: no user has to wait for a name server that does not answer, and
# the client tries one address after the other. See stage 1's test of the same name.
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
    check "SIG$signal ends a client that looks up a name at once" ends_at_once stuck $signal 0
done
PATIENCE=30
start stuck "$with_hosts" "$ours" -p 9 -n alice -c r nowhere.test
allow_stderr stuck
check "a client exits when no name server answers" exits stuck 1
check "the client prints that no name server answers" complains stuck "no name server answers"

# --- it answers at last, or there is no such host ---
PATIENCE=10
start_server stage2
called late -n late -c r later.test
hosts later.test "$host"
check "a client is welcomed after a late answer" sees late "* welcome, late"
client eve -n eve -j r
check "the client sees a new member after the late answer" sees late "eve joined"
hosts none.test
start none "$with_hosts" "$ours" -p "$port" -n x -j r none.test
allow_stderr none
check "a client exits if the host does not exist" exits none 1
check "the client prints that it cannot find the host" complains none "cannot find the host"
stop late
stop eve

# --- several addresses ---
if has_v6; then
    stop server
    start_server stage2 -b ::1
    hosts two.test 127.0.0.1 ::1
    called alice -n alice -c r two.test
    check "the client tries the second address if the first refuses" sees alice "* welcome, alice"
    types alice "/who"
    check "UDP uses the second address too" sees alice "here: alice (host)"
    stop server
    start nobody "$with_hosts" "$ours" -p "$port" -n x -j r two.test
    allow_stderr nobody
    allow_stderr alice
    check "the client exits if no address accepts" exits nobody 1
    check "the client prints the error of the first address" complains nobody "Connection refused"
else
    skip "the client tries the second address if the first refuses" "IPv6"
fi
done_testing
