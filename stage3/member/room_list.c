#include "room_list.h"

#include <string.h>

/* Removes the part before `separator` from the text, or all of it if there is none. */
static struct text cut(struct text *text, char separator)
{
    const char *found = text->size > 0 ? memchr(text->bytes, separator, text->size) : NULL;
    size_t size = found ? (size_t)(found - text->bytes) : text->size;
    struct text before = {text->bytes, size};

    if (found) size++;
    *text = (struct text){text->bytes + size, text->size - size};
    return before;
}

/* A number of at most nine digits, and nothing else. */
static bool is_count(struct text digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return false;
    }
    return digits.size > 0 && digits.size <= 9 && (digits.size == 1 || digits.bytes[0] != '0');
}

/* A line of the list is NAME TAB MEMBERS TAB open or locked. */
bool room_list_next(struct text *list, struct listed_room *room)
{
    while (list->size > 0) {
        struct text line = cut(list, '\n');
        *room = (struct listed_room){.locked = false};
        if (text_equal(line, text_of("..."))) return true;
        room->name = cut(&line, '\t');
        room->members = cut(&line, '\t');
        room->locked = text_equal(line, text_of("locked"));
        if (name_valid(room->name) && is_count(room->members)) return true;
    }
    return false;
}
