/*
 * soul: a membership, from the first request to after its end, and all that was said in it.
 *
 * Model: a client process makes an m for each membership, and its member id is what all others see.
 * What somebody has said is known here before it is sealed, so that both witnesses can ask: who is
 * this, and did he say that? Souls stay until the run ends.
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
    uint64_t digest;            /* of the text; 0: it is no line but a kick or the leave */
    int64_t at;                 /* when it was said */
    bool lost;                  /* the server lost it, and its author was told so */
    struct history_row *row;    /* the last entry it became, in whatever past; NULL: none */
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
    bool leaves;                /* it has said that it wants to leave */
    bool gone;                  /* a log has said that it has left, or was lost */
    bool was_kicked;            /* ... or kicked */
    struct soul_item *items;    /* owned: number n is at n - 1 */
    uint64_t count, room;
    uint64_t logged;            /* the number of the last line that stands in a log */
    uint32_t kicks;             /* names that it has kicked */
    struct soul_kick *kicked;   /* owned */
};

void souls_begin(void);
void souls_end(void);

/* A new one; good until the end. */
struct soul *soul_new(uint32_t actor, const char *name);

/* NULL: there never was such a member id. */
struct soul *soul_find(const unsigned char id[SEAL_ID]);

/* Its next item is under way, with that number. */
void soul_says(struct soul *soul, uint64_t number, struct text text);
void soul_kicks(struct soul *soul, const char *name);

/* The first line after `number` that it has said and that is not lost, or 0. */
uint64_t soul_next_line(const struct soul *soul, uint64_t number);

uint64_t soul_digest(struct text text);

/* A kick of that name stands in the log now. False: there is none that does not already. */
bool soul_spend_kick(struct soul *soul, struct text name);

/* The host is told that a kick of that name is undone: it must not happen any more. False: there is
   none. */
bool soul_undo_kick(struct soul *soul, struct text name);

/* The server went back: of nobody is anything in a log, until history.c has looked. */
void souls_rewind(void);

#endif
