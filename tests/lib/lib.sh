# shellcheck shell=sh
# lib.sh: what every test file is made with. A test file is plain sh and looks like this:
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
#     scene WHAT [OPTION...]     the same, against a server of its own: nobody is there yet. The
#                                options are those of the server
#     tap WHAT COMMAND...        the command prints TAP of its own: its checks become ours
#     skip WHAT MISSING          this cannot be checked here, for lack of MISSING
#     skip_all WHY               nothing in this file can; ends the file
#     bail WHY                   it makes no sense to go on; a failure, ends the file
#     done_testing               the last line of every test file
#
# Programs. NAME is a word of letters, digits and _. Starting a NAME again stops the one before.
#     start NAME COMMAND...      starts it; its output is in $TMP/NAME.out and $TMP/NAME.err
#     feed NAME COMMAND...       the same, and `types` and `hangup` are its standard input
#     start_server STAGE [OPTION...]     starts STAGE/server on a free port, as the NAME `server`,
#                                waits until it is ready and sets $port, and $udp_port if UDP
#                                has another one than TCP (else that is empty)
#     trust_server [PORT]        its key is noted, as if its owner had told us the fingerprint: at a
#                                first visit no password goes to a server. Again after a start on
#                                another port; PORT is the way there, if that is another one
#     keep_port                  from now on start_server takes a port that no system gives to
#                                anybody by itself: for tests that stop a server and start another
#                                one there, or want nobody there. Any socket may get a free port
#     client NAME [OPTION...]    feeds a client of the same stage, at $port of $host
#     types NAME LINE...         writes the lines to a fed program
#     hangup NAME                ends a fed program's input
#     stop NAME [SIGNAL]         sends the signal (TERM) and waits; $status is how it ended
#     allow_stderr NAME          this program may complain
#
# Conditions, to be used with check. They wait for so long as is sensible, and say what they saw.
#     sees NAME TEXT [COUNT]     COUNT lines (1) of its output contain TEXT
#     complains NAME TEXT        a line of its standard error contains TEXT
#     never_saw NAME TEXT        no line of its output contains TEXT so far
#     exits NAME STATUS          it ends by itself, with this status
#     ended NAME                 the same, with whatever status, which is then in $status
#     runs NAME                  it has not ended
#     printed NAME               its whole output is what stands on standard input
#     has_lines FILE COUNT       the file has exactly so many lines
#
# $ROOT is the project, $TMP a folder for this test, $TOOLS the tools, $STAGE what start_server
# was told. TEST_PATIENCE is how many seconds a condition waits (20). STAGE1_SERVER, STAGE1_CLIENT and so on name another program to test in place of ours;
# it is given the same options.
#
# Contract: when the file ends, however it ends, every program is ended by its number and waited
# for, and $TMP is removed. What a program prints on standard error is a failure, unless allowed.

set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
TOOLS=$ROOT/tests/tools
TMP=$(mktemp -d "${TMPDIR:-/tmp}/chat.XXXXXX") || exit 1
HOME=$TMP # stage 3's client notes there whom it knows
CHAT_TEST_PAIR=$ROOT/tests/pair # its key pair, as making one takes long; tests of that unset it
export HOME CHAT_TEST_PAIR
STAGE=stage1
host=127.0.0.1
port=
udp_port=
status=
PATIENCE=${TEST_PATIENCE:-20} # seconds; only a failing test waits so long
lib_keep_port=no
lib_ports=0 # how many ports were tried
lib_programs= # the names of all that were started
# shellcheck source=tap.sh
. "$ROOT/tests/lib/tap.sh"

# --- programs -------------------------------------------------------------------------------

# Variables of a program are lib_WHAT_NAME: its number, its feeder's number, what is allowed.
lib_get() { eval "printf '%s' \"\${lib_$1_$2:-}\""; }
lib_set() { eval "lib_$1_$2=\$3"; }

# The program reads what is open as descriptor 4: a shell gives a program in the background
# /dev/null for its standard input, unless told otherwise.
lib_spawn() {
    lib_name=$1
    shift
    stop "$lib_name"
    # Now, since in the background the one might be emptied after it was looked at, and the other not
    # be there yet when it is.
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
    # The line ends with the port for UDP; before it may stand the one for TCP.
    udp_port=$(sed -n '/listening on/{s/.*://;p;q;}' "$TMP/server.out")
    port=$(sed -n '/listening on/{s/, udp .*//;s/.*://;p;q;}' "$TMP/server.out")
    [ "$udp_port" != "$port" ] || udp_port=
}

keep_port() { lib_keep_port=yes; }

# Systems give ports from 32768 or 49152 on. One below may be taken too, so some are tried.
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

# gets_ready NAME TEXT: waits for the line that says so; else $TMP/lib.not_ready tells all that is
# known. This is over as soon as the program has ended, and two seconds after it has printed a line
# that does not begin as ours do: it may be a first try of yours, and then $PATIENCE seconds are long.
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

# lib_end PID SIGNAL: ends and waits for one of our own processes; sets $status. A shell may
# want to tell us of an unusual end, hence the redirection.
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

# lib_last_lines NAME COUNT: of what the program printed and complained of; fails if that is nothing.
lib_last_lines() {
    for lib_stream in out err; do
        [ -s "$TMP/$1.$lib_stream" ] || continue
        case $lib_stream in out) echo "$1 printed:" ;; *) echo "$1 printed on standard error:" ;; esac
        tail -n "$2" "$TMP/$1.$lib_stream" | cut -c 1-400 | sed 's/^/    /'
    done
    [ -s "$TMP/$1.out" ] || [ -s "$TMP/$1.err" ]
}

# Of every program the last lines, unless the same were told of an earlier check that failed.
lib_tell_programs() {
    for lib_told in $lib_programs; do
        lib_sizes=$(cat "$TMP/$lib_told.out" "$TMP/$lib_told.err" 2>/dev/null | wc -c)
        [ "$((lib_sizes))" != "$(lib_get told "$lib_told")" ] || continue
        lib_set told "$lib_told" "$((lib_sizes))"
        lib_last_lines "$lib_told" 5
    done
}

lib_show() { # FILE: what is there in place of what should be
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

runs() { # a NAME that was never started does not run, nor one whose end was taken note of
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

# The feeder comes last: a program whose input has ended would be just about to end by itself, and a
# signal in the midst of that can leave a helper of its sanitizer behind.
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
