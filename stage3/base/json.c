#include "json.h"

#include <string.h>

struct json json_begin(char *bytes, size_t size)
{
    return (struct json){.at = bytes, .end = bytes + size};
}

/* --- bytes --- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static void skip_space(struct json *json)
{
    while (json->at < json->end && strchr(" \t\n\r", *json->at) && *json->at != '\0') json->at++;
}

/* Takes the next byte if it is this one. */
static bool take(struct json *json, char byte)
{
    if (json->at == json->end || *json->at != byte) return false;
    json->at++;
    return true;
}

static bool take_word(struct json *json, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(json->end - json->at) < size || memcmp(json->at, word, size) != 0) return false;
    json->at += size;
    return true;
}

/* --- strings (RFC 8259, section 7) --- */

/* The four digits of \uXXXX. */
static bool take_hex(struct json *json, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++) {
        if (json->at == json->end) return false;
        char digit = *json->at++;
        uint32_t nibble;
        if (is_digit(digit)) nibble = (uint32_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f') nibble = (uint32_t)(digit - 'a') + 10;
        else if (digit >= 'A' && digit <= 'F') nibble = (uint32_t)(digit - 'A') + 10;
        else return false;
        *value = *value << 4 | nibble;
    }
    return true;
}

/* Code points above U+FFFF are written as a pair of surrogates; half a pair is an error. */
static bool take_code_point(struct json *json, uint32_t *code_point)
{
    uint32_t low;

    if (!take_hex(json, code_point)) return false;
    if (*code_point < 0xD800 || *code_point > 0xDFFF) return true;
    if (*code_point > 0xDBFF || !take_word(json, "\\u") || !take_hex(json, &low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return false;
    *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* Writes a code point as UTF-8, which never takes more bytes than its escape. */
static char *put_code_point(char *out, uint32_t code_point)
{
    size_t following = (size_t)(code_point >= 0x80) + (code_point >= 0x800)
        + (code_point >= 0x10000);
    static const uint8_t lead[] = {0x00, 0xC0, 0xE0, 0xF0};

    *out++ = (char)(lead[following] | code_point >> (6 * following));
    while (following-- > 0) *out++ = (char)(0x80 | (code_point >> (6 * following) & 0x3F));
    return out;
}

/* What follows a backslash. */
static bool take_escape(struct json *json, char **out)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    uint32_t code_point;

    if (json->at == json->end) return false;
    char letter = *json->at++;
    if (letter == 'u') {
        if (!take_code_point(json, &code_point)) return false;
        *out = put_code_point(*out, code_point);
        return true;
    }
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (!found) return false;
    *(*out)++ = meanings[found - letters];
    return true;
}

static bool take_string(struct json *json, struct text *string)
{
    if (!take(json, '"')) return false;
    char *start = json->at, *out = start;

    while (json->at < json->end) {
        char byte = *json->at++;
        if (byte == '"') {
            *string = (struct text){start, (size_t)(out - start)};
            return text_valid(*string);
        }
        if ((unsigned char)byte < 0x20) return false; /* these must be escaped */
        if (byte != '\\') *out++ = byte;
        else if (!take_escape(json, &out)) return false;
    }
    return false;
}

/* --- the other values --- */

static bool take_digits(struct json *json)
{
    if (json->at == json->end || !is_digit(*json->at)) return false;
    while (json->at < json->end && is_digit(*json->at)) json->at++;
    return true;
}

/* RFC 8259, section 6: no leading zeros, no lone point. */
static bool take_number(struct json *json)
{
    take(json, '-');
    if (!take(json, '0') && !take_digits(json)) return false;
    if (take(json, '.') && !take_digits(json)) return false;
    if (take(json, 'e') || take(json, 'E')) {
        if (!take(json, '+')) take(json, '-');
        return take_digits(json);
    }
    return true;
}

static bool take_value(struct json *json, struct json_member *member)
{
    if (json->at < json->end && *json->at == '"') {
        member->kind = JSON_STRING;
        return take_string(json, &member->string);
    }
    member->kind = JSON_OTHER;
    if (take_word(json, "null")) {
        member->kind = JSON_NULL;
        return true;
    }
    return take_word(json, "true") || take_word(json, "false") || take_number(json);
}

/* --- the object (section 4) --- */

static bool take_member(struct json *json, struct json_member *member)
{
    skip_space(json);
    if (!take_string(json, &member->name)) return false;
    skip_space(json);
    if (!take(json, ':')) return false;
    skip_space(json);
    return take_value(json, member);
}

bool json_next(struct json *json, struct json_member *member)
{
    bool first = !json->begun;

    if (json->malformed) return false;
    skip_space(json);
    if (first) {
        json->begun = json->malformed = true; /* until the { is found */
        if (!take(json, '{')) return false;
        json->malformed = false;
        skip_space(json);
    }
    if (take(json, '}')) {
        skip_space(json);
        json->malformed = json->at != json->end; /* nothing may follow */
        return false;
    }
    if ((!first && !take(json, ',')) || !take_member(json, member)) {
        json->malformed = true;
        return false;
    }
    return true;
}
