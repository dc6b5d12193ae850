/*
 * script_lua: script.lua as bytes. The build makes script_lua.c from it (embed.sh).
 */
#ifndef SCRIPT_LUA_H
#define SCRIPT_LUA_H

#include <stddef.h>

extern const unsigned char script_lua_bytes[];
extern const size_t script_lua_size;

#endif
