/*
 * width: how many columns of a terminal a character takes.
 *
 * Model: a Latin letter takes one column, a Chinese, Japanese or Korean character and most emoji
 * take two, an accent that combines with the character before it takes none. A program that counts
 * bytes or code points instead puts its cursor in the wrong place. The C library knows widths
 * only under a locale that may not be there, so the table is our own, the same on every machine.
 *
 * A shortcut, on purpose: several code points that a terminal may draw as one picture (a family
 * joined from three persons, a flag from two letters) are counted each on its own. Terminals
 * differ in this: so a count may be too large, and nobody puts the cursor by it.
 */
#ifndef WIDTH_H
#define WIDTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The columns of one code point: 0, 1 or 2. Control characters count 1: see text_sanitise. */
size_t width_of(uint32_t code_point);

/* The columns of a whole text; a byte that is not UTF-8 counts 1. */
size_t width_of_text(struct text text);

#endif
