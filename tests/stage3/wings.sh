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

check "stage 3 builds without wings" builds
check "no file of a wing is compiled" test "$(objects)" -eq 0
check "the build has a server and a client, but no window" test -x server -a -x client -a ! -e gui
check "a second make does nothing" make -s -q WINGS= ${CC:+"CC=$CC"}

says() { # TEXT OPTION...: these options are a usage error with this text
    text=$1
    shift
    ./server "$@" >"$TMP/said" 2>&1
    [ $? -eq 2 ] && grep -q -e "$text" "$TMP/said" && return
    cat "$TMP/said"
    return 1
}
check "-j gives the error that it is not built in" says "built without -j (WINGS=journal)" -j x
check "-s gives the error that it is not built in" says "built without -s (WINGS=journal)" -s
check "-r gives the error that it is not built in" \
    says "built without -r (WINGS=cluster)" -r localhost:1
with_variable() { (CHAT_REDIS=localhost:1 && export CHAT_REDIS && says "built without -r" -p 0); }
check "CHAT_REDIS gives the error that -r is not built in" with_variable
no_usage() { ./server --help >"$TMP/help" && ! grep -q -e '-j' -e '-r ' "$TMP/help"; }
check "the usage does not list -j and -r" no_usage

STAGE3_SERVER=$TMP/copy/stage3/server STAGE3_CLIENT=$TMP/copy/stage3/client TEST_INNER=yes
export STAGE3_SERVER STAGE3_CLIENT TEST_INNER
again "without wings" "$ROOT/tests/run.sh" stage3/rooms stage3/password stage3/away stage3/client \
    stage3/lossy stage3/shutdown
unset STAGE3_SERVER STAGE3_CLIENT TEST_INNER

check "stage 3 builds with the journal alone" builds journal
check "that build has the journal" grep -q journal_engine wings.c
check "that build has no cluster" grep -q without_cluster wings.c
check "the server with the journal knows -s" says "-s is nothing without -j" -s
refute "an unknown wing cannot be built" builds feather
done_testing
