#!/bin/sh
# tests/diff.sh: `make diff`. What each stage adds to the one before, what it changes, and what it
# carries over; then the changes themselves. The difference is the lesson.
set -u
cd "$(dirname "$0")/.." || exit 1

# sources STAGE: the names of its C files.
sources() { (cd "$1" && ls -- *.c *.h */*.c */*.h 2>/dev/null); }

# sort_out BEFORE AFTER: prints the three lists; the names of the changed files go to descriptor 3.
sort_out() {
    new='' changed='' carried=''
    for file in $(sources "$2"); do
        if [ ! -f "$1/$file" ]; then
            new="$new $file"
        elif cmp -s "$1/$file" "$2/$file"; then
            carried="$carried $file"
        else
            changed="$changed $file"
        fi
    done
    gone=
    for file in $(sources "$1"); do
        [ -f "$2/$file" ] || gone="$gone $file"
    done
    echo "=== from $1 to $2"
    echo "new:    $new"
    echo "changed:$changed"
    echo "carried:$carried"
    echo "gone:   $gone"
    echo "$changed" >&3
}

for pair in "stage1 stage2" "stage2 stage3"; do
    before=${pair% *} after=${pair#* }
    [ -d "$before" ] && [ -d "$after" ] || continue
    { files=$(sort_out "$before" "$after" 3>&1 >&4); } 4>&1
    for file in $files; do
        diff -u "$before/$file" "$after/$file"
    done
done
exit 0
