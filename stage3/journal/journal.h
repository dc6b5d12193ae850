/*
 * journal: a file in which the server keeps what must survive its end.
 *
 * Model: the changes of one turn of the loop are gathered in memory, then appended to the file as
 * one record (record.h). Only after that may anybody be told of them. So whenever the server ends,
 * even by kill -9, the file has everything that anybody was told. To survive a power failure as
 * well, the server must ask the system to put the record on the disk now (fsync). That takes
 * milliseconds, and so it is an option.
 *
 * If a write fails, because the disk is full, the journal takes it back and keeps what was
 * gathered (journal_file.h). The owner tries again later, and sends nothing until then.
 *
 * A journal only grows. So from time to time a shorter copy with the same state is written to
 * FILE.new (beside the file that a symbolic link leads to), a piece at a time. A change of what
 * the copy already has goes into both files meanwhile. When the copy is complete, it replaces FILE.
 * The copy must be on the disk before that: all members wait some milliseconds, or some hundred on
 * a busy disk. A real system would use a thread for that.
 *
 * Whoever can read the file can read all rooms without a password and speak as any member, so only
 * its owner may read it. A lock on the file (lockfile.h) keeps a second server out, whatever name
 * that server uses for the file.
 *
 * Contract: an error at the start ends the program with one clear line. So does a later error after
 * which the content of the file is not known. Rows are those of frame.h.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "journal_file.h"
#include "wire/frame.h"

struct journal {
    const char *path;          /* as it was given; NULL: there is no journal */
    char *target;              /* owned; where `path` leads, if it is a symbolic link */
    char *new_path;            /* owned; the name of the copy, beside `target` */
    bool lost;                 /* the file no longer has its name: see journal_begin_anew */
    int place;                 /* if lost: the file that has the name, locked until it is
                                  replaced; or -1 */
    bool sync;                 /* fsync after each record */
    struct journal_file file;
    struct journal_file copy;
    uint64_t synced;           /* bytes of the copy that are on the disk */
    struct journal_page turn;  /* for `file` */
    struct journal_page piece; /* for `copy` */
};

/* Opens the file, or creates it, and takes the lock. The caller must read it before it writes. */
void journal_open(struct journal *journal, const char *path, bool sync);
void journal_close(struct journal *journal);

/*
 * Reads the whole file. `take` gets each row and returns whether the row fits. Damage, or a row
 * that does not fit, ends the program unless `salvage` is true. In that case the bad part is left
 * out, and the result is true. An incomplete record at the end of the file is cut off.
 */
typedef bool journal_take(void *context, struct row row);
bool journal_read(struct journal *journal, bool salvage, journal_take *take, void *context);

/* Gathers a row for the next record. */
void journal_add(struct journal *journal, const void *row, size_t size);

/* Writes what was gathered. False: it could not be written, errno has the reason, and the file is
   unchanged. */
bool journal_commit(struct journal *journal);

/* Waits until the file is on the disk (fsync), whatever `sync` is. */
void journal_sync(struct journal *journal);

/* --- the copy --- */

bool journal_has_copy(const struct journal *journal);

/* Begins a copy. False: the copy could not be created. */
bool journal_begin_copy(struct journal *journal);

/* Gathers a row for the copy. The next commit writes it, or journal_write_piece at once. If the
   copy cannot be written, it is dropped: it only saves space. */
void journal_add_to_copy(struct journal *journal, const void *row, size_t size);
void journal_write_piece(struct journal *journal);
void journal_drop_copy(struct journal *journal);

/*
 * Returns what another program has done to the file or its name, for example "was removed". NULL:
 * nothing, or a new file has already been begun because of it. The price is one look-up by name.
 */
const char *journal_trouble(const struct journal *journal);

/* A quicker check, made before each record: has the file still a name and its size? If another
   program has truncated it, the next record would lie behind a hole, and the size would look right
   again. */
bool journal_is_whole(const struct journal *journal);

/*
 * After trouble: begins a complete new copy, for the place that the name leads to now. Until the
 * copy is complete, changes go to the lost file as well. A file that somebody has put under the
 * name is kept as FILE.aside. False: the copy could not be begun, and errno has the reason (EAGAIN:
 * another server has locked the file).
 */
bool journal_begin_anew(struct journal *journal);

/* Puts the complete copy in the file's place. False: that failed, and the copy is dropped. */
bool journal_end_copy(struct journal *journal);

#endif
