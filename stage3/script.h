/*
 * script: shared.lua as bytes. script.c is made of it when the program is built (embed.sh).
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stddef.h>

extern const unsigned char script_bytes[];
extern const size_t script_size;

#endif
