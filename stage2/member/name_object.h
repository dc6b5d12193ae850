/*
 * name_object: a user's name as the JSON object in which other servers want it.
 *
 * Model: programs differ in what they call it, so it stands there under two names; our own server
 * takes that, too. Some of them look for a password, even where none is used.
 *
 * Contract: plain functions on memory. The name is valid, so it holds no control characters.
 */
#ifndef NAME_OBJECT_H
#define NAME_OBJECT_H

#include "base/text.h"

enum { NAME_OBJECT = 4 * NAME_LIMIT + 64 }; /* bytes: each byte may need a backslash, twice */

/* {"username":"alice","user_name":"alice","password":null}. Returns its size in bytes. */
size_t name_object(struct text name, char out[NAME_OBJECT]);

#endif
