#include "redis_url.h"

#include <string.h>
#include <strings.h>

static int digit_of(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

/* Copies the bytes from `from` to `to` and replaces each %xx by its byte. False: too long, a bad
   %xx, or a zero byte. */
static bool copy_word(const char *from, const char *to, char out[REDIS_WORD])
{
    size_t size = 0;

    for (; from < to; from++) {
        char byte = *from;
        if (byte == '%') {
            int high = to - from > 2 ? digit_of(from[1]) : -1;
            int low = high >= 0 ? digit_of(from[2]) : -1;
            if (low < 0) return false;
            byte = (char)(16 * high + low);
            from += 2;
        }
        if (byte == '\0' || size == REDIS_WORD - 1) return false;
        out[size++] = byte;
    }
    out[size] = '\0';
    return true;
}

/* USER:PASSWORD; both may be empty. */
static bool parse_login(const char *from, const char *to, struct redis_url *url)
{
    const char *colon = memchr(from, ':', (size_t)(to - from));

    if (!colon || !copy_word(colon + 1, to, url->password)) return false;
    return colon == from || copy_word(from, colon, url->user);
}

static bool parse_database(const char *digits, unsigned *database)
{
    *database = 0;
    for (; *digits; digits++) {
        if (*digits < '0' || *digits > '9') return false;
        *database = 10 * *database + (unsigned)(*digits - '0');
        if (*database > REDIS_DATABASE_LIMIT) return false;
    }
    return true; /* no digits (redis://host/): database 0 */
}

static bool parse_server(const char *from, const char *to, struct redis_url *url)
{
    char text[SERVER_TEXT];
    struct server_list servers;
    size_t size = (size_t)(to - from);

    if (size >= sizeof text) return false;
    memcpy(text, from, size);
    text[size] = '\0';
    if (!server_list_parse(text, REDIS_PORT, &servers) || servers.count != 1) return false;
    url->server = servers.list[0];
    return true;
}

bool redis_url_parse(const char *text, struct redis_url *url)
{
    static const char scheme[] = "redis://";

    *url = (struct redis_url){.user = "default"};
    if (strncasecmp(text, scheme, strlen(scheme)) != 0) {
        return parse_server(text, text + strlen(text), url);
    }
    text += strlen(scheme);
    const char *at = strrchr(text, '@');
    if (at && !parse_login(text, at, url)) return false;
    if (at) text = at + 1;
    const char *slash = strchr(text, '/');
    if (slash && !parse_database(slash + 1, &url->database)) return false;
    return parse_server(text, slash ? slash : text + strlen(text), url);
}
