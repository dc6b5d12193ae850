#!/bin/sh
# The same for stage 2, in a file of its own: two files can run at the same time.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"
. "$(dirname "$0")/../lib/sanitized.sh"

sanitized stage2
done_testing
