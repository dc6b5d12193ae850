#include "name_object.h"

#include <string.h>

static size_t put(const char *text, size_t used, char *out)
{
    memcpy(out + used, text, strlen(text));
    return used + strlen(text);
}

/* RFC 8259, section 7: these two must be escaped. (No name holds a control character.) */
static size_t put_escaped(struct text name, size_t used, char *out)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.bytes[i] == '"' || name.bytes[i] == '\\') out[used++] = '\\';
        out[used++] = name.bytes[i];
    }
    return used;
}

size_t name_object(struct text name, char out[NAME_OBJECT])
{
    size_t used = put("{\"username\":\"", 0, out);

    used = put_escaped(name, used, out);
    used = put("\",\"user_name\":\"", used, out);
    used = put_escaped(name, used, out);
    return put("\",\"password\":null}", used, out);
}
