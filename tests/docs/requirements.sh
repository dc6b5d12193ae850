#!/bin/sh
# docs/requirements.md: each row says where a requirement is met and which test shows it, and both
# exist.
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1

# proven PAGE: each row of its tables, except the heads, names a file in its second column and a
# test in the third, and everything that is named in these two exists.
proven() {
    awk -F '|' '/^\|/ && !/^\|-/ && !/^\| (the brief asks for|added) \|/ {
        print $2 "|" $3 "|" $4 }' "$1" >"$TMP/rows"
    [ -s "$TMP/rows" ] || { echo "there is no row"; return 1; }
    missing=0
    while IFS='|' read -r what where shown; do
        for name in $(printf '%s %s\n' "$where" "$shown" | grep -o '`[^` ]*[/.][^` ]*`' |
            tr -d '`'); do
            [ -e "$name" ] || { echo "$what: $name does not exist"; missing=1; }
        done
        printf '%s\n' "$where" | grep -q '`\(stage[123]\|docs\|tests\)/' ||
            { echo "$what: where?"; missing=1; }
        printf '%s\n' "$shown" | grep -q '`tests/' || { echo "$what: which test?"; missing=1; }
    done <"$TMP/rows"
    return "$missing"
}
check "each sentence of the brief has a place and a test" proven docs/requirements.md
sed 's|`tests/stage1/size.sh`|a look at it|' docs/requirements.md >"$TMP/page.md"
refute "a row without a test is noticed" proven "$TMP/page.md"
sed 's|`stage1/chat/roster.c`|`stage1/chat/rooster.c`|' docs/requirements.md >"$TMP/page.md"
refute "a file that does not exist is noticed" proven "$TMP/page.md"
# The number of rows is stated, so that none is lost unseen.
check "the tables have 49 rows" has_lines "$TMP/rows" 49
done_testing
