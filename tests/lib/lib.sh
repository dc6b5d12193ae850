# shellcheck shell=sh
# lib.sh: the library of every test file. A test file is plain sh and looks like this:
#
#     #!/bin/sh
#     . "$(dirname "$0")/../lib/lib.sh"
#     scene "a hello is answered" <<'EOT'
#     alice send 05 "alice"
#     alice gets 00 "welcome, alice"
#     EOT
#     done_testing
#
# Checks. Each is one line of TAP, the Test Anything Protocol; a failing one shows why.
#     check WHAT COMMAND...      the command (a function too) must succeed
#     refute WHAT COMMAND...     it must fail, but exist
#     play WHAT [OPTION...]      plays the script on standard input with tools/talk
#     scene WHAT [OPTION...]     the same, against a new server without members. The options are
#                                those of the server
#     tap WHAT COMMAND...        the command prints TAP of its own: its checks become ours
#     skip WHAT MISSING          this cannot be checked here, for lack of MISSING
#     skip_all MISSING           nothing in this file can be checked; ends the file
#     bail WHAT                  to go on makes no sense: WHAT failed; ends the file
#     done_testing               the last line of every test file
#
# Programs. NAME is a word of letters, digits and _. Starting a NAME again stops the one before.
#     start NAME COMMAND...      starts it; its output is in $TMP/NAME.out and $TMP/NAME.err
#     feed NAME COMMAND...       the same, with a standard input that `types` and `hangup` control
#     start_server STAGE [OPTION...]     starts STAGE/server on a free port, as the NAME `server`,
#                                waits until it is ready and sets $port, and $udp_port if UDP
#                                has another one than TCP (else that is empty)
#     trust_server [PORT]        notes the server's key, as if its owner had told us the
#                                fingerprint: at a first visit a client sends no password. Call it
#                                again after a start on another port. PORT is the port that the
#                                client uses, if that is another one
#     keep_port                  from now on start_server takes a port that the system never assigns
#                                by itself: for tests that stop a server and start another one on
#                                its port, or need the port unused. Any socket may get another port
#     client NAME [OPTION...]    feeds a client of the same stage, at $port of $host
#     types NAME LINE...         writes the lines to a fed program
#     hangup NAME                ends a fed program's input
#     stop NAME [SIGNAL]         sends the signal (TERM) and waits; $status is how it ended
#     allow_stderr NAME          this program may print on standard error
#
# Conditions, for use with check. They wait with a bound, and print what they saw if they fail.
#     sees NAME TEXT [COUNT]     COUNT lines (1) of its output contain TEXT
#     complains NAME TEXT        a line of its standard error contains TEXT
#     never_saw NAME TEXT        no line of its output contains TEXT so far
#     exits NAME STATUS          it ends by itself, with this status
#     ended NAME                 the same, with any status; sets $status
#     runs NAME                  it has not ended
#     printed NAME               its whole output equals standard input
#     has_lines FILE COUNT       the file has exactly so many lines
#
# $ROOT is the project, $TMP a folder for this test, $TOOLS the tools, $STAGE the stage that
# start_server was given. TEST_PATIENCE is the number of seconds that a condition waits (20).
# STAGE1_SERVER, STAGE1_CLIENT and so on name another build of ours to test, such as one for another
# processor. (Somebody else's program is judged by tests/judge.)
#
# Contract: when the file ends, in whatever way, every program is ended by its number and waited
# for, and $TMP is removed. Output on standard error is a failure, unless it is allowed.

set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
TOOLS=$ROOT/tests/tools
TMP=$(mktemp -d "${TMPDIR:-/tmp}/chat.XXXXXX") || exit 1
HOME=$TMP # where stage 3's client notes the keys of servers
CHAT_TEST_PAIR=$ROOT/tests/pair # its key pair, as making one takes long; tests of that unset it
export HOME CHAT_TEST_PAIR
STAGE=stage1
host=127.0.0.1
port=
udp_port=
status=
PATIENCE=${TEST_PATIENCE:-20} # seconds; only a failing test waits so long
lib_keep_port=no
lib_ports=0 # the number of ports tried
lib_programs= # the names of all programs that were started
# shellcheck source=tap.sh
. "$ROOT/tests/lib/tap.sh"

# --- programs -------------------------------------------------------------------------------

# The variables of a program are lib_WHAT_NAME: its number, its feeder's number, what is allowed.
lib_get() { eval "printf '%s' \"\${lib_$1_$2:-}\""; }
lib_set() { eval "lib_$1_$2=\$3"; }

# The program reads what is open as descriptor 4: a shell gives a program in the background
# /dev/null for its standard input, unless told otherwise.
lib_spawn() {
    lib_name=$1
    shift
    stop "$lib_name"
    # Here and not in the background: there, .out might be emptied after a test has looked at it,
    # and .err might not exist yet when it does.
    : >"$TMP/$lib_name.out"
    : >>"$TMP/$lib_name.err"
    "$@" <&4 4<&- 5>&- >>"$TMP/$lib_name.out" 2>>"$TMP/$lib_name.err" &
    lib_set pid "$lib_name" $!
    case " $lib_programs " in *" $lib_name "*) ;; *) lib_programs="$lib_programs $lib_name" ;; esac
}

