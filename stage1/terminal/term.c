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

/* Control sequences, from ECMA-48 and, those with a question mark, from xterm. */
#define WIPE_ROW "\033[K"
#define WIPE_BELOW "\033[J"
#define WIPE_SCREEN "\033[H\033[2J"
#define PASTE_MARKED "\033[?2004h" /* pasted text comes between marks */
#define PASTE_PLAIN "\033[?2004l"

#define NOTE_CURSOR "\0337" /* the terminal remembers where the cursor stands, */
#define FIND_CURSOR "\0338" /* and puts it there again */
#define MARK "\xEF\xBB\xBF"  /* U+FEFF, the byte order mark */

#define CUT_SHORT "\xE2\x80\xA6 " /* U+2026, three dots in one column; 2 columns in all */

enum { FEW_COLUMNS = 12 }; /* a narrower screen is treated as this wide */

static size_t screen_columns(void)
{
    size_t columns = 80;
#ifdef TIOCGWINSZ /* the one thing here that POSIX did not have before 2024 */
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
#endif
    return columns < FEW_COLUMNS ? FEW_COLUMNS : columns;
}

/* --- the line being typed --- */

/* Wipes it, if it stands there. If the screen has become narrower, most terminals have broken the
   row into several, and the cursor stands in a later one of them. */
static void wipe(struct term *term)
{
    char up[32];

    if (!term->drawn) return;
    size_t columns = term->output.columns = screen_columns();
    if (term->cursor >= columns) {
        snprintf(up, sizeof up, "\033[%zuA", term->cursor / columns);
        output_put_string(&term->output, up);
    }
    /* WIPE_BELOW on a screen that is empty but for this row makes tmux keep the row, as it does
       with what scrolls away; after each key there would be one more. */
    output_put_string(&term->output, term->width > columns ? "\r" WIPE_BELOW : "\r" WIPE_ROW);
    term->drawn = false;
}

/* As much of the prompt as has space in `limit` columns; what is left out becomes CUT_SHORT. */
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

/* The columns that the prompt may take: all that the line leaves of the row, if that is enough for
   it; else half of the row. */
static size_t prompt_limit(const struct term *term, size_t columns)
{
    enum { FEWEST = 4 }; /* columns for the line: see line_view */
    size_t line = term->secret ? 0
        : width_of_text((struct text){term->line.bytes, term->line.size});
    size_t left = line < FEWEST ? FEWEST : line + 1;

    return width_of_text(term->prompt) + left < columns ? columns : columns / 2;
}

/*
 * The cursor is not counted to its place, but noted on the way: how many columns some characters
 * take (emoji that are joined to one, for example) differs from terminal to terminal. What is
 * counted is only what has space.
 */
static void draw(struct term *term)
{
    size_t columns = term->output.columns = screen_columns();

    output_put_colour(&term->output, COLOUR_DIM);
    size_t before = put_prompt(term, prompt_limit(term, columns));
    output_put_colour(&term->output, COLOUR_OFF);
    /* The last column stays free: behind it the cursor would hang between two rows. */
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

static struct term *opened; /* for the end of the program */

static void enter_raw_mode(struct term *term)
{
    struct termios raw = term->before;

    /* Keys come one by one (not ICANON), unseen (not ECHO), Ctrl-C and Ctrl-Z as keys (not ISIG),
       Enter as CR (not ICRNL), Ctrl-S and Ctrl-Q as keys (not IXON). OPOST stays: "\n" on the way
       out goes to the start of a row. */
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON | ISTRIP);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    output_put_string(&term->output, PASTE_MARKED);
    term->raw = true;
}

/* A shell may have taken the terminal from us before we are ended. Then it is not ours to change,
   and whoever tries is stopped. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(STDIN_FILENO);

    return group <= 0 || group == getpgrp();
}

/* A terminal that is no screen for us shows what is typed by itself. The end of the line is shown
   even so, or the next output would stand behind the question. */
static void show_typing(struct term *term, bool shown)
{
    struct termios settings;

    if (term->screen || !isatty(STDIN_FILENO) || !in_foreground()) return;
    if (tcgetattr(STDIN_FILENO, &settings) != 0) return;
    settings.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    settings.c_lflag |= shown ? ECHO : ECHONL;
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

/* TCSANOW, and not TCSADRAIN: that waits for the output, on a terminal that hangs for ever. */
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

/* Whoever had the terminal meanwhile may have changed it, so it is taken over anew. */
void term_redraw(struct term *term)
{
    if (program_stopped()) return;
    if (term->secret) show_typing(term, false);
    if (!term->screen) return;
    enter_raw_mode(term);
    /* A terminal that has become narrower breaks the row before it tells of its new size. If a key
       came between, a shorter row may have been drawn meanwhile: the rest of the old one is below. */
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

/* Through volatile, as the compiler would leave out a change that nobody looks at. */
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

/* Another program that reads the same input may have been faster, and then read() waits. So the
   signals are let in, as in output.c. */
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

/* What stands there is not what was pasted: that must not be said unseen. */
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

static char entered[LINE_LIMIT]; /* the line that term_line gave last, on a screen */

/* The keys up to the next Enter. */
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

/* The bytes up to the next line feed, or up to the end of the input. */
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
    if (was_skipping) return piped_line(term, line); /* that was the rest of a long one */
    if (line->size > 0 && line->bytes[line->size - 1] == '\r') line->size--;
    skip_mark(term, line);
    return true;
}

bool term_line(struct term *term, struct text *line, bool remember)
{
    return term->screen ? typed_line(term, line, remember) : piped_line(term, line);
}

/* The keys themselves, the line that they made, and the copy that was handed out. */
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
