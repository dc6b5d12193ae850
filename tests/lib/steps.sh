# shellcheck shell=sh disable=SC2034
# steps.sh: for the tests of docs/steps, the small programs of the chapters. Source it after lib.sh.
#
#     compile_steps STAGE NAME...   checks that docs/steps/STAGE/NAME.c compiles without warnings.
#                                   The programs are $TMP/plain/NAME and, if the compiler has
#                                   sanitizers, $TMP/checked/NAME, which detects invalid memory
#                                   accesses and undefined operations
#     compile_crypto STAGE          for programs that use STAGE/crypto: call it before compile_steps,
#                                   which then gives it to each program
#     $builds                       `plain checked`, or only `plain`
#     begins_again PROGRAM          stops the server and starts the program at the same port
#     start_step PROGRAM            starts it as the NAME `server` on a port that is free, waits
#                                   until it listens, and sets $port
steps_checked="-g -fsanitize=address,undefined -fno-sanitize-recover=all"
steps_strict="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror"
steps_cc=${CC:-cc}
steps_ports=0
builds=plain

mkdir "$TMP/plain" "$TMP/checked"
echo 'int main(void) { return 0; }' >"$TMP/try.c"
# shellcheck disable=SC2086 # a list of options
$steps_cc $steps_checked -o "$TMP/try" "$TMP/try.c" 2>/dev/null && "$TMP/try" 2>/dev/null &&
    builds="plain checked"

steps_crypto=
compile_crypto() {
    steps_crypto=$ROOT/$1
    for steps_build in $builds; do
        [ $steps_build = plain ] && steps_how=-O2 || steps_how="-O2 $steps_checked"
        # shellcheck disable=SC2086
        check "$1/crypto compiles, $steps_build" sh -c 'cd "$1" && shift && "$@"' sh \
            "$TMP/$steps_build" $steps_cc $steps_strict $steps_how -c "$ROOT/$1"/crypto/*.c
    done
}

# compile_step BUILD NAME OPTION...
compile_step() {
    steps_build=$1 steps_name=$2
    shift 2
    [ -z "$steps_crypto" ] || set -- "$@" -I "$steps_crypto"
    set -- "$@" -o "$TMP/$steps_build/$steps_name" "$steps_source"
    [ -z "$steps_crypto" ] || set -- "$@" "$TMP/$steps_build"/*.o
    # shellcheck disable=SC2086
    $steps_cc $steps_strict "$@"
}

# compiled STATUS BUILD NAME
compiled() {
    cat "$TMP/$2/$3.log"
    return "$1"
}

# Both builds of a program are made at the same time.
compile_steps() {
    steps_stage=$1
    shift
    for steps_name; do
        steps_source=$ROOT/docs/steps/$steps_stage/$steps_name.c
        for steps_build in $builds; do
            [ $steps_build = plain ] && steps_how=-O2 || steps_how="-O1 $steps_checked"
            # shellcheck disable=SC2086
            compile_step $steps_build "$steps_name" $steps_how \
                >"$TMP/$steps_build/$steps_name.log" 2>&1 &
            [ $steps_build = plain ] && steps_first=$! || steps_second=$!
        done
        wait "$steps_first" && steps_status=0 || steps_status=$?
        check "$steps_name compiles, with all warnings on" compiled $steps_status plain "$steps_name"
        if [ "$builds" = plain ]; then skip "$steps_name, checked" "AddressSanitizer"
        else
            wait "$steps_second" && steps_status=0 || steps_status=$?
            check "$steps_name compiles with sanitizers" compiled $steps_status checked "$steps_name"
        fi
    done
}

begins_again() {
    start server "$1" "$port"
    gets_ready server "listening on port $port"
}

# Systems assign ports from 32768 on; a port below may be in use, too, so some are tried.
start_step() {
    for steps_try in 1 2 3 4 5 6 7 8; do
        steps_ports=$((steps_ports + 1))
        port=$((10000 + ($$ * 17 + steps_ports * 1013) % 20000))
        start server "$@" $port
        gets_ready server "listening on port $port" && return
        grep -q "in use" "$TMP/server.err" || break
        : >"$TMP/server.err"
    done
    bail "$* gets ready" "$TMP/lib.not_ready"
}
