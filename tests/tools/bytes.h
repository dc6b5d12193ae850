/*
 * bytes: the notation in which scripts and complaints write bytes.
 *
 * A line of tokens separated by blanks. A token is two hexadecimal digits, one byte, or text in
 * double quotes, its UTF-8 bytes, in which \" stands for " and \\ for \. A token may be followed
 * at once by *COUNT, which repeats it. No tokens are no bytes.
 *
 *     05 "alice" "x"*3 00*2      is      05 61 6c 69 63 65 78 78 78 00 00
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes the bytes that `text` stands for to `out`, which has room for `room`, and returns how
 * many they are. On a mistake it returns -1 and `*mistake` says what is wrong.
 */
long bytes_parse(const char *text, unsigned char *out, size_t room, const char **mistake);

/*
 * Prints bytes for a human: in quotes, what is not printable ASCII as \xHH, at most the first
 * 200, and then how many there are. Nothing that comes from a peer can reach the terminal raw.
 */
void bytes_show(FILE *to, const unsigned char *bytes, size_t count);

#endif
