/* links: stage1/terminal/line.c stage1/terminal/width.c stage1/base/text.c */
/*
 * line: the editor, fed with the bytes that a terminal sends.
 */
#include "terminal/line.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"
#include "terminal/width.h"

#define LEFT "\033[D"
#define RIGHT "\033[C"
#define UP "\033[A"
#define DOWN "\033OB" /* some terminals say O and not [ */
#define HOME "\033[H"
#define END "\033[4~"
#define DELETE "\033[3~"
#define BACKSPACE "\177"
#define KANJI "\xE9\x83\xA8\xE5\xB1\x8B"
#define SPACE_MARK " \xCC\x81" /* a space and an accent on it: one character, not a blank */
#define GA "\xE3\x81\x8B\xE3\x82\x99" /* か and the mark that makes it が */

#define WOMAN "\xF0\x9F\x91\xA9"
#define GIRL "\xF0\x9F\x91\xA7"
#define JOINER "\xE2\x80\x8D"
#define FAMILY WOMAN JOINER WOMAN JOINER GIRL
#define RUNNER "\xF0\x9F\x8F\x83" JOINER "\xE2\x99\x82\xEF\xB8\x8F" /* with a sign of one column */
#define DARK_HAND "\xF0\x9F\x91\x8B\xF0\x9F\x8F\xBF"

static struct line line;

static enum line_event type(const char *keys)
{
    enum line_event last = LINE_NOTHING;

    for (; *keys; keys++) {
        last = line_key(&line, (uint8_t)*keys);
        if (last == LINE_ENTERED) line_next(&line, true);
    }
    return last;
}

/* A new line, these keys, and then this text must stand there with its cursor at `|`. */
static void gives(const char *keys, const char *expected, const char *what)
{
    char shown[LINE_LIMIT + 2];

    line_next(&line, false);
    type(keys);
    snprintf(shown, sizeof shown, "%.*s|%.*s", (int)line.cursor, line.bytes,
             (int)(line.size - line.cursor), line.bytes + line.cursor);
    ok(strcmp(shown, expected) == 0, "%s: the line is %s", what, shown);
}

static void editing(void)
{
    gives("hello", "hello|", "letters");
    gives(KANJI, KANJI "|", "characters of three bytes");
    gives("ab" LEFT "x", "ax|b", "inserting");
    gives("ab" BACKSPACE, "a|", "backspace");
    gives(KANJI BACKSPACE, "\xE9\x83\xA8|", "backspace takes a character, not a byte");
    gives(GA BACKSPACE, "|", "backspace takes a character and its combining mark");
    gives("x" GA LEFT BACKSPACE, "|" GA, "the cursor steps over a character and its mark");
    gives("ab" HOME DELETE, "|b", "delete");
    gives("ab" HOME RIGHT RIGHT RIGHT, "ab|", "right stops at the end");
    gives("ab" HOME END "c", "abc|", "home and end");
    gives("one two  three\027", "one two  |", "Ctrl-W takes a word");
    gives("one two" "\033[1;5D" "x", "one x|two", "Ctrl-Left goes a word back");
    gives("one two" HOME "\033[1;5C" "x", "onex| two", "Ctrl-Right goes a word on");
    gives("one two" LEFT LEFT "\025", "|wo", "Ctrl-U takes what stands before");
    gives("one two" LEFT LEFT "\013", "one t|", "Ctrl-K takes what stands behind");
    gives("\xE9\x83" "a", "a|", "a broken character is dropped");
    gives("\xC2\x9B" "a", "a|", "a control character of C1 is dropped");
    gives("\xE2\x80\xAE" "a", "a|", "a change of direction is dropped");
    gives("\033[999;999;999;999;999;999;999;999xa", "a|", "a control sequence too long for us");
    gives("\033\033[Da", "a|", "an escape within an escape");
    gives("a\033[\177b", "b|", "Backspace ends a sequence that was cut off");
    gives("a\033[1;\001b", "b|a", "Ctrl-A ends a sequence that was cut off");
    gives("a\033[[Ab", "ab|", "F1 of the Linux console types nothing");
    gives("a" SPACE_MARK "b\033[1;5D" "x", "x|a" SPACE_MARK "b",
          "no word ends between a space and its mark");
    gives(" " SPACE_MARK " " HOME "\033[1;5C" "x", " " SPACE_MARK "x| ",
          "no word begins between a space and its mark");
    gives("\xCC\x81" HOME "\t", " \xCC\x81|", "a tab before a mark: the cursor goes behind it");
    gives("a" FAMILY "b" LEFT LEFT, "a|" FAMILY "b", "a family is one character");
    gives("a" FAMILY "b" HOME RIGHT RIGHT, "a" FAMILY "|b",
          "a family is one character from both sides");
    gives("a" FAMILY BACKSPACE, "a|", "a family goes as one character");
    gives("a" RUNNER LEFT DELETE, "a|", "a runner goes as one character");
    gives("a" DARK_HAND LEFT, "a|" DARK_HAND, "a hand with its skin colour is one character");
    gives(WOMAN JOINER "b" GIRL LEFT BACKSPACE, WOMAN JOINER GIRL "|",
          "the cursor does not stay between what has been joined");
    gives("\xE0\xA4\x95" JOINER "\xE0\xA4\x96" LEFT, "\xE0\xA4\x95" JOINER "|\xE0\xA4\x96",
          "letters with a joiner stay two");
    gives("ab\033[1~x", "x|ab", "Home of some terminals, ESC [ 1 ~");
    gives("ab\033[7~x", "x|ab", "Home of other terminals, ESC [ 7 ~");
    gives("ab" HOME "\033[4~x", "abx|", "End of some terminals, ESC [ 4 ~");
    gives("ab" HOME "\033[8~x", "abx|", "End of other terminals, ESC [ 8 ~");
    gives("ab\033OHx" "\033OFy", "xaby|", "Home and End with ESC O");
    gives("ab\033[9~\033[Zx", "abx|", "keys that are of no use type nothing");
    gives("ab\001x\005y", "xaby|", "Ctrl-A and Ctrl-E");
    gives("ab\002x\006y", "axby|", "Ctrl-B and Ctrl-F");
    gives(HOME DELETE BACKSPACE LEFT RIGHT "\027\025\013", "|",
          "keys that edit an empty line do nothing");
}

