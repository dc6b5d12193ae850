/*
 * json: a strict reader for one flat JSON object, such as {"username": "alice", "password": null}.
 *
 * Model: other programs for the same brief send a JSON object in place of a name. This reads as
 * much of RFC 8259 as such an object needs: members whose values are strings, numbers, true,
 * false or null. It refuses an object or array as a value, and everything that the RFC does not
 * allow: with a lenient reader, two programs may read the same bytes differently.
 *
 *     struct json json = json_begin(bytes, size);
 *     while (json_next(&json, &member)) ...
 *     if (json.malformed) ...
 *
 * Contract: no allocation. Strings are decoded in place (the decoded form is never longer), so
 * reading changes the bytes.
 */
#ifndef JSON_H
#define JSON_H

#include "text.h"

struct json {
    char *at, *end;
    bool begun;     /* the { has been read */
    bool malformed; /* no more members will be read */
};

enum json_kind { JSON_STRING, JSON_NULL, JSON_OTHER };

struct json_member {
    struct text name;
    enum json_kind kind;
    struct text string; /* for JSON_STRING: valid UTF-8 */
};

struct json json_begin(char *bytes, size_t size);

/* Reads the next member. False at the end of the object or on an error, which sets `malformed`. */
bool json_next(struct json *json, struct json_member *member);

#endif
