#!/bin/sh
# embed.sh FILE: prints FILE as C source, byte by byte, for page.h.
# (A C string would be shorter, but compilers need not take one of more than 4095 characters.)
set -eu

echo "/* Made of $1 by embed.sh: change that one. */"
echo '#include "page.h"'
echo
echo 'const unsigned char page_bytes[] = {'
od -A n -v -t u1 "$1" | sed 's/[0-9][0-9]*/&,/g'
echo '};'
echo 'const size_t page_size = sizeof page_bytes;'
