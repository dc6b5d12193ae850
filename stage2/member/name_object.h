/*
 * name_object: a user's name as the JSON object in which other servers want it.
 *
 * Model: programs differ in the key that they use, so the name stands there under two keys; our own
 * server takes that, too. Some programs look for a password member, even where none is used.
 *
 * Contract: plain functions on memory. The name must be valid, so it holds no control characters.
 */
#ifndef NAME_OBJECT_H
#define NAME_OBJECT_H

#include "base/text.h"

enum { NAME_OBJECT = 4 * NAME_LIMIT + 64 }; /* bytes: each byte may need a backslash, twice */

/* Writes {"username":"alice","user_name":"alice","password":null}. Returns its size in bytes. */
size_t name_object(struct text name, char out[NAME_OBJECT]);

#endif
