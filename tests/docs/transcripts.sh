#!/bin/sh
# The pages show what a reader sees:
#
#     ```text session           tests/lib/session.sh runs each line that begins with "$ " exactly as
#                               printed; the other lines are the output. Words after `session` are
#                               programs that the block needs: without them it is skipped
#     ```text tests/docs/transcripts/x.sh     this is the output of that script
#
# mask.sed masks ports, times and the like. A "$ " line in any other block fails, because nothing
# would run it.
. "$(dirname "$0")/../lib/lib.sh"
here=$ROOT/tests/docs
cd "$ROOT" || exit 1
pages=$(git ls-files '*.md' 2>/dev/null | grep .) || pages=$(find . -name '*.md' | sed 's/^\.\///')

mkdir "$TMP/blocks" "$TMP/taken"
# shellcheck disable=SC2086 # a list; no page has a space in its name
awk -v folder="$TMP/blocks" -f "$here/blocks.awk" $pages >"$TMP/all"
grep '^[^ ]* [^ ]* [^ ]* text \(session\|tests/\)' "$TMP/all" >"$TMP/list"

# A transcript mostly waits, so several are played at a time: each worker goes through the list and
# takes each transcript that no other worker has taken.
worker() {
    while read -r number page line language source options; do
        mkdir "$TMP/taken/$number" 2>/dev/null || continue
        if [ "$source" = session ]; then set -- "$ROOT/tests/lib/session.sh" "$TMP/blocks/$number"
        else set -- "$source"; fi
        sh "$@" >"$TMP/$number.printed" 2>"$TMP/$number.err" </dev/null
        echo $? >"$TMP/$number.status"
    done <"$TMP/list"
}

missing_of() { # PROGRAM...: prints those that are missing
    for need; do command -v "$need" >/dev/null || echo "$need"; done
}

shows() { # NUMBER
    sed -f "$here/mask.sed" "$TMP/blocks/$1" >"$TMP/expected"
    sed -f "$here/mask.sed" "$TMP/$1.printed" "$TMP/$1.err" >"$TMP/masked"
    diff "$TMP/expected" "$TMP/masked" >"$TMP/different" && [ "$(cat "$TMP/$1.status")" -eq 0 ] &&
        return
    head -n 20 "$TMP/different"
    return 1
}

nobody_runs() { # no block outside the list has commands; prints those that have
    while read -r number page line rest; do
        if grep -q '^\$ ' "$TMP/blocks/$number"; then
            case $rest in 'text session'*) ;; *) echo "$page:$line"; return 1 ;; esac
        fi
    done <"$TMP/all"
}

worker & worker & worker & worker &
wait
while read -r number page line language source options <&7; do
    # shellcheck disable=SC2086 # a list
    missing=$(missing_of $options)
    if [ -n "$missing" ]; then skip "$page:$line shows what is printed" "$missing"
    else check "$page:$line shows what is printed" shows "$number"; fi
done 7<"$TMP/list"
check "each block with commands is a session" nobody_runs
refute "no indented block has commands" grep -n '^    \$ ' $pages

# The player itself: it must fail if a page is wrong.
plays() { # STATUS TEXT: the block on standard input ends with STATUS and prints TEXT
    cat >"$TMP/block"
    sh "$ROOT/tests/lib/session.sh" "$TMP/block" >"$TMP/played" 2>&1 && played=0 || played=$?
    [ $played -eq "$1" ] && grep -q -e "$2" "$TMP/played" && return
    cat "$TMP/played"
    return 1
}
check "a session shows the output of a command" plays 0 '^42$' <<'EOT'
$ a=41
$ echo $((a + 1))
nothing of this
EOT
check "a session shows the error messages of a command" plays 0 'nosuch' <<'EOT'
$ ./nosuch
EOT
check "a session repeats cat until its output is right" plays 0 '^and more' <<'EOT'
$ (echo one; sleep 2; echo and more) >heard &
$ cat heard
one
and more
EOT
check "a session fails if it changes a page" plays 1 'docs/protocol.md' <<'EOT'
$ echo more >>docs/protocol.md
EOT
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    check "a session fails if it leaves files that git does not ignore" \
        plays 1 'surprise is left' <<'EOT'
$ echo >surprise
EOT
else skip "a session fails if it leaves files that git does not ignore" "git, or a checkout"; fi
done_testing
