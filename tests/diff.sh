#!/bin/sh
# tests/diff.sh: `make diff`. What each stage adds to the one before, what it changes, and what it
# carries over, folder by folder; then the changes themselves. The difference is the lesson.
set -u
cd "$(dirname "$0")/.." || exit 1

# sources STAGE FOLDER: the names of the C files there. The folder . is the top.
sources() { (cd "$1/$2" 2>/dev/null && for file in *.[ch]; do [ ! -f "$file" ] || echo "$file"; done); }
folders() { (cd "$1" && echo . && ls -d -- */ 2>/dev/null) | tr -d /; }

# lists BEFORE AFTER FOLDER: sets new, changed, carried and gone
lists() {
    new='' changed='' carried='' gone=''
    for file in $(sources "$2" "$3"); do
        if [ ! -f "$1/$3/$file" ]; then new="$new $file"
        elif cmp -s "$1/$3/$file" "$2/$3/$file"; then carried="$carried $file"
        else changed="$changed $file"; fi
    done
    for file in $(sources "$1" "$3"); do
        [ -f "$2/$3/$file" ] || gone="$gone $file"
    done
}

# In a word: a folder of which nothing is new may still be changed.
word() {
    case ${new:+n}${changed:+c}${carried:+k} in
    n) if [ -z "$gone" ]; then echo new; else echo changed; fi ;;
    k) if [ -z "$gone" ]; then echo carried; else echo changed; fi ;;
    nk) if [ -z "$gone" ]; then echo "carried, and grown"; else echo changed; fi ;;
    '') echo gone ;;
    *) echo changed ;;
    esac
}

for pair in "stage1 stage2" "stage2 stage3"; do
    before=${pair% *} after=${pair#* }
    [ -d "$before" ] && [ -d "$after" ] || continue
    echo "=== from $before to $after"
    both=$({ folders "$before"; folders "$after"; } | sort -u)
    for folder in $both; do
        lists "$before" "$after" "$folder"
        if [ "$folder" = . ]; then folder="the programs"; else folder=$folder/; fi
        echo "$folder: $(word)"
        [ -z "$new" ] || echo "    new:    $new"
        [ -z "$changed" ] || echo "    changed:$changed"
        [ -z "$carried" ] || echo "    carried:$carried"
        [ -z "$gone" ] || echo "    gone:   $gone"
    done
    for folder in $both; do
        lists "$before" "$after" "$folder"
        for file in $changed; do
            file=${folder#.}${folder:+/}$file
            diff -u "$before/${file#/}" "$after/${file#/}"
        done
    done
done
exit 0
