/*
 * term: the user's end of a chat: a terminal, or the pipes of a script.
 *
 * Model: two ways of showing the same things.
 *
 * On a terminal, the bottom row is the line being typed, and everything else is printed above it
 * and scrolls away, so that the terminal's own scrolling and copying work as ever. Before anything
 * is printed the row is wiped, afterwards it is drawn again, and both go out in one write as long
 * as that is at most OUTPUT_PIECE bytes: so what arrives never tears what is being typed. The
 * terminal is in raw mode: it shows nothing by itself and hands over every key.
 *
 * Otherwise (a script, a pipe): one message a line in, one a line out, no decoration at all. A byte
 * order mark, which some editors put before a text, is no part of the first line.
 *
 * Contract: one of these a program. term_read when the input is readable, then term_line until it
 * has none; term_flush before each wait, and a wait that ends when standard output is writable if
 * term_wants_output. Take in more messages only if term_has_space.
 *
 * Limit: a screen of fewer than 12 columns is drawn on as if it had 12, and looks it.
 */
#ifndef TERM_H
#define TERM_H

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

#include "base/text.h"
#include "line.h"
#include "output.h"

enum { TERM_INPUT = 2 * LINE_LIMIT }; /* bytes read ahead */

struct term {
    bool screen;  /* a terminal on both sides, and not a dumb one */
    bool raw;     /* we have taken it over */
    bool leaving; /* Ctrl-C */
    bool rung;    /* the bell, for what was read last */
    bool secret;  /* what is being typed is not shown */
    const sigset_t *signals; /* let in while it waits */
    struct termios before;   /* the terminal's own settings, to be put back */

    bool drawn;              /* the line being typed stands on the screen */
    size_t cursor;           /* columns before the cursor, where it was drawn */
    size_t width;            /* columns that were drawn on */
    struct text prompt;      /* not owned */
    struct line line;

    char input[TERM_INPUT];
    size_t input_start, input_end; /* what was read and not yet taken lies between */
    bool input_begun; /* a first line was taken from a pipe */
    bool input_ended;
    bool skipping; /* within a line that was far too long, up to its end */

    struct output output;
};

/* Finds out what the input and the output are, and takes over the terminal. All of `*term` is 0. */
void term_open(struct term *term, const sigset_t *signals);

/*
 * Wipes the line being typed, gives the terminal back and waits until all is written; a signal that
 * ends the program ends the wait too. `output.failed` tells whether it was. The end of the program
 * closes what is still open.
 */
void term_close(struct term *term);

/* Gives the terminal back, stops the program as Ctrl-Z does, and takes it again afterwards. */
void term_suspend(struct term *term);

/* What stands before the line being typed. The bytes must stay; they must be safe to show. */
void term_prompt(struct term *term, struct text prompt);

/* The same for a question. Where there is no screen but somebody who types, it is shown as well. */
void term_ask(struct term *term, struct text question);

/*
 * The same for a password: what is typed is not shown. The caller takes the line with term_line,
 * not to be remembered, and then calls term_forget, which wipes what is left of it here; from then
 * on all is shown again. Only for one who types: a pipe has nobody to hide it from.
 */
void term_ask_secret(struct term *term, struct text question);
void term_forget(struct term *term);

/* Is there space for more input, and more to come? Only then wait for it. */
bool term_wants_input(const struct term *term);

/* Reads what is there. Call it when standard input is readable: else it waits for a signal. */
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

/* Gives the terminal back for a while, so that Ctrl-C is a signal again; term_redraw takes it. */
void term_release(struct term *term);

/* The size of the screen changed, or it was taken from us for a while: draw again. */
void term_redraw(struct term *term);

/* Brings out what was shown, as far as that needs no waiting. False: it cannot be written, and
   `output.failed` is the errno that says why. */
bool term_flush(struct term *term);

/* Is there something that could not be brought out yet? Then flush when the output is writable. */
bool term_wants_output(const struct term *term);

/* Can another message be shown without waiting for the output? */
bool term_has_space(const struct term *term);

#endif
