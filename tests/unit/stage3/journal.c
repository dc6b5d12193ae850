/* links: stage3/chat/receive.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/wire/tcrp.c */
/* links: stage3/admission/alone.c */
/* links: stage3/journal/journal_file.c */
/* links: stage3/journal/journal_writer.c stage3/journal/journal.c stage3/journal/lockfile.c */
/* links: stage3/base/path.c stage3/journal/record.c stage3/base/ordinary.c stage3/journal/crc.c */
/* links: stage3/journal/recovery.c stage3/journal/change.c stage3/chat/chat.c */
/* links: stage3/admission/admission.c stage3/chat/room.c stage3/chat/session.c stage3/chat/log.c */
/* links: stage3/chat/wheel.c stage3/chat/throttle.c stage3/wire/assembly.c stage3/wire/frame.c */
/* links: stage3/wire/packet.c stage3/wire/seal.c stage3/base/table.c stage3/base/hash.c */
/* links: stage3/base/random.c stage3/base/program.c stage3/net/net.c stage3/base/address.c */
/* links: stage3/base/text.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c stage3/chat/announce.c stage3/chat/starts.c */
/* links: stage3/wire/welcome.c stage3/wire/request.c stage3/chat/lost.c stage3/chat/inbox.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * journal: the file. It is written, cut, damaged, locked and shortened, the disk is full, and each
 * time the server is started anew from it. What ends the program is tried in a process of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUESTS 100
#include "journal/journal_writer.h"
#include "life.h"
#include "tap.h"

enum { PATH = 300, FILE_SPACE = 1024 * 1024, SAID_SPACE = 2000 };

static char folder[PATH], path[PATH + 20], other[PATH + 20], said_path[PATH + 20];
static struct journal_writer writer;
static const char *fingerprint = "0123456789abcdef";

/* --- files --- */

/* Instead of the system's: that of a file system which has no links. */
static bool no_links;
int link(const char *from, const char *to)
{
    errno = EPERM;
    return no_links ? -1 : linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

static const char *with(const char *ending)
{
    static char name[PATH + 40];

    snprintf(name, sizeof name, "%s%s", path, ending);
    return name;
}

static size_t read_file(const char *name, void *bytes, size_t room)
{
    int fd = open(name, O_RDONLY);
    ssize_t size = fd < 0 ? 0 : read(fd, bytes, room);

    if (fd >= 0) close(fd);
    return size < 0 ? 0 : (size_t)size;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) abort();
    close(fd);
}

static bool exists(const char *name)
{
    struct stat status;

    return stat(name, &status) == 0;
}

static off_t file_size(const char *name)
{
    struct stat status;

    return stat(name, &status) == 0 ? status.st_size : -1;
}

static void clear(void)
{
    static const char *const endings[] = {"", ".new", ".damaged", ".aside"};

    for (unsigned i = 0; i < 4; i++) unlink(with(endings[i]));
    unlink(other);
}

/* --- servers --- */

static void start(bool salvage)
{
    guests_begin(64, 64);
    struct journal_writer_options options = {path, fingerprint, false, salvage};
    journal_writer_open(&writer, &chat, &options, now);
    journal_writer_begin(&writer);
}

static void end(void)
{
    journal_writer_close(&writer);
    guests_end();
}

static bool turn(void)
{
    bool written = journal_writer_commit(&writer, now);

    if (written) guests_flush();
    journal_writer_shorten(&writer);
    return written;
}

/* Starts a server from the file, in a process of its own, and ends it by a signal. Returns how it
   ended by itself, or 0. What it had to say stands in `said`. */
static char said[SAID_SPACE];

