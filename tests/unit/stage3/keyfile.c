/* links: stage3/keys/system_random.c stage3/base/ordinary.c stage3/base/path.c */
/* links: stage3/base/program.c stage3/base/random.c stage3/base/text.c stage3/crypto/rsa.c */
/* links: stage3/crypto/prime.c stage3/crypto/bignum.c stage3/crypto/sha256.c */
/*
 * keyfile: made at the first start, by whatever name, on whatever file system, and by one of
 * several servers that start at once. Each start is a process of its own. Then what is in it, what
 * is refused and with which words, what is wiped, and what a client takes for its user's own.
 */
#include "crypto/rsa.h"

/* Making a key takes a second, more under a sanitizer, and is rsa's business: here it is put
   together from two of four primes, and starts that are made one after the other take different
   ones. */
static bool quick_generate(struct rsa_key *made, random_source *source, void *context);
#define rsa_generate quick_generate
#include "../../../stage3/keys/keyfile.c"
#undef rsa_generate

#include <sys/wait.h>

#include "tap.h"
#include "wiped.h"

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

    if (!rsa_generate(&one, system_random, NULL)) return false;
    if (!rsa_generate(&other, system_random, NULL)) return false;
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
    ok(all_same(key, STARTS, digits) && same_again(key, digits) && is_alone(),
       "servers that start at once have the same key, with links");
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
       "the key is made where the links lead, and they stay links");
    ok(is_private(key) && same_again(name, digits) && same_again(key, digits),
       "the key is found by all names");
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
       "a file that a killed start left is used up");
}

/* --- what is in it --- */

static char text[FILE_LIMIT]; /* of a key of the first two primes */
static size_t text_size;
static struct rsa_key loaded;

static void put_file(const char *path, const char *bytes, size_t size, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || fchmod(fd, mode) != 0) abort();
    close(fd);
}

static void contents(void)
{
    char p[DIGITS + 1], q[DIGITS + 1], expected[FILE_LIMIT], digits[KEYFILE_FINGERPRINT + 1];
    unsigned char first[RSA_PRIME], second[RSA_PRIME], modulus[RSA_BYTES], hash[SHA256_BYTES];

    if (!rsa_from_tested(&loaded, primes[0], primes[1])) abort();
    print_digits(primes[0], RSA_PRIME, p);
    print_digits(primes[1], RSA_PRIME, q);
    int size = snprintf(expected, sizeof expected,
                        "chat3 private key, keep it secret\np %s\nq %s\n", p, q);
    unlink(key);
    wiped_begin();
    save(key, &loaded);
    wiped_end();
    int fd = open(key, O_RDONLY);
    text_size = (size_t)read(fd, text, sizeof text);
    close(fd);
    ok(text_size == (size_t)size && memcmp(text, expected, text_size) == 0,
       "the text of a key is a title and two primes in digits, %zu bytes", text_size);
    ok(wiped_has(text, text_size), "the text is wiped when it is written");
    ok(wiped_has(primes[0], RSA_PRIME) && wiped_has(primes[1], RSA_PRIME), "the primes are wiped");
    ok(wiped_times(p, DIGITS) >= 2 && wiped_times(q, DIGITS) >= 2,
       "the digits of the primes are wiped");

    memset(&loaded, 0, sizeof loaded);
    wiped_begin();
    ok(load(key, &loaded), "the key file is read");
    wiped_end();
    rsa_primes(&loaded, first, second);
    ok(memcmp(first, primes[0], RSA_PRIME) == 0 && memcmp(second, primes[1], RSA_PRIME) == 0,
       "the key has the primes that were written");
    ok(wiped_has(text, text_size) && wiped_has(primes[0], RSA_PRIME)
       && wiped_has(primes[1], RSA_PRIME), "the text and the primes that were read are wiped");
    keyfile_fingerprint(&loaded, digits);
    rsa_modulus(&loaded, modulus);
    sha256(modulus, sizeof modulus, hash);
    print_digits(hash, sizeof hash, p);
    ok(strcmp(digits, p) == 0 && strlen(digits) == KEYFILE_FINGERPRINT,
       "the fingerprint is the hash of the modulus");
    keyfile_test(key, &loaded);
    ok(rsa_test(&loaded, system_random, NULL), "the primes of the key are primes");
}

/* --- what is refused --- */

/* Loads it in a process of its own. True: that ended with such words. */
static bool dies_with(const char *path, const char *words, bool tests)
{
    char said[1024] = "";
    int ends[2], status = 0;

    fflush(stdout);
    if (pipe(ends) != 0) abort();
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        if (tests) keyfile_test(path, &loaded);
        else keyfile_load(path, &loaded);
        _exit(0);
    }
    close(ends[1]);
    size_t size = 0;
    for (ssize_t more; (more = read(ends[0], said + size, sizeof said - 1 - size)) > 0;) {
        size += (size_t)more;
    }
    close(ends[0]);
    waitpid(child, &status, 0);
    bool right = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CANNOT && strstr(said, words);
    if (!right) printf("# status %d, said %s\n", status, said);
    return right;
}

