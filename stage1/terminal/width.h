/*
 * width: how many columns of a terminal a character takes.
 *
 * Model: a Latin letter takes one column, a Chinese, Japanese or Korean character and most emoji
 * take two, an accent that combines with the character before it takes none. A program that counts
 * bytes or code points instead puts its cursor in the wrong place. The C library has widths only
 * for a locale that may not be installed, so this table is our own, the same on every machine.
 *
 * A deliberate shortcut: several code points that a terminal may draw as one picture (a family
 * joined from three persons, a flag from two letters) are counted separately. Terminals differ
 * in this, so a count may be too large, and term.c does not position the cursor by it.
 */
#ifndef WIDTH_H
#define WIDTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The columns of one code point: 0, 1 or 2. Control characters count 1: see text_sanitise. */
size_t width_of(uint32_t code_point);

/* The columns of a whole text. A byte that is not UTF-8 counts 1. */
size_t width_of_text(struct text text);

#endif
