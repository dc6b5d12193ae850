/*
 * script_lua: script.lua as bytes. script_lua.c is made of it when the program is built (embed.sh).
 */
#ifndef SCRIPT_LUA_H
#define SCRIPT_LUA_H

#include <stddef.h>

extern const unsigned char script_lua_bytes[];
extern const size_t script_lua_size;

#endif
