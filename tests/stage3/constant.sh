#!/bin/sh
# No branch and no memory address depends on a secret, as far as valgrind can see; constant.c beside
# this file explains how. The compiled program is checked, because a compiler may make a branch that
# the source does not have.
. "$(dirname "$0")/../lib/lib.sh"

command -v valgrind >/dev/null || skip_all "valgrind"

# build COMPILER OPTION...: builds $TMP/constant, with all of the cryptography except constant.c and
# prime.c, which it replaces. With -gdwarf-4, because not every valgrind reads the output of -g.
build() {
    how=$* # words, to be split again
    set -- "$ROOT/tests/stage3/constant.c"
    for file in aead chacha20 poly1305 pbkdf2 hmac sha256 oaep rsa bignum; do
        set -- "$@" "$ROOT/stage3/crypto/$file.c"
    done
    # shellcheck disable=SC2086
    $how -std=c11 -D_POSIX_C_SOURCE=200809L -gdwarf-4 -I "$ROOT/stage3" \
        -o "$TMP/constant" "$@"
}

# clean WHAT: valgrind finds nothing. Findings end with status 99, a wrong result with 1.
clean() {
    valgrind -q --error-exitcode=99 "$TMP/constant" "$1" </dev/null >"$TMP/said" 2>&1
    said=$?
    head -n 12 "$TMP/said"
    return $said
}
finds() { # WHAT: valgrind finds something
    clean "$1"
    [ $? -eq 99 ]
}

# Does the compiler work with these options? It may be missing, or have no linker for -flto.
works() {
    printf '#include <valgrind/memcheck.h>\nint main(void) { return 0; }\n' >"$TMP/try.c"
    "$@" -o "$TMP/try" "$TMP/try.c" >/dev/null 2>&1
}

secrets() { # COMPILER OPTION...
    if ! works "$@"; then
        skip "no secret shows in the code of $*" "$*, or valgrind/memcheck.h"
        return
    fi
    check "$* compiles the test" build "$@"
    check "$*: valgrind finds a branch on a secret" finds branch
    check "$*: valgrind finds a look-up at a secret place" finds look-up
    check "$*: valgrind finds a comparison that ends early" finds compare
    check "$*: sealing and opening show no secret" clean seal
    check "$*: SHA-256, HMAC and PBKDF2 show no secret" clean hashes
    check "$*: comparing shows no secret" clean equal
    check "$*: the private operation of RSA shows no secret" clean private
    check "$*: opening OAEP shows no secret, well sealed or not" clean oaep
    check "$*: sealing with OAEP shows no secret" clean oaep-seal
    rm -f "$TMP/constant"
}

# -flto sees all files at once, so it can optimise across files.
for compiler in gcc clang; do
    secrets $compiler -O2
    secrets $compiler -O3
    secrets $compiler -O3 -flto
done
done_testing
