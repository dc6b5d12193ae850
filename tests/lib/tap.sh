# shellcheck shell=sh disable=SC2034,SC2154 # some variables are shared with lib.sh
# tap.sh: the checks of a test file, reported in TAP. A part of lib.sh, which documents them.
#
# Contract: lib.sh sources it, and defines lib_end_programs and lib_check_stderr, which
# done_testing calls, lib_tell_programs, which lib_fail calls, and start_server, which scene calls.

lib_checks=0
lib_failed=0
lib_done=no # has the file come to its end?

# Results go to descriptor 5, so that no command under test can print among them.
exec 5>&1

lib_pass() {
    lib_checks=$((lib_checks + 1))
    printf 'ok %d - %s\n' "$lib_checks" "$1" >&5
}

# lib_fail WHAT [FILE]: reports a failure. The diagnostic is the lines of FILE (what was seen), then
# the last lines of every program.
lib_fail() {
    lib_checks=$((lib_checks + 1))
    lib_failed=$((lib_failed + 1))
    printf 'not ok %d - %s\n' "$lib_checks" "$1" >&5
    { [ $# -lt 2 ] || lib_lines <"$2"; lib_tell_programs; } >"$TMP/lib.why" 2>/dev/null
    lib_lines <"$TMP/lib.why" | sed 's/^/# /' >&5
}

# A program may print anything; this keeps its control characters from the terminal.
lib_harmless() { LC_ALL=C tr -d '\000-\010\013-\037\177'; }
# The same, and adds a missing end of line, so that further output begins a new line.
lib_lines() { lib_harmless | LC_ALL=C awk 1; }

check() {
    lib_what=$1
    shift
    if "$@" >"$TMP/lib.seen" 2>&1; then lib_pass "$lib_what"
    else lib_fail "$lib_what" "$TMP/lib.seen"; fi
}

refute() {
    lib_what=$1
    shift
    "$@" >"$TMP/lib.seen" 2>&1 && lib_status=0 || lib_status=$?
    case $lib_status in
    0) echo "succeeded, but should not: $*" >>"$TMP/lib.seen" ;;
    12[67]) echo "could not even be tried: $*" >>"$TMP/lib.seen" ;; # no such command
    *)
        lib_pass "$lib_what"
        return ;;
    esac
    lib_fail "$lib_what" "$TMP/lib.seen"
}

play() {
    lib_what=$1
    shift
    check "$lib_what" "$TOOLS/talk" ${udp_port:+-u "$udp_port"} "$@" "$host" "$port"
}

scene() {
    lib_scene=$1
    shift
    start_server "$STAGE" "$@"
    play "$lib_scene"
}

skip() {
    lib_checks=$((lib_checks + 1))
    printf 'ok %d - %s # SKIP %s\n' "$lib_checks" "$1" "$2" >&5
}

skip_all() {
    if [ $lib_checks -gt 0 ]; then # too late for the whole file
        skip "the rest of the file" "$1"
        done_testing
    fi
    printf '1..0 # SKIP %s\n' "$1" >&5
    lib_done=yes
    exit 0
}

bail() {
    lib_fail "$1" ${2:+"$2"}
    done_testing
}

# lib_adopt WHAT: reports the TAP in lib.tap, line by line, under our own numbers.
lib_adopt() {
    lib_inner_failed=0
    while IFS= read -r lib_line; do
        case $lib_line in
        ok\ *)
            lib_checks=$((lib_checks + 1))
            printf 'ok %d - %s: %s\n' "$lib_checks" "$1" "${lib_line#*- }" >&5 ;;
        not\ ok\ *)
            lib_inner_failed=$((lib_inner_failed + 1))
            lib_fail "$1: ${lib_line#*- }" ;;
        1..*) lib_plan=${lib_line#1..} ;;
        *) printf '# %s\n' "${lib_line#\# }" >&5 ;;
        esac
    done <"$TMP/lib.tap"
}

tap() {
    lib_what=$1
    shift
    lib_plan=missing
    lib_before=$lib_checks
    "$@" >"$TMP/lib.tap" 2>&1 && lib_status=0 || lib_status=$?
    lib_adopt "$lib_what"
    if [ "$lib_plan" != $((lib_checks - lib_before)) ]; then
        echo "plan $lib_plan, checks $((lib_checks - lib_before))" >"$TMP/lib.seen"
        lib_fail "$lib_what: makes as many checks as planned" "$TMP/lib.seen"
    elif [ "$lib_status" -ne 0 ] && [ "$lib_inner_failed" -eq 0 ]; then
        echo "status $lib_status" >"$TMP/lib.seen"
        lib_fail "$lib_what: ends well" "$TMP/lib.seen"
    fi
}

done_testing() {
    lib_end_programs
    lib_check_stderr
    printf '1..%d\n' "$lib_checks" >&5
    lib_done=yes
    [ "$lib_failed" -eq 0 ]
    exit
}
