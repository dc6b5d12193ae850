/*
 * line: the editor of the line that the user is typing.
 *
 * Model: keys arrive byte by byte, as a terminal in raw mode sends them, and edit a UTF-8 text with
 * a cursor. Nothing is drawn here: line_view returns what to draw. So a test can drive the whole
 * editor by feeding it bytes.
 *
 * A terminal sends a printable character as its UTF-8, Enter as CR, Backspace as DEL, and arrows
 * and similar keys as ESC [ ... (a "control sequence", ECMA-48, section 5.4). If it was asked to
 * mark pasted text, it sends that between ESC [ 200 ~ and ESC [ 201 ~. It also sends replies to
 * queries of other programs (about its colours or its name) as a "control string" (ECMA-48, section
 * 5.6): ESC and one of ] P _ ^ X, bytes, and ESC \. No key sends those, so they are not text.
 *
 * Contract: the text is always valid UTF-8 that is safe to show. The cursor never stands between
 * a character and what combines with it: a mark, a skin colour, or a character joined to it with
 * U+200D, as in a family. Ctrl-C leaves, whatever came before it.
 */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum {
    LINE_LIMIT = 4096,     /* bytes: no stage sends more in one message */
    LINE_HISTORY = 32,     /* earlier lines stored */
    LINE_SEQUENCE = 16     /* bytes of a control sequence; no key of ours has a longer one */
};

enum line_event {
    LINE_NOTHING,  /* nothing visible has changed */
    LINE_CHANGED,  /* draw the line again */
    LINE_ENTERED,  /* Enter: take the text, then call line_next */
    LINE_PASTED,   /* the line differs from what was pasted: see `pasted_lines` and `cut` */
    LINE_REFUSED,  /* the line is full, or the key has no effect: ring the bell; not in a paste */
    LINE_END,      /* Ctrl-D on an empty line */
    LINE_LEAVE,    /* Ctrl-C */
    LINE_SUSPEND,  /* Ctrl-Z */
    LINE_REDRAW    /* Ctrl-L: clear the screen and draw again */
};

struct line {
    char bytes[LINE_LIMIT];
    size_t size;   /* bytes */
    size_t cursor; /* bytes before it */
    size_t start;  /* bytes scrolled out on the left; set by line_view */
    size_t columns; /* columns at the last call of line_view */

    /* The state of a key whose bytes are arriving. */
    enum { KEY_PLAIN, KEY_ESCAPE, KEY_CONTROL, KEY_SINGLE, KEY_STRING } key;
    char sequence[LINE_SEQUENCE]; /* of a control sequence or of a character */
    size_t sequence_size;
    bool string_begins; /* in KEY_STRING: none of its bytes has arrived yet */
    char string_kind;   /* in KEY_STRING: the byte after ESC */
    bool pasting;
    bool between_lines;  /* a line break was pasted, and nothing after it yet */
    size_t pasted_lines; /* lines of the pasted text, which are joined to one */
    bool cut;            /* there was no space for the end of the pasted text */

    /* Earlier lines: a ring. `back` counts how far Up has gone; 0 is the present line. */
    struct {
        char bytes[LINE_LIMIT];
        size_t size;
    } history[LINE_HISTORY], draft;
    size_t entered; /* lines ever added; the newest is at (entered - 1) % LINE_HISTORY */
    size_t back;
};

struct line_view {
    struct text shown;
    size_t cursor; /* columns between the start of `shown` and the cursor */
    size_t before; /* the same in bytes */
};

/* Zeroed memory is an empty line without history, so `static struct line line;` needs no call. */

enum line_event line_key(struct line *line, uint8_t byte);

/* After LINE_ENTERED: begins an empty line. `remember`: adds the entered line to the history. */
void line_next(struct line *line, bool remember);

/* The part of the line to show in `columns` (at least 4), scrolled to where the cursor is. */
struct line_view line_view(struct line *line, size_t columns);

#endif
