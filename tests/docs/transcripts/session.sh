# shellcheck shell=sh
# session.sh: makes a transcript: commands as a reader would type them, and what they print.
#
#     run 'COMMAND'       shows it behind a "$ " and runs it
#     behind 'COMMAND' FILE TEXT    the same, in the background, until the transcript ends; its
#                         output goes to the file, and when the text is there we go on
#     ends                ends what `behind` began last
#     shows FILE TEXT     waits until the file holds the text
#
# The commands run in an empty folder that has the project's folders in it. 9001 and 9101 in them
# stand for ports that are free on this machine; in what is printed they stand again. A server or
# client of ours without -p means 9001.
set -u
root=$(pwd)
session=$(mktemp -d "${TMPDIR:-/tmp}/session.XXXXXX") || exit 1
pids=

end_session() {
    for pid in $pids; do kill "$pid" 2>/dev/null; done
    wait
    rm -rf "$session"
}
trap end_session EXIT
trap 'exit 1' HUP INT TERM

for folder in docs stage1 stage2 stage3 tests; do ln -s "$root/$folder" "$session/$folder"; done
cd "$session" || exit 1

# Two servers take free ports and tell which; as soon as they are gone, the ports are ours.
stage2/server -p 0 >.port &
pids="$pids $!"
stage2/server -p 0 >.other &
pids="$pids $!"
tests/tools/await 10 .port 1 listening
tests/tools/await 10 .other 1 listening
for pid in $pids; do
    kill "$pid"
    wait "$pid" 2>/dev/null
done
pids=
port=$(sed 's/.*://' .port)
other=$(sed 's/.*://' .other)

with_ports() {
    printf '%s' "$1" |
        sed "/-p/!s/stage1\/[a-z]*/& -p 9001/; s/9001/$port/g; s/9101/$other/g"
}
without_ports() { sed "s/$port/9001/g; s/$other/9101/g"; }

run() {
    printf '$ %s\n' "$1"
    eval "$(with_ports "$1")" 2>&1 | without_ports
}

behind() {
    printf '$ %s >%s &\n' "$1" "$2"
    eval "exec $(with_ports "$1") >\"$2\"" &
    pids="$pids $!"
    shows "$2" "$3"
}

ends() {
    printf '$ kill %%1\n'
    last=${pids##* }
    kill "$last"
    wait "$last" 2>/dev/null
    pids=${pids% *}
}

shows() { tests/tools/await 10 "$1" 1 "$2" || echo "waited in vain for: $2"; }
