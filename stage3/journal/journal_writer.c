#include "journal_writer.h"

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

/* --- rows --- */

static bool has_keys(unsigned kind)
{
    return kind == CHANGE_MEMBER || kind == CHANGE_SESSION;
}

static void add_to_copy(void *context, const void *row, size_t size)
{
    struct journal_writer *writer = context;

    writer->copy_keys += has_keys(*(const unsigned char *)row);
    journal_add_to_copy(&writer->journal, row, size);
}

static void note(void *recorder, enum chat_change change, uint32_t index)
{
    struct journal_writer *writer = recorder;
    unsigned char row[CHANGE_LIMIT];
    size_t size = change_write(writer->chat, change, index, row);

    journal_add(&writer->journal, row, size);
    writer->keys += has_keys(change);
    /* A room that the copy does not have yet will be written whole later. */
    if (change_room(writer->chat, change, index) < writer->next_room) {
        add_to_copy(writer, row, size);
    }
}

/* The rows that every copy begins with. */
static void begin_rows(struct journal_writer *writer)
{
    unsigned char row[CHANGE_LIMIT];

    writer->copy_keys = 0;
    journal_add_to_copy(&writer->journal, row, change_write_key(writer->fingerprint, row));
    change_write_starts(&writer->chat->starts, add_to_copy, &writer->journal);
}

/* --- a journal that another program has touched --- */

static void tell_trouble(struct journal_writer *writer, const char *what)
{
    chat_tell(writer->chat, text_of(NOTICE_LOST));
    if (!program_can_log()) return;
    fprintf(stderr, "stage3 server: the journal %s %s: a whole new one is begun\n",
            writer->journal.path, what);
}

static bool begin_anew(struct journal_writer *writer)
{
    writer->next_room = 0;
    if (!journal_begin_anew(&writer->journal)) return false;
    begin_rows(writer);
    return true;
}

/* --- writing --- */

static void stall(struct journal_writer *writer, const char *what, int error, int64_t now)
{
    writer->retry_at = now + JOURNAL_WRITER_RETRY;
    chat_stall(writer->chat);
    if (now < writer->complain_at) return;
    writer->complain_at = now + JOURNAL_WRITER_COMPLAIN;
    chat_tell(writer->chat, text_of(writer->journal.lost ? NOTICE_GONE : NOTICE_FULL));
    if (!program_can_log()) return;
    fprintf(stderr, "stage3 server: cannot %s the journal %s: %s; the chat waits for it\n", what,
            writer->journal.path, error == EAGAIN ? "another server has it" : strerror(error));
}

/* Will the next start find the journal, or is a new one being written there? */
static bool is_kept(struct journal_writer *writer, int64_t now)
{
    struct journal *journal = &writer->journal;

    if (now >= writer->look_at || (journal->turn.size > 0 && !journal_is_whole(journal))) {
        writer->look_at = now + JOURNAL_WRITER_LOOK;
        const char *what = journal_trouble(journal);
        if (what) tell_trouble(writer, what);
        bool begin = what || (journal->lost && !journal_has_copy(journal));
        if (begin && !begin_anew(writer)) stall(writer, "begin anew", errno, now);
    }
    return !journal->lost || journal_has_copy(journal);
}

bool journal_writer_commit(struct journal_writer *writer, int64_t now)
{
    writer->now = now;
    if (!writer->journal.path) return true;
    if (!is_kept(writer, now)) return false;
    if (writer->chat->stalled && now < writer->retry_at) return false;
    if (journal_commit(&writer->journal)) {
        chat_settle(writer->chat);
        return true;
    }
    stall(writer, "write", errno, now);
    return false;
}

int64_t journal_writer_due(const struct journal_writer *writer)
{
    if (!writer->journal.path) return INT64_MAX;
    bool writes = journal_has_copy(&writer->journal) && !writer->chat->stalled;
    return writes ? 0 : writer->look_at;
}

/* --- a shorter journal --- */

static bool begin_copy(struct journal_writer *writer)
{
    if (!journal_begin_copy(&writer->journal)) return false;
    begin_rows(writer);
    return true;
}

static bool is_time(const struct journal_writer *writer)
{
    bool has_old_keys = writer->keys > writer->chat->rooms.chained;

    return writer->journal.file.size >= writer->shorten_at
        || (has_old_keys && writer->now >= writer->soon_at);
}

/* The longer the journal, the less often it is shortened. */
static void put_off(struct journal_writer *writer)
{
    uint64_t size = writer->journal.file.size;
    int64_t pause = (int64_t)(size / JOURNAL_WRITER_PACE);

    writer->soon_at = writer->now + (pause > JOURNAL_WRITER_SOON ? pause : JOURNAL_WRITER_SOON);
}

/* Writes some more rooms. After the last one the copy replaces the journal, and the result is
   true. */
static bool write_slice(struct journal_writer *writer)
{
    struct journal *journal = &writer->journal;
    const struct rooms *rooms = &writer->chat->rooms;

    while (writer->next_room < rooms->rooms_used && journal->piece.size < writer->slice) {
        change_write_room(writer->chat, writer->next_room++, add_to_copy, writer);
    }
    if (writer->next_room >= rooms->rooms_used) return journal_end_copy(journal);
    journal_write_piece(journal);
    return false;
}

