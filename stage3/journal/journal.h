/*
 * journal: a file to which the server writes what must survive its end.
 *
 * Model: what a turn of the loop changes is gathered in memory, and then written at once, as one
 * record (record.h), behind those that are there. Only then may anybody learn of it. So whenever
 * the server ends, even by kill -9, the file has all that anybody was told. For the machine itself
 * to end, by a power failure, the system must be asked to put it on the disk now (fsync), which
 * takes milliseconds: that is an option.
 *
 * A write that fails, because the disk is full, is taken back, and what was gathered is kept: the
 * owner tries again later, and tells nobody anything until then.
 *
 * A journal only grows. So now and then a copy is made that says the same in fewer words: FILE.new
 * (beside the file that a symbolic link leads to). That is done a piece at a time; what is new
 * meanwhile, and concerns what the copy has already, goes into both. When the copy is complete, it
 * takes the place of FILE. First the disk must have it: that is a wait of some milliseconds, on a
 * busy disk of some hundred, and everybody waits. A real system would have a thread for that.
 *
 * Whoever can read the file can read all rooms without a password, and speak as anybody: it is for
 * its owner's eyes only. A lock on the file (lockfile.h) keeps a second server away from it, by
 * whatever name that comes.
 *
 * Contract: at the start what goes wrong ends the program with a clear line; later, too, if what
 * is in the file cannot be known any more. Rows are those of frame.h.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "record.h"
#include "wire/frame.h"

/* A record that is being gathered, with space for its head. */
struct journal_page {
    unsigned char *bytes; /* owned */
    size_t size;          /* bytes of the body so far */
    size_t space;
};

struct journal_file {
    int fd;          /* -1: there is none */
    uint64_t size;   /* bytes that are good */
    uint64_t number; /* of the last record */
    unsigned char mark[RECORD_MARK];
};

struct journal {
    const char *path;          /* as it was given; NULL: there is no journal */
    char *target;              /* owned; where that leads, if it is a symbolic link */
    char *new_path;            /* owned; of the copy, beside that */
    bool lost;                 /* the file is not under its name any more: journal_begin_anew */
    int place;                 /* then: what stands there, locked until it is replaced; or -1 */
    bool sync;                 /* ask for the disk with each record */
    struct journal_file file;
    struct journal_file copy;
    uint64_t synced;           /* bytes of it that the disk has */
    struct journal_page turn;  /* for `file` */
    struct journal_page piece; /* for `copy` */
};

/* Takes the lock and opens the file, or makes it. It must be read before it is written to. */
void journal_open(struct journal *journal, const char *path, bool sync);
void journal_close(struct journal *journal);

/*
 * Reads all there is. The function gets each row, and says whether it fits. If something is damaged
 * or does not fit, that ends the program, unless `salvage` is true: then what is wrong is left
 * out, and the result is true. An end that is only torn is cut off.
 */
typedef bool journal_take(void *context, struct row row);
bool journal_read(struct journal *journal, bool salvage, journal_take *take, void *context);

/* Gathers a row for the next record. */
void journal_add(struct journal *journal, const void *row, size_t size);

/* Writes what was gathered. False: it could not, errno says why, and nothing has happened. */
bool journal_commit(struct journal *journal);

/* Asks for the disk, whatever the option says. */
void journal_sync(struct journal *journal);

/* --- the copy --- */

bool journal_has_copy(const struct journal *journal);

/* Begins one. False: it could not. */
bool journal_begin_copy(struct journal *journal);

/* Gathers a row for the copy. It is written with the next commit, or now with journal_write_piece.
   If the copy cannot be written, it is given up: it is only to save space. */
void journal_add_to_copy(struct journal *journal, const void *row, size_t size);
void journal_write_piece(struct journal *journal);
void journal_drop_copy(struct journal *journal);

/*
 * What somebody else has done to the file, or to its name: "was removed", for example. NULL:
 * nothing, or a new one has been begun because of it. This takes one look at the folder.
 */
const char *journal_trouble(const struct journal *journal);

/* A quicker look, for before each record: has the file the size that it should have? If it was cut
   short, the record would lie behind a hole, and the size would be right again. */
bool journal_is_whole(const struct journal *journal);

/*
 * After that: begins a copy of which nothing is left out, to stand where the name leads now. Until
 * it is complete it is written to the lost file as well. What another has put under the name is
 * kept, as FILE.aside. False: it could not, and errno says why (EAGAIN: another server has it).
 */
bool journal_begin_anew(struct journal *journal);

/* The copy is complete and takes the file's place. False: it could not, and is given up. */
bool journal_end_copy(struct journal *journal);

#endif
