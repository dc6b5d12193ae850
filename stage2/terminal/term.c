/* The contract is in term.h. Whatever is shown first wipes the line being typed, and term_flush
   draws it again. */
#include "term.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/program.h"
#include "show.h"
#include "width.h"

/* Control sequences from ECMA-48; those with a question mark are from xterm. */
#define WIPE_ROW "\033[K"
#define WIPE_BELOW "\033[J"
#define WIPE_SCREEN "\033[H\033[2J"
#define PASTE_MARKED "\033[?2004h" /* the terminal marks pasted text */
#define PASTE_PLAIN "\033[?2004l"

#define NOTE_CURSOR "\0337" /* the terminal saves the position of the cursor */
#define FIND_CURSOR "\0338" /* and restores it */
#define MARK "\xEF\xBB\xBF"  /* U+FEFF, the byte order mark */

#define CUT_SHORT "\xE2\x80\xA6 " /* U+2026, three dots, and a space: 2 columns */

enum { FEW_COLUMNS = 12 }; /* a narrower screen is treated as this wide */

static size_t screen_columns(void)
{
    size_t columns = 80;
#ifdef TIOCGWINSZ /* not in POSIX before 2024 */
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
#endif
    return columns < FEW_COLUMNS ? FEW_COLUMNS : columns;
}

/* --- the line being typed --- */

/* Wipes the line if it is drawn. When a screen becomes narrower, most terminals break the row into
   several, and the cursor stands in a later one of them. */
static void wipe(struct term *term)
{
    char up[32];

    if (!term->drawn) return;
    size_t columns = term->output.columns = screen_columns();
    if (term->cursor >= columns) {
        snprintf(up, sizeof up, "\033[%zuA", term->cursor / columns);
        output_put_string(&term->output, up);
    }
    /* WIPE_BELOW on a screen that is empty except for this row makes tmux save the row in its
       history, so each key would add one more. */
    output_put_string(&term->output, term->width > columns ? "\r" WIPE_BELOW : "\r" WIPE_ROW);
    term->drawn = false;
}

/* Shows as much of the prompt as fits into `limit` columns; CUT_SHORT replaces the rest. */
static size_t put_prompt(struct term *term, size_t limit)
{
    struct text prompt = term->prompt;
    size_t width = width_of_text(prompt), shown = 0;
    uint32_t code_point;

    if (width <= limit) {
        output_put(&term->output, prompt);
        return width;
    }
    prompt.size = 0;
    for (;;) {
        size_t size = utf8_decode((struct text){prompt.bytes + prompt.size,
                                                term->prompt.size - prompt.size}, &code_point);
        if (shown + width_of(code_point) > limit - 2) break;
        shown += width_of(code_point);
        prompt.size += size;
    }
    output_put(&term->output, prompt);
    output_put_string(&term->output, CUT_SHORT);
    return shown + 2;
}

/* The columns that the prompt may take: the whole row if prompt and line fit into it together, else
   half of the row. */
static size_t prompt_limit(const struct term *term, size_t columns)
{
    enum { FEWEST = 4 }; /* columns for the line: see line_view */
    size_t line = term->secret ? 0
        : width_of_text((struct text){term->line.bytes, term->line.size});
    size_t left = line < FEWEST ? FEWEST : line + 1;

    return width_of_text(term->prompt) + left < columns ? columns : columns / 2;
}

/*
 * The terminal itself saves the position of the cursor while the line is drawn. The position is not
 * computed, because terminals differ in the columns that some characters take (joined emoji, for
 * example). Counted columns only decide how much text fits.
 */
static void draw(struct term *term)
{
    size_t columns = term->output.columns = screen_columns();

    output_put_colour(&term->output, COLOUR_DIM);
    size_t before = put_prompt(term, prompt_limit(term, columns));
    output_put_colour(&term->output, COLOUR_OFF);
    /* The last column stays free: after it, the cursor would be between two rows. */
    struct line_view view = line_view(&term->line, columns - 1 - before);
    if (term->secret) view = (struct line_view){{"", 0}, 0, 0};
    output_put(&term->output, (struct text){view.shown.bytes, view.before});
    output_put_string(&term->output, NOTE_CURSOR);
    output_put(&term->output, (struct text){view.shown.bytes + view.before,
                                            view.shown.size - view.before});
    output_put_string(&term->output, FIND_CURSOR);
    term->width = before + width_of_text(view.shown);
    term->cursor = before + view.cursor;
    term->drawn = true;
}

/* --- the terminal itself --- */

static struct term *opened; /* for the exit handler */