start() { lib_spawn "$@" 4</dev/null; }

# A fed program reads a FIFO. Every writer that closes it would end its input, so one process
# keeps it open until `hangup`, or until we are gone. Opening a FIFO waits for the other side;
# opening it for both does not.
feed() {
    hangup "$1"
    lib_fifo=$TMP/$1.in
    rm -f "$lib_fifo"
    mkfifo "$lib_fifo"
    exec 3<>"$lib_fifo" 4<"$lib_fifo"
    "$TOOLS/await" 3600 gone $$ <&3 3>&- 4<&- 5>&- >/dev/null 2>&1 &
    lib_set feeder "$1" $!
    lib_spawn "$@" 3>&-
    exec 3>&- 4<&-
}

types() {
    lib_name=$1
    shift
    printf '%s\n' "$@" >"$TMP/$lib_name.in"
}

hangup() {
    lib_end "$(lib_get feeder "$1")" TERM
    lib_set feeder "$1" ""
}

lib_program() { # STAGE server|client: the program to test
    case $1 in
    stage1) lib_ours=STAGE1 ;; stage2) lib_ours=STAGE2 ;; *) lib_ours=STAGE3 ;;
    esac
    case $2 in server) lib_ours=${lib_ours}_SERVER ;; *) lib_ours=${lib_ours}_CLIENT ;; esac
    eval "printf '%s' \"\${$lib_ours:-\$ROOT/$1/$2}\""
}

# Making a key takes a second, so the servers of the tests all have the same one.
lib_key() {
    [ -f "$TMP/key" ] || { cp "$ROOT/tests/key" "$TMP/key" && chmod 600 "$TMP/key"; }
}

start_server() {
    STAGE=$1
    shift
    case $STAGE in stage1 | stage2) ;; *) lib_key && set -- -k "$TMP/key" "$@" ;; esac
    lib_start_server "$@" || bail "the server gets ready" "$TMP/lib.not_ready"
    # The line ends with the UDP port; the TCP port may stand before it.
    udp_port=$(sed -n '/listening on/{s/.*://;p;q;}' "$TMP/server.out")
    port=$(sed -n '/listening on/{s/, udp .*//;s/.*://;p;q;}' "$TMP/server.out")
    [ "$udp_port" != "$port" ] || udp_port=
}

keep_port() { lib_keep_port=yes; }

# Systems assign ports from 32768 or 49152 on. A port below may be in use, too, so some are tried.
lib_start_server() {
    if [ "$lib_keep_port" = no ]; then
        start server "$(lib_program "$STAGE" server)" -p 0 "$@"
        gets_ready server "listening on"
        return
    fi
    for lib_try in 1 2 3 4 5 6 7 8; do
        lib_ports=$((lib_ports + 1))
        start server "$(lib_program "$STAGE" server)" \
            -p $((10000 + ($$ * 13 + lib_ports * 1009) % 20000)) "$@"
        gets_ready server "listening on" && return
        grep -q "in use" "$TMP/server.err" || return 1
        : >"$TMP/server.err"
    done
    return 1
}

# gets_ready NAME TEXT: waits for the ready line; if it does not come, $TMP/lib.not_ready tells what
# is known. It stops waiting when the program has ended, and two seconds after the program has
# printed a line that does not begin as ours do: that is some other program, and no reason to wait for
# $PATIENCE seconds.
gets_ready() {
    lib_ready "$@" && return 0
    {
        echo "waited for $1 to print a line with \"$2\""
        if ! runs "$1"; then
            ended "$1"
            echo "$1 ended with status $status"
        elif [ "$lib_ready" = other ]; then
            echo "$1 runs, but printed another line, and not this one within 2 more seconds"
        else echo "$1 runs, but did not print it within $PATIENCE seconds"; fi
        lib_last_lines "$1" 10 || echo "$1 printed nothing"
    } >"$TMP/lib.not_ready"
    return 1
}

lib_ready() {
    lib_pid=$(lib_get pid "$1")
    lib_ready=late
    "$TOOLS/await" "$PATIENCE" "$TMP/$1.out" 1 "$2" "$lib_pid" "$STAGE server: " && return 0
    [ $? -eq 3 ] || return 1
    lib_ready=other
    "$TOOLS/await" 2 "$TMP/$1.out" 1 "$2" "$lib_pid"
}

trust_server() {
    printf '%s:%s %s\n' "$host" "${1:-$port}" \
        "$(sed -n '/: key /{s/.*: key //p;q;}' "$TMP/server.out")" >>"$HOME/.chat3_known"
}

