#!/bin/sh
# embed.sh FILE NAME: prints FILE as a C array of bytes, which NAME.h declares.
# (A string literal would be shorter, but a compiler need not accept more than 4095 characters.)
set -eu
name=$2

echo "/* Generated from $1 by embed.sh: edit that file instead. */"
echo "#include \"$name.h\""
echo
echo "const unsigned char ${name}_bytes[] = {"
od -A n -v -t u1 "$1" | sed 's/[0-9][0-9]*/&,/g'
echo '};'
echo "const size_t ${name}_size = sizeof ${name}_bytes;"
