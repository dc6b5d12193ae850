/*
 * opener: starts a browser and passes it the address with the key.
 *
 * Model: every user of the machine can read command lines (try `ps`), so the key must not be on
 * one. Instead it is in a small file that only this user can read: a page that redirects to the
 * address. The browser is started with the name of that file. The file is removed when the key has
 * been used.
 *
 * The file is in the home folder, in a folder of its own whose name does not begin with a dot:
 * sandboxed browsers (snap, flatpak) see neither hidden files nor /tmp.
 *
 * Contract: the browser is not a child of this program. It may go on after the program has ended,
 * and the program need not wait for it.
 */
#ifndef OPENER_H
#define OPENER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    OPENER_PATH = 4096,    /* bytes of a file's name, with the final zero */
    OPENER_TIMEOUT = 60000 /* milliseconds that a browser has to read the file */
};

enum opener_way {
    OPENER_TAB,   /* the desktop's usual way to open a web page */
    OPENER_WINDOW /* a window without tabs and address, if there is a browser that can do that */
};

struct opener {
    char folder[OPENER_PATH];      /* "": none was made */
    char file[OPENER_PATH + 16];
    int64_t deadline;              /* milliseconds: when to remove the file; INT64_MAX: never */
};

/* Opens the address. Returns NULL, or in words why nothing was opened. */
const char *opener_start(struct opener *opener, enum opener_way way, const char *url, int64_t now);

/* Removes the file. May be called at any time, and more than once. */
void opener_end(struct opener *opener);

#endif
