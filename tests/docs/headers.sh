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
        find "$1" stage3 tests/tools -name '*.[ch]' | sort -u | awk -v folder="$1/" '
            { exists[$0] = 1; files[NR] = $0 }
            # plain: the path without FOLDER/../
            function plain(path) {
                while (match(path, /[^\/. ]+\/\.\.\//)) {
                    path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
                }
                return path
            }
            function look(file,    line, top, places, i, header) {
                top = file ~ /^stage/ ? file : "stage3/"
                sub(/\/.*/, "", top)
                places[1] = file; sub(/\/[^\/]*$/, "", places[1])
                places[2] = top; places[3] = "tests/tools"
                while ((getline line <file) > 0) {
                    if (line !~ /^#include "/) continue
                    sub(/^#include "/, "", line)
                    sub(/"[^"]*$/, "", line)
                    for (i = 1; i <= 3; i++) {
                        header = plain(places[i] "/" line)
                        if (header in exists) { print file, header; break }
                    }
                }
                close(file)
            }
            END { for (n = 1; n <= NR; n++) {
                if (index(files[n], folder) == 1 || files[n] ~ /^stage3\//) look(files[n]) } }'
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
    while read -r header; do
        touch -t 203001010000 "$TMP/copy/$header"
        echo "newer: $header"
        (cd "$TMP/copy/$1" && exec make -n CC="$TMP/compiler" 2>/dev/null)
        touch -t 200101010000 "$TMP/copy/$header"
    done <"$TMP/headers" >"$TMP/wanted"
    awk 'FILENAME == ARGV[1] { includers[$2] = includers[$2] " " $1; next }
         function judge(    list, i, n, passed) {
             n = split(includers[header], list, " ")
             for (i = 1; i <= n; i++) if (!((header, list[i]) in compiled)) passed = passed " " list[i]
             if (passed == "") return
             print header " is newer, and these are not compiled:" passed
             wrong = 1
         }
         /^newer: / { if (count++) judge(); header = $2; next }
         { for (i = 1; i <= NF; i++) if (sub(/\.c$/, "", $i)) compiled[header, $i] = 1 }
         END { judge(); exit wrong || !count }' "$TMP/sees" "$TMP/wanted"
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
