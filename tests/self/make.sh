#!/bin/sh
# What the README says of make at the top: which programs each target builds, and that make
# announces a build before it starts.
. "$(dirname "$0")/../lib/lib.sh"

# A copy in which nothing is built. To be quick, its "compiler" only creates the output file.
mkdir "$TMP/copy" "$TMP/copy/tests"
cp -R "$ROOT/Makefile" "$ROOT"/stage[1-3] "$TMP/copy"
cp -R "$ROOT"/tests/*.sh "$ROOT/tests/lib" "$TMP/copy/tests"
(cd "$TMP/copy" && for stage in stage[1-3]; do (cd $stage && make -s clean); done)
cat >"$TMP/compiler" <<'EOT'
#!/bin/sh
while [ $# -gt 0 ]; do
    [ "$1" != -o ] || : >"$2"
    shift
done
EOT
chmod +x "$TMP/compiler"

built() {
    (cd "$TMP/copy" && ls -d stage?/server stage?/client stage?/gui 2>/dev/null | tr '\n' ' ')
}
# makes TARGET PROGRAM...: this target builds exactly these programs
makes() {
    target=$1
    shift
    (cd "$TMP/copy" && make CC="$TMP/compiler" "$target") >"$TMP/made" 2>&1 ||
        { cat "$TMP/made"; return 1; }
    [ "$(built)" = "$*${*:+ }" ] && return 0
    echo "built: $(built)"
    return 1
}
check "the copy has no programs at first" test -z "$(built)"
check "make stage1 builds server and client" makes stage1 stage1/client stage1/server
rm "$TMP"/copy/stage1/server "$TMP"/copy/stage1/client
check "make stage2 builds server and client" makes stage2 stage2/client stage2/server
rm "$TMP"/copy/stage2/server "$TMP"/copy/stage2/client
check "make stage3 builds server, client and window" \
    makes stage3 stage3/client stage3/gui stage3/server
check "make builds all three stages" makes all stage1/client stage1/server stage2/client \
    stage2/server stage3/client stage3/gui stage3/server
# shellcheck disable=SC2016 # as it stands there
for target in stage1 stage2 stage3; do
    check "the README lists make $target" \
        grep -q "^    make $target  *# builds $target/server" "$ROOT/README.md"
done

# tells_all MAKEFILE: its `make help` names each target for users.
tells_all() {
    targets=$(sed -n 's/^\.PHONY: all \$(STAGES) //p' "$1")
    [ -n "$targets" ] || { echo "no list of targets was found"; return 1; }
    make -s -f "$1" help >"$TMP/help"
    for target in stage1 stage2 stage3 $targets; do
        grep -q "make.* $target\([ ,:]\|\$\)" "$TMP/help" ||
            { echo "make $target is not named"; return 1; }
    done
}
check "make help names every target" tells_all "$ROOT/Makefile"
sed '/echo "make diff /d' "$ROOT/Makefile" >"$TMP/Makefile"
refute "a target that make help leaves out is noticed" tells_all "$TMP/Makefile"

# --- compile_commands.json ---

# Its commands compile: tried with the first file of each stage.
commands_compile() {
    sed -n 's/^{"directory": "\(.*\)", "file": ".*/\1/p' "$TMP/commands" | sort -u >"$TMP/folders"
    while read -r folder; do
        command=$(grep -A 1 -F "\"$folder\"" "$TMP/commands" |
            sed -n '2s/.*"command": "\(.*\)"}.*/\1/p')
        (cd "$folder" && $command -o "$TMP/first.o") && [ -s "$TMP/first.o" ] || return 1
        rm "$TMP/first.o"
    done <"$TMP/folders"
    [ "$(wc -l <"$TMP/folders")" -eq 3 ]
}
every_file() {
    (cd "$ROOT" && ls stage[123]/*.c stage[123]/*/*.c) |
        grep -v -e /page.c -e /script_lua.c >"$TMP/files"
    sed -n 's/^{"directory": ".*\/\(.*\)", "file": "\(.*\)",$/\1\/\2/p' "$TMP/commands" | sort |
        diff - "$TMP/files"
}
check "tests/check.sh -c prints how each file is compiled" "$ROOT/tests/check.sh" -c
cp "$TMP/lib.seen" "$TMP/commands"
check "the list has every C file" every_file
check "the commands of the list compile" commands_compile

# Variables given to make at the top are passed to the makes below, and override those there.
own() { sed -n 's/^\([A-Z_]*\) =.*/\1/p' "$@" | sort -u; }
own "$ROOT/Makefile" >"$TMP/top"
own "$ROOT"/stage[1-3]/Makefile "$ROOT/tests/tools/Makefile" "$ROOT/tests/bench/Makefile" \
    >"$TMP/below"
nothing_shared() { [ -s "$TMP/top" ] && ! comm -12 "$TMP/top" "$TMP/below" | grep .; }
check "no variable of the top Makefile has another meaning below" nothing_shared

# The message comes before anything that takes long: here, make waits for the test.
printf 'all: ; echo begun >"%s"; exec "%s" 60 "%s" 1 on\n' "$TMP/begun" "$TOOLS/await" "$TMP/go" \
    >"$TMP/copy/stage1/Makefile"
for target in demo "chat STAGE=1 PORT=1"; do
    rm -f "$TMP/go" "$TMP/begun"
    # shellcheck disable=SC2086 # words
    start make sh -c 'cd "$0" && exec make "$@"' "$TMP/copy" $target
    allow_stderr make
    check "make $target announces the build before it starts" complains make "building stage1"
    # A shell that has just forked may lose a signal. From here on it is sure to reach the build.
    "$TOOLS/await" "$PATIENCE" "$TMP/begun" 1 begun || bail "the build begins"
    stop make
    echo on >"$TMP/go"
    # The signal ends make, but not the build that it began, which ends by itself.
    until [ ! -e "$TMP/copy/.building" ]; do "$TOOLS/await" 1 gone $$; done
done
"$TOOLS/await" 1 gone $$
done_testing
