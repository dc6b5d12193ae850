#!/bin/sh
# The options of the programs, and their error messages.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
server=$(lib_program stage2 server)
client=$(lib_program stage2 client)

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
    path=$(lib_program stage2 $program)
    check "$program --help ends with 0" ends 0 "$path" --help
    check "$program --help prints the usage on stdout" says "^usage: .*$program"
    check "$program --version ends with 0" ends 0 "$path" --version
    check "$program --version prints one line on stdout" has_lines "$TMP/out" 1
    check "$program: an unknown option is refused" ends 2 "$path" -Z
    check "$program: the refusal prints the usage" grep -q "usage:" "$TMP/err"
    check "$program: an option without its value is refused" ends 2 "$path" -p
    check "$program: a port that is not a number is refused" ends 2 "$path" -p none
    check "$program: the port 65536 is refused" ends 2 "$path" -p 65536
    check "$program: a negative port is refused" ends 2 "$path" -p -1
    check "$program: a UDP port that is not a number is refused" ends 2 "$path" -u none
    check "$program: the UDP port 65536 is refused" ends 2 "$path" -u 65536
    check "$program: too many arguments are refused" ends 2 "$path" one two
done
for option in -t -m -M -a; do
    check "server: $option refuses what is not a number" ends 2 "$server" -p 0 $option some
    check "server: $option 0 is refused" ends 2 "$server" -p 0 $option 0
    check "server: $option with a negative number is refused" ends 2 "$server" -p 0 $option -1
done
check "client: the port 0 is refused" ends 2 "$client" -n alice -c r -p 0
check "client: the UDP port 0 is refused" ends 2 "$client" -n alice -c r -u 0
check "client: -c and -j together are refused" ends 2 "$client" -n alice -c r -j r
check "client: the refusal of -c and -j prints the usage" grep -q "usage:" "$TMP/err"
check "client: -c and -l together are refused" ends 2 "$client" -n alice -c r -l
check "client: -j and -l together are refused" ends 2 "$client" -n alice -l -j r
check "client: neither -c nor -j is refused without a terminal" ends 2 "$client" -n alice
check "client: the refusal without -c and -j prints the usage" grep -q "usage:" "$TMP/err"

for name in "a:b" "*bob" "/bob" "{bob" " bob" ""; do
    refute "client: \"$name\" is refused as a name" ends 0 "$client" -n "$name" -c r -p 9
    check "client: the refusal of the name is printed" test -s "$TMP/err"
    refute "client: \"$name\" is refused as a room" ends 0 "$client" -n alice -c "$name" -p 9
    check "client: the refusal of the room is printed" test -s "$TMP/err"
done

check "client: an unknown host gives status 1" \
    ends 1 "$client" -n alice -c r -p 9 no-such-host.invalid
check "client: one line names the unknown host" one_line "no-such-host.invalid"
check "server: an unknown address gives status 1" ends 1 "$server" -p 0 -b no-such-host.invalid
check "server: one line names the unknown address" one_line "no-such-host.invalid"
check "server: another host's address gives status 1" ends 1 "$server" -p 0 -b 192.0.2.1
check "server: one line names the other host's address" one_line "192.0.2.1"

let_in() { # WHAT: the server admits a client
    room_play "$1" <<'EOT'
alice connects
alice writes <create request "r" "alice">
alice reads <create response "r" 00>
alice reads <create complete "r" token=32>
alice says "r"
alice gets "* welcome, alice"
alice says "r" "/leave"
EOT
}
ready() { # TCP UDP: the ready line says so; a port is N
    line=$(sed 's/:[1-9][0-9]*,/:N,/; s/:[1-9][0-9]*$/:N/' "$TMP/server.out")
    [ "$line" = "stage2 server: listening on tcp $1:N, udp $2:N" ] && return 0
    cat "$TMP/server.out"
    return 1
}

start_server stage2
check "server: the ready line has both addresses" ready 127.0.0.1 127.0.0.1
check "server: TCP and UDP use the same port by default" test -z "$udp_port"
check "server: a port in use gives status 1" ends 1 "$server" -p "$port"
check "server: one line names the port in use" one_line "$port"
let_in "server: the server that has the port is not disturbed"
check "server: stdout has the ready line alone" has_lines "$TMP/server.out" 1

# The same if only one of the two is in use. A port that a server has just had is free.
stop server
start_server stage2
free=$port
start_server stage2 -u 0
taken_tcp=$port
taken_udp=$udp_port
check "server: -u 0 takes a free port for UDP" test -n "$taken_udp"
check "server: a TCP port in use gives status 1" ends 1 "$server" -p "$taken_tcp" -u "$free"
check "server: one line names the TCP port in use" one_line "$taken_tcp"
check "server: a UDP port in use gives status 1" ends 1 "$server" -p "$free" -u "$taken_udp"
check "server: one line names the UDP port in use" one_line "$taken_udp"
let_in "server: TCP and UDP may use different ports"
client bob -n bob -c s
check "client: -u sets the server's UDP port" sees bob "* welcome, bob"
hangup bob
check "client: a client with -u exits with 0" exits bob 0

start_server stage2 -u "$free"
check "server: -u sets the UDP port" grep -q ", udp 127\.0\.0\.1:$free\$" "$TMP/server.out"

start_server stage2 -b 127.0.0.2
host=127.0.0.2
check "server: the ready line has the address of -b" ready 127.0.0.2 127.0.0.2
let_in "server: -b 127.0.0.2 admits a member there"

# Is there an IPv6 loopback? If talk can send, there is, whether or not anybody listens.
host=::1
if echo 'a send 00' | "$TOOLS/talk" ::1 9 >/dev/null 2>&1; then
    start_server stage2 -b ::1
    check "server: an IPv6 address has brackets in the ready line" ready '[::1]' '[::1]'
    let_in "server: -b ::1 admits a member there"
    client bob -n bob -c s ::1
    check "client: ::1 is accepted as a host" sees bob "* welcome, bob"
    client carol -n carol -j s ::1
    check "client: another client joins over IPv6" sees bob "carol joined"
    types carol "over IPv6"
    check "client: a line arrives over IPv6" sees bob "carol: over IPv6"
else
    skip "server: -b ::1 admits a member there" "an IPv6 loopback address"
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
check "server: it exits if it cannot write its ready line" grown "$server" -p 0
start_server stage2
check "client: it exits if it cannot print" grown "$client" -n alice -c full -p "$port"
check "client: it exits if it cannot print the list" grown "$client" -l -p "$port"

done_testing