void journal_writer_shorten(struct journal_writer *writer)
{
    struct journal *journal = &writer->journal;

    if (!journal->path || writer->chat->stalled || journal->turn.size > 0) return;
    if (!journal_has_copy(journal)) {
        if (!is_time(writer)) return;
        put_off(writer);
        /* if the copy fails, the next try waits until the journal has grown by so much */
        writer->shorten_at = journal->file.size + JOURNAL_WRITER_SHORTEN;
        if (!begin_copy(writer)) return;
    }
    bool lost = journal->lost, done = write_slice(writer);
    if (!journal_has_copy(journal)) writer->next_room = 0; /* complete, or dropped */
    if (!done) return;
    writer->keys = writer->copy_keys;
    put_off(writer);
    if (lost && program_can_log()) {
        fprintf(stderr, "stage3 server: the new journal %s is complete\n", journal->path);
    }
    writer->shorten_at = JOURNAL_WRITER_FACTOR * journal->file.size;
    if (writer->shorten_at < JOURNAL_WRITER_SHORTEN) writer->shorten_at = JOURNAL_WRITER_SHORTEN;
}

/* --- starting --- */

/* The context of take_row. */
struct start {
    struct journal_writer *writer;
    struct recovery recovery;
};

static void check_key(struct journal_writer *writer, struct text noted)
{
    writer->key_noted = text_equal(noted, writer->fingerprint);
    if (writer->key_noted) return;
    program_die("the journal %s was written under another key, with the fingerprint %.*s; the key "
                "file given now has %.*s. Name the right one with -k, or another journal with -j",
                writer->journal.path, (int)noted.size, noted.bytes, (int)writer->fingerprint.size,
                writer->fingerprint.bytes);
}

static bool take_row(void *context, struct row row)
{
    struct start *start = context;

    if (row.kind == CHANGE_KEY) {
        check_key(start->writer, row.bytes);
        return true;
    }
    start->writer->keys += has_keys(row.kind);
    switch (recovery_take(&start->recovery, row)) {
    case RECOVERY_TAKEN: return true;
    case RECOVERY_UNFIT: break;
    case RECOVERY_NO_PLACE:
        program_die("the journal has more members than -M allows: say a greater number there");
    case RECOVERY_NO_MEMORY: program_die("no memory for what is in the journal");
    }
    return false;
}

static void cannot_write(const struct journal_writer *writer)
{
    program_die("cannot write the journal %s: %s", writer->journal.path, strerror(errno));
}

static void note_start(struct journal_writer *writer)
{
    const struct starts *starts = &writer->chat->starts;
    unsigned char row[CHANGE_LIMIT];

    journal_add(&writer->journal, row, change_write_key(writer->fingerprint, row));
    journal_add(&writer->journal, row, change_write_start(starts, starts->now, row));
    if (!journal_commit(&writer->journal)) cannot_write(writer);
    /* With and without -s: if a power failure lost this row, the next start could not tell a member
       that has seen this start which entries it has missed. */
    journal_sync(&writer->journal);
}

/* Writes the good part to a new journal. The damaged file stays as FILE.damaged, in case somebody
   can recover more of it. */
static void replace(struct journal_writer *writer)
{
    const struct journal *journal = &writer->journal;
    char *name = path_with(journal->target, ".damaged");

    if (!name) program_die("no memory for the journal's name");
    if (!path_keep(journal->target, journal->file.fd, name)) {
        program_die("cannot put the damaged journal aside as %s: %s", name, strerror(errno));
    }
    fprintf(stderr, "stage3 server: the journal %s was damaged: it is kept as %s, and what is good "
            "of it is used\n", journal->path, name);
    free(name);
    bool done = false;
    if (begin_copy(writer)) {
        while (journal_has_copy(&writer->journal)) done = write_slice(writer);
    }
    if (!done) cannot_write(writer);
    writer->next_room = 0;
    writer->keys = writer->copy_keys;
}

void journal_writer_open(struct journal_writer *writer, struct chat *chat,
                         const struct journal_writer_options *options, int64_t now)
{
    struct start start = {writer, {.chat = chat, .salvage = options->salvage, .now = now}};
    struct recovery *recovery = &start.recovery;

    *writer = (struct journal_writer){.chat = chat,
                                      .fingerprint = text_of(options->fingerprint),
                                      .now = now,
                                      .complain_at = now,
                                      .look_at = now,
                                      .shorten_at = JOURNAL_WRITER_SHORTEN,
                                      .slice = JOURNAL_WRITER_SLICE};
    if (!options->path) return;
    journal_open(&writer->journal, options->path, options->sync);
    writer->damaged = journal_read(&writer->journal, options->salvage, take_row, &start);
    recovery->salvage = writer->damaged;
    if (!recovery_end(recovery)) program_die("no memory for what is in the journal");
}

void journal_writer_begin(struct journal_writer *writer)
{
    if (!writer->journal.path) return;
    if (writer->damaged) replace(writer);
    else note_start(writer);
    writer->chat->record = note;
    writer->chat->recorder = writer;
}

/* Finishes a journal that was begun anew: an incomplete copy would be lost. */
void journal_writer_close(struct journal_writer *writer)
{
    struct journal *journal = &writer->journal;
    bool done = !journal->path || !journal->lost;

    if (!done && (journal_has_copy(journal) || begin_anew(writer))) {
        while (journal_has_copy(journal)) done = write_slice(writer);
    }
    if (!done) {
        fprintf(stderr, "stage3 server: the journal %s is gone, and no new one could be written\n",
                journal->path);
    }
    journal_close(&writer->journal);
}
