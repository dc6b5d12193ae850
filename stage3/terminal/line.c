/* The contract is in line.h. take_byte is a state machine that turns bytes into keys; each key
   moves the cursor or changes the text. */
#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "width.h"

#define CONTROL(letter) ((letter) & 0x1F) /* the byte that Ctrl with that letter sends */

/* --- moving --- */

/* Decodes the code point at `at`. The text is valid, so this cannot fail. */
static size_t code_point_at(const struct line *line, size_t at, uint32_t *code_point)
{
    return utf8_decode((struct text){line->bytes + at, line->size - at}, code_point);
}

enum {
    JOINER = 0x200D,
    FIRST_SIGN = 0x2190, LAST_SIGN = 0x2BFF, /* the narrow characters that can be joined */
    FIRST_SKIN = 0x1F3FB, LAST_SKIN = 0x1F3FF
};

/* Does this code point form one picture with the character before it, on a terminal that can draw
   it? `joined`: a joiner stands between the two. (Some scripts have joiners between letters; these
   stay two characters.) */
static bool combines(uint32_t code_point, bool joined)
{
    bool sign = code_point >= FIRST_SIGN && code_point <= LAST_SIGN;

    return width_of(code_point) == 0 || (code_point >= FIRST_SKIN && code_point <= LAST_SKIN)
        || (joined && (sign || width_of(code_point) == 2));
}

/* Does a joiner stand right before `at`? */
static bool joiner_before(const struct line *line, size_t at)
{
    uint32_t code_point;

    return at >= 3 && code_point_at(line, at - 3, &code_point) == 3 && code_point == JOINER;
}

/* The position after all code points from `at` on that combine with what is before them. */
static size_t past_marks(const struct line *line, size_t at)
{
    uint32_t code_point;

    while (at < line->size) {
        size_t size = code_point_at(line, at, &code_point);
        if (!combines(code_point, joiner_before(line, at))) break;
        at += size;
    }
    return at;
}

/* The position after the character at `at` and its marks. */
static size_t next(const struct line *line, size_t at)
{
    uint32_t code_point;

    if (at < line->size) at += code_point_at(line, at, &code_point);
    return past_marks(line, at);
}

static size_t previous(const struct line *line, size_t at)
{
    uint32_t code_point;

    while (at > 0) {
        do at--;
        while (at > 0 && (line->bytes[at] & 0xC0) == 0x80);
        code_point_at(line, at, &code_point);
        if (!combines(code_point, joiner_before(line, at))) break;
    }
    return at;
}

/* A space with a mark is a character like any other, and belongs to a word. */
static bool space_at(const struct line *line, size_t at)
{
    return line->bytes[at] == ' ' && next(line, at) == at + 1;
}

static size_t previous_word(const struct line *line, size_t at)
{
    while (at > 0 && space_at(line, previous(line, at))) at = previous(line, at);
    while (at > 0 && !space_at(line, previous(line, at))) at = previous(line, at);
    return at;
}

static size_t next_word(const struct line *line, size_t at)
{
    while (at < line->size && space_at(line, at)) at = next(line, at);
    while (at < line->size && !space_at(line, at)) at = next(line, at);
    return at;
}

static enum line_event move_to(struct line *line, size_t at)
{
    if (at == line->cursor) return LINE_NOTHING;
    line->cursor = at;
    return LINE_CHANGED;
}

/* --- changing --- */

static enum line_event erase(struct line *line, size_t from, size_t to)
{
    if (from == to) return LINE_NOTHING;
    if (from < line->start) line->start = from; /* or it could end up within a character */
    memmove(line->bytes + from, line->bytes + to, line->size - to);
    line->size -= to - from;
    line->cursor = past_marks(line, from); /* the two sides may combine now */
    return LINE_CHANGED;
}

