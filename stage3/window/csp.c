#include "csp.h"

#include <stdio.h>
#include <string.h>

#include "crypto/sha256.h"

enum { HASH_DIGITS = 44 }; /* of 32 bytes, in base64 */

/* The position of these words in the text; the size of the text if they are not in it. */
static size_t find(struct text text, size_t from, const char *words)
{
    size_t size = strlen(words);

    for (size_t i = from; i + size <= text.size; i++) {
        if (memcmp(text.bytes + i, words, size) == 0) return i;
    }
    return text.size;
}

/* The part of the page between `begin` and `end`. */
static struct text between(struct text page, const char *begin, const char *end)
{
    size_t from = find(page, 0, begin);

    if (from == page.size) return (struct text){page.bytes, 0};
    from += strlen(begin);
    return (struct text){page.bytes + from, find(page, from, end) - from};
}

/* Base64 (RFC 4648, section 4): three bytes become four digits; the last two bytes become three
   digits and "=". */
static void print_base64(const unsigned char hash[SHA256_BYTES], char out[HASH_DIGITS + 1])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (int i = 0; i < SHA256_BYTES; i += 3) {
        bool whole = i + 2 < SHA256_BYTES;
        unsigned bits = (unsigned)hash[i] << 16 | (unsigned)hash[i + 1] << 8;
        if (whole) bits |= hash[i + 2];
        *out++ = digits[bits >> 18];
        *out++ = digits[bits >> 12 & 63];
        *out++ = digits[bits >> 6 & 63];
        *out++ = whole ? digits[bits & 63] : '=';
    }
    *out = '\0';
}

static void hash_of(struct text text, char out[HASH_DIGITS + 1])
{
    unsigned char hash[SHA256_BYTES];

    sha256(text.bytes, text.size, hash);
    print_base64(hash, out);
}

void csp_line(struct text page, char out[CSP_LIMIT])
{
    char script[HASH_DIGITS + 1], style[HASH_DIGITS + 1];

    hash_of(between(page, "<script>", "</script>"), script);
    hash_of(between(page, "<style>", "</style>"), style);
    /* require-trusted-types-for: not even the page's own script may turn a text into HTML. */
    snprintf(out, CSP_LIMIT,
             "Content-Security-Policy: default-src 'none'; script-src 'sha256-%s'; "
             "style-src 'sha256-%s'; connect-src 'self'; img-src data:; base-uri 'none'; "
             "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'\r\n",
             script, style);
}
