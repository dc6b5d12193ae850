#!/bin/sh
# The pictures in docs/pictures: each stands in a page, with words for those who cannot see it; each
# SVG has a title, a description and colours for a dark page, and every tag in it is closed.
. "$(dirname "$0")/../lib/lib.sh"
cd "$ROOT" || exit 1
pages=$(git ls-files '*.md' 2>/dev/null | grep .) || pages=$(find . -name '*.md' | sed 's/^\.\///')

# shown NAME: by a page, and no page that shows it leaves out the words
shown() {
    # shellcheck disable=SC2086 # a list; no page has a space in its name
    grep -h -F "pictures/$1)" $pages >"$TMP/shows" || { echo "no page shows $1"; return 1; }
    ! grep -F "![](" "$TMP/shows"
}
# told FILE: title, description, and colours for a dark page
told() {
    for needed in '<title' '<desc' 'prefers-color-scheme: *dark'; do
        grep -q -e "$needed" "$1" || { echo "$1 has no $needed"; return 1; }
    done
}
# closed FILE: what is opened is closed, in order (comments and quoted > are not in our pictures)
closed() {
    awk '{ text = text $0 " " }
        END {
            gsub(/<!--([^-]|-[^-])*-->/, "", text)
            while (match(text, /<[^>]*>/)) {
                tag = substr(text, RSTART + 1, RLENGTH - 2)
                text = substr(text, RSTART + RLENGTH)
                if (tag ~ /^\?/ || tag ~ /\/$/) continue
                name = tag
                sub(/^\//, "", name)
                sub(/[ \t].*/, "", name)
                if (tag !~ /^\//) { open[++depth] = name; continue }
                if (depth == 0 || open[depth] != name) { print "</" name "> closes nothing"; exit 1 }
                depth--
            }
            if (depth > 0) { print "<" open[depth] "> is not closed"; exit 1 }
        }' "$1"
}

for picture in docs/pictures/*.svg docs/pictures/*.png; do
    name=${picture##*/}
    case $name in window-dark.png) ;; *) check "$name stands in a page" shown "$name" ;; esac
    case $name in *.png) continue ;; esac
    check "$name is told in words, and has dark colours" told "$picture"
    check "$name: every tag is closed" closed "$picture"
done

sed 's/<\/text>//' docs/pictures/frame.svg >"$TMP/open.svg"
refute "a tag that is not closed is noticed" closed "$TMP/open.svg"
sed '/prefers-color-scheme/d' docs/pictures/frame.svg >"$TMP/light.svg"
refute "a picture for light pages alone is noticed" told "$TMP/light.svg"
refute "a picture that no page shows is noticed" shown nowhere.svg
done_testing
