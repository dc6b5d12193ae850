#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ordinary.h"
#include "base/path.h"
#include "base/program.h"
#include "lockfile.h"

#define COPY_ENDING ".new"

enum {
    SYNC_PIECE = 1024 * 1024 /* bytes of a copy between two calls of fsync */
};

/* --- opening --- */

static _Noreturn void cannot_open(const char *path)
{
    program_die("cannot open the journal %s: %s", path, ordinary_why(errno));
}

static void take_lock(const char *path, int fd)
{
    long holder;

    if (lockfile_take(fd, &holder)) return;
    if (errno == EAGAIN && holder != 0) {
        program_die("the journal %s is in use by another server, process %ld: each needs its own",
                    path, holder);
    }
    program_die("cannot lock the journal %s: %s", path, strerror(errno));
}

static void check_mode(const char *path, int fd)
{
    struct stat status;

    if (fstat(fd, &status) != 0) program_die("cannot read the journal %s: %s", path,
                                             strerror(errno));
    if (!S_ISREG(status.st_mode)) program_die("%s cannot be the journal: it is no file", path);
    if (status.st_mode & (S_IRWXG | S_IRWXO)) {
        program_die("others may read the journal %s, which has the keys of all members: say chmod "
                    "600, and if they are not to be trusted, remove it and start anew", path);
    }
}

/* No journal may have such a name: the server with the journal FILE would take FILE.new for a copy
   that was left behind, and remove it. */
static bool is_name_of_copy(const char *name)
{
    size_t size = strlen(name), ending = sizeof COPY_ENDING - 1;

    return size >= ending && strcmp(name + size - ending, COPY_ENDING) == 0;
}

/* ordinary_open does not block: a FIFO must be refused, not waited for. */
static int open_or_make(const char *name)
{
    return ordinary_open(name, O_RDWR | O_CREAT, S_IRUSR | S_IWUSR);
}

/*
 * Between the opening and the locking, the server that had the journal may have replaced it by a
 * shorter one. Then the name leads to another file now, and the loop opens that.
 */
static void open_file(struct journal *journal)
{
    bool ours = false;

    while (!ours) {
        free(journal->target);
        journal->target = path_resolve(journal->path);
        if (!journal->target) cannot_open(journal->path);
        if (is_name_of_copy(journal->target)) {
            program_die("%s cannot be the journal: a name that ends in " COPY_ENDING " is that of "
                        "a journal's shorter copy", journal->path);
        }
        int fd = open_or_make(journal->target);
        if (fd < 0) cannot_open(journal->path);
        check_mode(journal->path, fd);
        take_lock(journal->path, fd);
        ours = path_is(journal->target, fd);
        if (ours) journal->file.fd = fd;
        else close(fd);
    }
}

void journal_open(struct journal *journal, const char *path, bool sync)
{
    *journal = (struct journal){.path = path, .sync = sync, .file = {.fd = -1},
                                .copy = {.fd = -1}, .place = -1};
    open_file(journal);
    journal->new_path = path_with(journal->target, COPY_ENDING);
    if (!journal->new_path) program_die("no memory for the journal's name");
    unlink(journal->new_path); /* left by a server that ended while it wrote a copy */
}

static void leave_place(struct journal *journal)
{
    if (journal->place >= 0) close(journal->place);
    journal->place = -1;
}

void journal_close(struct journal *journal)
{
    if (!journal->path) return;
    journal_drop_copy(journal);
    leave_place(journal);
    close(journal->file.fd);
    journal_page_free(&journal->turn);
    journal_page_free(&journal->piece);
    free(journal->target);
    free(journal->new_path);
    journal->path = NULL;
}

/* --- reading --- */

struct scan {
    struct journal *journal;
    struct record_reader reader;
    bool salvage;
    bool damaged; /* a part was left out */
    journal_take *take;
    void *context;
};

static void damage(struct scan *scan, size_t at)
{
    if (!scan->salvage) {
        program_die("the journal %s is damaged at byte %zu: start once with -S to go on with what "
                    "is good of it, or put it aside to start anew", scan->journal->path, at);
    }
    scan->damaged = true;
}

