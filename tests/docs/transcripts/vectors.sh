#!/bin/sh
# Stage 3's vectors: see vectors.c.
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

cp tests/key "$tmp/key" && chmod 600 "$tmp/key"
sources=
for name in member/password wire/seal wire/packet wire/frame wire/request wire/tcrp base/text \
    keys/keyfile keys/system_random base/ordinary base/path base/random base/program; do
    sources="$sources stage3/$name.c"
done
# shellcheck disable=SC2086 # a list of files
cc -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -I stage3 -o "$tmp/vectors" tests/docs/vectors.c \
    $sources stage3/crypto/*.c && "$tmp/vectors" "$tmp/key" tests/pair
