#!/bin/sh
# The same for stage 2, in a separate file so that both can run at the same time.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"
. "$(dirname "$0")/../lib/sanitized.sh"

sanitized stage2
done_testing