/* What a terminal sends when somebody has asked it something. */
static void answers(void)
{
    gives("a\033]11;rgb:1e1e/1e1e/2e2e\033\\b", "ab|", "a colour (OSC), ended by ESC \\");
    gives("a\033]11;rgb:1e1e/1e1e/2e2e\ab", "ab|", "a colour (OSC), ended by BEL");
    gives("a\033]lthe title\033\\b", "ab|", "a title");
    gives("a\033P>|tmux 3.3a\033\\b", "ab|", "a name (DCS)");
    gives("a\033P1$r0m\033\\b", "ab|", "a setting (DCS)");
    gives("a\033_Gi=1;OK\033\\b", "ab|", "a picture's number (APC)");
    gives("a\033^private\033\\b", "ab|", "PM");
    gives("a\033Xany string\033\\b", "ab|", "SOS");
    gives("a\033]0;" KANJI "\033\\b", "ab|", "a title with any characters in it");
    gives("a\033]11;rgb\033[Dx", "x|a", "a sequence ends a colour that was cut off");
    gives("a\033]11;rgb\177b", "b|", "Backspace ends a colour that was cut off");
    gives("a\033]help", "ahelp|", "letters behind Alt and ] are letters");
    gives("a\033PS: x", "aS: x|", "letters behind Alt and P are letters");
    ok(type("\033]11;rgb\r") == LINE_ENTERED,
       "Enter ends a colour that was cut off, and enters the line");
    ok(type("\033]11;rgb\003") == LINE_LEAVE && type("x") == LINE_CHANGED, "Ctrl-C leaves");
    gives("\033[200~a\033]0;x\nb\033[201~c", "a bc|", "a paste ends, whatever is in it");
}

/* What of the line is shown, and where the cursor stands in it. */
static void shows(size_t columns, const char *expected, size_t cursor, const char *what)
{
    struct line_view view = line_view(&line, columns);

    ok(text_equal(view.shown, text_of(expected)) && view.cursor == cursor
           && width_of_text((struct text){view.shown.bytes, view.before}) == cursor,
       "%s is shown: the view is %.*s", what, (int)view.shown.size, view.shown.bytes);
}

static void scrolling(void)
{
    memset(&line, 0, sizeof line);
    type("0123456789abcdefghij");
    shows(10, "fghij", 5, "the end of a long line");
    shows(14, "789abcdefghij", 13, "more of a line on a row that has become wider");
    shows(30, "0123456789abcdefghij", 20, "all of a line on a row that is wide enough");
    shows(10, "fghij", 5, "the end of a line on a row that has become narrow");
    type("k");
    shows(10, "fghijk", 6, "the same part of a line after one more character");
    type(HOME);
    type("\013xyz");
    shows(10, "xyz", 3, "the whole of a line that has space");
    type("\025" "0123456789ab");
    shows(10, "789ab", 5, "the end of a line that has no space");
    type(BACKSPACE BACKSPACE BACKSPACE);
    shows(10, "012345678", 9, "the whole of a line that has become shorter");
}