static enum line_event insert(struct line *line, const char *bytes, size_t size)
{
    if (line->size + size > LINE_LIMIT) return LINE_REFUSED;
    if (line->cursor < line->start) line->start = line->cursor;
    char *at = line->bytes + line->cursor;
    memmove(at + size, at, line->size - line->cursor);
    memcpy(at, bytes, size);
    line->size += size;
    /* After a mark that was inserted before another mark, the cursor would stand between them. */
    line->cursor = past_marks(line, line->cursor + size);
    return LINE_CHANGED;
}

/* --- history --- */

static void put(struct line *line, const char *bytes, size_t size)
{
    memcpy(line->bytes, bytes, size);
    line->size = line->cursor = size;
    line->start = 0;
}

static enum line_event recall(struct line *line, size_t back)
{
    if (back > line->entered || back > LINE_HISTORY) return LINE_REFUSED;
    if (line->back == 0) { /* the unfinished line is stored until Down returns to it */
        memcpy(line->draft.bytes, line->bytes, line->size);
        line->draft.size = line->size;
    }
    line->back = back;
    if (back == 0) {
        put(line, line->draft.bytes, line->draft.size);
    } else {
        size_t slot = (line->entered - back) % LINE_HISTORY;
        put(line, line->history[slot].bytes, line->history[slot].size);
    }
    return LINE_CHANGED;
}

void line_next(struct line *line, bool remember)
{
    if (remember && line->size > 0) {
        size_t slot = line->entered++ % LINE_HISTORY;
        memcpy(line->history[slot].bytes, line->bytes, line->size);
        line->history[slot].size = line->size;
    }
    line->size = line->cursor = line->start = line->back = 0;
}

/* --- pasted text --- */

static enum line_event begin_paste(struct line *line)
{
    line->pasting = true;
    line->between_lines = line->cut = false;
    line->pasted_lines = 1;
    return LINE_NOTHING;
}

static enum line_event end_paste(struct line *line)
{
    bool as_it_was = line->pasted_lines < 2 && !line->cut;

    if (!line->pasting) return LINE_NOTHING;
    line->pasting = false;
    return as_it_was ? LINE_NOTHING : LINE_PASTED;
}

/* A paste ends at the first character that does not fit: a later, shorter one must not take its
   place. */
static enum line_event insert_pasted(struct line *line, const char *bytes, size_t size)
{
    size_t before = line->size;

    if (line->cut) return LINE_REFUSED;
    if (line->between_lines && insert(line, " ", 1) == LINE_CHANGED) line->pasted_lines++;
    line->between_lines = false;
    line->cut = insert(line, bytes, size) == LINE_REFUSED;
    return line->size > before ? LINE_CHANGED : LINE_REFUSED;
}

/* --- keys --- */

static enum line_event take_byte(struct line *line, uint8_t byte);

static enum line_event arrow(struct line *line, char which, bool by_word)
{
    switch (which) {
    case 'A': return recall(line, line->back + 1);
    case 'B': return line->back > 0 ? recall(line, line->back - 1) : LINE_REFUSED;
    case 'C':
        return move_to(line, by_word ? next_word(line, line->cursor) : next(line, line->cursor));
    case 'D':
        return move_to(line, by_word ? previous_word(line, line->cursor)
                                     : previous(line, line->cursor));
    case 'H': return move_to(line, 0);
    case 'F': return move_to(line, line->size);
    default: return LINE_NOTHING; /* an unused key */
    }
}

/* ESC [ number ~ */
static enum line_event numbered(struct line *line, long number)
{
    switch (number) {
    case 1:
    case 7: return move_to(line, 0);
    case 4:
    case 8: return move_to(line, line->size);
    case 3: return erase(line, line->cursor, next(line, line->cursor));
    case 200: return begin_paste(line);
    case 201: return end_paste(line);
    default: return LINE_NOTHING;
    }
}

/* After ESC [ come parameters and then one final byte, which names the function. (On the Linux
   console, F1 to F5 send ESC [ [ and a letter: there the second [ counts as a parameter.) */
