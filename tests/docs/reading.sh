#!/bin/sh
# The reading order in the README of each stage has every file once, and the right numbers of lines.
# tests/reading.sh looks; `tests/reading.sh -w` corrects the numbers.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/planted.sh"

for stage in stage1 stage2 stage3; do
    check "$stage: the reading order is complete and its numbers are right" \
        "$ROOT/tests/reading.sh" "$ROOT/$stage"
done

# --- would a mistake be noticed? ---

plant_stages "$TMP"
looks() { (cd "$TMP" && "$ROOT/tests/reading.sh" "$@"); }
finds() { # TEXT [-w]: it ends with 1 and prints this
    text=$1
    shift
    looks "$@" stage2 >"$TMP/found" 2>&1 && return 1
    grep -q -F -e "$text" "$TMP/found" || { cat "$TMP/found"; return 1; }
}
check "a file without a row is noticed" \
    finds "stage2/README.md: the reading order does not have: chat/stray.c"
check "a file without a row is noticed with -w" finds "chat/stray.c" -w
rm "$TMP/stage2/chat/stray.c"
check "a right reading order is accepted" looks stage1 stage2 stage3
echo more >>"$TMP/stage2/chat/room.c"
check "a wrong number of lines is noticed" finds "chat/room has 4 lines, not 3"
check "a wrong sum of lines is noticed" finds "together has 8 lines, not 7"
cp "$TMP/stage2/README.md" "$TMP/before"
check "-w corrects the number and the sum" looks -w stage2
check "the corrected reading order is accepted" looks stage2
only_two() { [ "$(diff "$TMP/before" "$TMP/stage2/README.md" | grep -c '^>')" -eq 2 ]; }
check "-w changes nothing else" only_two
rm "$TMP/stage2/wire/frame.h"
check "a row without a file is noticed" finds "there is no module wire/frame"
sed '/wire\/frame/d; /`base\/text`/p' "$TMP/before" >"$TMP/stage2/README.md"
check "a module with two rows is noticed" finds "has twice: base/text.h"
grep -v '^|' "$TMP/before" >"$TMP/stage2/README.md"
check "a README without a reading order is noticed" finds "there is no reading order"
done_testing
