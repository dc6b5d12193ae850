#!/bin/sh
# The same tests with AddressSanitizer and UndefinedBehaviorSanitizer. One file for all stages,
# because to build them takes the most time.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"
. "$(dirname "$0")/../lib/sanitized.sh"

# constant.sh needs valgrind, which does not work with AddressSanitizer.
sanitized unit stage1 stage2 terminal fuzz stage3/away stage3/client stage3/gui stage3/journal \
    stage3/key stage3/lossy stage3/password stage3/rooms stage3/secrets stage3/shutdown
done_testing
