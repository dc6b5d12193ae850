/*
 * term: what a chat shows and what its user types, on a terminal or through pipes.
 *
 * Model: two ways of showing the same things.
 *
 * On a terminal, the bottom row is the line being typed, and everything else is printed above it
 * and scrolls away, so that the terminal's own scrolling and copying work as ever. Before anything
 * is printed the row is wiped, afterwards it is drawn again, and both go out in one write: so what
 * arrives never tears what is being typed. The terminal is in raw mode: it shows nothing by
 * itself and hands over every key.
 *
 * Otherwise (a script, a pipe): one message a line in, one a line out, no decoration at all.
 *
 * In both, nothing that came from others reaches the output unless it is safe to show.
 *
 * Contract: one of these a program. term_read when the input is readable, then term_line until it
 * has none; term_flush before each wait. Everything that is shown stays in memory until then.
 */
#ifndef TERM_H
#define TERM_H

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

#include "line.h"
#include "text.h"

enum {
    TERM_INPUT = 2 * LINE_LIMIT, /* bytes read ahead */
    TERM_OUTPUT = 64 * 1024      /* bytes gathered before they are written anyway */
};

struct term {
    bool screen;  /* a terminal on both sides, and not a dumb one */
    bool colours; /* a screen, and the user has not set NO_COLOR (no-color.org) */
    bool drawn;   /* the line being typed stands on the screen */
    bool failed;  /* the output cannot be written any more */
    bool leaving; /* Ctrl-C */
    const sigset_t *signals; /* let in while it waits to write */
    struct termios before;   /* the terminal's own settings, to be put back */
    size_t columns;          /* of the screen */
    size_t cursor;           /* columns before the cursor, where it was drawn */
    struct text prompt;      /* not owned */
    struct line line;

    char input[TERM_INPUT];
    size_t input_start, input_end; /* what was read and not yet taken lies between */
    bool input_ended;
    bool skipping; /* within a line that was far too long, up to its end */

    char output[TERM_OUTPUT];
    size_t output_size;
};

/* Finds out what the input and the output are, and takes over the terminal. All of `*term` is 0. */
void term_open(struct term *term, const sigset_t *signals);

/* Wipes the line being typed and gives the terminal back. The end of the program does it too. */
void term_close(struct term *term);

/* What stands before the line being typed. The bytes must stay; they must be safe to show. */
void term_prompt(struct term *term, struct text prompt);

/* Is there room for more input, and more to come? Only then wait for it. */
bool term_wants_input(const struct term *term);

/* Reads what is there. Call it when standard input is readable. */
void term_read(struct term *term);

/*
 * The next line that was entered, without its end: true, and `*line` is good until the next call
 * of any function here. A line of more than TERM_INPUT bytes comes as its first TERM_INPUT.
 */
bool term_line(struct term *term, struct text *line, bool remember);

/* No more lines will come: the input has ended, or the user wants to leave. */
bool term_ended(const struct term *term);

/* Shows what somebody said; `own`: it was this user (shown on a terminal only). */
void term_message(struct term *term, struct text who, struct text what, bool own);

/* Shows what the server, or this program itself, has to tell. */
void term_notice(struct term *term, struct text what);

/* The size of the screen changed, or it was taken from us for a while: draw again. */
void term_redraw(struct term *term);

/* Brings out what was shown. False: it cannot be written, there is nobody who reads it. */
bool term_flush(struct term *term);

#endif