static void refusals(void)
{
    char changed[FILE_LIMIT];
    unsigned known = 0, tried = 0;

    /* All of the title, and some of the digits. */
    for (size_t i = 0; i < text_size; i += i < strlen(title) ? 1 : 29, tried++) {
        memcpy(changed, text, text_size);
        changed[i] = changed[i] == 'G' ? 'H' : 'G';
        put_file(key, changed, text_size, 0600);
        bool in_title = i <= strlen(title);
        known += dies_with(key, in_title ? "is no key file of this program" : "is damaged", false);
    }
    ok(known == tried && tried > 40, "a file with any of %u bytes changed is refused", tried);
    known = tried = 0;
    for (size_t size = 0; size < text_size; size += 61, tried++) {
        put_file(key, text, size, 0600);
        known += dies_with(key, size <= strlen(title) ? "is no key file" : "is damaged", false);
    }
    ok(known == tried && tried > 5, "a file that is cut at any of %u places is refused", tried);
    put_file(key, text, text_size, 0640);
    ok(dies_with(key, "others may read the key file", false),
       "a file that the group may read is refused");
    put_file(key, text, text_size, 0604);
    ok(dies_with(key, "others may read the key file", false),
       "a file that everybody may read is refused");
    put_file(key, text, text_size, 0600);
    ok(!dies_with(key, "", false), "the right file is accepted");
    ok(dies_with(folder, "cannot read the key file", false), "a folder is none");
    snprintf(changed, sizeof changed, "%s/none/key", folder);
    ok(dies_with(changed, "cannot write the key file", false),
       "a key in a missing folder cannot be made");
    unsetenv("HOME");
    ok(dies_with(NULL, "there is no home folder", false),
       "a key file must be named without a home folder");
}

static void numbers_that_are_none(void)
{
    unsigned char composite[RSA_PRIME];

    memcpy(composite, primes[0], sizeof composite);
    do composite[RSA_PRIME - 1] = (unsigned char)(composite[RSA_PRIME - 1] + 2);
    while (composite[RSA_PRIME - 1] % 4 == 0);
    struct rsa_key good = loaded;
    uint32_t number[PRIME_LIMBS];
    bignum_read(number, PRIME_LIMBS, composite, sizeof composite);
    memcpy(loaded.p.n, number, sizeof number);
    ok(dies_with(key, "is damaged", true), "a key whose primes are none is found out by its test");
    loaded = good;
}

/* --- for a client --- */

static void own(void)
{
    unsigned char found[SHA256_BYTES], hash[SHA256_BYTES], modulus[RSA_BYTES];
    char home_key[PATH + 40];

    rsa_modulus(&loaded, modulus);
    sha256(modulus, sizeof modulus, hash);
    setenv("HOME", folder, 1);
    snprintf(home_key, sizeof home_key, "%s/.chat3_key", folder);
    ok(!keyfile_own(found), "no own key is found without a file");
    put_file(home_key, text, text_size, 0600);
    memset(found, 0, sizeof found);
    wiped_begin();
    ok(keyfile_own(found) && memcmp(found, hash, sizeof hash) == 0, "the key there is one's own");
    wiped_end();
    ok(wiped_has(text, text_size) && wiped_has(primes[0], RSA_PRIME)
       && wiped_has(primes[1], RSA_PRIME), "nothing of the own key's file is kept");
    uint32_t first[PRIME_LIMBS], second[PRIME_LIMBS];
    bignum_read(first, PRIME_LIMBS, primes[0], RSA_PRIME);
    bignum_read(second, PRIME_LIMBS, primes[1], RSA_PRIME);
    ok(wiped_has(first, sizeof first) && wiped_has(second, sizeof second),
       "the own key's primes are not kept as numbers");
    put_file(home_key, text, text_size, 0640);
    ok(!keyfile_own(found), "an own key that others may read is not found");
    put_file(home_key, text, text_size - 1, 0600);
    ok(!keyfile_own(found), "an own key that is cut is not found");
    put_file(home_key, "another file\n", 13, 0600);
    ok(!keyfile_own(found), "another file is not found as the own key");
    unsetenv("HOME");
    ok(!keyfile_own(found), "no own key is found without a home folder");
    setenv("HOME", "", 1);
    ok(!keyfile_own(found), "no own key is found with an empty home folder");
    unlink(home_key);
}

int main(void)
{
    const char *temporary = getenv("TMPDIR");

    plan(39);
    ok(make_primes(), "two keys are made");
    snprintf(folder, sizeof folder, "%s/keyfile.XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) abort();
    snprintf(key, sizeof key, "%s/key", folder);
    snprintf(name, sizeof name, "%s/name", folder);
    snprintf(far, sizeof far, "%s/far", folder);
    making();
    reached_by_links();
    left_over();
    contents();
    refusals();
    numbers_that_are_none();
    own();
    unlink(far);
    unlink(name);
    unlink(key);
    rmdir(folder);
    return done();
}
