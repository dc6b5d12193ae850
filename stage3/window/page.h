/*
 * page: page.html as bytes. page.c is made of it when the program is built (embed.sh), so that the
 * program is one file and finds its page wherever it stands.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stddef.h>

extern const unsigned char page_bytes[];
extern const size_t page_size;

#endif
