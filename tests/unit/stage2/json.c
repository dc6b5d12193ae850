/* links: stage2/base/json.c stage2/base/text.c */
/*
 * json: every form of a string's escapes, at both ends of each range. (What requests make of JSON
 * is in request.c.)
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* The string of {"a":"..."}, read in memory of just that size. False: it is malformed. */
static bool reads(const char *inside, const char *wanted)
{
    char object[64], found[64];
    struct json_member member;
    int size = snprintf(object, sizeof object, "{\"a\":\"%s\"}", inside);
    char *own = malloc((size_t)size);
    bool right = false;

    if (!own) abort();
    memcpy(own, object, (size_t)size);
    struct json json = json_begin(own, (size_t)size);
    if (json_next(&json, &member) && member.kind == JSON_STRING) {
        snprintf(found, sizeof found, "%.*s", (int)member.string.size, member.string.bytes);
        right = wanted && member.string.size == strlen(wanted) && strcmp(found, wanted) == 0;
        right = right && !json_next(&json, &member) && !json.malformed;
    } else {
        right = !wanted && json.malformed;
    }
    free(own);
    return right;
}

/* Its end stands behind the end of the object. */
static void cut_off(void)
{
    char object[] = "{\"a\":\"b\"}";
    struct json json = json_begin(object, sizeof "{\"a\":\"b" - 1);
    struct json_member member;

    ok(!json_next(&json, &member) && json.malformed, "a string that is cut off is none");
}

int main(void)
{
    static const struct {
        const char *inside, *wanted;
    } strings[] = {
        {"\\u0001", "\x01"},
        {"\\u007f", "\x7F"},
        {"\\u0080", "\xC2\x80"},
        {"\\u07ff", "\xDF\xBF"},
        {"\\u07FF", "\xDF\xBF"},
        {"\\u0800", "\xE0\xA0\x80"},
        {"\\ud7ff", "\xED\x9F\xBF"},
        {"\\ue000", "\xEE\x80\x80"},
        {"\\uffff", "\xEF\xBF\xBF"},
        {"\\ud800\\udc00", "\xF0\x90\x80\x80"},
        {"\\ud800\\udfff", "\xF0\x90\x8F\xBF"},
        {"\\udbff\\udc00", "\xF4\x8F\xB0\x80"},
        {"\\udbff\\udfff", "\xF4\x8F\xBF\xBF"},
        {"a\\\"\\\\\\/\\b\\f\\n\\r\\tz", "a\"\\/\b\f\n\r\tz"},
        {" ", " "},
    };
    static const char *const malformed[] = {
        "\\ud800", "\\udbff", "\\udc00", "\\udfff", "\\ud800x", "\\ud800\\u0041",
        "\\ud800\\ud800", "\\ud800\\udbff", "\\ud800\\ue000", "\\udc00\\udc00",
        "\\udc00\\ud800", "\\u", "\\u00", "\\u004", "\\u004g", "\\u00/0", "\\u00:0",
        "\\u00@0", "\\u00G0", "\\u00`0", "\\U0041", "\\x41", "\\a", "\\'", "\\0",
        "\x1F", "\n", "\xFF", "\xED\xA0\x80", "\xC2"};

    /* What may stand in place of a number is one, as JSON has them, or it is none. */
    static const struct {
        const char *number;
        bool good;
    } numbers[] = {{"0", true}, {"-0", true}, {"10", true}, {"-0.5", true}, {"1e9", true},
                   {"1E+9", true}, {"2.0e-10", true}, {"-", false}, {"", false}, {"01", false},
                   {"1.", false}, {".5", false}, {"+1", false}, {"1e", false}, {"1e+", false},
                   {"--1", false}, {"0x1", false}, {"nul", false}, {"True", false},
                   {"null", true}, {"true", true}, {"false", true}};

    plan(68);
    cut_off();
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        ok(reads(strings[i].inside, strings[i].wanted), "good string %zu is read", i);
    }
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        ok(reads(malformed[i], NULL), "bad string %zu is malformed", i);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char object[40];
        struct json_member member;
        int size = snprintf(object, sizeof object, "{\"n\":%s}", numbers[i].number);
        struct json json = json_begin(object, (size_t)size);
        bool read = json_next(&json, &member) && member.kind != JSON_STRING
            && !json_next(&json, &member) && !json.malformed;
        ok(read == numbers[i].good, "\"%s\" is %s", numbers[i].number,
           numbers[i].good ? "a value" : "none");
    }
    return done();
}