static void enter_raw_mode(struct term *term)
{
    struct termios raw = term->before;

    /* Keys arrive one by one (no ICANON) and are not shown (no ECHO); Ctrl-C and Ctrl-Z are keys
       (no ISIG), Enter is CR (no ICRNL), Ctrl-S and Ctrl-Q are keys (no IXON). OPOST stays on: in
       the output, "\n" moves the cursor to the start of the next row. */
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON | ISTRIP);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    output_put_string(&term->output, PASTE_MARKED);
    term->raw = true;
}

/* A shell may have moved this program to the background before it ends. Then the program must not
   change the terminal's settings: the system would stop it. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(STDIN_FILENO);

    return group <= 0 || group == getpgrp();
}

/* A terminal that is not used as a screen shows typed text by itself. ECHONL still shows the end of
   the line, or the next output would follow the question on the same row. */
static void show_typing(struct term *term, bool shown)
{
    struct termios settings;

    if (term->screen || !isatty(STDIN_FILENO) || !in_foreground()) return;
    if (tcgetattr(STDIN_FILENO, &settings) != 0) return;
    settings.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    settings.c_lflag |= shown ? ECHO : ECHONL;
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

/* TCSANOW, not TCSADRAIN: that one waits for the output, and on a stuck terminal for ever. */
static void leave_raw_mode(struct term *term)
{
    if (!term->raw) return;
    term->raw = false;
    if (!in_foreground()) return;
    wipe(term);
    output_put_string(&term->output, PASTE_PLAIN);
    output_drain(&term->output);
    tcsetattr(STDIN_FILENO, TCSANOW, &term->before);
}

void term_close(struct term *term)
{
    if (!opened) return;
    opened = NULL;
    if (term->secret) show_typing(term, true);
    if (term->screen) leave_raw_mode(term);
    else output_drain(&term->output);
}

static void close_at_exit(void)
{
    if (opened) term_close(opened);
}

void term_open(struct term *term, const sigset_t *signals)
{
    const char *kind = getenv("TERM");
    const char *no_color = getenv("NO_COLOR"); /* no-color.org */
    bool dumb = !kind || strcmp(kind, "dumb") == 0;

    term->signals = term->output.signals = signals;
    term->screen = !dumb && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO)
        && tcgetattr(STDIN_FILENO, &term->before) == 0;
    term->output.columns = term->screen ? screen_columns() : 0;
    term->output.colours = term->screen && !(no_color && no_color[0]);
    opened = term;
    atexit(close_at_exit);
    if (term->screen) enter_raw_mode(term);
}

void term_release(struct term *term)
{
    if (term->secret) show_typing(term, true);
    leave_raw_mode(term);
}

void term_suspend(struct term *term)
{
    term_release(term);
    program_suspend();
    term_redraw(term);
}

/* Another program may have changed the terminal in the meantime, so it is set up again. */
void term_redraw(struct term *term)
{
    if (program_stopped()) return;
    if (term->secret) show_typing(term, false);
    if (!term->screen) return;
    enter_raw_mode(term);
    /* A terminal that becomes narrower breaks the row before it reports the new size. If a key
       arrived between the two, a shorter row was drawn, and the rest of the old one is below it. */
    if (term->drawn) term->width = SIZE_MAX;
    wipe(term);
}

void term_prompt(struct term *term, struct text prompt)
{
    wipe(term);
    term->prompt = prompt;
}

void term_ask(struct term *term, struct text question)
{
    term_prompt(term, question);
    if (term->screen || !isatty(STDIN_FILENO)) return;
    fprintf(stderr, "%.*s", (int)question.size, question.bytes);
}

void term_ask_secret(struct term *term, struct text question)
{
    term->secret = true;
    show_typing(term, false);
    term_ask(term, question);
}

/* Volatile, because a compiler may remove writes to memory that is not read again. */
static void overwrite(void *bytes, size_t size)
{
    volatile char *next = bytes;

    while (size-- > 0) *next++ = 0;
}

bool term_flush(struct term *term)
{
    if (term->screen && !term->drawn) draw(term);
    return output_flush(&term->output);
}

bool term_wants_output(const struct term *term)
{
    return output_waits(&term->output);
}

bool term_has_space(const struct term *term)
{
    return output_has_space(&term->output);
}

/* --- input --- */

bool term_wants_input(const struct term *term)
{
    return !term->input_ended && term->input_end - term->input_start < TERM_INPUT;
}

/* If another program reads the same input first, read() blocks. So signals are unblocked around it,
   as in output.c. */
