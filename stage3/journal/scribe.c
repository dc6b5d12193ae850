#include "scribe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/program.h"
#include "recovery.h"

#define NOTICE_FULL "the journal is full"
#define NOTICE_LOST "the journal was removed or replaced; a new one is begun"
#define NOTICE_GONE "the journal is gone, and no new one can be begun"

/* --- what is written --- */

static bool has_keys(unsigned kind)
{
    return kind == CHANGE_MEMBER || kind == CHANGE_SESSION;
}

static void add_to_copy(void *context, const void *row, size_t size)
{
    struct scribe *scribe = context;

    scribe->copy_keys += has_keys(*(const unsigned char *)row);
    journal_add_to_copy(&scribe->journal, row, size);
}

static void note(void *recorder, enum chat_change change, uint32_t index)
{
    struct scribe *scribe = recorder;
    unsigned char row[CHANGE_LIMIT];
    size_t size = change_write(scribe->chat, change, index, row);

    journal_add(&scribe->journal, row, size);
    scribe->keys += has_keys(change);
    /* Of rooms that are not in the copy yet, it will get all there is then. */
    if (change_room(scribe->chat, change, index) < scribe->next_room) {
        add_to_copy(scribe, row, size);
    }
}

/* What every copy begins with. */
static void begin_rows(struct scribe *scribe)
{
    unsigned char row[CHANGE_LIMIT];

    scribe->copy_keys = 0;
    journal_add_to_copy(&scribe->journal, row, change_write_key(scribe->fingerprint, row));
    change_write_starts(&scribe->chat->starts, add_to_copy, &scribe->journal);
}

/* --- a journal that somebody else has touched --- */

static void tell_trouble(struct scribe *scribe, const char *what)
{
    chat_tell(scribe->chat, text_of(NOTICE_LOST));
    if (!program_can_log()) return;
    fprintf(stderr, "stage3 server: the journal %s %s: a whole new one is begun\n",
            scribe->journal.path, what);
}

static bool begin_anew(struct scribe *scribe)
{
    scribe->next_room = 0;
    if (!journal_begin_anew(&scribe->journal)) return false;
    begin_rows(scribe);
    return true;
}

/* --- writing --- */

static void complain(struct scribe *scribe, const char *what, int error, int64_t now)
{
    if (now < scribe->complain_at) return;
    scribe->complain_at = now + SCRIBE_COMPLAIN;
    chat_tell(scribe->chat, text_of(scribe->journal.lost ? NOTICE_GONE : NOTICE_FULL));
    if (!program_can_log()) return;
    fprintf(stderr, "stage3 server: cannot %s the journal %s: %s; the chat waits for it\n", what,
            scribe->journal.path, error == EAGAIN ? "another server has it" : strerror(error));
}

static void stall(struct scribe *scribe, const char *what, int error, int64_t now)
{
    scribe->retry_at = now + SCRIBE_RETRY;
    chat_stall(scribe->chat);
    complain(scribe, what, error, now);
}

/* Is the journal where it will be found at the next start, or on its way there? */
static bool is_kept(struct scribe *scribe, int64_t now)
{
    struct journal *journal = &scribe->journal;

    if (now >= scribe->look_at || (journal->turn.size > 0 && !journal_is_whole(journal))) {
        scribe->look_at = now + SCRIBE_LOOK;
        const char *what = journal_trouble(journal);
        if (what) tell_trouble(scribe, what);
        bool begin = what || (journal->lost && !journal_has_copy(journal));
        if (begin && !begin_anew(scribe)) stall(scribe, "begin anew", errno, now);
    }
    return !journal->lost || journal_has_copy(journal);
}

bool scribe_commit(struct scribe *scribe, int64_t now)
{
    scribe->now = now;
    if (!scribe->journal.path) return true;
    if (!is_kept(scribe, now)) return false;
    if (scribe->chat->stalled && now < scribe->retry_at) return false;
    if (journal_commit(&scribe->journal)) {
        chat_settle(scribe->chat);
        return true;
    }
    stall(scribe, "write", errno, now);
    return false;
}

int64_t scribe_due(const struct scribe *scribe)
{
    if (!scribe->journal.path) return INT64_MAX;
    bool writes = journal_has_copy(&scribe->journal) && !scribe->chat->stalled;
    return writes ? 0 : scribe->look_at;
}

/* --- a shorter journal --- */

static bool begin_copy(struct scribe *scribe)
{
    if (!journal_begin_copy(&scribe->journal)) return false;
    begin_rows(scribe);
    return true;
}

static bool has_old_keys(const struct scribe *scribe)
{
    return scribe->keys > scribe->chat->rooms.chained;
}

static bool is_time(const struct scribe *scribe)
{
    if (scribe->journal.file.size >= scribe->shorten_at) return true;
    return has_old_keys(scribe) && scribe->now >= scribe->soon_at;
}

/* A long journal is shortened the less often. */
static void put_off(struct scribe *scribe)
{
    uint64_t size = scribe->journal.file.size;
    int64_t pause = (int64_t)(size / SCRIBE_PACE);

    scribe->soon_at = scribe->now + (pause > SCRIBE_SOON ? pause : SCRIBE_SOON);
}

/* Some rooms more; after the last one it takes the journal's place, and the result is true. */
static bool write_slice(struct scribe *scribe)
{
    struct journal *journal = &scribe->journal;
    const struct rooms *rooms = &scribe->chat->rooms;

    while (scribe->next_room < rooms->rooms_used && journal->piece.size < scribe->slice) {
        change_write_room(scribe->chat, scribe->next_room++, add_to_copy, scribe);
    }
    if (scribe->next_room >= rooms->rooms_used) return journal_end_copy(journal);
    journal_write_piece(journal);
    return false;
}

