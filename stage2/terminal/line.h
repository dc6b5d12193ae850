/*
 * line: the line that somebody is typing.
 *
 * Model: keys go in byte by byte, as a terminal in raw mode sends them, and change a run of UTF-8
 * with a cursor in it. Nothing is drawn here: line_view says what to draw. So the whole editor can
 * be tested by feeding it bytes.
 *
 * What a terminal sends: a printable character as its UTF-8; Enter as CR; Backspace as DEL; arrows
 * and the like as ESC [ ... (a "control sequence", ECMA-48, section 5.4); pasted text between
 * ESC [ 200 ~ and ESC [ 201 ~, if it was asked to mark it. And it sends answers to questions that
 * somebody else has asked (its colours, its name): a "control string", ECMA-48, section 5.6, which
 * is ESC and one of ] P _ ^ X, bytes, and ESC \. No key sends that, and nothing of it is text.
 *
 * Contract: the text is always valid UTF-8 that is safe to show. The cursor never stands between
 * a character and what combines with it: a mark, a skin colour, or a character joined to it with
 * U+200D, as those of a family are. Ctrl-C leaves, whatever came before it.
 */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum {
    LINE_LIMIT = 4096,     /* bytes: no stage sends more at once */
    LINE_HISTORY = 32,     /* earlier lines kept */
    LINE_SEQUENCE = 16     /* bytes of a control sequence; longer ones are not for us */
};

enum line_event {
    LINE_NOTHING,  /* nothing to see */
    LINE_CHANGED,  /* draw it again */
    LINE_ENTERED,  /* Enter: take the text, then call line_next */
    LINE_PASTED,   /* what was pasted is not what stands there: see `pasted_lines` and `cut` */
    LINE_REFUSED,  /* it is full, or the key means nothing here: ring the bell; not when pasting */
    LINE_END,      /* Ctrl-D on an empty line */
    LINE_LEAVE,    /* Ctrl-C */
    LINE_SUSPEND,  /* Ctrl-Z */
    LINE_REDRAW    /* Ctrl-L: clear the screen and draw again */
};

struct line {
    char bytes[LINE_LIMIT];
    size_t size;   /* bytes */
    size_t cursor; /* bytes before it */
    size_t start;  /* bytes scrolled out on the left, kept by line_view, */
    size_t columns; /* as is how many it had the last time */

    /* The key that is coming in. */
    enum { KEY_PLAIN, KEY_ESCAPE, KEY_CONTROL, KEY_SINGLE, KEY_STRING } key;
    char sequence[LINE_SEQUENCE]; /* of a control sequence or of a character */
    size_t sequence_size;
    bool string_begins; /* in KEY_STRING: nothing of it has come yet */
    char string_kind;   /* and the byte behind ESC */
    bool pasting;
    bool between_lines;  /* a line break was pasted, and nothing behind it yet */
    size_t pasted_lines; /* that became one */
    bool cut;            /* there was no space for the end of what was pasted */

    /* The lines before this one: a ring. `back` counts how far Up has gone; 0 is this line. */
    struct {
        char bytes[LINE_LIMIT];
        size_t size;
    } history[LINE_HISTORY], draft;
    size_t entered; /* lines ever put in; the newest is at (entered - 1) % LINE_HISTORY */
    size_t back;
};

struct line_view {
    struct text shown;
    size_t cursor; /* columns from the start of `shown`, */
    size_t before; /* and bytes */
};

/* All zero is an empty line with no history, so `static struct line line;` needs no call. */

enum line_event line_key(struct line *line, uint8_t byte);

/* After LINE_ENTERED: begins an empty line. `remember`: Up will find the one just entered. */
void line_next(struct line *line, bool remember);

/* What fits into `columns` (at least 4), scrolled so that the cursor is in sight. */
struct line_view line_view(struct line *line, size_t columns);

#endif
