/*
 * json: a strict reader for one flat JSON object, such as {"username": "alice", "password": null}.
 *
 * Model: what others wrote to the same brief sends a JSON object in place of a name. This reads as
 * much of RFC 8259 as such an object needs: members whose values are strings, numbers, true,
 * false or null. An object or array as a value is refused, and so is everything that the RFC does
 * not allow: a careless reader is where two programs begin to disagree.
 *
 *     struct json json = json_begin(bytes, size);
 *     while (json_next(&json, &member)) ...
 *     if (json.malformed) ...
 *
 * Contract: no allocation. Strings are decoded in place, over their own bytes (the decoded form is
 * never longer), so the bytes are used up.
 */
#ifndef JSON_H
#define JSON_H

#include "text.h"

struct json {
    char *at, *end;
    bool begun;     /* the { has been read */
    bool malformed; /* and so it has no more members */
};

enum json_kind { JSON_STRING, JSON_NULL, JSON_OTHER };

struct json_member {
    struct text name;
    enum json_kind kind;
    struct text string; /* for JSON_STRING: valid UTF-8 */
};

struct json json_begin(char *bytes, size_t size);

/* The next member. False at the end, good or bad: `malformed` tells which. */
bool json_next(struct json *json, struct json_member *member);

#endif
