#!/bin/sh
# Each stage's Makefile names, for each object file, exactly the headers that its source includes,
# directly or through other headers. One that is missing there leaves an old object in place when
# the header changes: two halves of a program that disagree about a structure.
. "$(dirname "$0")/../lib.sh"

# included FOLDER: "OBJECT HEADER" for each object file and each header that it sees, sorted.
included() {
    (
        cd "$ROOT/$1" || exit 1
        for file in *.c *.h crypto/*.c crypto/*.h; do
            [ -f "$file" ] || continue
            sed -n 's/^#include "\(.*\)"/\1/p' "$file" | while read -r header; do
                # A header is sought beside its includer first, then in the folders given with -I.
                beside=$(dirname "$file")/$header
                if [ -f "$beside" ]; then echo "$file ${beside#./}"
                else echo "$file $header"; fi
            done
        done
    ) >"$TMP/direct"
    awk '
        { includes[$1] = includes[$1] " " $2; if ($1 ~ /\.c$/) source[$1] = 1 }
        function visit(file,    list, i, n) {
            n = split(includes[file], list, " ")
            for (i = 1; i <= n; i++) {
                if ((root, list[i]) in seen) continue
                seen[root, list[i]] = 1
                object = root
                sub(/\.c$/, ".o", object)
                print object, list[i]
                visit(list[i])
            }
        }
        END { for (root in source) visit(root) }' "$TMP/direct" | sort
}

# named FOLDER: the same as the Makefile says it.
named() {
    awk '
        { line = line $0 }
        /\\$/ { sub(/\\$/, " ", line); next }
        line ~ /^[a-z0-9_\/]*\.o:/ {
            n = split(line, word, /[ :\t]+/)
            for (i = 2; i <= n; i++) if (word[i] ~ /\.h$/) print word[1], word[i]
        }
        { line = "" }' "$ROOT/$1/Makefile" | sort
}

agrees() {
    # A file that is made by embed.sh may not be there yet: what it includes, the Makefile says.
    included "$1" >"$TMP/included"
    named "$1" | grep -v -e '^page\.o' -e '^script\.o' >"$TMP/named"
    grep -v -e '^page\.o' -e '^script\.o' "$TMP/included" | diff - "$TMP/named"
}

for stage in stage1 stage2 stage3 tests/tools; do
    check "the Makefile of $stage names the headers that its files include" agrees $stage
done
done_testing
