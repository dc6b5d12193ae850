/*
 * term: the user's end of a chat: a terminal, or the pipes of a script.
 *
 * Model: two ways to show the same things.
 *
 * On a terminal, the bottom row is the line being typed. Everything else is printed above it and
 * scrolls away, so the terminal's own scrolling and copying work as usual. The row is wiped before
 * anything is printed and drawn again afterwards, and both go out in one write if that has at most
 * OUTPUT_PIECE bytes. So arriving messages never tear the line being typed. The terminal is in raw
 * mode: it shows nothing by itself and passes on every key.
 *
 * Elsewhere (a script, a pipe), each line of input is one message and each message is one line of
 * output, without decoration. A byte order mark, which some editors put at the start of a text, is
 * not part of the first line.
 *
 * Contract: a program has one of these. Call term_read when the input is readable, then term_line
 * until it returns false. Call term_flush before each wait; if term_wants_output is true, the wait
 * must also end when standard output is writable. Take more messages only if term_has_space.
 *
 * Limit: a screen of fewer than 12 columns is treated as if it had 12, so its rows break.
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
    bool screen;  /* input and output are a terminal, and not a dumb one */
    bool raw;     /* the terminal is in raw mode */
    bool leaving; /* Ctrl-C was typed */
    bool rung;    /* the bell has rung since the last read */
    bool secret;  /* the line being typed is not shown */
    const sigset_t *signals; /* the signal mask during a wait */
    struct termios before;   /* the terminal's own settings, restored at the end */

    bool drawn;              /* the line being typed is on the screen */
    size_t cursor;           /* columns before the cursor, when it was drawn */
    size_t width;            /* columns that were drawn */
    struct text prompt;      /* not owned */
    struct line line;

    char input[TERM_INPUT];
    size_t input_start, input_end; /* input that was read and not yet taken lies between */
    bool input_begun; /* the first line was taken from a pipe */
    bool input_ended;
    bool skipping; /* dropping the rest of a line of more than TERM_INPUT bytes */

    struct output output;
};

/* Detects what input and output are, and takes over a terminal. `*term` must be all zero. */
void term_open(struct term *term, const sigset_t *signals);

/*
 * Wipes the line being typed, restores the terminal and waits until all output is written; a signal
 * that ends the program also ends the wait. `output.failed` is not 0 if a write failed. If the
 * program exits without calling this, an exit handler does.
 */
void term_close(struct term *term);

/* Restores the terminal, stops the program as Ctrl-Z does, and takes the terminal over again when
   the program continues. */
void term_suspend(struct term *term);

/* Sets the prompt before the line being typed. It is not copied, and it must be safe to show. */
void term_prompt(struct term *term, struct text prompt);

/* The same for a question. Without a screen, but with a terminal as input, stderr shows it. */
void term_ask(struct term *term, struct text question);

/*
 * The same for a password: what the user types is not shown. The caller takes the line with
 * term_line and `remember` false, and then calls term_forget, which wipes all copies of it here and
 * shows typed text again. With a pipe as input, nothing needs to be hidden.
 */
void term_ask_secret(struct term *term, struct text question);
void term_forget(struct term *term);

/* Is there space for more input, and has the input not ended? Only then wait for it. */
bool term_wants_input(const struct term *term);

/* Reads available input. Call it when standard input is readable; otherwise it blocks until a
   signal arrives. */
void term_read(struct term *term);

/*
 * Takes the next complete line, without its end. True: `*line` is valid until the next call of any
 * function here. Of a line of more than TERM_INPUT bytes, only the first TERM_INPUT are returned.
 */
bool term_line(struct term *term, struct text *line, bool remember);

/* Will no more lines follow? The input has ended, or the user wants to leave. */
bool term_ended(const struct term *term);

/* Shows a member's message; `own`: this user's own, which only a terminal shows. */
void term_message(struct term *term, struct text who, struct text what, bool own);

/* Shows a notice of the server or of this program. */
void term_notice(struct term *term, struct text what);

/* Shows a line for the user to copy: nothing is added, and no line break is inserted. */
void term_plain(struct term *term, struct text what);

/* Restores the terminal, so that Ctrl-C is a signal again, until term_redraw takes it over. */
void term_release(struct term *term);

/* Draws again, after the screen changed its size or another program used it. */
void term_redraw(struct term *term);

/* Draws the line and writes as much as possible without waiting. False: a write has failed, and
   `output.failed` is its errno. */
bool term_flush(struct term *term);

/* Is there output that could not be written yet? Then flush when standard output is writable. */
bool term_wants_output(const struct term *term);

/* Can another message be shown without waiting for the output? */
bool term_has_space(const struct term *term);

#endif
