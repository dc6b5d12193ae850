#!/bin/sh
# A server that is given by name: no user has to wait for a name server that does not answer, and
# the client tries one address after the other. See stage 1's test of the same name; new here are a
# client that reconnects, the window, and a server with Redis.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
. "$(dirname "$0")/../lib/web.sh"
. "$(dirname "$0")/../lib/hosts.sh"
STAGE=stage3
ours=$(lib_program stage3 client)
server=$(lib_program stage3 server)
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
PATIENCE=10

# No other process may have the password, not even the child.
if [ -r "/proc/$$/environ" ]; then
    feed secret env CHAT_PASSWORD=open-sesame "$with_hosts" "$ours" -p 9 -n a -c r nowhere.test
    "$TOOLS/await" 1 gone $$
    helper=$(child_of secret)
    keeps_nothing() {
        ! tr '\0' '\n' <"/proc/$helper/environ" | grep sesame && [ -n "$helper" ]
    }
    check "the resolver process has no password in its environment" keeps_nothing
    only_pipes() {
        for fd in "/proc/$helper/fd"/*; do readlink "$fd"; done >"$TMP/open"
        [ "$(grep -c pipe: "$TMP/open")" = 2 ] && ! grep -v -e pipe: -e /dev/null "$TMP/open"
    }
    check "the resolver process has only its two pipes open" only_pipes
    stop secret
else
    skip "the resolver process inherits no secret" "/proc"
fi

# --- a client that reconnects while no name server answers ---
start_server stage3 -j "$TMP/journal"
hosts home.test 127.0.0.1
called alice -n alice -c r home.test
check "alice is welcomed by the server home.test" sees alice "* welcome, alice"
forget home.test
stop server KILL
types alice "while it is away"
check "alice's client reports that it reconnects" sees alice "* reconnecting"
start server "$server" -p "$port" -k "$TMP/key" -j "$TMP/journal"
PATIENCE=40
check "the client reconnects to the old address without a name server" \
    sees alice "* connected again"
client bob -n bob -j r
check "bob sees the line from while the server was away" sees bob "alice: while it is away"
PATIENCE=10
stop bob
stop alice
stop server

# --- several addresses ---
if has_v6; then
    start_server stage3 -b ::1
    hosts two.test 127.0.0.1 ::1
    called alice -n alice -c r two.test
    check "the client tries the second address if the first refuses" sees alice "* welcome, alice"
    stop alice
    stop server
    start nobody "$with_hosts" "$ours" -p "$port" -n x -j r two.test
    allow_stderr nobody
    check "the client exits if no address accepts" exits nobody 1
    check "the client prints the error of the first address" complains nobody "Connection refused"
else
    skip "the client tries the second address if the first refuses" "IPv6"
fi

# --- the window ---
port=9
STAGE3_GUI=$TMP/gui
cat >"$STAGE3_GUI" <<EOT
#!/bin/sh
exec "$with_hosts" "$ROOT/stage3/gui" "\$@"
EOT
chmod +x "$STAGE3_GUI"
start_gui nowhere.test
check "the window for a server by name gets ready" get_in
web_play "the window accepts a request to join" <<'EOT'
x connects
x posts /join {"room":"r","name":"n","password":""}
x reads "HTTP/1.1 2"
EOT
web_play "the window answers while it looks up the name" <<'EOT'
y connects
y writes <GET /nothing HTTP/1.1|HOST|COOKIE>
y reads [404]
EOT
check "SIGTERM ends the window at once" ends_at_once gui TERM 0

# --- Redis ---
lib_key
# The server prints nothing before it has found Redis. On a slow machine it is still testing its key
# after a second; then a signal ends it like any program (143), and it gets more time.
looks_and_ends() {
    for seconds in 1 4 16; do
        start redis_server "$with_hosts" "$server" -p 0 -k "$TMP/key" -r nowhere.test
        "$TOOLS/await" $seconds gone $$
        ends_at_once redis_server TERM 0 && return
        [ "$status" -eq 143 ] || return 1
    done
    return 1
}
check "SIGTERM ends a server that looks up its Redis at once" looks_and_ends
PATIENCE=30
hosts none.test
start redis_server "$with_hosts" "$server" -p 0 -k "$TMP/key" -r none.test
allow_stderr redis_server
check "a server whose Redis has no address exits" exits redis_server 1
check "the server prints that it cannot use Redis" \
    complains redis_server "cannot use Redis at none.test:6379"
done_testing
