#include "system_random.h"

#include "base/random.h"

void system_random(void *context, void *bytes, size_t size)
{
    (void)context;
    random_bytes(bytes, size);
}