static enum line_event control_byte(struct line *line, uint8_t byte)
{
    if (byte < 0x40 || (byte == '[' && line->sequence_size == 0)) {
        if (line->sequence_size < LINE_SEQUENCE - 1) {
            line->sequence[line->sequence_size++] = (char)byte;
        }
        return LINE_NOTHING;
    }
    line->key = KEY_PLAIN;
    line->sequence[line->sequence_size] = '\0';
    line->sequence_size = 0;
    if (byte == '~') return numbered(line, strtol(line->sequence, NULL, 10));
    if (line->pasting || line->sequence[0] == '[') return LINE_NOTHING;
    /* "1;5" and "1;3": with Ctrl or Alt held down */
    const char *modifier = strchr(line->sequence, ';');
    bool by_word = modifier && (modifier[1] == '5' || modifier[1] == '3');
    return arrow(line, (char)byte, by_word);
}

static enum line_event escaped_byte(struct line *line, uint8_t byte)
{
    line->key = byte == '[' ? KEY_CONTROL : byte == 'O' ? KEY_SINGLE : KEY_PLAIN;
    if (byte != 0 && strchr("]P_^X", byte)) {
        line->key = KEY_STRING;
        line->string_kind = (char)byte;
        line->string_begins = true;
    }
    return LINE_NOTHING;
}

/*
 * A byte of a control string. A terminal's reply begins with a number or a sign, and a title with l
 * or L. Any other first byte is text, typed after Alt and ]. Some terminals end a string with BEL
 * instead of ESC \ (here the ESC alone ends it).
 */
static enum line_event string_byte(struct line *line, uint8_t byte)
{
    const char *first = line->string_kind == ']' ? "0123456789lLI"
        : line->string_kind == 'P' ? "0123456789!$+>=<?" : NULL;
    bool begins = line->string_begins;

    line->string_begins = false;
    if (byte == CONTROL('G')) line->key = KEY_PLAIN;
    if (!begins || !first || byte == CONTROL('G') || strchr(first, byte)) return LINE_NOTHING;
    line->key = KEY_PLAIN;
    return take_byte(line, byte);
}

static enum line_event control_key(struct line *line, uint8_t byte)
{
    if (line->pasting) { /* keys have no effect; line breaks between lines become a space */
        if (byte == '\t') return insert_pasted(line, " ", 1);
        if (byte == '\r' || byte == '\n') line->between_lines = true;
        return LINE_NOTHING;
    }
    switch (byte) {
    case '\r':
    case '\n': return LINE_ENTERED;
    case '\t': return insert(line, " ", 1);
    case 0x7F:
    case CONTROL('H'): return erase(line, previous(line, line->cursor), line->cursor);
    case CONTROL('A'): return move_to(line, 0);
    case CONTROL('E'): return move_to(line, line->size);
    case CONTROL('B'): return arrow(line, 'D', false);
    case CONTROL('F'): return arrow(line, 'C', false);
    case CONTROL('P'): return arrow(line, 'A', false);
    case CONTROL('N'): return arrow(line, 'B', false);
    case CONTROL('U'): return erase(line, 0, line->cursor);
    case CONTROL('K'): return erase(line, line->cursor, line->size);
    case CONTROL('W'): return erase(line, previous_word(line, line->cursor), line->cursor);
    case CONTROL('D'):
        if (line->size == 0) return LINE_END;
        return erase(line, line->cursor, next(line, line->cursor));
    case CONTROL('Z'): return LINE_SUSPEND;
    case CONTROL('L'): return LINE_REDRAW;
    default: return LINE_REFUSED;
    }
}

/* A byte of a printable character. The bytes of an invalid one are dropped. */
static enum line_event character_byte(struct line *line, uint8_t byte)
{
    uint32_t code_point;

    if ((byte & 0xC0) != 0x80) line->sequence_size = 0; /* a new one begins */
    line->sequence[line->sequence_size++] = (char)byte;
    uint8_t first = (uint8_t)line->sequence[0];
    size_t expected = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (line->sequence_size < expected) return LINE_NOTHING;
    struct text character = {line->sequence, line->sequence_size};
    line->sequence_size = 0;
    if (utf8_decode(character, &code_point) != character.size) return LINE_REFUSED;
    if (!text_showable(code_point)) return LINE_REFUSED;
    return line->pasting ? insert_pasted(line, character.bytes, character.size)
        : insert(line, character.bytes, character.size);
}

