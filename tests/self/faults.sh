#!/bin/sh
# The judge finds each mistake of tools/faulty by the promise that is about it, while the first
# promises of all are kept. Without a mistake these servers keep all that is required.
. "$(dirname "$0")/../lib/lib.sh"
judge() { # STAGE FAULT OPTION...
    fault_stage=$1 fault_name=$2
    shift 2
    CHAT_JUDGE_BUILT=yes "$ROOT/tests/judge" --required --short --jobs 6 "$@" "$fault_stage" server \
        "$TOOLS/faulty $fault_stage $fault_name {port}" >"$TMP/$fault_stage.$fault_name" 2>&1
}
at_a_time=4
basic_stage1="welcome same-machine passes-on" basic_stage2="create welcome passes-on"

for stage in stage1 stage2; do
    check "$stage without a mistake keeps all that is required" \
        judge $stage none --patience "$PATIENCE"
done
"$TOOLS/faulty" list >"$TMP/faults"

# A mistake is found by waiting for what does not come, so this patience is short. On a busy machine
# a promise may seem broken that is not; then the run is repeated with more.
first_broken() { sed -n 's/^  FAILS  \([^ ]*\) .*/\1/p' "$TMP/$1.$2" | head -n 1; }
find_fault() { # STAGE FAULT PROMISE
    set -- "$1" "$2" "$3" --only "$3" --first
    eval "basic=\$basic_$1"
    for promise in $basic; do set -- "$@" --only "$promise"; done
    found=$3
    fault=$2
    shift 3
    judge "$stage" "$fault" "$@" --patience 2
    [ "$(first_broken "$stage" "$fault")" = "$found" ] ||
        judge "$stage" "$fault" "$@" --patience "$PATIENCE"
}
running=0
while read -r stage fault promise <&7; do
    find_fault "$stage" "$fault" "$promise" &
    running=$((running + 1))
    [ $((running % at_a_time)) -ne 0 ] || wait
done 7<"$TMP/faults"
wait

found_by() { # STAGE FAULT PROMISE
    [ "$(first_broken "$1" "$2")" = "$3" ] && return 0
    cat "$TMP/$1.$2"
    return 1
}
while read -r stage fault promise <&7; do
    check "$stage: a server that $fault is found by $promise" found_by "$stage" "$fault" "$promise"
done 7<"$TMP/faults"
check "there are twenty such mistakes at least" test "$running" -ge 20
done_testing
