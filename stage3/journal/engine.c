#include "engine.h"

#include "journal_writer.h"

static struct journal_writer writer;
static const char *path;
static bool sync_each, salvage;

static void option(int letter, const char *value)
{
    switch (letter) {
    case 'j': path = value; break;
    case 's': sync_each = true; break;
    default: salvage = true; break;
    }
}

static bool open_journal(struct chat *chat, const char *fingerprint, int64_t now)
{
    struct journal_writer_options options = {path, fingerprint, sync_each, salvage};

    journal_writer_open(&writer, chat, &options, now);
    return true;
}

/* A journal is begun only with a key that has been tested, so the key that it names is good. */
static bool knows_key(void)
{
    return writer.key_noted;
}

static void begin(void)
{
    journal_writer_begin(&writer);
}

static int64_t watch(struct net_set *set, int64_t now)
{
    (void)set, (void)now;
    return journal_writer_due(&writer);
}

static bool commit(int64_t now)
{
    return journal_writer_commit(&writer, now);
}

static void spare(void)
{
    journal_writer_shorten(&writer);
}

/* Members stay: their sessions go on when the server is back. */
static enum leaving leave(int64_t now)
{
    (void)now;
    return LEAVING_STAYS;
}

static void close_journal(void)
{
    journal_writer_close(&writer);
}

const struct engine journal_engine = {
    JOURNAL_ENGINE,
    .synopsis = "[-j JOURNAL] [-s] [-S]",
    .usage =
        "  -j JOURNAL      keep rooms and members in this file and restore them at the next start\n"
        "  -s              wait until the disk has it: then even a power failure loses nothing\n"
        "  -S              if the journal is damaged, go on with what is good of it\n",
    .farewell = "the server is restarting",
    .option = option,
    .open = open_journal,
    .knows_key = knows_key,
    .begin = begin,
    .watch = watch,
    .commit = commit,
    .spare = spare,
    .leave = leave,
    .close = close_journal,
};
