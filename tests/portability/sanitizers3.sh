#!/bin/sh
# The same for stage 3.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"
. "$(dirname "$0")/../lib/sanitized.sh"

# constant.sh needs valgrind, which does not work with AddressSanitizer.
sanitized stage3/away stage3/client stage3/gui stage3/journal stage3/key stage3/lossy \
    stage3/password stage3/rooms stage3/secrets stage3/shutdown
done_testing
