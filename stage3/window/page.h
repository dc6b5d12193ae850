/*
 * page: page.html as bytes. The build makes page.c from it (embed.sh), so the program is a single
 * file and needs no path to its page.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stddef.h>

extern const unsigned char page_bytes[];
extern const size_t page_size;

#endif
