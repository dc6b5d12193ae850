#include "room_list.h"

#include <stdio.h>
#include <string.h>

/* Removes the first line and returns it without its line end. */
static struct text next_line(struct text *list)
{
    const char *end = memchr(list->bytes, '\n', list->size);
    struct text line = {list->bytes, end ? (size_t)(end - list->bytes) : list->size};
    size_t taken = line.size + (end != NULL);

    *list = (struct text){list->bytes + taken, list->size - taken};
    return line;
}

/* Each line of the list is NAME TAB MEMBERS. */
bool room_list_next(struct text *list, struct text *name, char members[ROOM_LIST_MEMBERS])
{
    if (list->size == 0) return false;
    struct text line = next_line(list);
    const char *tab = line.size > 0 ? memchr(line.bytes, '\t', line.size) : NULL;
    *name = (struct text){line.bytes, tab ? (size_t)(tab - line.bytes) : 0};
    if (!tab) return true;
    struct text number = {tab + 1, line.size - name->size - 1};
    bool one = text_equal(number, text_of("1"));
    snprintf(members, ROOM_LIST_MEMBERS, "%.*s %s", number.size > 20 ? 20 : (int)number.size,
             number.bytes, one ? "member" : "members");
    return true;
}