client() {
    lib_name=$1
    shift
    feed "$lib_name" "$(lib_program "$STAGE" client)" -p "$port" ${udp_port:+-u "$udp_port"} "$@"
}

# lib_end PID SIGNAL: ends and waits for one of our own processes; sets $status. A shell may print
# a message about the end of a process, hence the redirection.
lib_end() {
    [ -n "$1" ] || return 0
    {
        kill -s "$2" "$1"
        "$TOOLS/await" "$PATIENCE" gone "$1" || kill -s KILL "$1"
        wait "$1"
    } 2>/dev/null && status=0 || status=$?
}

stop() {
    lib_end "$(lib_get pid "$1")" "${2:-TERM}"
    lib_set pid "$1" ""
}

allow_stderr() { lib_set allowed "$1" yes; }

# --- conditions -----------------------------------------------------------------------------

# lib_last_lines NAME COUNT: prints the last lines of the program's output and of its standard
# error; fails if both are empty.
lib_last_lines() {
    for lib_stream in out err; do
        [ -s "$TMP/$1.$lib_stream" ] || continue
        case $lib_stream in out) echo "$1 printed:" ;; *) echo "$1 printed on standard error:" ;; esac
        tail -n "$2" "$TMP/$1.$lib_stream" | cut -c 1-400 | sed 's/^/    /'
    done
    [ -s "$TMP/$1.out" ] || [ -s "$TMP/$1.err" ]
}

# Prints the last lines of every program, unless they were printed after an earlier failure.
lib_tell_programs() {
    for lib_told in $lib_programs; do
        lib_sizes=$(cat "$TMP/$lib_told.out" "$TMP/$lib_told.err" 2>/dev/null | wc -c)
        [ "$((lib_sizes))" != "$(lib_get told "$lib_told")" ] || continue
        lib_set told "$lib_told" "$((lib_sizes))"
        lib_last_lines "$lib_told" 5
    done
}

lib_show() { # FILE: prints what the file has instead of the expected
    if [ -s "$1" ]; then
        echo "the last lines were:"
        tail -n 5 "$1"
    else echo "nothing was printed"; fi
}

sees() {
    "$TOOLS/await" "$PATIENCE" "$TMP/$1.out" "${3:-1}" "$2" && return 0
    echo "expected from $1: $2"
    lib_show "$TMP/$1.out"
    return 1
}

complains() {
    "$TOOLS/await" "$PATIENCE" "$TMP/$1.err" 1 "$2" && return 0
    echo "expected from $1 on standard error: $2"
    lib_show "$TMP/$1.err"
    return 1
}

never_saw() {
    grep -F -e "$2" "$TMP/$1.out"
    [ $? -eq 1 ] # 2: there is no such output
}

ended() {
    lib_pid=$(lib_get pid "$1")
    if ! "$TOOLS/await" "$PATIENCE" gone "$lib_pid"; then
        echo "$1 did not end within $PATIENCE seconds"
        stop "$1" KILL
        return 1
    fi
    wait "$lib_pid" 2>/dev/null && status=0 || status=$?
    lib_set pid "$1" ""
}

exits() {
    ended "$1" || return 1
    [ "$status" -eq "$2" ] && return 0
    echo "$1 ended with $status, not with $2"
    lib_show "$TMP/$1.err"
    return 1
}

runs() { # false for a NAME that was never started, and after `ended` or `exits`
    "$TOOLS/await" 0 gone "$(lib_get pid "$1")"
    [ $? -eq 1 ]
}

printed() { diff - "$TMP/$1.out"; }

has_lines() {
    lib_count=$(wc -l <"$1")
    [ "$lib_count" -eq "$2" ] && return 0
    echo "$((lib_count)) lines, not $2"
    lib_show "$1"
    return 1
}

# --- the end --------------------------------------------------------------------------------

# The feeder is ended last: a program whose input has ended is about to end by itself, and a signal
# at that moment can leave a helper process of its sanitizer behind.
lib_end_programs() {
    for lib_name in $lib_programs; do
        stop "$lib_name"
        hangup "$lib_name"
    done
}

lib_check_stderr() {
    [ -n "$lib_programs" ] || return 0
    : >"$TMP/lib.complaints"
    for lib_name in $lib_programs; do
        [ -z "$(lib_get allowed "$lib_name")" ] || continue
        sed "s/^/$lib_name: /" "$TMP/$lib_name.err" >>"$TMP/lib.complaints"
    done
    if [ -s "$TMP/lib.complaints" ]; then
        lib_fail "no program complained without reason" "$TMP/lib.complaints"
    else lib_pass "no program complained without reason"; fi
}

lib_cleanup() {
    lib_exit=$?
    trap '' HUP INT TERM
    if [ $lib_done = no ]; then
        lib_end_programs
        lib_fail "the file comes to its end"
        lib_exit=1
    fi
    rm -rf "$TMP"
    exit $lib_exit
}
trap lib_cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
