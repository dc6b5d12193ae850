# shellcheck shell=sh
# sim.sh: builds the simulator. Source it, with $ROOT set to the project.
#
#     build_sim PROGRAM     with CC, CFLAGS and LDFLAGS, if they are set; uses a folder PROGRAM.o
#
# The simulated code is compiled to use the simulator's malloc(), which counts.

sim_core="admission/admission admission/alone chat/announce chat/hold chat/purse wire/welcome base/address wire/assembly journal/change
    base/bucket base/quota chat/chat member/cursor wire/frame base/hash chat/inbox member/password chat/log chat/lost
    chat/receive member/outbox wire/packet member/members base/program base/random journal/recovery wire/request
    chat/room wire/seal chat/session chat/starts base/table member/membership
    member/channel member/position member/reader member/schedule base/text chat/throttle
    chat/wheel crypto/aead crypto/chacha20 crypto/constant crypto/hmac crypto/pbkdf2 crypto/poly1305
    crypto/sha256"
sim_counted="-Dmalloc=memory_malloc -Dcalloc=memory_calloc -Drealloc=memory_realloc
    -Dfree=memory_free"
sim_strict="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow"

# Flags and sources are lists.
# shellcheck disable=SC2086
build_sim() {
    mkdir -p "$1.o" || return 1
    sim_sources=
    for sim_name in $sim_core; do sim_sources="$sim_sources $sim_name.c"; done
    (cd "$ROOT/stage3" && for sim_source in $sim_sources; do
        ${CC:-cc} -I. $sim_strict $sim_counted ${CFLAGS:--O2} -c \
            -o "$1.o/$(basename "$sim_source" .c).o" "$sim_source" || exit 1
    done) || return 1
    (cd "$ROOT/tests/sim" && ${CC:-cc} $sim_strict ${CFLAGS:--O2} -I"$ROOT/stage3" ${LDFLAGS:-} \
        -o "$1" ./*.c "$1.o"/*.o)
}
