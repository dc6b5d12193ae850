/* links: stage3/journal/journal_file.c */
/* links: stage3/journal/journal.c stage3/journal/lockfile.c stage3/journal/record.c */
/* links: stage3/journal/crc.c stage3/base/path.c stage3/base/ordinary.c stage3/base/program.c */
/* links: stage3/base/random.c stage3/base/text.c stage3/crypto/sha256.c stage3/wire/frame.c */
/*
 * What is wiped of a journal's rows, which have keys in them: the memory in which they are
 * gathered, when it is given back, and when a larger one takes its place.
 */
#include "wiped.h"

#include <unistd.h>

#include "journal/journal.h"
#include "tap.h"

enum { SIZE = 3000 }; /* bytes of a row: two of them do not fit in the first page */

static bool takes_none(void *context, struct row row)
{
    (void)context, (void)row;
    return false;
}

int main(void)
{
    static struct journal journal;
    static unsigned char first[SIZE], second[SIZE], copied[SIZE];
    const char *folder = getenv("TMPDIR");
    char path[300];

    plan(5);
    snprintf(path, sizeof path, "%s/journal_wiped.%ld", folder ? folder : "/tmp", (long)getpid());
    memset(first, '1', sizeof first);
    memset(second, '2', sizeof second);
    memset(copied, 'c', sizeof copied);
    journal_open(&journal, path, false);
    ok(!journal_read(&journal, false, takes_none, NULL), "a new journal has no row");
    wiped_begin();
    journal_add(&journal, first, sizeof first);
    ok(!wiped_has(first, sizeof first), "a row that is gathered is kept");
    journal_add(&journal, second, sizeof second);
    ok(wiped_has(first, sizeof first), "the smaller page is wiped when the page grows");
    wiped_begin();
    if (!journal_begin_copy(&journal)) abort();
    journal_add_to_copy(&journal, copied, sizeof copied);
    journal_close(&journal);
    ok(wiped_has(first, sizeof first) && wiped_has(second, sizeof second),
       "the page is wiped when the journal is closed");
    ok(wiped_has(copied, sizeof copied),
       "the page of the copy is wiped when the journal is closed");
    wiped_end();
    unlink(path);
    return done();
}
