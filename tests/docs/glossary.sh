#!/bin/sh
# docs/glossary.md: the terms are in alphabetical order, each has a link to the section of a chapter
# that introduces it, that section exists, and the term stands in it.
#
#     **token**: 32 characters that ... [Chapter 2: Step 3](02-rooms-and-tokens.md#step-3-a-door)
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1

# entries PAGE: "TERM|FILE|ANCHOR" for each entry; the last link of a line counts
entries() {
    sed -n 's/^\*\*\([^*]*\)\*\*: .* \[[^]]*\](\([^)#]*\)#\([^)]*\))$/\1|\2|\3/p' "$1"
}
# section PAGE ANCHOR: the text from this heading to the next one
section() {
    awk -v wanted="$2" '
        /^```/ { inside = !inside }
        !inside && /^##+ / {
            anchor = tolower($0)
            sub(/^#+ /, "", anchor)
            gsub(/\]\([^)]*\)/, "]", anchor)
            gsub(/[^a-z0-9_ -]/, "", anchor)
            gsub(/ /, "-", anchor)
            here = anchor == wanted
        }
        here' "$1"
}
whole() { # PAGE: every paragraph that opens with a bold word is an entry
    [ "$(grep -c '^\*\*' "$1")" -eq "$(entries "$1" | wc -l)" ] && [ -s "$1" ]
}
in_order() { # PAGE
    entries "$1" | cut -d '|' -f 1 >"$TMP/terms"
    [ -s "$TMP/terms" ] && LC_ALL=C sort -f -u "$TMP/terms" | diff "$TMP/terms" -
}
introduced() { # PAGE
    entries "$1" >"$TMP/entries"
    missing=0
    while IFS='|' read -r term file anchor <&7; do
        section "docs/$file" "$anchor" >"$TMP/section"
        if [ ! -s "$TMP/section" ]; then echo "$term: there is no $file#$anchor"; missing=1
        elif ! grep -q -i -F -e "$term" "$TMP/section"; then
            echo "$term does not stand in $file#$anchor"
            missing=1
        fi
    done 7<"$TMP/entries"
    return $missing
}
check "every term has a sentence and a link" whole docs/glossary.md
check "the terms are in alphabetical order, each once" in_order docs/glossary.md
check "each term stands in the section to which its link leads" introduced docs/glossary.md

# --- would a mistake be noticed? ---

entry() { printf '**%s**: It is. [There](%s)\n' "$@"; }
known=01-udp-broadcast.md#step-1-hear-a-datagram
entry quark $known >"$TMP/page.md"
refute "a term that does not stand there is noticed" introduced "$TMP/page.md"
entry port $known.x >"$TMP/page.md"
refute "a heading that does not exist is noticed" introduced "$TMP/page.md"
{ entry port $known; entry byte $known; } >"$TMP/page.md"
refute "terms in another order are noticed" in_order "$TMP/page.md"
echo '**port**: A number.' >>"$TMP/page.md"
refute "an entry without a link is noticed" whole "$TMP/page.md"
done_testing
