#!/bin/sh
# The core of stage 3 needs none of its wings: built without them (make WINGS=), server and client
# do everything else, and an option of a wing gives an error that it is not built in.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/copy.sh"

mkdir "$TMP/copy"
cp -R "$ROOT/stage3" "$TMP/copy"
cd "$TMP/copy/stage3" || exit 1
make -s clean
builds() { # WING...
    make -s WINGS="$*" ${CC:+"CC=$CC"} ${CFLAGS:+"CFLAGS=$CFLAGS"} ${LDFLAGS:+"LDFLAGS=$LDFLAGS"}
}
objects() { ls journal/*.o cluster/*.o redis/*.o window/*.o 2>/dev/null | wc -l; }

check "it builds without wings" builds
check "of which nothing was compiled" test "$(objects)" -eq 0
check "there is a server and a client, and no window" test -x server -a -x client -a ! -e gui
check "make once more does nothing" make -s -q WINGS= ${CC:+"CC=$CC"}

says() { # TEXT OPTION...: these options are a usage error with this text
    text=$1
    shift
    ./server "$@" >"$TMP/said" 2>&1
    [ $? -eq 2 ] && grep -q -e "$text" "$TMP/said" && return
    cat "$TMP/said"
    return 1
}
check "-j is said to be missing" says "built without -j (WINGS=journal)" -j x
check "so is -s" says "built without -s (WINGS=journal)" -s
check "so is -r" says "built without -r (WINGS=cluster)" -r localhost:1
with_variable() { (CHAT_REDIS=localhost:1 && export CHAT_REDIS && says "built without -r" -p 0); }
check "what the environment asks for is not passed over either" with_variable
no_usage() { ./server --help >"$TMP/help" && ! grep -q -e '-j' -e '-r ' "$TMP/help"; }
check "and the usage is silent about them" no_usage

STAGE3_SERVER=$TMP/copy/stage3/server STAGE3_CLIENT=$TMP/copy/stage3/client TEST_INNER=yes
export STAGE3_SERVER STAGE3_CLIENT TEST_INNER
again "without wings" "$ROOT/tests/run.sh" stage3/rooms stage3/password stage3/away stage3/client \
    stage3/lossy stage3/shutdown
unset STAGE3_SERVER STAGE3_CLIENT TEST_INNER

check "one wing is added" builds journal
check "the server has it" grep -q journal_engine wings.c
check "and the other one not" grep -q without_cluster wings.c
check "it can be asked for" says "-s is nothing without -j" -s
refute "a wing that there is not cannot be built" builds feather
done_testing