/* A record with rows that do not fit counts as damaged, like one with a wrong checksum. */
static void take_rows(struct scan *scan, struct text rows, size_t at)
{
    struct row row;

    while (frame_next(&rows, &row)) {
        if (!scan->take(scan->context, row)) damage(scan, at);
    }
    if (rows.size > 0) damage(scan, at);
}

static void cut_off(struct scan *scan)
{
    struct journal_file *file = &scan->journal->file;
    size_t left = scan->reader.size - scan->reader.at;

    fprintf(stderr, "stage3 server: the journal %s ends in the middle of a record: its last %zu "
            "bytes are cut off\n", scan->journal->path, left);
    if (ftruncate(file->fd, (off_t)scan->reader.at) != 0) {
        program_die("cannot write the journal %s: %s", scan->journal->path, strerror(errno));
    }
}

static void read_records(struct scan *scan)
{
    struct record_reader *reader = &scan->reader;
    struct text body;

    for (;;) {
        size_t at = reader->at;
        switch (record_next(reader, &body)) {
        case RECORD_GOOD: take_rows(scan, body, at); break;
        case RECORD_DAMAGED:
            damage(scan, at);
            record_skip(reader);
            break;
        case RECORD_TORN: cut_off(scan); return;
        case RECORD_END: return;
        }
    }
}

static void read_bytes(struct scan *scan, const void *bytes, size_t size)
{
    struct journal_file *file = &scan->journal->file;

    switch (record_start(&scan->reader, bytes, size)) {
    case TITLE_WRONG:
        program_die("%s is no journal of this program, or its beginning is lost: name another one "
                    "with -j, or put it aside", scan->journal->path);
    case TITLE_TORN:
        if (!journal_file_begin(file)) {
            program_die("cannot write the journal %s: %s", scan->journal->path, strerror(errno));
        }
        path_sync(scan->journal->target);
        return;
    case TITLE_DAMAGED: damage(scan, 0); break;
    case TITLE_GOOD: break;
    }
    read_records(scan);
    memcpy(file->mark, scan->reader.mark, sizeof file->mark);
    file->size = scan->reader.at;
    file->number = scan->reader.number;
}

bool journal_read(struct journal *journal, bool salvage, journal_take *take, void *context)
{
    struct scan scan = {.journal = journal, .salvage = salvage, .take = take, .context = context};
    struct stat status;

    if (fstat(journal->file.fd, &status) != 0 || status.st_size < 0) {
        program_die("cannot read the journal %s: %s", journal->path, strerror(errno));
    }
    size_t size = (size_t)status.st_size;
    void *bytes = NULL;
    if (size > 0) {
        bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, journal->file.fd, 0);
        if (bytes == MAP_FAILED) {
            program_die("cannot read the journal %s: %s", journal->path, strerror(errno));
        }
    }
    read_bytes(&scan, bytes, size);
    if (bytes) munmap(bytes, size);
    return scan.damaged;
}

/* --- writing --- */

void journal_add(struct journal *journal, const void *row, size_t size)
{
    journal_page_add(&journal->turn, row, size);
}

/* After a failed fsync the content of the disk is unknown, and the next fsync would not report it:
   so the program ends. */
void journal_sync(struct journal *journal)
{
    if (fsync(journal->file.fd) != 0) {
        program_die("the journal %s does not get to the disk: %s", journal->path, strerror(errno));
    }
}

bool journal_commit(struct journal *journal)
{
    if (journal->turn.size == 0) return true;
    if (!journal_file_append(&journal->file, &journal->turn)) return false;
    if (journal->sync) journal_sync(journal);
    journal_write_piece(journal);
    return true;
}

/* --- the copy --- */

bool journal_has_copy(const struct journal *journal)
{
    return journal->copy.fd >= 0;
}

bool journal_begin_copy(struct journal *journal)
{
    int mode = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    long holder;

    journal->copy.fd = open(journal->new_path, mode, S_IRUSR | S_IWUSR);
    if (journal->copy.fd < 0) return false;
    journal->synced = 0;
    /* Locked before it gets the journal's name, so that no other server can lock it first. */
    if (lockfile_take(journal->copy.fd, &holder) && journal_file_begin(&journal->copy)) return true;
    journal_drop_copy(journal);
    return false;
}

void journal_add_to_copy(struct journal *journal, const void *row, size_t size)
{
    if (journal_has_copy(journal)) journal_page_add(&journal->piece, row, size);
}