void scribe_shorten(struct scribe *scribe)
{
    struct journal *journal = &scribe->journal;

    if (!journal->path || scribe->chat->stalled || journal->turn.size > 0) return;
    if (!journal_has_copy(journal)) {
        if (!is_time(scribe)) return;
        put_off(scribe);
        scribe->shorten_at = journal->file.size + SCRIBE_SHORTEN; /* if it fails: later again */
        if (!begin_copy(scribe)) return;
    }
    bool lost = journal->lost, done = write_slice(scribe);
    if (!journal_has_copy(journal)) scribe->next_room = 0; /* or it was given up */
    if (!done) return;
    scribe->keys = scribe->copy_keys;
    put_off(scribe);
    if (lost && program_can_log()) {
        fprintf(stderr, "stage3 server: the new journal %s is complete\n", journal->path);
    }
    scribe->shorten_at = SCRIBE_FACTOR * journal->file.size;
    if (scribe->shorten_at < SCRIBE_SHORTEN) scribe->shorten_at = SCRIBE_SHORTEN;
}

/* --- starting --- */

/* What the rows of the file go into. */
struct start {
    struct scribe *scribe;
    struct recovery recovery;
};

static void check_key(struct scribe *scribe, struct text noted)
{
    scribe->key_noted = text_equal(noted, scribe->fingerprint);
    if (scribe->key_noted) return;
    program_die("the journal %s was written under another key, with the fingerprint %.*s; the key "
                "file given now has %.*s. Name the right one with -k, or another journal with -j",
                scribe->journal.path, (int)noted.size, noted.bytes, (int)scribe->fingerprint.size,
                scribe->fingerprint.bytes);
}

static bool take_row(void *context, struct row row)
{
    struct start *start = context;

    if (row.kind == CHANGE_KEY) {
        check_key(start->scribe, row.bytes);
        return true;
    }
    start->scribe->keys += has_keys(row.kind);
    switch (recovery_take(&start->recovery, row)) {
    case RECOVERY_TAKEN: return true;
    case RECOVERY_UNFIT: break;
    case RECOVERY_NO_PLACE:
        program_die("the journal has more members than -M allows: say a greater number there");
    case RECOVERY_NO_MEMORY: program_die("no memory for what is in the journal");
    }
    return false;
}

static void cannot_write(const struct scribe *scribe)
{
    program_die("cannot write the journal %s: %s", scribe->journal.path, strerror(errno));
}

static void note_start(struct scribe *scribe)
{
    const struct starts *starts = &scribe->chat->starts;
    unsigned char row[CHANGE_LIMIT];

    journal_add(&scribe->journal, row, change_write_key(scribe->fingerprint, row));
    journal_add(&scribe->journal, row, change_write_start(starts, starts->now, row));
    if (!journal_commit(&scribe->journal)) cannot_write(scribe);
    /* Always: if this were lost in a power failure, whoever was told of this start would have to be
       told that nobody knows what is missing. */
    journal_sync(&scribe->journal);
}

/* What was good of it becomes a new journal. The damaged one stays, as FILE.damaged, for whoever
   knows better. */
static void replace(struct scribe *scribe)
{
    const struct journal *journal = &scribe->journal;
    char *name = path_with(journal->target, ".damaged");

    if (!name) program_die("no memory for the journal's name");
    if (!path_keep(journal->target, journal->file.fd, name)) {
        program_die("cannot put the damaged journal aside as %s: %s", name, strerror(errno));
    }
    fprintf(stderr, "stage3 server: the journal %s was damaged: it is kept as %s, and what is good "
            "of it is used\n", journal->path, name);
    free(name);
    bool done = false;
    if (begin_copy(scribe)) {
        while (journal_has_copy(&scribe->journal)) done = write_slice(scribe);
    }
    if (!done) cannot_write(scribe);
    scribe->next_room = 0;
    scribe->keys = scribe->copy_keys;
}

void scribe_open(struct scribe *scribe, struct chat *chat, const char *path,
                 const char *fingerprint, bool sync, bool salvage, int64_t now)
{
    struct start start = {scribe, {.chat = chat, .salvage = salvage, .now = now}};
    struct recovery *recovery = &start.recovery;

    *scribe = (struct scribe){.chat = chat, .fingerprint = text_of(fingerprint),
                              .now = now, .complain_at = now, .look_at = now,
                              .shorten_at = SCRIBE_SHORTEN, .slice = SCRIBE_SLICE};
    if (!path) return;
    journal_open(&scribe->journal, path, sync);
    scribe->damaged = journal_read(&scribe->journal, salvage, take_row, &start);
    recovery->salvage = scribe->damaged;
    if (!recovery_end(recovery)) program_die("no memory for what is in the journal");
}

void scribe_begin(struct scribe *scribe)
{
    if (!scribe->journal.path) return;
    if (scribe->damaged) replace(scribe);
    else note_start(scribe);
    scribe->chat->record = note;
    scribe->chat->recorder = scribe;
}

/* A journal that was begun anew is finished first: without its last room it says nothing. */
void scribe_close(struct scribe *scribe)
{
    struct journal *journal = &scribe->journal;
    bool done = !journal->path || !journal->lost;

    if (!done && (journal_has_copy(journal) || begin_anew(scribe))) {
        while (journal_has_copy(journal)) done = write_slice(scribe);
    }
    if (!done) {
        fprintf(stderr, "stage3 server: the journal %s is gone, and no new one could be written\n",
                journal->path);
    }
    journal_close(&scribe->journal);
}
