#!/bin/sh
# The same tests with AddressSanitizer and UndefinedBehaviorSanitizer.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"
. "$(dirname "$0")/../lib/sanitized.sh"

sanitized unit stage1 terminal fuzz
done_testing
