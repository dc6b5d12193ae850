#!/bin/sh
# The same tests with AddressSanitizer and UndefinedBehaviorSanitizer.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../copy.sh"
. "$(dirname "$0")/../sanitized.sh"

sanitized unit stage1 terminal fuzz
done_testing
