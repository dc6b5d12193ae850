/*
 * opener: starts a browser and shows it the address, key and all.
 *
 * Model: what stands on a command line can be read by everybody on this machine (try `ps`), so the
 * key must not. It goes into a small file that only this user may read, a page that sends its
 * reader on to the address, and it is that file's name which the browser is started with. Once the
 * key has been used the file is of no more use, and removed.
 *
 * The file lies in the home folder, in a folder of its own without a dot before its name: browsers
 * that come in a box (snap, flatpak) see neither hidden files nor /tmp.
 *
 * Contract: the browser is nobody's child: it may go on when we end, and nobody waits for it.
 */
#ifndef OPENER_H
#define OPENER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    OPENER_PATH = 4096,    /* bytes of a file's name, with the final zero */
    OPENER_TIMEOUT = 60000 /* milliseconds: a browser that has not read it by then will not */
};

enum opener_way {
    OPENER_TAB,   /* what the desktop opens web pages with */
    OPENER_WINDOW /* a window without tabs or address, if there is a browser that has that */
};

struct opener {
    char folder[OPENER_PATH];      /* "": none was made */
    char file[OPENER_PATH + 16];
    int64_t deadline;              /* milliseconds: then the file goes. INT64_MAX: there is none */
};

/* NULL, or why nothing was opened, in words. */
const char *opener_start(struct opener *opener, enum opener_way way, const char *url, int64_t now);

/* Removes the file. At any time, and more than once. */
void opener_end(struct opener *opener);

#endif
