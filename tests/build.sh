#!/bin/sh
# tests/build.sh FOLDER...: builds these folders of the project, and says on standard error which,
# before it begins: the first time takes a while. FOLDER:FILE,FILE builds only these files of it.
# Folders that are up to date are skipped silently.
#
# Several builds of one checkout may be started at a time (two terminals, two test runs), and would
# write the same object files. So one builds, and the others print that they wait, and wait.
#
# CC, CFLAGS, LDFLAGS and WINGS, if set, are given to make. Exit status: 0; 1 when something could
# not be built, and then what the compiler said was printed.
set -u

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
lock=$root/.building # a folder: mkdir succeeds for one of us only
said=$(mktemp -d "${TMPDIR:-/tmp}/chat-build.XXXXXX") || exit 1
locked=no
builders= # PID:FOLDER of each make that may run

finish() {
    for builder in $builders; do kill "${builder%%:*}" 2>/dev/null; done
    [ $locked = no ] || rm -rf "$lock"
    rm -rf "$said"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A build that was killed has left its lock behind. The lock is renamed to a name of our own, and
# checked again, because meanwhile it could have become the lock of another build.
break_lock() { # OWNER
    mv "$lock" "$said/lock" 2>/dev/null || return 0
    [ "$(cat "$said/lock/owner" 2>/dev/null)" = "$1" ] || mv "$said/lock" "$lock" 2>/dev/null
    rm -rf "$said/lock"
}

take_lock() {
    told=no
    until mkdir "$lock" 2>/dev/null; do
        # What cannot be written cannot be built either; it may well be complete.
        [ -w "$root" ] || return 0
        owner=$(cat "$lock/owner" 2>/dev/null)
        if [ $told = no ]; then
            [ -z "$owner" ] || echo "building: waiting for process $owner, which builds here too" >&2
            told=yes
        elif [ -z "$owner" ] || ! kill -0 "$owner" 2>/dev/null; then break_lock "$owner"
        fi
        [ ! -d "$lock" ] || sleep 1
    done
    locked=yes
    echo $$ >"$lock/owner"
}

# become_make FOLDER[:FILE,FILE...] [OPTION...]: to be called in a process of its own.
become_make() {
    folder=${1%%:*} target=all
    case $1 in *:*) target=$(echo "${1#*:}" | tr , ' ') ;; esac
    shift
    # shellcheck disable=SC2086 # a list of files
    cd "$root/$folder" && exec make -s "$@" $target ${CC:+"CC=$CC"} \
        ${CFLAGS:+"CFLAGS=$CFLAGS"} ${LDFLAGS:+"LDFLAGS=$LDFLAGS"} ${WINGS+"WINGS=$WINGS"}
}

take_lock
wanted='' names=''
for part; do
    [ -f "$root/${part%%:*}/Makefile" ] || continue
    (become_make "$part" -q) >"$said/make" 2>&1 && continue
    wanted="$wanted $part" names="$names ${part%%:*}"
done
[ -n "$wanted" ] || exit 0

echo "building$names ..." >&2
for part in $wanted; do # all at a time: they have nothing in common
    folder=${part%%:*}
    become_make "$part" >"$said/${folder##*/}" 2>&1 &
    builders="$builders $!:$folder"
done
result=0
for builder in $builders; do
    folder=${builder#*:}
    wait "${builder%%:*}" && continue
    result=1
    echo "building $folder failed:"
    cat "$said/${folder##*/}"
done
builders=
exit $result
