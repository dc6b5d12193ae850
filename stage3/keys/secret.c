#include "secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "crypto/constant.h"

bool secret_take(const char *variable, void *out, size_t limit, size_t *size)
{
    char *value = getenv(variable);

    if (!value) return false;
    *size = strlen(value);
    if (*size > 0 && *size <= limit) memcpy(out, value, *size);
    wipe(value, *size);
    unsetenv(variable);
    return true;
}

void secret_guard(void)
{
    static const struct rlimit none = {0, 0};
    size_t size;

    setrlimit(RLIMIT_CORE, &none); /* cannot fail: a process may always lower its limits */
    (void)secret_take("CHAT_PASSWORD", NULL, 0, &size);
}
