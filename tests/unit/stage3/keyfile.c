/* links: stage3/base/ordinary.c stage3/base/path.c stage3/base/program.c stage3/base/random.c */
/* links: stage3/base/text.c stage3/crypto/rsa.c stage3/crypto/prime.c stage3/crypto/bignum.c */
/* links: stage3/crypto/sha256.c stage3/crypto/constant.c */
/*
 * keyfile: made at the first start, by whatever name, on whatever file system, and by one of several
 * servers that start at once. Each start is a process of its own.
 */
#include "crypto/rsa.h"

/* Making a key takes a second, more under a sanitizer, and is rsa's business: here it is put together
   from two of four primes, and starts that are made one after the other take different ones. */
static bool quick_generate(struct rsa_key *made, random_source *source, void *context);
#define rsa_generate quick_generate
#include "../../../stage3/keys/keyfile.c"
#undef rsa_generate

#include <sys/wait.h>

#include "tap.h"

enum { PATH = 300, STARTS = 4 };

static char folder[PATH], key[PATH + 20], name[PATH + 20], far[PATH + 20];

/* Instead of the system's: that of a file system which has no links, and says so in its way. */
static int no_links;
int link(const char *from, const char *to)
{
    if (no_links == 0) return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    errno = no_links;
    return -1;
}

static unsigned char primes[4][RSA_PRIME];

static bool make_primes(void)
{
    struct rsa_key one, other;

    if (!rsa_generate(&one, from_source, NULL) || !rsa_generate(&other, from_source, NULL)) return false;
    rsa_primes(&one, primes[0], primes[1]);
    rsa_primes(&other, primes[2], primes[3]);
    return true;
}

static bool quick_generate(struct rsa_key *made, random_source *source, void *context)
{
    static const int pairs[][2] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {0, 3}, {1, 2}};
    const int *pair = pairs[getpid() % 6];

    (void)source;
    (void)context;
    return rsa_from_tested(made, primes[pair[0]], primes[pair[1]]);
}

/* Starts a server with that key file. It prints its fingerprint into the pipe, if it has one. */
static pid_t start(const char *path, int out)
{
    char digits[KEYFILE_FINGERPRINT + 1];
    struct rsa_key loaded;

    fflush(stdout);
    pid_t child = fork();
    if (child != 0) return child;
    if (!freopen("/dev/null", "w", stderr)) _exit(99);
    keyfile_load(path, &loaded);
    keyfile_fingerprint(&loaded, digits);
    _exit(write(out, digits, KEYFILE_FINGERPRINT) == KEYFILE_FINGERPRINT ? 0 : 98);
}

/* Starts so many at once. True: they all have the same key, which is left in `digits`. */
static bool all_same(const char *path, int count, char digits[KEYFILE_FINGERPRINT + 1])
{
    char next[KEYFILE_FINGERPRINT + 1] = "";
    int ends[2], same = 0, status;

    if (pipe(ends) != 0) abort();
    for (int i = 0; i < count; i++) {
        if (start(path, ends[1]) < 0) abort();
    }
    close(ends[1]);
    while (wait(&status) > 0) continue;
    digits[0] = '\0';
    while (read(ends[0], next, KEYFILE_FINGERPRINT) == KEYFILE_FINGERPRINT) {
        if (digits[0] == '\0') memcpy(digits, next, sizeof next);
        same += strcmp(digits, next) == 0;
    }
    close(ends[0]);
    return same == count;
}

static bool same_again(const char *path, const char *digits)
{
    char again[KEYFILE_FINGERPRINT + 1];

    return all_same(path, 1, again) && strcmp(digits, again) == 0;
}

static bool is_private(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && (status.st_mode & 0777) == 0600;
}

static bool is_alone(void) /* nothing is left beside it */
{
    char other[PATH + 40];
    struct stat status;

    snprintf(other, sizeof other, "%s.new", key);
    return lstat(other, &status) != 0;
}

static void making(void)
{
    static const struct {
        int error;
        const char *what;
    } systems[] = {{0, "links"}, {EPERM, "EPERM for links"}, {ENOSYS, "ENOSYS for them"},
                   {EOPNOTSUPP, "EOPNOTSUPP for them"}};
    char digits[KEYFILE_FINGERPRINT + 1];

    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        no_links = systems[i].error;
        unlink(key);
        ok(all_same(key, 1, digits) && same_again(key, digits) && is_private(key) && is_alone(),
           "a key is made and found again on a file system with %s", systems[i].what);
    }
    unlink(key);
    ok(all_same(key, STARTS, digits) && same_again(key, digits) && is_alone(),
       "%d that start at once have the same key, without links too", STARTS);
    no_links = 0;
    unlink(key);
    ok(all_same(key, STARTS, digits) && same_again(key, digits) && is_alone(), "and with links");
}

static void reached_by_links(void)
{
    char digits[KEYFILE_FINGERPRINT + 1];
    struct stat status;

    unlink(key);
    if (symlink("far", name) != 0 || symlink("key", far) != 0) abort();
    ok(all_same(name, STARTS, digits), "a link to a link to nothing: a key is made");
    ok(lstat(name, &status) == 0 && S_ISLNK(status.st_mode) && lstat(far, &status) == 0
           && S_ISLNK(status.st_mode) && lstat(key, &status) == 0 && S_ISREG(status.st_mode),
       "where they lead, and the links stay links");
    ok(is_private(key) && same_again(name, digits) && same_again(key, digits),
       "and it is found by all names");
    unlink(far);
    if (symlink("name", far) != 0) abort();
    ok(!all_same(name, 1, digits), "a link to itself ends the start");
}

/* What a start left that was killed while it wrote, be it that others may read it. */
static void left_over(void)
{
    char digits[KEYFILE_FINGERPRINT + 1], other[PATH + 40];

    unlink(key);
    snprintf(other, sizeof other, "%s.new", key);
    int fd = open(other, O_WRONLY | O_CREAT, 0644);
    if (fd < 0 || write(fd, "chat3 priv", 10) != 10) abort();
    close(fd);
    ok(all_same(key, 1, digits) && same_again(key, digits) && is_private(key) && is_alone(),
       "what a killed start left behind is used up");
}

int main(void)
{
    const char *temporary = getenv("TMPDIR");

    plan(12);
    ok(make_primes(), "two keys are made");
    snprintf(folder, sizeof folder, "%s/keyfile.XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) abort();
    snprintf(key, sizeof key, "%s/key", folder);
    snprintf(name, sizeof name, "%s/name", folder);
    snprintf(far, sizeof far, "%s/far", folder);
    making();
    reached_by_links();
    left_over();
    unlink(far);
    unlink(name);
    unlink(key);
    rmdir(folder);
    return done();
}
