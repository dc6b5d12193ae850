# shellcheck shell=sh
# units.sh: which unit test links which source, and how each is compiled; for scripts that build
# them in ways of their own. Source it, with $ROOT set to the project.
#
#     links_of TEST, included_by TEST    the sources that TEST links, and those that it includes to
#                                        reach their static functions: STAGE/FILE.c, one a line
#     pairs                              a line for each source and test: STAGE/FILE.c
#                                        unit/STAGE/TEST.c
#     is_edge SOURCE                     does it call the system: files, sockets, signals, the
#                                        clock?
#     origin_of SOURCE                   prints the earliest stage's file of which it is a copy, or
#                                        itself
#     cores                              the sources that are no edge, no copy and no program, one a
#                                        line
#     make_sources                       makes the linked sources that the stages' Makefiles make;
#                                        1 if it cannot
#     compile_source FLAGS FROM SOURCE OBJECT [OPTION...]    FROM is a copy of the project
#     compile_test FLAGS FROM TEST OBJECT
#
# CC, if it is set, is the compiler.

units_strict="-std=c11 -D_POSIX_C_SOURCE=200809L -w"

links_of() { sed -n 's/^\/\* links: \(.*\) \*\/$/\1/p' "$1" | tr ' ' '\n'; }
included_by() { sed -n 's/^#include "\(\.\.\/\)*\(stage.*\.c\)".*/\2/p' "$1"; }

pairs() {
    for units_test in "$ROOT"/tests/unit/*/*.c; do
        { links_of "$units_test"; included_by "$units_test"; } |
            sed "s|\$| unit/${units_test##*/unit/}|"
    done | sort -u
}

# Most effects of such a file are visible only to the tests of whole programs. An engine counts as
# one, because it ties a wing to the server's loop. The rest of the journal does not, because its
# unit tests give it real files.
is_edge() {
    case $1 in
    */engine.c) return 0 ;;
    */journal/*) return 1 ;;
    esac
    LC_ALL=C grep -qE '^#include <(unistd|fcntl|termios|netdb|signal|sys/(select|socket|wait|mman|stat))\.h>' \
        "$ROOT/$1"
}

origin_of() {
    for units_stage in stage1 stage2 stage3; do
        [ -f "$ROOT/$units_stage/${1#*/}" ] || continue
        cmp -s "$ROOT/$units_stage/${1#*/}" "$ROOT/$1" || continue
        echo "$units_stage/${1#*/}"
        return
    done
}

cores() {
    (cd "$ROOT" && for units_source in stage[0-9]/*/*.c; do echo "$units_source"; done) |
        while read -r units_source; do
            case $units_source in
            */net/* | */terminal/* | */screen/* | */window/* | */keys/*) continue ;;
            esac
            ! is_edge "$units_source" && [ "$(origin_of "$units_source")" = "$units_source" ] &&
                echo "$units_source"
        done
}

# script.lua as a source is the only one so far; the page of the window is linked by no test.
make_sources() { "$ROOT/tests/build.sh" stage3:cluster/script_lua.c; }

# shellcheck disable=SC2086 # flags are a list
compile_source() {
    units_flags=$1 units_from=$2 units_source=$3 units_object=$4
    shift 4
    mkdir -p "${units_object%/*}" && ${CC:-cc} $units_strict $units_flags "$@" \
        -I "$units_from/${units_source%%/*}" \
        -c -o "$units_object" "$units_from/$units_source"
}

# As in unit/all.sh, the stage's folder is an include path.
# shellcheck disable=SC2086
compile_test() {
    units_stage=${3#unit/}
    mkdir -p "${4%/*}" && ${CC:-cc} $units_strict $1 \
        -I "$2/${units_stage%%/*}" -I "$2/tests/unit" \
        -c -o "$4" "$2/tests/$3"
}
