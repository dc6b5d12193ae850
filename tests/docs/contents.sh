#!/bin/sh
# A reader finds what there is: README.md can be read in three minutes, docs/README.md names each
# file of docs/ and each section of the chapters, and every link leads to a heading that exists.
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1
pages=$(git ls-files '*.md' 2>/dev/null | grep .) || pages=$(find . -name '*.md' | sed 's/^\.\///')

# --- README.md ---

LONGEST=130
short() { [ "$(wc -l <"$1")" -le $LONGEST ] || { wc -l "$1"; return 1; }; }
check "README.md has at most $LONGEST lines" short README.md
awk '{ print } END { while (NR++ < 131) print }' README.md >"$TMP/long.md"
refute "a README.md of 131 lines is noticed" short "$TMP/long.md"
leads_to() { # PAGE FILE...: the page has a link to each file
    of=$1
    shift
    for file; do grep -q -F "]($file)" "$of" || { echo "no link to $file"; return 1; }; done
}
check "README.md has a link to the contents and to every chapter" \
    leads_to README.md docs/README.md \
    docs/0*.md

# --- docs/README.md ---

in_docs() { # prints what must be named: files, and folders with a slash
    (cd docs && for name in *; do
        if [ -d "$name" ]; then echo "$name/"; else echo "$name"; fi
    done) | grep -v -x README.md
}
names_all() { # PAGE
    missing=0
    for name in $(in_docs); do
        grep -q -F -e "[$name](" -e "]($name)" -e "\`$name\`" "$1" ||
            { echo "$name is not named"; missing=1; }
    done
    return $missing
}
check "docs/README.md names every file and folder of docs/" names_all docs/README.md
grep -v protocol.md docs/README.md >"$TMP/page.md"
refute "a file that docs/README.md does not name is noticed" names_all "$TMP/page.md"

# anchors PAGE LEVEL: "#ANCHOR TEXT" for each heading of that level (a regular expression of #), as
# GitHub makes anchors: small letters, no punctuation, hyphens for spaces.
anchors() {
    awk -v level="^$2 " '
        /^```/ { inside = !inside }
        !inside && $0 ~ level {
            sub(/^#+ /, "")
            anchor = tolower($0)
            gsub(/\]\([^)]*\)/, "]", anchor) # of a link the text alone
            gsub(/[^a-z0-9_ -]/, "", anchor)
            gsub(/ /, "-", anchor)
            print "#" anchor, $0
        }' "$1"
}
sections() { # PAGE: what it should have of the sections of the chapters, and has, are the same
    for chapter in docs/0*.md; do
        anchors "$chapter" '##' | sed "s|^\([^ ]*\) \(.*\)|- [\2](${chapter#docs/}\1)|"
    done | sort >"$TMP/wanted"
    grep '^- \[.*](0[^)]*#' "$1" | sort | diff "$TMP/wanted" - >"$TMP/differ" && return
    echo "< must be in the page, > must go:"
    cat "$TMP/differ"
    return 1
}
check "docs/README.md names every section of the chapters" sections docs/README.md
grep -v '#exercises' docs/README.md >"$TMP/page.md"
refute "a section that docs/README.md does not name is noticed" sections "$TMP/page.md"

# --- anchors ---

lead_somewhere() { # PAGE...: the anchor of each link is in the page that the link names
    rm -f "$TMP"/anchors.*
    missing=0
    for page; do
        for link in $(grep -o '](\([^)#:]*\.md\)\{0,1\}#[^)]*)' "$page" | sed 's/^](//; s/)$//'); do
            file=${link%%#*}
            if [ -z "$file" ]; then file=$page; else file=$(dirname "$page")/$file; fi
            known=$TMP/anchors.$(echo "$file" | tr / .)
            [ -f "$known" ] || anchors "$file" '#+' >"$known"
            grep -q -F "#${link#*#} " "$known" || { echo "$page: $link"; missing=1; }
        done
    done
    return $missing
}
# shellcheck disable=SC2086 # a list; no page has a space in its name
check "the headings that links name exist" lead_somewhere $pages
echo 'See [the vectors](docs/protocol.md#vektors).' >"$TMP/page.md"
mkdir "$TMP/docs" && cp docs/protocol.md "$TMP/docs"
refute "a link to a heading that does not exist is noticed" lead_somewhere "$TMP/page.md"
done_testing
