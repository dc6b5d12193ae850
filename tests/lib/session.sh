#!/bin/sh
# tests/lib/session.sh BLOCK: plays a transcript of a page. Each line of the file BLOCK that begins
# with "$ " is a command, and is run exactly as printed, all in one shell; the lines up to the next
# command are its expected output. Prints what a reader would see who types the same.
#
# The commands run with a home of their own, in a folder that contains only the project's folders,
# docs as a copy. Where the system allows a network namespace, all ports are free in it. Elsewhere
# 9001 and 9101 stand for free ports of this machine, in the commands and in the output: that is the
# only difference.
#
# A reader waits where a script would not, so the script does two things:
# - after a command in the background that writes to a file, it waits for the file's first line;
# - a command that only looks (cat, tr, grep, tail) is run again until it prints what it should.
#
# Exit status: 0; 1 if the commands have changed the docs, or left a file that git would take for a
# part of the project (reported on standard error).
set -u
block=${1:?which file?}
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
case $block in /*) ;; *) block=$(pwd)/$block ;; esac
if [ -z "${SESSION:-}" ] && unshare -rn sh -c 'ip link set lo up' >/dev/null 2>&1; then
    SESSION=network exec unshare -rn sh "$0" "$block"
fi

session=$(mktemp -d "${TMPDIR:-/tmp}/session.XXXXXX") || exit 1
pids=
end_session() {
    for pid in $pids; do kill "$pid" 2>/dev/null; done
    wait
    rm -rf "$session"
}
trap end_session EXIT
trap 'exit 1' HUP INT TERM

exec 8>&2 2>"$session/shell" # the shell's own messages about a kill -9
mkdir "$session/home" "$session/project"
for folder in stage1 stage2 stage3 tests; do ln -s "$root/$folder" "$session/project/$folder"; done
cp -R "$root/docs" "$session/project/docs"
unset CHAT_PASSWORD CHAT_KNOWN
HOME=$session/home
TEST_INNER=yes # for commands that run tests: this is such a run already
export HOME TEST_INNER
cd "$session/project" || exit 1
await=$root/tests/tools/await

# free_port NUMBER: prints a port that is free for TCP and UDP. A server that can listen there shows
# that. The port is one that the system never assigns by itself (those begin at 32768 or 49152), so
# no other program is given it after the server has ended.
free_port() {
    for try in 1 2 3 4 5 6 7 8; do
        free=$((10000 + ($$ * 13 + $1 * 7919 + try * 1009) % 20000))
        stage2/server -p "$free" >"$session/free" 2>"$session/taken" &
        "$await" 60 "$session/free" 1 listening $! 2>/dev/null && break
        wait $!
    done
    kill $!
    wait $!
    echo "$free"
}
if [ "${SESSION:-}" = network ]; then
    ip link set lo up
    port=9001 other=9101
else
    port=$(free_port 1) other=$(free_port 2)
fi
with_ports() { sed "s/9001/$port/g; s/9101/$other/g"; }
without_ports() { sed "s/$port/9001/g; s/$other/9101/g"; }
masked() { sed -f "$root/tests/docs/mask.sed"; }

# expected NUMBER: what the command of that number should print.
expected() { awk -v n="$1" '/^\$ / { now++; next } now == n' "$block" | masked; }

look() { # NUMBER COMMAND
    expected "$1" >"$session/expected"
    tries=0
    while :; do
        eval "$2" >"$session/seen" 2>&1
        without_ports <"$session/seen" | masked | cmp -s - "$session/expected" && return
        tries=$((tries + 1))
        [ $tries -lt 30 ] || return
        sleep 1
    done
}

begin() { # COMMAND, with its & and maybe a file for its output
    eval "$1" >"$session/seen" 2>&1
    pids="$pids $!"
    file=$(printf '%s' "$1" | sed -n 's/.*>\([^ &]*\) *&$/\1/p')
    [ -z "$file" ] || "$await" 30 "$file" 1 "" $! || echo "nothing came into $file"
}

number=0
sed -n 's/^\$ //p' "$block" >"$session/commands"
while IFS= read -r line <&7; do
    number=$((number + 1))
    printf '$ %s\n' "$line"
    command=$(printf '%s' "$line" | with_ports)
    : >"$session/seen"
    case $command in
    *'&') begin "$command" ;;
    'cat '* | 'tr '* | 'grep '* | 'tail '*) look $number "$command" ;;
    *) eval "$command" >"$session/seen" 2>&1 ;;
    esac
    without_ports <"$session/seen"
done 7<"$session/commands"

# Is anything left in the reader's folder?
result=0
diff -r "$root/docs" docs >&8 || result=1
for file in * .[!.]*; do
    [ -e "$file" ] && [ ! -L "$file" ] && [ "$file" != docs ] || continue
    git -C "$root" rev-parse --is-inside-work-tree >/dev/null || break # no git here
    git -C "$root" check-ignore -q "$file" && continue
    echo "$file is left, and .gitignore does not name it" >&8
    result=1
done
exit $result
