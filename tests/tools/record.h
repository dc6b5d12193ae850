/*
 * record: a recording of what went over the wire, as an attacker on the path could make it.
 *
 * Model: a file of pieces, each [kind: 1][connection: 4][size: 4][bytes], numbers big-endian. A
 * datagram is one piece, with connection 0. In a TCP connection each read gives one piece.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum record_kind {
    RECORD_UP = 'u',       /* a datagram, from the client */
    RECORD_DOWN = 'd',     /* a datagram, from the server */
    RECORD_TCP_UP = 'U',   /* bytes of a connection, from the client */
    RECORD_TCP_DOWN = 'D'
};

struct record_piece {
    char kind;
    uint32_t connection;
    uint32_t size;
    unsigned char bytes[65536];
};

/* Opens the file to which record() writes from now on. */
void record_open(const char *path);

/* Records a piece; does nothing if no file is open. */
void record(enum record_kind kind, uint32_t connection, const void *bytes, size_t size);

/* Reads the next piece of a recording. False: there is no more. */
bool record_read(FILE *file, struct record_piece *piece);

#endif
