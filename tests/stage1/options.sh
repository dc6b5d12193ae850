#!/bin/sh
# The options of the programs, and their error messages.
. "$(dirname "$0")/../lib/lib.sh"
server=$(lib_program stage1 server)
client=$(lib_program stage1 client)

# ends STATUS COMMAND...: the command ends by itself, soon, with this status; its output goes to
# $TMP/out and $TMP/err.
ends() {
    expected=$1
    shift
    "$TOOLS/within" 60 "$@" >"$TMP/out" 2>"$TMP/err" </dev/null && status=0 || status=$?
    [ $status -eq "$expected" ] && return 0
    echo "$* ended with $status, not with $expected"
    cat "$TMP/err"
    return 1
}

# one_line TEXT: stderr has one line, which contains TEXT, and stdout is empty.
one_line() {
    has_lines "$TMP/err" 1 && grep -q -e "$1" "$TMP/err" && [ ! -s "$TMP/out" ] && return 0
    cat "$TMP/err" "$TMP/out"
    return 1
}

says() { grep -q -e "$1" "$TMP/out" && [ ! -s "$TMP/err" ]; }

for program in server client; do
    path=$(lib_program stage1 $program)
    check "$program --help ends with 0" ends 0 "$path" --help
    check "$program --help is the usage, on stdout" says "^usage: .*$program"
    check "$program --version ends with 0" ends 0 "$path" --version
    check "$program --version is one line on stdout" has_lines "$TMP/out" 1
    check "$program: an unknown option is a usage error" ends 2 "$path" -Z
    check "$program: the usage is printed after an unknown option" grep -q "usage:" "$TMP/err"
    check "$program: an option without its value is a usage error" ends 2 "$path" -p
    check "$program: a port that is no number is a usage error" ends 2 "$path" -p none
    check "$program: a port that is too large is a usage error" ends 2 "$path" -p 65536
    check "$program: a port below zero is a usage error" ends 2 "$path" -p -1
    check "$program: too many arguments are a usage error" ends 2 "$path" one two
done
check "server: a silence that is no number is a usage error" ends 2 "$server" -t soon
check "server: a silence of 0 is a usage error" ends 2 "$server" -t 0
check "server: space for no member is a usage error" ends 2 "$server" -m 0
check "client: port 0 is refused" ends 2 "$client" -n alice -p 0

for name in "a:b" "*bob" " bob" ""; do
    refute "client: \"$name\" cannot be a name" ends 0 "$client" -n "$name" -p 9
    check "client: \"$name\" is reported as no name" test -s "$TMP/err"
done

check "client: an unknown host is status 1" ends 1 "$client" -n alice -p 9 no-such-host.invalid
check "client: one line names the unknown host" one_line "no-such-host.invalid"
check "server: an unknown address is status 1" ends 1 "$server" -p 0 -b no-such-host.invalid
check "server: one line names the unknown address" one_line "no-such-host.invalid"
check "server: an address of another host is status 1" ends 1 "$server" -p 0 -b 192.0.2.1
check "server: one line names the address of another host" one_line "192.0.2.1"

hello() {
    scene_name=$1
    play "$scene_name" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
EOT
}

start_server stage1
check "server: the ready line tells where it listens" \
    grep -q '^stage1 server: listening on udp 127\.0\.0\.1:[1-9][0-9]*$' "$TMP/server.out"
check "server: a port in use is status 1" ends 1 "$server" -p "$port"
check "server: one line names the port in use" one_line "$port"
hello "server: the server that has the port does not notice"
check "server: the ready line is alone on stdout" has_lines "$TMP/server.out" 1

start_server stage1 -b 127.0.0.2
host=127.0.0.2
check "server: the ready line has the address of -b" \
    grep -q '^stage1 server: listening on udp 127\.0\.0\.2:[1-9][0-9]*$' "$TMP/server.out"
hello "server: -b 127.0.0.2 is heard there"

# Is there an IPv6 loopback? If talk can send, there is, whether or not anybody listens.
host=::1
if echo 'a send 00' | "$TOOLS/talk" ::1 9 >/dev/null 2>&1; then
    start_server stage1 -b ::1
    check "server: an IPv6 address has brackets in the ready line" \
        grep -q '^stage1 server: listening on udp \[::1\]:[1-9][0-9]*$' "$TMP/server.out"
    hello "server: -b ::1 is heard there"
    client bob -n bob ::1
    check "client: ::1 is found" sees bob "welcome, bob"
else
    skip "server: -b ::1 is heard there" "an IPv6 loopback address"
fi

# A server on every address would not know which address to answer from.
for address in 0.0.0.0 0 ::; do
    check "server: -b $address is refused" ends 1 "$server" -p 0 -b $address
    check "server: one line says why -b $address is refused" \
        one_line "every address of this machine"
done

# With a full file (ulimit -f) a write fails, and the program must not end without a message.
grown() { # COMMAND...: it ends with 1 and a message
    said=$({ (ulimit -f 0 && exec "$TOOLS/within" 60 "$@") 2>&3 >"$TMP/full"
        echo "ended with $?" >&3; } 3>&1)
    case $said in *"cannot write to standard output: "*"ended with 1") return 0 ;; esac
    echo "$said"
    return 1
}
check "server: it ends with 1 if its ready line cannot be written" grown "$server" -p 0
start_server stage1
check "client: it ends with 1 if nothing can be written" grown "$client" -n alice -p "$port"

done_testing
