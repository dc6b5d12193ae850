#include "show.h"

#include <time.h>

#include "line.h"
#include "width.h"

enum { INDENT = 6 }; /* columns of "12:34 ", and the indent of the rows below */

/* The colour is a hash (FNV-1a) of the name, so a name has the same colour on every screen. */
static const char *colour_of(struct text name)
{
    static const char *const colours[] = {
        "\033[31m", "\033[32m", "\033[33m", "\033[34m", "\033[35m", "\033[36m",
        "\033[91m", "\033[92m", "\033[94m", "\033[95m", "\033[96m"};
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.bytes[i]) * 16777619u;
    return colours[hash % (sizeof colours / sizeof colours[0])];
}

/* Takes the next word and the spaces before it off `text`. */
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

static size_t new_row(struct output *output)
{
    output_put_string(output, "\n      ");
    return INDENT;
}

/* Shows a word and breaks it wherever a row ends: it may be wider than a row, or a text without
   spaces, such as Japanese. */
static size_t put_broken(struct output *output, struct text word, size_t column, size_t limit)
{
    uint32_t code_point = 0;

    while (word.size > 0) {
        size_t size = utf8_decode(word, &code_point);
        size_t width = width_of(code_point);
        if (column + width > limit) column = new_row(output);
        output_put(output, (struct text){word.bytes, size});
        column += width;
        word.bytes += size;
        word.size -= size;
    }
    return column;
}

/* Shows `text`, which must be safe, from `column` on, and continues on the next row when one is
   full. */
static void put_wrapped(struct output *output, struct text text, size_t column)
{
    size_t limit = output->columns - 1;

    while (text.size > 0) {
        struct text word = take_word(&text);
        size_t width = width_of_text(word);
        if (column + width > limit && column > INDENT && width <= limit - INDENT) {
            column = new_row(output);
            while (word.size > 0 && word.bytes[0] == ' ') { /* no spaces at the start of a row */
                word.bytes++;
                word.size--;
            }
        }
        column = put_broken(output, word, column, limit);
    }
}

static void put_time(struct output *output)
{
    char text[16] = "";
    time_t now = time(NULL);
    struct tm local;

    if (localtime_r(&now, &local)) strftime(text, sizeof text, "%H:%M ", &local);
    output_put_colour(output, COLOUR_DIM);
    output_put_string(output, text);
    output_put_colour(output, COLOUR_OFF);
}

/* Cuts `text` to LINE_LIMIT bytes and makes it safe. */
static struct text safe(struct text text, char out[3 * LINE_LIMIT])
{
    if (text.size > LINE_LIMIT) text.size = LINE_LIMIT;
    return (struct text){out, text_sanitise(text, out)};
}

static void message_on_screen(struct output *output, struct text who, struct text what, bool own)
{
    put_time(output);
    output_put_colour(output, own ? COLOUR_BOLD : colour_of(who));
    size_t column = put_broken(output, who, INDENT, output->columns - 1);
    output_put_colour(output, COLOUR_OFF);
    if (column + 2 > output->columns - 1) column = new_row(output);
    output_put_string(output, ": ");
    put_wrapped(output, what, column + 2);
}

void show_message(struct output *output, struct text who, struct text what, bool own)
{
    char who_safe[3 * LINE_LIMIT], what_safe[3 * LINE_LIMIT];

    who = safe(who, who_safe);
    what = safe(what, what_safe);
    if (output->columns > 0) {
        message_on_screen(output, who, what, own);
    } else {
        output_put(output, who);
        output_put_string(output, ": ");
        output_put(output, what);
    }
    output_put_string(output, "\n");
}

void show_notice(struct output *output, struct text what)
{
    char what_safe[3 * LINE_LIMIT];

    what = safe(what, what_safe);
    if (output->columns > 0) {
        put_time(output);
        output_put_colour(output, COLOUR_DIM);
        output_put_string(output, "* ");
        put_wrapped(output, what, INDENT + 2);
        output_put_colour(output, COLOUR_OFF);
    } else {
        output_put_string(output, "* ");
        output_put(output, what);
    }
    output_put_string(output, "\n");
}

void show_plain(struct output *output, struct text what)
{
    char what_safe[3 * LINE_LIMIT];

    output_put(output, safe(what, what_safe));
    output_put_string(output, "\n");
}