/* Calls fsync after each SYNC_PIECE: once at the end, for everything, it would take seconds. */
void journal_write_piece(struct journal *journal)
{
    if (!journal_has_copy(journal)) return;
    bool written = journal_file_append(&journal->copy, &journal->piece);
    if (written && journal->copy.size - journal->synced >= SYNC_PIECE) {
        written = fsync(journal->copy.fd) == 0;
        journal->synced = journal->copy.size;
    }
    if (!written) journal_drop_copy(journal);
}

void journal_drop_copy(struct journal *journal)
{
    if (!journal_has_copy(journal)) return;
    close(journal->copy.fd);
    unlink(journal->new_path);
    journal->copy.fd = -1;
    journal->piece.size = 0;
}

bool journal_end_copy(struct journal *journal)
{
    journal_write_piece(journal);
    if (!journal_has_copy(journal)) return false;
    if (journal_trouble(journal)) { /* the copy would replace what somebody has put there */
        journal_drop_copy(journal);
        return false;
    }
    /* fsync before rename: otherwise a power failure could leave an empty file under the name. */
    if (fsync(journal->copy.fd) != 0 || rename(journal->new_path, journal->target) != 0) {
        journal_drop_copy(journal);
        return false;
    }
    path_sync(journal->target);
    leave_place(journal);
    close(journal->file.fd);
    journal->file = journal->copy;
    journal->copy.fd = -1;
    journal->lost = false;
    return true;
}

/* --- a file that another program has touched --- */

bool journal_is_whole(const struct journal *journal)
{
    struct stat status;

    return journal->lost || fstat(journal->file.fd, &status) != 0
        || (status.st_nlink > 0 && (uint64_t)status.st_size == journal->file.size);
}

const char *journal_trouble(const struct journal *journal)
{
    struct stat status;

    if (journal->lost) return NULL;
    if (stat(journal->path, &status) != 0) {
        bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        return gone ? "was removed" : NULL; /* other errors tell nothing about the file */
    }
    if (!path_is(journal->path, journal->file.fd)) return "was replaced by another file";
    if ((uint64_t)status.st_size < journal->file.size) return "was cut short";
    if ((uint64_t)status.st_size > journal->file.size) return "was written to by somebody else";
    return NULL;
}

/* Resolves the name again: a symbolic link may have been changed. */
static bool look_where(struct journal *journal)
{
    char *target = path_resolve(journal->path);
    char *new_path = target ? path_with(target, COPY_ENDING) : NULL;

    if (new_path && is_name_of_copy(target)) {
        free(new_path);
        new_path = NULL;
        errno = EINVAL;
    }
    if (!new_path) {
        free(target);
        return false;
    }
    free(journal->target);
    free(journal->new_path);
    journal->target = target;
    journal->new_path = new_path;
    return true;
}

/* Locks the file that was put under the name, and renames it to FILE.aside if it is not empty. */
static bool put_aside(const struct journal *journal, int fd)
{
    struct stat status;
    long holder;

    if (fstat(fd, &status) != 0) return false;
    if (!S_ISREG(status.st_mode)) errno = EINVAL;
    if (!S_ISREG(status.st_mode) || !lockfile_take(fd, &holder)) return false;
    if (status.st_size == 0) return true;
    char *name = path_with(journal->target, ".aside");
    bool kept = name && path_keep(journal->target, fd, name);
    int error = errno;
    free(name);
    errno = error;
    return kept;
}

/* Makes sure that the file under the name is locked, so that no other server starts with it. */
static bool take_place(struct journal *journal)
{
    if (!look_where(journal)) return false;
    if (path_is(journal->target, journal->file.fd)) return true; /* ours, and locked */
    if (journal->place >= 0 && path_is(journal->target, journal->place)) return true;
    leave_place(journal);
    int fd = open_or_make(journal->target);
    if (fd < 0) return false;
    if (put_aside(journal, fd)) {
        journal->place = fd;
        return true;
    }
    int error = errno;
    close(fd);
    errno = error;
    return false;
}

bool journal_begin_anew(struct journal *journal)
{
    journal_drop_copy(journal);
    journal->lost = true;
    if (!take_place(journal)) return false;
    unlink(journal->new_path); /* a copy left behind, as in journal_open */
    return journal_begin_copy(journal);
}
