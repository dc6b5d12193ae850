#include "host.h"

#include <arpa/inet.h>

uint16_t host_port(const struct address *address)
{
    bool v4 = address->is.any.sa_family == AF_INET;
    return ntohs(v4 ? address->is.v4.sin_port : address->is.v6.sin6_port);
}

struct address host_with_port(const struct address *address, uint16_t port)
{
    struct address other = *address;

    if (other.is.any.sa_family == AF_INET) other.is.v4.sin_port = htons(port);
    else other.is.v6.sin6_port = htons(port);
    return other;
}

bool host_equal(const struct address *a, const struct address *b)
{
    struct address b_at_the_port_of_a = host_with_port(b, host_port(a));
    return address_equal(a, &b_at_the_port_of_a);
}