static ssize_t read_input(const struct term *term, char *bytes, size_t space)
{
    sigset_t before;
    ssize_t got = -1;
    int error = EINTR;

    sigprocmask(SIG_SETMASK, term->signals, &before);
    if (!program_stopped()) {
        got = read(STDIN_FILENO, bytes, space);
        error = errno;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return got;
}

void term_read(struct term *term)
{
    size_t waiting = term->input_end - term->input_start;

    memmove(term->input, term->input + term->input_start, waiting);
    term->input_start = 0;
    term->input_end = waiting;
    ssize_t got = read_input(term, term->input + waiting, TERM_INPUT - waiting);
    term->rung = false;
    if (got > 0) term->input_end += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN)) term->input_ended = true;
}

/* The line differs from what was pasted: the user must see that before sending it. */
static void tell_pasted(struct term *term)
{
    char lines[80];

    if (term->line.pasted_lines > 1) {
        int size = snprintf(lines, sizeof lines, "%zu lines were pasted, and became one",
                            term->line.pasted_lines);
        term_notice(term, (struct text){lines, (size_t)size});
    }
    if (term->line.cut) term_notice(term, text_of("there is no space for all that was pasted"));
}

static void on_key_event(struct term *term, enum line_event event)
{
    switch (event) {
    case LINE_CHANGED:
        wipe(term);
        break;
    case LINE_PASTED:
        tell_pasted(term);
        break;
    case LINE_REFUSED:
        if (!term->rung) output_put_string(&term->output, "\a");
        term->rung = true;
        break;
    case LINE_REDRAW:
        output_put_string(&term->output, WIPE_SCREEN);
        term->drawn = false;
        break;
    case LINE_SUSPEND:
        term_suspend(term);
        break;
    case LINE_END:
        term->input_ended = true;
        break;
    case LINE_LEAVE:
        term->input_ended = term->leaving = true;
        break;
    default:
        break;
    }
}

static char entered[LINE_LIMIT]; /* the line that term_line returned last, on a screen */

/* Takes keys up to the next Enter. */
static bool typed_line(struct term *term, struct text *line, bool remember)
{
    while (term->input_start < term->input_end && !term->leaving) {
        enum line_event event = line_key(&term->line, (uint8_t)term->input[term->input_start++]);
        if (event == LINE_ENTERED) {
            memcpy(entered, term->line.bytes, term->line.size);
            *line = (struct text){entered, term->line.size};
            line_next(&term->line, remember);
            wipe(term);
            return true;
        }
        on_key_event(term, event);
    }
    return false;
}

static void skip_mark(struct term *term, struct text *line)
{
    size_t size = sizeof MARK - 1;

    if (!term->input_begun && text_starts(*line, MARK)) {
        line->bytes += size;
        line->size -= size;
    }
    term->input_begun = true;
}

/* Takes the bytes up to the next line feed, or up to the end of the input. */
static bool piped_line(struct term *term, struct text *line)
{
    const char *start = term->input + term->input_start;
    size_t size = term->input_end - term->input_start;
    const char *end = size > 0 ? memchr(start, '\n', size) : NULL;
    bool was_skipping = term->skipping;

    if (!end && size < TERM_INPUT && !(term->input_ended && size > 0)) {
        if (was_skipping) term->input_start = term->input_end;
        return false;
    }
    term->skipping = !end;
    *line = (struct text){start, end ? (size_t)(end - start) : size};
    term->input_start += end ? line->size + 1 : line->size;
    if (was_skipping) return piped_line(term, line); /* this was the rest of a long line */
    if (line->size > 0 && line->bytes[line->size - 1] == '\r') line->size--;
    skip_mark(term, line);
    return true;
}

bool term_line(struct term *term, struct text *line, bool remember)
{
    return term->screen ? typed_line(term, line, remember) : piped_line(term, line);
}

/* Wipes the keys, the line that they formed, and the copy that term_line returned. */
void term_forget(struct term *term)
{
    overwrite(term->input, term->input_start);
    overwrite(term->input + term->input_end, TERM_INPUT - term->input_end);
    overwrite(term->line.bytes + term->line.size, LINE_LIMIT - term->line.size);
    overwrite(&term->line.draft, sizeof term->line.draft);
    overwrite(entered, sizeof entered);
    if (term->secret) show_typing(term, true);
    term->secret = false;
    wipe(term);
}

bool term_ended(const struct term *term)
{
    return term->leaving || (term->input_ended && term->input_start == term->input_end);
}

/* --- messages --- */

void term_message(struct term *term, struct text who, struct text what, bool own)
{
    if (own && !term->screen) return;
    wipe(term);
    show_message(&term->output, who, what, own);
}

void term_notice(struct term *term, struct text what)
{
    wipe(term);
    show_notice(&term->output, what);
}

void term_plain(struct term *term, struct text what)
{
    wipe(term);
    show_plain(&term->output, what);
}
