#!/bin/sh
# The other byte order and a smaller word: everything is built for a 32-bit big-endian PowerPC and
# runs in an emulator, including the server and the client. The compiler has no warning for any file
# of the stages.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"

command -v powerpc-linux-gnu-gcc >/dev/null || skip_all "powerpc-linux-gnu-gcc"
copy_project
builds_quietly powerpc-linux-gnu-gcc LDFLAGS=-static
command -v qemu-ppc >/dev/null || skip_all "qemu-ppc"
# The tests start wrappers, which run the real programs in the emulator.
for stage in stage1 stage2 stage3; do
    for program in server client; do
        emulated=$TMP/$stage.$program
        printf '#!/bin/sh\nexec qemu-ppc "%s" "$@"\n' "$TMP/copy/$stage/$program" >"$emulated"
        chmod +x "$emulated"
    done
done
TEST_INNER=yes TEST_PATIENCE=60 # an emulator is slow
export TEST_INNER TEST_PATIENCE
STAGE1_SERVER=$TMP/stage1.server STAGE1_CLIENT=$TMP/stage1.client
STAGE2_SERVER=$TMP/stage2.server STAGE2_CLIENT=$TMP/stage2.client
STAGE3_SERVER=$TMP/stage3.server STAGE3_CLIENT=$TMP/stage3.client
export STAGE1_SERVER STAGE1_CLIENT STAGE2_SERVER STAGE2_CLIENT STAGE3_SERVER STAGE3_CLIENT
again "server and client of stage 1 work on PowerPC" "$ROOT/tests/run.sh" \
    stage1/join stage1/malformed stage1/lines
again "server and client of stage 2 work on PowerPC" "$ROOT/tests/run.sh" \
    stage2/join stage2/frames stage2/sizes stage2/json stage2/tokens stage2/list stage2/lines
again "server and client of stage 3 work on PowerPC" "$ROOT/tests/run.sh" stage3/rooms stage3/key
STAGE3_CLIENT=$ROOT/stage3/client
again "a server on PowerPC works with a client on this machine" \
    "$ROOT/tests/run.sh" stage3/rooms stage3/password

unset STAGE1_SERVER STAGE1_CLIENT STAGE2_SERVER STAGE2_CLIENT STAGE3_SERVER STAGE3_CLIENT
CC=powerpc-linux-gnu-gcc LDFLAGS=-static RUN=qemu-ppc
export CC LDFLAGS RUN
again "the unit tests pass on PowerPC" "$TMP/copy/tests/run.sh" unit
done_testing
