#!/bin/sh
# When a header changes, no old object may stay: two halves of a program would disagree about a
# structure. In a built copy, each header in turn is made newer than everything else; then make must
# want to compile every file that includes it, directly or through others.
. "$(dirname "$0")/../lib/lib.sh"

# To be quick, the "compiler" only creates the output file.
cat >"$TMP/compiler" <<'EOT'
#!/bin/sh
while [ $# -gt 0 ]; do
    [ "$1" != -o ] || : >"$2"
    shift
done
EOT
chmod +x "$TMP/compiler"

# sees FOLDER: prints "OBJECT HEADER" for each C file there and each header that it includes, with
# paths from the project. A header is sought beside its includer first, then in the folder of -I.
sees() {
    (
        cd "$TMP/copy" || exit 1
        find "$1" "stage3" -name '*.[ch]' | sort -u | while read -r file; do
            sed -n 's/^#include "\(.*\)"/\1/p' "$file" | while read -r header; do
                case $file in stage*) top=${file%%/*} ;; *) top=stage3 ;; esac
                for place in "${file%/*}" "$top" tests/tools; do
                    [ ! -f "$place/$header" ] || { echo "$file $place/$header"; break; }
                done
            done
        done | sed -e ':a' -e 's|[^/. ]*/\.\./||' -e 'ta'
    ) >"$TMP/direct"
    awk -v folder="$1/" '
        { includes[$1] = includes[$1] " " $2 }
        function visit(file,    list, i, n) {
            n = split(includes[file], list, " ")
            for (i = 1; i <= n; i++) {
                if ((root, list[i]) in seen) continue
                seen[root, list[i]] = 1
                print root, list[i]
                visit(list[i])
            }
        }
        END { for (root in includes) if (root ~ /\.c$/ && index(root, folder) == 1) visit(root) }
        ' "$TMP/direct" | sed -e "s|^$1/||" -e 's/\.c / /' | sort
}

# compiled FOLDER: prints the C files, without their endings, that make would compile there now. A
# file may also be compiled and linked at once, with its path from there.
compiled() {
    (cd "$TMP/copy/$1" && make -n CC="$TMP/compiler" 2>/dev/null) | tr ' ' '\n' |
        sed -n 's/\.c$//p' | sort -u
}

# agrees FOLDER: make compiles every file that includes a header which is newer.
agrees() {
    (cd "$TMP/copy/$1" && make -s clean)
    compiled "$1" >"$TMP/built" # all files that make compiles
    (cd "$TMP/copy/$1" && make -s CC="$TMP/compiler" && make -q CC="$TMP/compiler") \
        >"$TMP/made" 2>&1 ||
        { cat "$TMP/made"; echo "make, and once more, does not leave everything made"; return 1; }
    sees "$1" | join - "$TMP/built" >"$TMP/sees"
    compiled "$1" | grep . && { echo "is compiled though all is made"; return 1; }
    cut -d ' ' -f 2 "$TMP/sees" | sort -u >"$TMP/headers"
    [ -s "$TMP/headers" ] || { echo "no header is seen"; return 1; }
    missing=0
    while read -r header; do
        touch -t 203001010000 "$TMP/copy/$header"
        compiled "$1" >"$TMP/compiled"
        touch -t 200101010000 "$TMP/copy/$header"
        awk -v header="$header" '$2 == header { print $1 }' "$TMP/sees" |
            comm -23 - "$TMP/compiled" >"$TMP/passed"
        [ ! -s "$TMP/passed" ] || {
            echo "$header is newer, and these are not compiled: $(tr '\n' ' ' <"$TMP/passed")"
            missing=1
        }
    done <"$TMP/headers"
    return $missing
}

mkdir "$TMP/copy"
(cd "$ROOT" && cp -R Makefile stage[1-3] "$TMP/copy" && mkdir "$TMP/copy/tests" &&
    cp -R tests/tools tests/bench "$TMP/copy/tests")
(cd "$TMP/copy" && for folder in stage[1-3] tests/tools tests/bench; do
    (cd $folder && make -s clean)
done)
find "$TMP/copy" -type f -exec touch -t 200101010000 {} +
for folder in stage1 stage2 stage3 tests/tools tests/bench; do
    check "make in $folder compiles each file that includes a changed header" agrees $folder
done

# Would a missing header in a Makefile be noticed?
sed '/^server.o .*: /d' "$ROOT/stage1/Makefile" >"$TMP/copy/stage1/Makefile"
touch -t 200101010000 "$TMP/copy/stage1/Makefile"
refute "a Makefile without its row of headers is noticed" agrees stage1
done_testing
