#!/bin/sh
# The other byte order and a smaller word: everything is built for a 32-bit big-endian PowerPC and
# runs in an emulator, the server and the client too.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../copy.sh"

command -v powerpc-linux-gnu-gcc >/dev/null || skip_all "powerpc-linux-gnu-gcc"
command -v qemu-ppc >/dev/null || skip_all "qemu-ppc"

copy_project
(cd "$TMP/copy/stage1" && make -s CC=powerpc-linux-gnu-gcc LDFLAGS=-static) >"$TMP/build" 2>&1 ||
    bail "it builds for PowerPC" "$TMP/build"

# The tests start programs that run the emulator with the real ones.
for program in server client; do
    printf '#!/bin/sh\nexec qemu-ppc "%s" "$@"\n' "$TMP/copy/stage1/$program" >"$TMP/$program"
    chmod +x "$TMP/$program"
done
STAGE1_SERVER=$TMP/server STAGE1_CLIENT=$TMP/client
export STAGE1_SERVER STAGE1_CLIENT
check "server and client work" "$ROOT/tests/run.sh" -j 1 stage1/join stage1/malformed stage1/lines

unset STAGE1_SERVER STAGE1_CLIENT
check "the unit tests pass" env CC=powerpc-linux-gnu-gcc LDFLAGS=-static RUN=qemu-ppc \
    "$ROOT/tests/run.sh" -j 1 unit
done_testing