/* Does this byte end a sequence or a string early? A control character, or another byte that cannot
   be part of one, shows that it was cut off. The byte then counts as a key of its own. */
static bool abandons_sequence(const struct line *line, uint8_t byte)
{
    if (line->key == KEY_PLAIN) return false;
    if (line->key == KEY_STRING) return byte == 0x7F || (byte < 0x20 && byte != CONTROL('G'));
    return byte < 0x20 || (line->key == KEY_CONTROL && byte > 0x7E);
}

static enum line_event take_byte(struct line *line, uint8_t byte)
{
    if (byte == 0x1B) {
        line->key = KEY_ESCAPE;
        line->sequence_size = 0;
        return LINE_NOTHING;
    }
    if (abandons_sequence(line, byte)) {
        line->key = KEY_PLAIN;
        line->sequence_size = 0;
    }
    switch (line->key) {
    case KEY_ESCAPE: return escaped_byte(line, byte);
    case KEY_CONTROL: return control_byte(line, byte);
    case KEY_STRING: return string_byte(line, byte);
    case KEY_SINGLE:
        line->key = KEY_PLAIN;
        return line->pasting ? LINE_NOTHING : arrow(line, (char)byte, false);
    default: break;
    }
    if (byte < 0x20 || byte == 0x7F) {
        line->sequence_size = 0;
        return control_key(line, byte);
    }
    return character_byte(line, byte);
}

enum line_event line_key(struct line *line, uint8_t byte)
{
    if (byte == CONTROL('C')) { /* this ends any sequence and any paste, too */
        line->key = KEY_PLAIN;
        line->sequence_size = 0;
        line->pasting = false;
        return LINE_LEAVE;
    }
    enum line_event event = take_byte(line, byte);
    /* A long pasted text that does not fit must not ring the bell for each byte. */
    return line->pasting && event == LINE_REFUSED ? LINE_NOTHING : event;
}

/* --- what to draw --- */

static size_t columns_between(const struct line *line, size_t from, size_t to)
{
    return width_of_text((struct text){line->bytes + from, to - from});
}

/* If the row has become wider, or the whole line fits, as much of the scrolled-out text returns as
   there is space for. */
static void scroll_back(struct line *line, size_t columns)
{
    bool whole = columns_between(line, 0, line->size) < columns;
    size_t width = columns_between(line, line->start, line->size);

    while (line->start > 0 && (whole || columns > line->columns)) {
        size_t start = previous(line, line->start);
        width += columns_between(line, start, line->start);
        if (width >= columns) break;
        line->start = start;
    }
    line->columns = columns;
}

/* Scrolls by half a row at a time, so the words around the cursor stay visible. */
static void scroll(struct line *line, size_t columns)
{
    if (line->start > line->cursor) line->start = line->cursor;
    scroll_back(line, columns);
    size_t column = columns_between(line, line->start, line->cursor);

    if (column >= columns) {
        while (column > columns / 2) {
            size_t start = next(line, line->start);
            column -= columns_between(line, line->start, start);
            line->start = start;
        }
    } else if (column < columns / 4) {
        while (line->start > 0 && column < columns / 2) {
            size_t start = previous(line, line->start);
            column += columns_between(line, start, line->start);
            line->start = start;
        }
    }
}

struct line_view line_view(struct line *line, size_t columns)
{
    scroll(line, columns);
    size_t end = line->start, shown = 0;

    while (end < line->size) {
        size_t after = next(line, end);
        shown += columns_between(line, end, after);
        if (shown > columns) break;
        end = after;
    }
    return (struct line_view){
        {line->bytes + line->start, end - line->start},
        columns_between(line, line->start, line->cursor), line->cursor - line->start};
}
