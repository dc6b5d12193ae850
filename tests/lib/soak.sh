# shellcheck shell=sh disable=SC2034,SC2154 # TMP, TOOLS, ROOT and PATIENCE are lib.sh's
# soak.sh: what the soak tests share; source it after lib.sh. A soak lets members come and go for
# SOAK_SECONDS (30), and looks whether a server has everything back that it had before.
#
#     soak_build                builds tools/soak with the objects of stage 3, as $TMP/soak
#     come_and_go SECONDS NAME  lets members come and go over the lists of servers in $lists; what
#                               was done is printed as a comment
#     fds_of PID                how many descriptors are open; nothing where there is no /proc
#     crowd_again SECONDS       lets the second crowd come and go; then the server $pid has as much
#                               memory as before it, and $fds_first descriptors. Before and after,
#                               `no_rooms` becomes true within so many seconds
#     list_rooms PORT           are there none?
#     start_lossy NAME PORT     a path that loses a tenth of all datagrams; sets $port
#     soon SECONDS COMMAND...   the command succeeds within so many seconds

# shellcheck source=processes.sh
. "$ROOT/tests/lib/processes.sh"
seconds=${SOAK_SECONDS:-30}
half=$((seconds / 2)) # each of two crowds
SEED=${SOAK_SEED:-17}
ARRIVALS=${SOAK_ARRIVALS:-20} # visitors a second: less for a slow machine, or with sanitizers

soak_build() {
    soak_objects=
    for soak_object in "$ROOT"/stage3/*.o "$ROOT"/stage3/*/*.o; do
        case ${soak_object##*/} in
        server.o | client.o | gui.o) ;;
        *) soak_objects="$soak_objects $soak_object" ;;
        esac
    done
    # shellcheck disable=SC2086 # lists
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L ${CFLAGS:--O2} ${LDFLAGS:-} -I "$ROOT/stage3" \
        -o "$TMP/soak" "$ROOT/tests/tools/soak.c" $soak_objects >"$TMP/soak.build" 2>&1 ||
        bail "the soak's tool compiles" "$TMP/soak.build"
    key=$(sed -n '/: key /{s/.*: key //p;q;}' "$TMP/server.out")
}

comment() { printf '# %s\n' "$*" >&5; }

come_and_go() { # SECONDS NAME
    soak_seconds=$1 soak_name=$2
    # shellcheck disable=SC2086 # a list
    start "$soak_name" "$TMP/soak" -s "$SEED" -d "$soak_seconds" -c "$ARRIVALS" \
        -f "$key" $lists
    soak_patience=$PATIENCE
    PATIENCE=$((soak_seconds + 600))
    check "$soak_name: the members that stay miss no line, and see no line twice or out of order" \
        exits "$soak_name" 0
    PATIENCE=$soak_patience
    comment "$(cat "$TMP/$soak_name.out")"
}

fds_of() {
    [ -d "/proc/$1/fd" ] || return 0
    # shellcheck disable=SC2012 # numbers
    ls "/proc/$1/fd" | wc -l | tr -d ' '
}
# What may differ are pages of what is allocated at the start, such as the ring of lost sessions
# (160 KB), and what malloc() keeps. A sanitizer keeps what is freed.
memory_limit=512
check_memory() { # FIRST
    memory=$(memory_of "$pid")
    soak_what="memory is back: at most $memory_limit KB more than after the first crowd"
    if [ -z "$memory" ]; then skip "$soak_what" "ps, or a /proc like that of Linux"; return; fi
    comment "memory: $1 KB after the first crowd, $memory KB after the second one"
    case ${CFLAGS:-} in
    *sanitize*) skip "$soak_what" "a malloc that is not a sanitizer's" ;;
    *) check "$soak_what" [ "$memory" -le $(($1 + memory_limit)) ] ;;
    esac
}

fds_are_back() { fds=$(fds_of "$pid") && [ "$fds" -eq "$fds_first" ]; }
check_fds() {
    if [ -z "$fds_first" ]; then skip "descriptors are back" "/proc/PID/fd"; return; fi
    check "descriptors are back: exactly as many as at the beginning" soon 20 fds_are_back
    comment "descriptors: $fds_first at the beginning, $fds at the end"
}

# The memory is noted after a first crowd: tables, and the memory of which malloc() keeps hold, have
# got the size that such a crowd takes. A second crowd must find enough in them.
crowd_again() {
    check "rooms are back after the first crowd: there are none" soon "$1" no_rooms
    memory_first=$(memory_of "$pid")
    SEED=$((SEED + 1))
    come_and_go "$half" second
    check "rooms are back: there are none" soon "$1" no_rooms
    check_memory "$memory_first"
    check_fds
}

list_rooms() {
    "$(lib_program stage3 client)" -l -p "$1" >"$TMP/list" 2>&1
    grep -q "there are no rooms" "$TMP/list"
}

start_lossy() {
    start "$1" "$TOOLS/lossy" -s "$SEED" -l 10 -d 5 -r 10 -k 40 "$host" "$2"
    sees "$1" "listening on" || return 1
    port=$(sed -n 's/.*listening on.*://p' "$TMP/$1.out")
}

soon() {
    soak_tries=$1
    shift
    until "$@"; do
        [ "$soak_tries" -gt 0 ] || return 1
        soak_tries=$((soak_tries - 1))
        sleep 1
    done
}
