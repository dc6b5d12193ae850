#!/bin/sh
# Every exercise of the chapters has its answer in docs/answers.md, and no answer is without its
# exercise. The programs that answer an exercise do what the answer says.
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1

exercises() { # PAGE: the numbers under "Exercises"
    awk '/^## / { inside = /^## Exercises/ } inside && /^[0-9]+\. / { print $1 + 0 }' "$1"
}
answers() { # ANSWERS PAGE: the numbers under the heading that leads to the exercises of the page
    awk -v page="](${2#docs/}#exercises)" '
        /^## / { inside = index($0, page) > 0 }
        inside && /^\*\*[0-9]+\.\*\* / { print substr($1, 3) + 0 }' "$1"
}
counted() { # FILE: the numbers are 1, 2, 3 and so on, and there are some
    awk '$1 != NR { print "number " $1 " comes as the " NR "th"; wrong = 1 } END { exit wrong || NR == 0 }' "$1"
}
match() { # ANSWERS PAGE
    exercises "$2" >"$TMP/exercises"
    answers "$1" "$2" >"$TMP/answers"
    counted "$TMP/exercises" && diff "$TMP/exercises" "$TMP/answers"
}
for page in docs/0*.md; do
    check "$page: each exercise has an answer, and each answer an exercise" match docs/answers.md "$page"
    check "$page: it leads to them" grep -q '](answers\.md#' "$page"
done
awk '/^\*\*2\.\*\*/ && !done { done = 1; next } { print }' docs/answers.md >"$TMP/less.md"
refute "a missing answer is noticed" match "$TMP/less.md" docs/00-before-you-start.md
awk '{ print } /^\*\*3\.\*\*/ && !done { done = 1; print "**4.** It is." }' docs/answers.md >"$TMP/more.md"
refute "an answer without its exercise is noticed" match "$TMP/more.md" docs/00-before-you-start.md

# --- the programs ---

programs=docs/steps/answers
builds() { # NAME
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
        -o "$TMP/$1" "$programs/$1.c"
}
named() { # each is named on the page
    for program in "$programs"/*.c; do
        grep -q -F "$program" docs/answers.md || { echo "$program"; return 1; }
    done
}
check "docs/answers.md names every program of $programs" named
check "gather compiles without a warning" builds gather
check "power compiles without a warning" builds power

is() { [ "$("$TMP/power" "$1" "$2")" = "$3" ]; }
check "power computes 2 to the power of 5, with three bits" is 5 3 32
check "power computes 2 to the power of 173, with eight bits" is 173 8 110
check "power computes 2 to the power of 0" is 0 8 1
check "power does not see bits beyond those" is 261 8 32

# What gather adds to safe, in the promises of tests/judge.
holds() { CHAT_JUDGE_BUILT=yes tests/judge --only "$1" stage1 server "$TMP/gather {port}"; }
check "gather keeps what is required" env CHAT_JUDGE_BUILT=yes tests/judge --required stage1 server \
    "$TMP/gather {port}"
judged() { # PROMISE
    holds "$1" >"$TMP/judged" 2>&1
    grep -q "^ *holds *$1 " "$TMP/judged" || { cat "$TMP/judged"; return 1; }
}
for promise in together came-and-went calm; do
    check "gather keeps $promise" judged "$promise"
done
done_testing
