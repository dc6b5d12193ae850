#!/bin/sh
# wings.sh [-c] WING...: prints wings.c, the table of engines (engine.h). The named engines are built
# in. Of the others the table has only the options, so that the server can refuse them with a reason.
#
# With -c it prints `stale` if wings.c exists and differs, and otherwise nothing.
set -eu

print() {
    echo '/* Made by wings.sh. */'
    rows=
    for wing in journal cluster; do
        echo "#include \"$wing/engine.h\""
        case " $* " in
        *" $wing "*) rows="$rows&${wing}_engine, " ;;
        *) rows="$rows&without_$wing, " ;;
        esac
    done
    for wing in journal cluster; do
        case " $* " in *" $wing "*) continue ;; esac
        upper=$(echo $wing | tr '[:lower:]' '[:upper:]')
        printf '\nstatic const struct engine without_%s = {%s_ENGINE};\n' $wing "$upper"
    done
    printf '\nconst struct engine *const engines[] = {%sNULL};\n' "$rows"
}

for wing; do
    case $wing in
    -c | journal | cluster | window) ;;
    *) echo "wings.sh: there is no wing called $wing" >&2; exit 1 ;;
    esac
done
if [ "${1:-}" = -c ]; then
    shift
    [ ! -f wings.c ] || print "$@" | cmp -s - wings.c || echo stale
else
    print "$@"
fi
