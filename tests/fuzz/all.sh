#!/bin/sh
# Fuzzing: every target here first replays its corpus, with any compiler; then, where clang has
# libFuzzer, inputs are made up for FUZZ_SECONDS (10). For a longer hunt:
#
#     FUZZ_SECONDS=600 tests/run.sh fuzz
#
# What it finds is printed in hexadecimal: put it into the corpus, and then mend it.
. "$(dirname "$0")/../lib.sh"
here=$ROOT/tests/fuzz
cc=${CC:-cc}
strict="-std=c11 -D_POSIX_C_SOURCE=200809L"

chat="chat.c gone.c notice.c protocol.c roster.c table.c hash.c random.c address.c text.c program.c"

rooms="chat.c gone.c room.c request.c json.c tcrp.c notice.c protocol.c host.c table.c hash.c random.c
    address.c text.c program.c"

den="conn.c admission.c answer.c request.c tcrp.c chat.c announce.c starts.c lost.c room.c session.c
    log.c wheel.c tries.c assembly.c frame.c packet.c seal.c table.c hash.c random.c program.c
    address.c text.c crypto/aead.c
    crypto/chacha20.c crypto/poly1305.c crypto/hmac.c crypto/sha256.c crypto/constant.c"

window="web.c api.c gate.c policy.c refusal.c events.c buffer.c json.c http.c reply.c text.c
    crypto/constant.c crypto/sha256.c"

# build COMPILER FLAGS TARGET FOLDER SOURCES [DRIVER]
build() {
    # The compiler, the flags and the sources are lists.
    # shellcheck disable=SC2086
    (cd "$ROOT/$4" && $1 $strict $2 -I. -o "$TMP/$3" "$here/$3.c" ${6:-} $5 ${LDFLAGS:-})
}

hunt() {
    rm -rf "$TMP/corpus"
    mkdir -p "$TMP/found" "$TMP/corpus"
    # It would start a helper to find the names of functions, and not wait for its end.
    ASAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0 "$TMP/$1" -seed=1 \
        -max_total_time="${FUZZ_SECONDS:-10}" -max_len=9000 -print_final_stats=1 \
        -artifact_prefix="$TMP/found/" "$TMP/corpus" "$here/corpus/$1" >"$TMP/hunt" 2>&1 && return
    tail -n 30 "$TMP/hunt"
    for file in "$TMP"/found/*; do od -An -tx1 "$file"; done
    return 1
}

target() {
    check "$1 compiles" build "$cc" "${CFLAGS:--O2}" "$1" "$2" "$3" "$here/driver.c"
    check "$1: the corpus is replayed" "$TMP/$1" "$here/corpus/$1"/*
    fuzzer="-g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all"
    if LDFLAGS='' build clang "$fuzzer" "$1" "$2" "$3" >"$TMP/no_fuzzer" 2>&1; then
        check "$1: nothing is found in ${FUZZ_SECONDS:-10} seconds" hunt "$1"
    else
        skip "$1: a hunt for inputs that break it" "clang with libFuzzer"
    fi
}

target stage1_chat stage1 "$chat"
target stage2_server stage2 "conn.c $rooms"
target stage3_server stage3 "$den"
target stage3_http stage3 "http.c text.c crypto/constant.c"
target stage3_web stage3 "$window"
done_testing