static int try_start(bool salvage, bool (*is_right)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (dup2(fd, 2) < 0) _exit(99);
        start(salvage);
        _exit(is_right && !is_right() ? 98 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    memset(said, 0, sizeof said);
    read_file(said_path, said, sizeof said - 1);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(const char *what)
{
    return strstr(said, what) != NULL;
}

/* The same, but the file is gone between its opening and its reading. */
static int try_to_read_nothing(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct journal journal;
        int fd = open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (dup2(fd, 2) < 0) _exit(99);
        journal_open(&journal, path, false);
        close(journal.file.fd);
        journal_read(&journal, false, NULL, NULL);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    memset(said, 0, sizeof said);
    read_file(said_path, said, sizeof said - 1);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- opening --- */

static void opening(void)
{
    struct stat status;

    clear();
    umask(0);
    start(false);
    ok(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600, "the file is for its owner");
    unsigned char first[SEAL_ID];
    memcpy(first, starts_id(&chat.starts, 1), SEAL_ID);
    ok(chat.starts.now == 1, "the first start has the number 1");
    end();
    start(false);
    ok(chat.starts.now == 2 && starts_number(&chat.starts, first) == 1,
       "the second start has the number 2 and knows the first");
    end();
    ok(try_start(false, NULL) == 0 && said[0] == '\0',
       "an undamaged journal is read without a message");
    ok(try_to_read_nothing() == 1 && says("cannot read the journal"), "a file must be readable");
    chmod(path, 0640);
    ok(try_start(false, NULL) == 1 && says("others may read the journal") && says("chmod 600"),
       "a file that others may read is refused");
    write_file(path, "dear diary", 10);
    chmod(path, 0600);
    ok(try_start(true, NULL) == 1 && says("is no journal of this program"),
       "another file is refused as a journal");
    ok(file_size(path) == 10, "the other file is left alone");
    clear();
    mkdir(path, 0700);
    ok(try_start(false, NULL) == 1, "a folder is refused as a journal");
    rmdir(path);
    write_file(path, "chat3 jou", 9);
    ok(try_start(false, NULL) == 0 && file_size(path) > 28,
       "a journal whose title is incomplete is accepted");
}

/* The same file under another name. */
static int start_as(const char *name, int (*make)(const char *, const char *))
{
    char real[sizeof path];

    unlink(name);
    if (make(path, name) != 0) abort();
    memcpy(real, path, sizeof path);
    memcpy(path, name, sizeof path);
    int status = try_start(false, NULL);
    memcpy(path, real, sizeof path);
    unlink(name);
    return status;
}

static void locking(void)
{
    int ready[2];
    char byte;

    clear();
    if (pipe(ready) != 0) abort();
    fflush(stdout);
    pid_t holder = fork();
    if (holder == 0) {
        start(false);
        if (write(ready[1], "x", 1) != 1) _exit(1);
        pause();
        _exit(0);
    }
    if (read(ready[0], &byte, 1) != 1) abort();
    char number[30];
    snprintf(number, sizeof number, "process %ld", (long)holder);
    ok(try_start(false, NULL) == 1 && says("in use by another server") && says(number),
       "a second server is refused, and the message names the first");
    ok(start_as(other, symlink) == 1 && says(number),
       "a second server is refused by a symbolic link");
    ok(start_as(other, link) == 1 && says(number), "a second server is refused by a hard link");
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    ok(try_start(false, NULL) == 0, "a killed server's journal is free");
    close(ready[0]);
    close(ready[1]);
}

/* --- what comes back --- */

static struct chat was; /* as it was when the server ended */

static bool is_same(void)
{
    return same_chat(&was, &chat);
}

/* A file with some life in it; the last record is one line. */
static void live_a_little(void)
{
    clear();
    start(false);
    guests_meet(4);
    turn();
    for (int i = 0; i < 10; i++) {
        guest_does(1, ITEM_SAY, "a line");
        turn();
    }
    was = chat;
}

static void another_key(void)
{
    static unsigned char bytes[FILE_SPACE], now_bytes[FILE_SPACE];
    const char *ours = fingerprint;

    live_a_little();
    end();
    size_t size = read_file(path, bytes, sizeof bytes);
    fingerprint = "123456789abcdef0";
    for (int salvage = 0; salvage < 2; salvage++) {
        ok(try_start(salvage == 1, NULL) == 1 && says(ours) && says(fingerprint)
               && says("was written under another key") && says("-k"),
           "a journal written under another key is refused%s", salvage ? ", with -S, too" : "");
    }
    ok(read_file(path, now_bytes, sizeof now_bytes) == size && memcmp(bytes, now_bytes, size) == 0,
       "the refused journal is not changed");
    fingerprint = ours;
    start(false);
    writer.shorten_at = 0;
    while (journal_writer_shorten(&writer), journal_has_copy(&writer.journal)) continue;
    end();
    fingerprint = "123456789abcdef0";
    ok(try_start(false, NULL) == 1 && says(ours),
       "a shortened journal under another key is refused");
    fingerprint = ours;
}

static void torn(void)
{
    static unsigned char bytes[FILE_SPACE];
    unsigned wrong = 0;

    live_a_little();
    uint64_t last = writer.journal.file.size;
    struct log *log = &was.rooms.rooms[0].log;
    uint64_t lines = log->end;
    uint32_t position = log->position;
    guest_does(1, ITEM_SAY, "the last line");
    turn();
    journal_writer_close(&writer);
    size_t size = read_file(path, bytes, sizeof bytes);
    ok(size > last + 50 && try_start(false, is_same) == 0,
       "everything comes back from the journal");
    log->end = lines; /* what it was a line before */
    log->position = position;
    was.rooms.members[guests[1].member].session.accepted--;
    for (size_t cut = size - 1; cut > last; cut -= cut > last + 5 && cut < size - 5 ? 5 : 1) {
        write_file(path, bytes, cut);
        wrong += try_start(false, is_same) != 0 || !says("in the middle of a record");
        if (cut % 4 > 0) continue;
        wrong += try_start(false, is_same) != 0 || said[0] != '\0';
    }
    ok(wrong == 0, "a journal with a torn last record comes back without it");
    write_file(path, bytes, (size_t)last);
    ok(try_start(false, is_same) == 0 && said[0] == '\0',
       "a journal without the last record comes back silently");
    guests_end();
}

static bool has_space(void)
{
    return chat.rooms.room_count == 1 && chat.rooms.member_count == 4;
}

static void damaged(void)
{
    static unsigned char bytes[FILE_SPACE], now_bytes[FILE_SPACE];
    unsigned refused = 0, tried = 0, salvaged = 0, kept = 0;

    live_a_little();
    uint64_t before = writer.journal.file.size;
    guest_does(1, ITEM_SAY, "a line that will be damaged");
    turn();
    uint64_t behind = writer.journal.file.size;
    guest_does(2, ITEM_SAY, "a line behind it");
    turn();
    end();
    size_t size = read_file(path, bytes, sizeof bytes);
    for (uint64_t at = before; at < behind; at += 11, tried++) {
        clear();
        bytes[at] ^= (unsigned char)(1 << tried % 8);
        write_file(path, bytes, size);
        refused += try_start(false, NULL) == 1 && says("is damaged at byte") && says("-S");
        refused += read_file(path, now_bytes, sizeof now_bytes) == size
            && memcmp(bytes, now_bytes, size) == 0;
        salvaged += try_start(true, has_space) == 0 && says(".damaged");
        salvaged += try_start(false, has_space) == 0 && said[0] == '\0';
        kept += read_file(with(".damaged"), now_bytes, sizeof now_bytes) == size
            && memcmp(bytes, now_bytes, size) == 0;
        bytes[at] ^= (unsigned char)(1 << tried % 8);
    }
    ok(refused == 2 * tried, "a wrong bit in the middle stops the start, and nothing is changed");
    ok(salvaged == 2 * tried, "-S salvages the rest");
    ok(kept == tried, "the damaged file is kept");
    clear();
    bytes[before] ^= 1;
    write_file(path, bytes, size);
    no_links = true;
    ok(try_start(true, has_space) == 0
           && read_file(with(".damaged"), now_bytes, sizeof now_bytes) == size
           && memcmp(bytes, now_bytes, size) == 0,
       "the damaged file is kept where there are no hard links");
    no_links = false;
    bytes[before] ^= 1;
    clear();
    bytes[3] ^= 1;
    write_file(path, bytes, size);
    ok(try_start(false, NULL) == 1 && try_start(true, has_space) == 0,
       "a damaged title stops the start, unless -S is given");
}

/* --- the disk is full --- */

static void limit(off_t size)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size < 0 ? limit.rlim_max : (rlim_t)size;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) abort();
}

/* The limit is for our own output, too: what is seen under it is told later. */
static void full(void)
{
    live_a_little();
    off_t size = file_size(path);
    guests_forget();
    int real_stderr = dup(2), fd = open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (dup2(fd, 2) < 0) abort();
    writer.complain_at = 0;
    limit(size + 40); /* a record begins to fit, but does not */
    guest_does(1, ITEM_SAY, "too much");
    bool untouched = !turn() && file_size(path) == size;
    bool told = got(0, "N") && got(1, "N") && got_text(2, "the journal is full");
    bool no_more = guests[1].accepted == 10;
    for (int i = 0; i < 5; i++) {
        guest_does(2, ITEM_SAY, "not now");
        guests[2].peer.number--;
        now += 500;
        turn();
    }
    bool still = got(0, "N") && file_size(path) == size;
    limit(-1);
    dup2(real_stderr, 2);
    close(real_stderr);
    close(fd);
    memset(said, 0, sizeof said);
    read_file(said_path, said, sizeof said - 1);
    ok(untouched, "a record is written whole or not at all");
    ok(told && no_more, "members are told that, and nothing else");
    ok(says("cannot write the journal") && says(strerror(EFBIG)),
       "the operator is told why the journal cannot be written");
    ok(still, "nothing changes while there is no space");
    ok(!turn() && file_size(path) == size, "the writer pauses after a failure");
    now += 1000;
    ok(turn() && got(0, "NS") && got_text(0, "too much") && guests[1].accepted == 11,
       "the writer continues when there is space");
    guest_does(2, ITEM_SAY, "now");
    turn();
    ok(got(0, "NSS") && got_text(0, "now"), "an item from meanwhile is written");
    was = chat;
    journal_writer_close(&writer);
    ok(try_start(false, is_same) == 0, "everything is in the file");
    guests_end();
    clear();
    limit(30);
    int status = try_start(false, NULL);
    limit(-1);
    ok(status == 1, "a start without space fails");
}

/* The disk has space for all of a record but its last byte. */
static void full_by_a_byte(void)
{
    live_a_little();
    off_t size = file_size(path);
    guest_does(1, ITEM_SAY, "one more");
    off_t needed = (off_t)(RECORD_HEAD + writer.journal.turn.size + RECORD_TAIL);
    writer.complain_at = INT64_MAX; /* it would complain on stderr */
    limit(size + needed - 1);
    ok(!turn() && file_size(path) == size, "a record that lacks one byte of space is not written");
    limit(-1);
    now += JOURNAL_WRITER_RETRY;
    ok(turn() && file_size(path) == size + needed,
       "the record is written with the missing byte of space");
    end();
}

/* --- shortening --- */

static bool is_directory(const char *name)
{
    struct stat status;

    return lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The state that a server would have that was started now, from a copy of the file as it is. */
static bool would_be_same(void)
{
    static unsigned char bytes[FILE_SPACE];
    char real[sizeof path];

    size_t size = read_file(path, bytes, sizeof bytes);
    if (size == FILE_SPACE) abort();
    write_file(other, bytes, size);
    was = chat;
    memcpy(real, path, sizeof path);
    memcpy(path, other, sizeof path);
    int status = try_start(false, is_same);
    memcpy(path, real, sizeof path);
    return status == 0 && said[0] == '\0';
}

/* Nothing can be made beside the journal: it stays as it is, and grows. */
static void not_shortening(void)
{
    clear();
    start(false);
    for (unsigned i = 0; i < 300; i++) {
        now += peer_below(300);
        act(peer_below(PEOPLE));
        chat_tick(&chat, now);
        if (!turn()) abort();
    }
    if (mkdir(with(".new"), 0700) != 0) abort();
    off_t size = file_size(path);
    writer.shorten_at = 0;
    writer.now = now;
    journal_writer_shorten(&writer);
    ok(!journal_has_copy(&writer.journal) && file_size(path) == size && is_directory(with(".new")),
       "a shorter journal that cannot be begun is not begun");
    ok(writer.shorten_at > (uint64_t)size, "a shorter journal is not tried again in each turn");
    act(0);
    ok(turn() && would_be_same(), "the long one goes on");
    if (rmdir(with(".new")) != 0) abort();
    writer.shorten_at = 0;
    bool good = true;
    for (unsigned i = 0; i < 20; i++) good = turn() && good;
    ok(good && file_size(path) < size && would_be_same(),
       "the journal is shortened when the obstacle is gone");
    end();
}

static void due(void)
{
    live_a_little();
    turn();
    int64_t quiet = journal_writer_due(&writer);
    ok(quiet > now && quiet <= now + JOURNAL_WRITER_LOOK,
       "the journal is due at the next look at its file if nothing is to be written");
    writer.shorten_at = 0;
    writer.slice = 1;
    journal_writer_shorten(&writer);
    ok(journal_has_copy(&writer.journal) && journal_writer_due(&writer) == 0,
       "a shorter journal that is being written makes it due at once");
    while (journal_writer_shorten(&writer), journal_has_copy(&writer.journal)) continue;
    end();
}

/* The number that the next descriptor will have: it rises if one is left open. */
static int free_descriptor(void)
{
    int descriptor = open("/dev/null", O_RDONLY);

    close(descriptor);
    return descriptor;
}

/* The file for it can be made, and nothing can be written to it, not even what it begins with. */
static void not_beginning(void)
{
    live_a_little();
    journal_writer_close(&writer);
    ok(try_start(true, is_same) == 0 && said[0] == '\0',
       "a good journal is read as it is, though damage was allowed");
    guests_end();
    live_a_little();
    int before = free_descriptor();
    writer.shorten_at = 0;
    limit(4);
    journal_writer_shorten(&writer);
    bool begun = journal_has_copy(&writer.journal);
    limit(-1);
    ok(!begun && !exists(with(".new")) && free_descriptor() == before,
       "a shorter journal that ends at its beginning leaves neither a file nor a descriptor");
    guest_does(1, ITEM_SAY, "a line");
    ok(turn() && would_be_same(), "the long one goes on");
    writer.shorten_at = 0;
    while (journal_writer_shorten(&writer), journal_has_copy(&writer.journal)) continue;
    ok(!exists(with(".new")) && would_be_same(), "the journal is shortened when there is space");
    end();
}

static void shortening(void)
{
    unsigned wrong = 0, shorter = 0, slices = 0;
    bool began = false;

    clear();
    start(false);
    writer.slice = 1; /* a room at a time */
    int free_at_first = free_descriptor();
    for (unsigned i = 0; i < 6000; i++) {
        now += peer_below(300);
        for (unsigned j = peer_below(6); j > 0; j--) act(peer_below(PEOPLE));
        chat_tick(&chat, now);
        if (i % 197 == 50) writer.shorten_at = 0;
        off_t before = file_size(path);
        if (!turn()) abort();
        slices += journal_has_copy(&writer.journal);
        bool done = began && !journal_has_copy(&writer.journal);
        began = journal_has_copy(&writer.journal);
        shorter += done && file_size(path) < before;
        if (done || i % 200 == 0) wrong += !would_be_same();
    }
    ok(slices > 100 && shorter > 20,
       "the journal was shortened %u times in %u slices", shorter, slices);
    ok(wrong == 0, "the shortened journal always means the same");
    ok(!exists(with(".new")), "no file is left beside the journal");
    ok(free_descriptor() == free_at_first, "the file of a journal that was shortened is closed");
    writer.shorten_at = 0;
    turn();
    ok(exists(with(".new")), "a server may end while it shortens");
    was = chat;
    close(writer.journal.file.fd);
    writer.journal.file.fd = -1;
    ok(try_start(false, is_same) == 0 && !exists(with(".new")),
       "the next start removes the unfinished file");
    end();
}

static bool is_link(const char *name)
{
    struct stat status;

    return lstat(name, &status) == 0 && S_ISLNK(status.st_mode);
}

/* The journal lies elsewhere, and its name is a link to a link to it. */
static void linked(void)
{
    char far[PATH + 40], far_new[PATH + 40], between[PATH + 40];

    clear();
    snprintf(far, sizeof far, "%s/far", folder);
    if (mkdir(far, 0700) != 0) abort();
    snprintf(far, sizeof far, "%s/far/data", folder);
    snprintf(far_new, sizeof far_new, "%s/far/data.new", folder);
    snprintf(between, sizeof between, "%s/far/link", folder);
    if (symlink("data", between) != 0 || symlink("far/link", path) != 0) abort();
    start(false);
    ok(exists(far), "a link to nothing: the journal is begun where it leads");
    guests_meet(4);
    turn();
    off_t before = file_size(far);
    writer.slice = 1;
    writer.shorten_at = 0;
    turn();
    bool beside = exists(far_new) || file_size(far) != before;
    while (journal_has_copy(&writer.journal)) turn();
    ok(beside && is_link(path) && is_link(between) && !exists(far_new),
       "the file is shortened behind the links, which stay");
    was = chat;
    ok(start_as(other, symlink) == 1 && says("in use by another server"),
       "the shorter one is locked, too");
    journal_writer_close(&writer);
    ok(try_start(false, is_same) == 0, "everything comes back through the links");
    guests_end();
    unlink(far);
    unlink(between);
    if (symlink("link", between) != 0) abort();
    ok(try_start(false, NULL) == 1 && says(strerror(ELOOP)), "a link to itself is refused");
    unlink(between);
    clear();
    snprintf(between, sizeof between, "%s/far", folder);
    rmdir(between);
}

static void named_like_a_copy(void)
{
    char real[sizeof path];

    live_a_little();
    end();
    if (rename(path, with(".new")) != 0) abort();
    off_t size = file_size(with(".new"));
    memcpy(real, path, sizeof path);
    memcpy(path, with(".new"), sizeof path);
    ok(try_start(false, NULL) == 1 && says("cannot be the journal") && file_size(path) == size,
       "a journal cannot have the name of a shorter copy");
    memcpy(path, real, sizeof path);
}

/* --- keys of sessions that are over --- */

static unsigned char old_keys[4][SEAL_KEY]; /* of guest 1, who leaves, and 2, who stays */

static void note_keys(void)
{
    memcpy(old_keys[0], member_of(1)->session.up, SEAL_KEY);
    memcpy(old_keys[1], member_of(1)->session.down, SEAL_KEY);
    memcpy(old_keys[2], member_of(2)->session.up, SEAL_KEY);
    memcpy(old_keys[3], member_of(2)->session.down, SEAL_KEY);
}

static bool file_has(const unsigned char key[SEAL_KEY])
{
    static unsigned char bytes[FILE_SPACE];
    size_t size = read_file(path, bytes, sizeof bytes);

    for (size_t i = 0; i + SEAL_KEY <= size; i++) {
        if (memcmp(bytes + i, key, SEAL_KEY) == 0) return true;
    }
    return false;
}

/* So many seconds go by; the one who has left is forgotten at some time. */
static void let_pass(unsigned seconds)
{
    while (seconds-- > 0) {
        now += 1000;
        chat_tick(&chat, now);
        turn();
        while (journal_has_copy(&writer.journal)) turn();
    }
}

static void forgets_keys(void)
{
    live_a_little();
    note_keys();
    off_t before = file_size(path);
    let_pass(30);
    ok(file_size(path) >= before && file_has(old_keys[0]) && file_has(old_keys[2]),
       "nothing is shortened while all members are there");
    guest_does(1, ITEM_LEAVE, "");
    turn();
    let_pass(JOURNAL_WRITER_SOON / 1000 + 2);
    ok(!file_has(old_keys[0]) && !file_has(old_keys[1]),
       "soon after one has left its keys are gone");
    ok(file_has(old_keys[2]) && file_has(old_keys[3]), "the keys of the other members are kept");
    ok(would_be_same(), "everything else is kept");
    guest_does(3, ITEM_LEAVE, "");
    turn();
    memcpy(old_keys[0], member_of(3)->session.up, SEAL_KEY);
    for (int i = 0; i < 3; i++) chat_tick(&chat, now += 20);
    journal_writer_commit(&writer, now);
    journal_writer_close(&writer);
    guests_end();
    bool was_there = file_has(old_keys[0]);
    start(false);
    let_pass(90);
    ok(was_there && !file_has(old_keys[0]), "the keys of a member that left go after a start");
    end();
}

/* There is space for what is new, but not for a copy. */
static void no_space_to_shorten(void)
{
    live_a_little();
    writer.shorten_at = 0;
    writer.slice = 1;
    if (mkdir(with(".new"), 0700) != 0) abort();
    guest_does(1, ITEM_SAY, "a line");
    ok(turn() && !journal_has_copy(&writer.journal), "a copy that cannot be made is done without");
    rmdir(with(".new"));
    was = chat;
    journal_writer_close(&writer);
    ok(try_start(false, is_same) == 0, "nothing is lost without the copy");
    guests_end();
}

/* --- what somebody else does to the file --- */

/* Somebody says something if that is not NULL, and a second passes. What the server has to say on
   its stderr stands in `said`. `finish`: a journal that is begun anew is finished, too. */
static bool look(const char *text, bool finish)
{
    int real_stderr = dup(2), fd = open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (dup2(fd, 2) < 0) abort();
    if (text) {
        guest_does(1, ITEM_SAY, text);
        turn();
    }
    now += JOURNAL_WRITER_LOOK;
    bool written = journal_writer_commit(&writer, now);
    if (written) guests_flush();
    while (finish && journal_has_copy(&writer.journal)) turn();
    dup2(real_stderr, 2);
    close(real_stderr);
    close(fd);
    memset(said, 0, sizeof said);
    read_file(said_path, said, sizeof said - 1);
    return written;
}

static bool look_again(void)
{
    return look(NULL, true);
}

/* Somebody talks, `touch` does something to the file, a second passes, and somebody talks again.
   Is all told, and all there? */
static void is_noticed(void (*touch)(void), const char *what)
{
    guest_does(1, ITEM_SAY, "before");
    turn();
    touch();
    guests_forget();
    ok(look("in the same second", true) && says(what) && says("is complete")
           && (got(2, "NS") || got(2, "SN")),
       "a journal that %s: it is told to all", what);
    guest_does(2, ITEM_SAY, "behind it");
    turn();
    ok(would_be_same() && !exists(with(".new")), "the new journal has everything");
    guests_forget();
    look_again();
    ok(said[0] == '\0' && got(2, ""), "the removal is reported once");
}

static void is_told(void)
{
    unlink(path);
    guests_forget();
    ok(look_again() && got(2, "N")
           && got_text(2, "the journal was removed or replaced; a new one is begun"),
       "members read that the journal was removed");
}

static void remove_it(void)
{
    unlink(path);
}

static void remove_it_in_a_copy(void)
{
    writer.slice = 1;
    writer.shorten_at = 0;
    journal_writer_shorten(&writer);
    if (!journal_has_copy(&writer.journal)) abort();
    unlink(path);
}

static void rename_it(void)
{
    if (rename(path, other) != 0) abort();
}

static void replace_it(void)
{
    write_file(other, "a backup", 8);
    if (rename(other, path) != 0) abort();
}

static void empty_it(void)
{
    write_file(path, "", 0);
}

static void cut_it(void)
{
    if (truncate(path, file_size(path) - 1) != 0) abort();
}

static void write_to_it(void)
{
    int fd = open(path, O_WRONLY | O_APPEND);

    if (fd < 0 || write(fd, "me, too", 7) != 7) abort();
    /* Not closed: this process would lose its lock, which another one would not. */
}

static void touched(void)
{
    static char bytes[20];

    clear();
    start(false);
    guests_meet(4);
    turn();
    is_told();
    is_noticed(remove_it, "was removed");
    is_noticed(remove_it_in_a_copy, "was removed");
    is_noticed(rename_it, "was removed");
    is_noticed(replace_it, "was replaced by another file");
    ok(read_file(with(".aside"), bytes, sizeof bytes) == 8 && memcmp(bytes, "a backup", 8) == 0,
       "a file that somebody else put there is kept");
    is_noticed(empty_it, "was cut short");
    is_noticed(cut_it, "was cut short");
    is_noticed(write_to_it, "was written to by somebody else");
    unlink(path);
    look(NULL, false);
    ok(writer.journal.lost, "the server is told to end while the new journal is written");
    was = chat;
    journal_writer_close(&writer);
    ok(try_start(false, is_same) == 0 && said[0] == '\0',
       "a server that ends finishes the new journal first");
    guests_end();
}

/* The name is a link, and that is what is removed, or led elsewhere. */
static void link_touched(void)
{
    char far[PATH + 20];

    clear();
    snprintf(far, sizeof far, "%s/far", folder);
    if (symlink("far", path) != 0) abort();
    start(false);
    guests_meet(4);
    turn();
    is_noticed(remove_it, "was removed");
    ok(!is_link(path) && exists(far), "the new one has the name that was given, and no other");
    unlink(far);
    unlink(path);
    if (symlink("far", path) != 0) abort();
    look_again();
    ok(says("was removed") && is_link(path) && exists(far), "a link led elsewhere is followed");
    was = chat;
    journal_writer_close(&writer);
    ok(try_start(false, is_same) == 0, "everything comes back through the other link");
    guests_end();
    unlink(far);
}

/* Another server has begun a journal of that name. It is not disturbed. */
static void taken_by_another(void)
{
    int ready[2];
    char byte;

    live_a_little();
    writer.complain_at = 0;
    unlink(path);
    if (pipe(ready) != 0) abort();
    fflush(stdout);
    pid_t holder = fork();
    if (holder == 0) {
        writer.journal.path = NULL;
        start(false);
        if (write(ready[1], "x", 1) != 1) _exit(1);
        pause();
        _exit(0);
    }
    if (read(ready[0], &byte, 1) != 1) abort();
    guests_forget();
    guest_does(1, ITEM_SAY, "where to?");
    off_t size = file_size(path);
    ok(!look_again() && says("another server has it") && chat.stalled
           && got_text(2, "the journal is gone, and no new one can be begun"),
       "a journal that another server has put there: the chat waits");
    ok(!exists(with(".aside")) && file_size(path) == size,
       "the server does not change the other server's journal");
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    now += JOURNAL_WRITER_RETRY;
    ok(look_again() && !chat.stalled && exists(with(".aside")),
       "the chat continues when the other server has ended");
    ok(would_be_same(), "nothing that was said is lost");
    end();
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
    const char *temporary = getenv("TMPDIR");

    plan(101);
    signal(SIGXFSZ, SIG_IGN); /* as the server does: a full disk is a failed write */
    snprintf(folder, sizeof folder, "%s/journal.XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) abort();
    snprintf(path, sizeof path, "%s/journal", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    snprintf(said_path, sizeof said_path, "%s/said", folder);
    opening();
    locking();
    another_key();
    torn();
    damaged();
    full();
    full_by_a_byte();
    not_shortening();
    due();
    not_beginning();
    shortening();
    forgets_keys();
    no_space_to_shorten();
    linked();
    named_like_a_copy();
    touched();
    link_touched();
    taken_by_another();
    clear();
    unlink(said_path);
    rmdir(folder);
    return done();
}
