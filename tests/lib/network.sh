# shellcheck shell=sh
# network.sh: for tests that must change the addresses of their machine. Source it first, in place
# of lib.sh: it runs the file again in a network namespace, and skips it where the system does not
# allow that.
#
# In the namespace the server has the address 10.7.0.1. Clients send to it from 10.7.0.2, until
# `move` takes that address away; then from 10.7.0.3.
#
#     move       gives the machine the other address
#     move_back  gives it the first address again

if [ "${NETWORK_NAMESPACE:-}" != yes ]; then
    if unshare -rn ip link set lo up >/dev/null 2>&1; then
        NETWORK_NAMESPACE=yes exec unshare -rn sh "$0"
    fi
    . "$(dirname "$0")/../lib/lib.sh"
    skip_all "network namespaces (unshare -rn, ip)"
fi
. "$(dirname "$0")/../lib/lib.sh"

# The test file and lib.sh use $host.
# shellcheck disable=SC2034
host=10.7.0.1

route() { ip route change local $host dev lo table local src "$1"; }

move() { route 10.7.0.3 && ip addr del 10.7.0.2/32 dev lo; }
move_back() { ip addr add 10.7.0.2/32 dev lo && route 10.7.0.2; }

ip link set lo up && ip addr add $host/32 dev lo && ip addr add 10.7.0.3/32 dev lo && move_back ||
    bail "a network is made"
