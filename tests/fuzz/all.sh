#!/bin/sh
# Fuzzing: every target here first replays its corpus, with any compiler; then, if clang has
# libFuzzer, it generates inputs for FUZZ_SECONDS (10; 0: not at all). To fuzz for longer:
#
#     FUZZ_SECONDS=600 tests/run.sh fuzz
#
# An input that fails is printed in hexadecimal: put it into the corpus, and then mend the fault.
. "$(dirname "$0")/../lib/lib.sh"
here=$ROOT/tests/fuzz
cc=${CC:-cc}
strict="-std=c11 -D_POSIX_C_SOURCE=200809L"

chat="chat/chat.c chat/gone.c wire/notice.c wire/protocol.c chat/roster.c base/bucket.c base/table.c base/hash.c
    base/random.c base/address.c base/text.c base/program.c"

rooms="chat/chat.c chat/gone.c chat/room.c wire/request.c base/json.c wire/tcrp.c wire/notice.c
    wire/protocol.c base/bucket.c base/quota.c base/host.c base/table.c base/hash.c base/random.c base/address.c
    base/text.c base/program.c"

den="admission/conn.c admission/admission.c admission/alone.c wire/welcome.c wire/request.c
    wire/tcrp.c chat/chat.c chat/receive.c
    chat/announce.c chat/hold.c chat/purse.c chat/starts.c chat/lost.c chat/room.c chat/session.c chat/log.c chat/wheel.c
    chat/inbox.c chat/throttle.c wire/assembly.c wire/block.c wire/frame.c wire/packet.c wire/seal.c
    base/bucket.c base/quota.c base/table.c base/hash.c base/random.c base/program.c base/address.c base/text.c
    crypto/aead.c
    crypto/chacha20.c crypto/poly1305.c crypto/hmac.c crypto/sha256.c crypto/constant.c"

line="member/invitation.c member/known_hosts.c base/address.c base/hash.c base/hex.c base/ordinary.c
    base/path.c base/program.c base/random.c base/server_list.c base/text.c"

window="window/web.c window/api.c window/auth.c window/csp.c window/refusal.c window/events.c
    base/buffer.c base/json.c window/http.c window/http_reply.c window/invite.c crypto/constant.c
    crypto/sha256.c $line"

# build COMPILER FLAGS TARGET FOLDER SOURCES [DRIVER]
build() {
    # The compiler, the flags and the sources are lists.
    # shellcheck disable=SC2086
    (cd "$ROOT/$4" && $1 $strict $2 -I. -o "$TMP/$3" "$here/$3.c" ${6:-} $5 ${LDFLAGS:-})
}

hunt() {
    rm -rf "$TMP/corpus"
    mkdir -p "$TMP/found" "$TMP/corpus"
    # The sanitizer would start a helper to find the names of functions, and not wait for its end.
    ASAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0 "$TMP/$1" -seed=1 \
        -max_total_time="${FUZZ_SECONDS:-10}" -max_len=9000 -print_final_stats=1 \
        -artifact_prefix="$TMP/found/" "$TMP/corpus" "$here/corpus/$1" >"$TMP/hunt" 2>&1 && return
    tail -n 30 "$TMP/hunt"
    for file in "$TMP"/found/*; do od -An -tx1 "$file"; done
    return 1
}

target() {
    check "$1 compiles" build "$cc" "${CFLAGS:--O2}" "$1" "$2" "$3" "$here/driver.c"
    check "$1 accepts the corpus" "$TMP/$1" "$here/corpus/$1"/*
    [ "${FUZZ_SECONDS:-10}" -gt 0 ] || return 0
    fuzzer="-g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all"
    if LDFLAGS='' build clang "$fuzzer" "$1" "$2" "$3" >"$TMP/no_fuzzer" 2>&1; then
        check "$1 finds no fault in ${FUZZ_SECONDS:-10} seconds" hunt "$1"
    else
        skip "$1 finds no fault in a hunt" "clang with libFuzzer"
    fi
}

target stage1_chat stage1 "$chat"
target stage2_server stage2 "admission/conn.c admission/admission.c $rooms"
target stage3_server stage3 "$den"
target stage3_http stage3 "window/http.c base/text.c crypto/constant.c"
target stage3_web stage3 "$window"
target stage3_invitation stage3 "$line"
done_testing
