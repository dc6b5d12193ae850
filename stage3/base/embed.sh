#!/bin/sh
# embed.sh FILE NAME: prints FILE as C source, byte by byte, for NAME.h.
# (A C string would be shorter, but compilers need not take one of more than 4095 characters.)
set -eu
name=$2

echo "/* Made of $1 by embed.sh: change that one. */"
echo "#include \"$name.h\""
echo
echo "const unsigned char ${name}_bytes[] = {"
od -A n -v -t u1 "$1" | sed 's/[0-9][0-9]*/&,/g'
echo '};'
echo "const size_t ${name}_size = sizeof ${name}_bytes;"
