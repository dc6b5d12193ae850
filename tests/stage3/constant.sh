#!/bin/sh
# No branch and no address in memory depends on a secret, as far as valgrind can see; constant.c
# beside this file says how. It looks at the program that the compiler made, since a compiler may
# make a branch of what was none in the source.
. "$(dirname "$0")/../lib.sh"

command -v valgrind >/dev/null || skip_all "valgrind"

# build COMPILER: $TMP/constant. All of the cryptography but constant.c, of which it has its own.
# With -gdwarf-4, because not every valgrind reads what compilers write with -g.
build() {
    compiler=$1
    set -- "$ROOT/tests/stage3/constant.c"
    for file in aead chacha20 poly1305 pbkdf2 hmac sha256 oaep rsa prime bignum; do
        set -- "$@" "$ROOT/stage3/crypto/$file.c"
    done
    "$compiler" -std=c11 -D_POSIX_C_SOURCE=200809L -gdwarf-4 -O2 -I "$ROOT/stage3/crypto" \
        -o "$TMP/constant" "$@"
}

# clean WHAT: valgrind has nothing to say. Complaints end with status 99, a wrong result with 1.
clean() {
    valgrind -q --error-exitcode=99 "$TMP/constant" "$1" </dev/null >"$TMP/said" 2>&1
    said=$?
    head -n 12 "$TMP/said"
    return $said
}
finds() { # WHAT: it complains
    clean "$1"
    [ $? -eq 99 ]
}

secrets() { # COMPILER
    echo '#include <valgrind/memcheck.h>' >"$TMP/try.c"
    if ! "$1" -E "$TMP/try.c" >/dev/null 2>&1; then
        skip "no secret shows in what $1 makes" "$1, or valgrind/memcheck.h"
        return
    fi
    check "$1 compiles it" build "$1"
    check "$1: a branch on a secret is found" finds branch
    check "$1: so is a place in memory that depends on one" finds look-up
    check "$1: and a comparison that ends early" finds compare
    check "$1: none in sealing and opening" clean seal
    check "$1: none in SHA-256, HMAC and PBKDF2" clean hashes
    check "$1: none in comparing" clean equal
    check "$1: none in the private operation of RSA" clean private
    check "$1: none in opening OAEP, well sealed or not" clean oaep
    rm -f "$TMP/constant"
}

for compiler in gcc clang; do secrets $compiler; done
done_testing