static void pasting(void)
{
    gives("a\033[200~one\r\ntwo\t\004\032x\033[201~b", "aone two xb|",
          "pasted line breaks become spaces, and pasted keys do nothing");
    gives("\033[200~\033[A\033[201~x", "x|", "pasted arrows do nothing");
    ok(type("\033[200~abc\003") == LINE_LEAVE, "Ctrl-C leaves a paste that never ends");
    ok(type("\r") == LINE_ENTERED, "Enter enters the line after that paste");
    ok(type("\033[1\003") == LINE_LEAVE, "Ctrl-C leaves in the middle of a sequence");
    ok(type("\033\003") == LINE_LEAVE, "Ctrl-C leaves after an escape");
    ok(type("\033O\003") == LINE_LEAVE, "Ctrl-C leaves after ESC O");
    line_next(&line, false);
    ok(type("\033[200~one line\r\n\033[201~") == LINE_NOTHING && line.size == 8,
       "the line break after one pasted line is dropped");
    ok(type("\033[200~one\ntwo\r\r\nthree\n\033[201~") == LINE_PASTED && line.pasted_lines == 3
           && !line.cut, "a paste of three lines that became one is told");
    gives("\033[200~one\ntwo\r\r\nthree\n\033[201~", "one two three|",
          "three pasted lines become one");
    line_next(&line, false);
    type("\033[200~");
    for (int i = 0; i < LINE_LIMIT - 1; i++) type("x");
    ok(type("\xC3\xA9yz\033[201~") == LINE_PASTED && line.cut && line.size == LINE_LIMIT - 1,
       "a paste is cut where the first character has no room, and that is told");
    type("\025");
    ok(type("\033[200~x\033[201~") == LINE_NOTHING,
       "a short paste after the cut one is not reported");
    ok(type("\033[201~") == LINE_NOTHING, "an end of a paste without a beginning does nothing");
    unsigned bells = 0;
    type("\033[200~");
    for (int i = 0; i < 100000; i++) bells += type("x") == LINE_REFUSED;
    ok(bells == 0, "a paste that is too long rings no bell: %u", bells);
    type("\033[201~\025");
}

static void events(void)
{
    line_next(&line, false);
    ok(type("\004") == LINE_END, "Ctrl-D on an empty line is the end");
    ok(type("ab\004") == LINE_NOTHING, "Ctrl-D deletes nothing after the last character");
    ok(type("\003") == LINE_LEAVE, "Ctrl-C leaves");
    ok(type("\032") == LINE_SUSPEND, "Ctrl-Z suspends");
    ok(type("\014") == LINE_REDRAW, "Ctrl-L redraws");
    ok(type("\007") == LINE_REFUSED, "a key without a meaning rings");
}

static void history(void)
{
    memset(&line, 0, sizeof line);
    ok(type(UP) == LINE_REFUSED, "Up rings without a history");
    type("first\rsecond\r");
    gives(UP, "second|", "Up recalls the last line");
    gives(UP UP, "first|", "Up twice recalls the line before");
    gives("draft" UP UP UP DOWN DOWN, "draft|", "Down recalls the line that had been begun");
    gives(UP "x" UP DOWN, "second|", "a change of a recalled line stays out of the history");
    for (int i = 0; i < 100; i++) type("many\r");
    line_next(&line, false);
    int ups = 0;
    while (type(UP) == LINE_CHANGED) ups++;
    ok(ups == LINE_HISTORY, "%d lines are remembered", ups);
}

static void full(void)
{
    line_next(&line, false);
    for (int i = 0; i < LINE_LIMIT - 1; i++) type("x");
    ok(type("\xC3\xA9") == LINE_REFUSED && line.size == LINE_LIMIT - 1,
       "é does not fit into the last byte");
    ok(type("y") == LINE_CHANGED && line.size == LINE_LIMIT, "y fits into the last byte");
    ok(type("z") == LINE_REFUSED && line.size == LINE_LIMIT, "nothing fits into a full line");
}

/* Random keys; after each, what is drawn is whole characters, fits, and shows the cursor. */
static void random_keys(void)
{
    static const char *const keys[] = {
        LEFT, RIGHT, UP, DOWN, HOME, END, DELETE, BACKSPACE, KANJI, GA, "a", " ", "\xCC\x81", "\r",
        "\027", "\033[1;5D", "\xF0\x9F\x91\x8B", "word ", "\xE3", "\033", "\033[200~", "\033[201~",
        "\033[1;5C"};
    uint32_t state = 11, code_point;
    unsigned wrong = 0, between = 0;

    memset(&line, 0, sizeof line);
    for (int i = 0; i < 300000; i++) {
        state = state * 1664525u + 1013904223u;
        type(keys[(state >> 8) % (sizeof keys / sizeof keys[0])]);
        if (line.cursor > 0 && line.cursor < line.size) {
            utf8_decode((struct text){line.bytes + line.cursor, line.size - line.cursor},
                        &code_point);
            between += width_of(code_point) == 0;
        }
        if ((state >> 16) % 3) continue; /* several keys may come between two drawings */
        size_t columns = 4 + (state >> 20) % 40;
        struct line_view view = line_view(&line, columns);
        wrong += !text_valid((struct text){line.bytes, line.size}) || !text_valid(view.shown)
            || width_of_text(view.shown) > columns || view.cursor > columns
            || view.shown.bytes + view.shown.size > line.bytes + line.size;
    }
    ok(wrong == 0, "300000 random keys never tear a character");
    ok(between == 0, "the cursor never stands before a combining mark: %u", between);
}

int main(void)
{
    plan(97);
    editing();
    answers();
    scrolling();
    pasting();
    events();
    history();
    full();
    random_keys();
    return done();
}
