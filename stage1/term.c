#include "term.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "program.h"
#include "width.h"

/* Control sequences, from ECMA-48 and, those with a question mark, from xterm. */
#define WIPE_BELOW "\033[J"
#define WIPE_SCREEN "\033[H\033[2J"
#define PASTE_MARKED "\033[?2004h" /* pasted text shall come between marks */
#define PASTE_PLAIN "\033[?2004l"
#define COLOUR_OFF "\033[0m"
#define COLOUR_DIM "\033[2m"
#define COLOUR_BOLD "\033[1m"

enum {
    FEW_COLUMNS = 20, /* a narrower screen is treated as this wide */
    INDENT = 6        /* columns of "12:34 ", under which long texts go on */
};

/* --- gathering output --- */

/*
 * Writes all of it, however little the system takes at a time. select() hazard, partial writes:
 * write() may take less than it was given, and for a pipe that is full it would wait, deaf to
 * signals. So it is given no more than POSIX says fits once the pipe is writable, and the wait is
 * here, where a signal ends it.
 */
static bool write_all(const char *bytes, size_t size, const sigset_t *signals)
{
    while (size > 0) {
        fd_set writable;

        FD_ZERO(&writable);
        FD_SET(STDOUT_FILENO, &writable);
        if (pselect(STDOUT_FILENO + 1, NULL, &writable, NULL, NULL, signals) < 0) {
            if (program_stopped()) return false;
            continue;
        }
        ssize_t taken = write(STDOUT_FILENO, bytes, size < _POSIX_PIPE_BUF ? size : _POSIX_PIPE_BUF);
        if (taken < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) continue;
        if (taken < 0) return false;
        bytes += taken;
        size -= (size_t)taken;
    }
    return true;
}

static void write_out(struct term *term)
{
    if (!term->failed && term->output_size > 0) {
        term->failed = !write_all(term->output, term->output_size, term->signals);
    }
    term->output_size = 0;
}

static void put(struct term *term, const char *bytes, size_t size)
{
    if (size > TERM_OUTPUT - term->output_size) write_out(term);
    if (size == 0) return;
    memcpy(term->output + term->output_size, bytes, size);
    term->output_size += size;
}

static void put_string(struct term *term, const char *string)
{
    put(term, string, strlen(string));
}

static void put_colour(struct term *term, const char *colour)
{
    if (term->colours) put_string(term, colour);
}

/* --- the line being typed --- */

/* Wipes it. If the screen has become narrower, most terminals have broken the row into several,
   and the cursor stands in a later one of them. */
static void wipe(struct term *term)
{
    char up[32];

    if (!term->drawn) return;
    if (term->cursor >= term->columns) {
        snprintf(up, sizeof up, "\033[%zuA", term->cursor / term->columns);
        put_string(term, up);
    }
    put_string(term, "\r" WIPE_BELOW);
    term->drawn = false;
}

static void draw(struct term *term)
{
    size_t before = width_of_text(term->prompt);
    /* The last column stays free: behind it the cursor would hang between two rows. */
    size_t room = term->columns - 1 > before + 4 ? term->columns - 1 - before : 4;
    struct line_view view = line_view(&term->line, room);
    char move[32] = "\r";

    put_colour(term, COLOUR_DIM);
    put(term, term->prompt.bytes, term->prompt.size);
    put_colour(term, COLOUR_OFF);
    put(term, view.shown.bytes, view.shown.size);
    term->cursor = before + view.cursor;
    if (term->cursor > 0) snprintf(move, sizeof move, "\r\033[%zuC", term->cursor);
    put_string(term, move);
    term->drawn = true;
}

static size_t screen_columns(void)
{
    size_t columns = 80;
#ifdef TIOCGWINSZ /* the one thing here that POSIX did not have before 2024 */
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
#endif
    return columns < FEW_COLUMNS ? FEW_COLUMNS : columns;
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
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    put_string(term, PASTE_MARKED);
}

static void leave_raw_mode(struct term *term)
{
    wipe(term);
    put_string(term, PASTE_PLAIN);
    write_out(term);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &term->before);
}

void term_close(struct term *term)
{
    if (!opened) return;
    opened = NULL;
    if (term->screen) leave_raw_mode(term);
    else write_out(term);
}

static void close_at_exit(void)
{
    if (opened) term_close(opened);
}

void term_open(struct term *term, const sigset_t *signals)
{
    const char *kind = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    bool dumb = !kind || strcmp(kind, "dumb") == 0;

    term->signals = signals;
    term->screen = !dumb && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO)
        && tcgetattr(STDIN_FILENO, &term->before) == 0;
    term->colours = term->screen && !(no_color && no_color[0]);
    term->columns = screen_columns();
    opened = term;
    atexit(close_at_exit);
    if (term->screen) enter_raw_mode(term);
}

static void suspend(struct term *term)
{
    leave_raw_mode(term);
    raise(SIGTSTP); /* here we stand until the shell says "fg" */
    term_redraw(term);
}

void term_redraw(struct term *term)
{
    if (!term->screen) return;
    enter_raw_mode(term); /* whoever had the terminal meanwhile may have changed it */
    term->columns = screen_columns();
    wipe(term);
}

void term_prompt(struct term *term, struct text prompt)
{
    if (term->screen) wipe(term);
    term->prompt = prompt;
}

bool term_flush(struct term *term)
{
    if (term->screen && !term->drawn) draw(term);
    write_out(term);
    return !term->failed;
}

