#!/bin/sh
# syscalls.sh: counts the system calls of a server at work, with strace.
#
#     tests/bench/syscalls.sh [-n MEMBERS] [-c MESSAGES] [-d DIALECT] [COMMAND]
#
# It lets MEMBERS (100) into the server (stage1/server), attaches strace, has MESSAGES (200) sent
# one at a time, detaches, prints the table, and checks what it shows:
#
#   - exactly one sendto() a delivery, and none that failed;
#   - everything else goes by the wake-up and not by the delivery: at most 4 calls a message
#     (wait, receive, receive again and find nothing, and one to spare).
#
# Exit status: 0 also when it cannot look (no strace, or it may not attach), and then it says so;
# 1 when one of the two does not hold.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
members=100
messages=200
dialect=stage1

die() {
    echo "syscalls.sh: $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 0
}

while getopts c:d:n: option; do
    case $option in
    c) messages=$OPTARG ;;
    d) dialect=$OPTARG ;;
    n) members=$OPTARG ;;
    *) echo "usage: syscalls.sh [-n MEMBERS] [-c MESSAGES] [-d DIALECT] [COMMAND]" >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
command=${1:-$bench/../../stage1/server}

command -v strace >/dev/null || skip "no strace"
(cd "$bench" && ${MAKE:-make} -s all) || die "the bench does not build"

temporary=$(mktemp -d)
running=
clean_up() {
    # shellcheck disable=SC2086 # a list of numbers
    [ -z "$running" ] || kill $running 2>/dev/null || true
    rm -rf "$temporary"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
for pipe in ready ask told traced; do
    mkfifo "$temporary/$pipe"
done

# shellcheck disable=SC2086 # a command may be several words
$command -p 0 >"$temporary/ready" &
server=$!
running=$server
ready=
read -r ready <"$temporary/ready" || true
port=${ready##*:}
[ -n "$port" ] || die "\"$command\" printed no line that ends in :PORT"

"$bench/load" -i -d "$dialect" -p "$port" -P "$server" -n "$members" -w 1 -c "$messages" -t 40 \
    <"$temporary/ask" >"$temporary/told" &
running="$running $!"
exec 3>"$temporary/ask" 4<"$temporary/told"
read -r line <&4 || die "the members were not let in"

# strace says on stderr when it has attached; only then does the counting begin to be complete.
strace -c -f -o "$temporary/table" -p "$server" 2>"$temporary/traced" 3>&- 4<&- &
tracer=$!
running="$running $tracer"
exec 5<"$temporary/traced"
read -r line <&5 || true
case $line in
*attached*) ;;
*) skip "strace may not attach: $line" ;;
esac

echo >&3
read -r line <&4 || die "the measurement broke off"
kill -INT "$tracer" 2>/dev/null
wait "$tracer" || true
cat "$temporary/table"
echo

deliveries=$(echo "$line" | cut -d , -f 4)
awk -v deliveries="$deliveries" -v messages="$messages" '
# The columns: % time, seconds, usecs/call, calls, errors (may be missing), name.
$NF == "total" || $4 !~ /^[0-9]+$/ { next }
$NF == "sendto" { sent = $4; failed = NF == 6 ? $5 : 0; next }
{ others += $4 }
END {
    printf "%d messages, %d deliveries: %d sendto (%d failed), %d other calls, %.2f a message\n",
        messages, deliveries, sent, failed, others, others / messages
    if (sent != deliveries || failed > 0) { print "not one sendto a delivery"; exit 1 }
    if (others > 4 * messages + 20) { print "too many other calls"; exit 1 }
}' "$temporary/table"
