# shellcheck shell=sh disable=SC2034,SC2154 # TMP, TOOLS and ROOT are lib.sh's
# hosts.sh: host names with addresses that a test chooses, or with look-ups that never end. Source
# it after lib.sh.
#
#     hosts NAME ADDRESS...      from now on the name has these addresses; without an address, there
#                                is no such host
#     forget NAME                from now on look-ups of the name get no answer
#     $with_hosts COMMAND...     runs a program with these names; its look-ups of all other names
#                                get no answer
#
#     has_v6                     has this machine [::1]?
#     ends_at_once NAME SIGNAL STATUS    the program ends after the signal long before an unanswered
#                                        look-up would time out
#
# If the system cannot replace a program's getaddrinfo() (LD_PRELOAD), the whole file is skipped.

# shellcheck source=processes.sh
. "$ROOT/tests/lib/processes.sh" # the process that looks names up is a child

FAKE_HOSTS=$TMP/hosts
: >"$FAKE_HOSTS"
cc -std=c11 -D_POSIX_C_SOURCE=200809L -shared -fPIC -o "$TMP/hosts.so" "$ROOT/tests/tools/hosts.c" \
    2>/dev/null || skip_all "a compiler that makes shared libraries"

# exec replaces the script by the program, so signals reach the program.
# verify_asan_link_order: our library must come before that of AddressSanitizer.
with_hosts=$TMP/with_hosts
cat >"$with_hosts" <<EOT
#!/bin/sh
exec env LD_PRELOAD="$TMP/hosts.so" FAKE_HOSTS="$FAKE_HOSTS" \\
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "\$@"
EOT
chmod +x "$with_hosts"

# mv replaces the file in one step: a program that reads it finds the old version or the new one.
hosts() {
    grep -v "^$1 " "$FAKE_HOSTS" >"$FAKE_HOSTS.new"
    echo "$*" >>"$FAKE_HOSTS.new"
    mv "$FAKE_HOSTS.new" "$FAKE_HOSTS"
}

forget() {
    grep -v "^$1 " "$FAKE_HOSTS" >"$FAKE_HOSTS.new"
    mv "$FAKE_HOSTS.new" "$FAKE_HOSTS"
}

# Does it work here? A static program, for example, would ask the real name servers.
hosts no-such-host.invalid 127.0.0.1
cat >"$TMP/hosts.c" <<'EOT'
#include <netdb.h>
#include <stddef.h>
int main(void)
{
    struct addrinfo *found;
    return getaddrinfo("no-such-host.invalid", NULL, NULL, &found);
}
EOT
if ! cc -D_POSIX_C_SOURCE=200809L -o "$TMP/hosts.try" "$TMP/hosts.c" 2>/dev/null ||
    ! "$with_hosts" "$TMP/hosts.try"; then
    skip_all "a system where LD_PRELOAD works"
fi

has_v6() {
    cat >"$TMP/six.c" <<'EOT'
#include <netinet/in.h>
#include <sys/socket.h>
int main(void)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    return fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0;
}
EOT
    cc -o "$TMP/six" "$TMP/six.c" && "$TMP/six"
}

ends_at_once() {
    hosts_start=$(date +%s)
    stop "$1" "$2"
    hosts_took=$(($(date +%s) - hosts_start))
    [ $hosts_took -lt 5 ] && [ "$status" -eq "$3" ] && return
    echo "it took $hosts_took seconds and ended with $status"
    return 1
}
