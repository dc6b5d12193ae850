/*
 * soul: what the simulator knows of a membership, from the first request to after its end, with all
 * that was said in it.
 *
 * Model: a client process makes an m for each membership, and all others see its member id. Each
 * line is noted here before it is sealed, so that both witnesses can ask who a member is and
 * whether it said a line. Souls stay until the run ends.
 */
#ifndef SOUL_H
#define SOUL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "wire/seal.h"

struct history_row;

enum { SOUL_NAME = 24 };

struct soul_item {
    uint64_t digest;            /* of the text; 0: a kick or the leave */
    int64_t at;                 /* milliseconds: when it was said */
    bool lost;                  /* the server lost it, and its author was told so */
    struct history_row *row;    /* the last entry it became, in any version; NULL: none */
};

struct soul_kick {
    char name[SOUL_NAME];
    bool spent;                 /* it is in the log */
    bool undone;                /* the server lost it, and the host was told so */
};

struct soul {
    unsigned char m[SEAL_KEY];
    unsigned char id[SEAL_ID];
    char name[SOUL_NAME];
    uint32_t actor;
    bool creates;               /* it asked to create its room */
    bool leaves;                /* it has asked to leave */
    bool gone;                  /* a log has an entry that it left or was lost, */
    bool was_kicked;            /* or that it was kicked */
    struct soul_item *items;    /* owned: number n is at n - 1 */
    uint64_t count, room;
    uint64_t logged;            /* the number of its last line that is in a log */
    uint32_t kicks;             /* the number of names that it has kicked */
    struct soul_kick *kicked;   /* owned */
};

void souls_begin(void);
void souls_end(void);

/* Makes a soul, which stays until the run ends. */
struct soul *soul_new(uint32_t actor, const char *name);

/* NULL: there never was such a member id. */
struct soul *soul_find(const unsigned char id[SEAL_ID]);

/* Notes its next item, which has this number. */
void soul_says(struct soul *soul, uint64_t number, struct text text);
void soul_kicks(struct soul *soul, const char *name);

/* The first line after `number` that it has said and that is not lost, or 0. */
uint64_t soul_next_line(const struct soul *soul, uint64_t number);

uint64_t soul_digest(struct text text);

/* A kick of that name is in the log now. False: it has asked for no other kick of that name. */
bool soul_spend_kick(struct soul *soul, struct text name);

/* The host is told that a kick of that name is undone, so it must not happen any more. False: there
   is no such kick. */
bool soul_undo_kick(struct soul *soul, struct text name);

/* The server went back: no item counts as logged, until history.c has read the logs again. */
void souls_rewind(void);

#endif