/* --- input --- */

bool term_wants_input(const struct term *term)
{
    return !term->input_ended && term->input_end - term->input_start < TERM_INPUT;
}

void term_read(struct term *term)
{
    size_t waiting = term->input_end - term->input_start;

    memmove(term->input, term->input + term->input_start, waiting);
    term->input_start = 0;
    term->input_end = waiting;
    ssize_t got = read(STDIN_FILENO, term->input + waiting, TERM_INPUT - waiting);
    if (got > 0) term->input_end += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN)) term->input_ended = true;
}

static void on_key_event(struct term *term, enum line_event event)
{
    switch (event) {
    case LINE_CHANGED:
        wipe(term);
        break;
    case LINE_REFUSED:
        put_string(term, "\a");
        break;
    case LINE_REDRAW:
        put_string(term, WIPE_SCREEN);
        term->drawn = false;
        break;
    case LINE_SUSPEND:
        suspend(term);
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

/* The keys up to the next Enter. */
static bool typed_line(struct term *term, struct text *line, bool remember)
{
    static char entered[LINE_LIMIT];

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
    return true;
}

bool term_line(struct term *term, struct text *line, bool remember)
{
    return term->screen ? typed_line(term, line, remember) : piped_line(term, line);
}

bool term_ended(const struct term *term)
{
    return term->leaving || (term->input_ended && term->input_start == term->input_end);
}

/* --- messages --- */

/* The same name has the same colour every time and for everyone: FNV-1a picks it. */
static const char *colour_of(struct text name)
{
    static const char *const colours[] = {
        "\033[31m", "\033[32m", "\033[33m", "\033[34m", "\033[35m", "\033[36m",
        "\033[91m", "\033[92m", "\033[94m", "\033[95m", "\033[96m"};
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.bytes[i]) * 16777619u;
    return colours[hash % (sizeof colours / sizeof colours[0])];
}

/* Takes the next word off `text`, with the spaces before it. */
static struct text take_word(struct text *text)
{
    struct text word = *text;
    size_t size = 0;

    while (size < text->size && text->bytes[size] == ' ') size++;
    while (size < text->size && text->bytes[size] != ' ') size++;
    word.size = size;
    text->bytes += size;
    text->size -= size;
    return word;
}

static size_t new_row(struct term *term)
{
    put_string(term, "\n      ");
    return INDENT;
}

/* A word that is wider than a row (or a text without spaces, such as Japanese), broken where the
   row ends. */
static size_t put_broken(struct term *term, struct text word, size_t column, size_t limit)
{
    uint32_t code_point = 0;

    while (word.size > 0) {
        size_t size = utf8_decode(word, &code_point);
        size_t width = width_of(code_point);
        if (column + width > limit) column = new_row(term);
        put(term, word.bytes, size);
        column += width;
        word.bytes += size;
        word.size -= size;
    }
    return column;
}

/* Shows `text`, which is safe, from `column` on, and goes on below where a row is full. */
static void put_wrapped(struct term *term, struct text text, size_t column)
{
    size_t limit = term->columns - 1;

    while (text.size > 0) {
        struct text word = take_word(&text);
        size_t width = width_of_text(word);
        if (column + width > limit && column > INDENT && width <= limit - INDENT) {
            column = new_row(term);
            while (word.size > 0 && word.bytes[0] == ' ') { /* they stay at the end of the row */
                word.bytes++;
                word.size--;
            }
        }
        column = put_broken(term, word, column, limit);
    }
}

static void put_time(struct term *term)
{
    char text[16] = "";
    time_t now = time(NULL);
    struct tm local;

    if (localtime_r(&now, &local)) strftime(text, sizeof text, "%H:%M ", &local);
    put_colour(term, COLOUR_DIM);
    put_string(term, text);
    put_colour(term, COLOUR_OFF);
}

/* The longest text that can come, made safe. */
static struct text safe(struct text text, char out[3 * LINE_LIMIT])
{
    if (text.size > LINE_LIMIT) text.size = LINE_LIMIT;
    return (struct text){out, text_sanitise(text, out)};
}

void term_message(struct term *term, struct text who, struct text what, bool own)
{
    char who_safe[3 * LINE_LIMIT], what_safe[3 * LINE_LIMIT];

    if (own && !term->screen) return;
    who = safe(who, who_safe);
    what = safe(what, what_safe);
    if (!term->screen) {
        put(term, who.bytes, who.size);
        put_string(term, ": ");
        put(term, what.bytes, what.size);
        put_string(term, "\n");
        return;
    }
    wipe(term);
    put_time(term);
    put_colour(term, own ? COLOUR_BOLD : colour_of(who));
    size_t column = put_broken(term, who, INDENT, term->columns - 1);
    put_colour(term, COLOUR_OFF);
    put_string(term, ": ");
    put_wrapped(term, what, column + 2);
    put_string(term, "\n");
}

void term_notice(struct term *term, struct text what)
{
    char what_safe[3 * LINE_LIMIT];

    what = safe(what, what_safe);
    if (!term->screen) {
        put_string(term, "* ");
        put(term, what.bytes, what.size);
        put_string(term, "\n");
        return;
    }
    wipe(term);
    put_time(term);
    put_colour(term, COLOUR_DIM);
    put_string(term, "* ");
    put_wrapped(term, what, INDENT + 2);
    put_colour(term, COLOUR_OFF);
    put_string(term, "\n");
}
