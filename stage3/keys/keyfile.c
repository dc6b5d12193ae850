/* The contract is in keyfile.h. A key travels through buffers on the stack, and each function
   wipes its own. */
#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ordinary.h"
#include "base/path.h"
#include "base/program.h"
#include "crypto/constant.h"
#include "crypto/sha256.h"
#include "system_random.h"

enum {
    DIGITS = 2 * RSA_PRIME,
    FILE_LIMIT = 1024, /* bytes; a key file is smaller */
    PATH_SPACE = 4096
};

static const char title[] = "chat3 private key, keep it secret";
static const char given_title[] = "chat3 pair for tests, known to everybody";

/* --- digits --- */

static void print_digits(const unsigned char *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

/* Reads a letter, a space, all digits of a prime and a line feed. Returns what follows, or NULL if
   the text differs. */
static const char *read_prime(const char *text, char letter, unsigned char out[RSA_PRIME])
{
    if (!text || text[0] != letter || text[1] != ' ') return NULL;
    text += 2;
    for (int i = 0; i < RSA_PRIME; i++) {
        int high = digit_value(text[0]);
        int low = high < 0 ? -1 : digit_value(text[1]);
        if (low < 0) return NULL;
        out[i] = (unsigned char)(high << 4 | low);
        text += 2;
    }
    return *text == '\n' ? text + 1 : NULL;
}

/* --- reading --- */

/* Another file, which the user named by mistake, must not be reported as a damaged key: that
   message advises to remove it. */
static bool has_title(const char *text, const char *wanted)
{
    size_t size = strlen(wanted);
    return strncmp(text, wanted, size) == 0 && text[size] == '\n';
}

/* Reads the two primes after a title. Does not test whether they are prime. */
static bool parse(const char *text, unsigned char p[RSA_PRIME], unsigned char q[RSA_PRIME])
{
    const char *title_end = strchr(text, '\n');
    const char *rest = read_prime(title_end ? title_end + 1 : NULL, 'p', p);
    return read_prime(rest, 'q', q) != NULL;
}

static bool make_key(const char *text, struct rsa_key *key)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME];
    bool good = parse(text, p, q) && rsa_from_tested(key, p, q);

    wipe(p, sizeof p);
    wipe(q, sizeof q);
    return good;
}

static _Noreturn void die_of_damage(const char *path)
{
    program_die("the key file %s is damaged: put the right one there, or remove it and start anew "
                "with another key", path);
}

/* False: there is no such file. */
static bool load(const char *path, struct rsa_key *key)
{
    char text[FILE_LIMIT];
    struct stat status;
    int fd = ordinary_open(path, O_RDONLY, 0);

    if (fd < 0 && errno == ENOENT) return false;
    if (fd < 0 || fstat(fd, &status) != 0) {
        program_die("cannot read the key file %s: %s", path, ordinary_why(errno));
    }
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    if (size < 0) program_die("cannot read the key file %s: %s", path, strerror(errno));
    text[size] = '\0';
    bool ours = has_title(text, title), good = ours && make_key(text, key);
    wipe(text, sizeof text);
    if (!ours) {
        program_die("%s is no key file of this program: name the right one with -k, or one that is "
                    "not there yet", path);
    }
    if (status.st_mode & (S_IRWXG | S_IRWXO)) {
        program_die("others may read the key file %s: say chmod 600, and if they are not to be "
                    "trusted, remove it and start anew", path);
    }
    if (!good) die_of_damage(path);
    return true;
}

/* --- writing --- */

static size_t print(const struct rsa_key *key, char text[FILE_LIMIT])
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME];
    char p_digits[DIGITS + 1], q_digits[DIGITS + 1];

    rsa_primes(key, p, q);
    print_digits(p, sizeof p, p_digits);
    print_digits(q, sizeof q, q_digits);
    int size = snprintf(text, FILE_LIMIT, "%s\np %s\nq %s\n", title, p_digits, q_digits);
    wipe(p, sizeof p);
    wipe(q, sizeof q);
    wipe(p_digits, sizeof p_digits);
    wipe(q_digits, sizeof q_digits);
    return (size_t)size;
}

/* Opens and locks the file beside the key file into which a new key is written. After a wait for
   the lock, another process may have renamed this file, so it is opened again. -1: errno gives the
   reason. */
static int open_new(const char *name)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    for (;;) {
        int fd = ordinary_open(name, O_WRONLY | O_CREAT, S_IRUSR | S_IWUSR);
        if (fd < 0) return -1;
        while (fcntl(fd, F_SETLKW, &lock) != 0 && errno == EINTR) continue;
        if (path_is(name, fd)) return fd;
        close(fd);
    }
}

/*
 * Writes the file `name` and then renames it to `path`, so that no process ever reads half a file.
 * If two servers start at once, the second one waits for the lock, finds the key of the first one,
 * and uses that. (link() would need no lock, but some file systems have no links.)
 */
static bool write_key(const char *path, const char *name, const char *text, size_t size)
{
    struct stat status;
    int fd = open_new(name);

    if (fd < 0) return false;
    bool there = stat(path, &status) == 0;
    bool good = there || (ftruncate(fd, 0) == 0 && fchmod(fd, S_IRUSR | S_IWUSR) == 0
                          && path_write(fd, text, size) && fsync(fd) == 0
                          && rename(name, path) == 0);
    int error = errno;
    if (there || !good) unlink(name); /* safe while this process has the lock */
    close(fd);
    errno = error;
    return good;
}

static void save(const char *path, const struct rsa_key *key)
{
    char text[FILE_LIMIT];
    size_t size = print(key, text);
    char *name = path_with(path, ".new");
    bool good = name && write_key(path, name, text, size);
    int error = errno;

    wipe(text, sizeof text);
    free(name);
    if (!good) {
        program_die("cannot write the key file %s: %s; -k names another place", path,
                    strerror(error));
    }
    path_sync(path);
}

/* Makes a key and saves it. `path` may be a link to a file that does not exist yet: then the key is
   saved there. */
static void make(const char *path, struct rsa_key *key)
{
    char *target = path_resolve(path);

    if (!target) program_die("cannot write the key file %s: %s", path, strerror(errno));
    if (!rsa_generate(key, system_random, NULL)) program_die("cannot make a key: no good numbers");
    save(target, key);
    free(target);
}

static bool usual_place(char path[PATH_SPACE])
{
    const char *home = getenv("HOME");

    return home && home[0] && snprintf(path, PATH_SPACE, "%s/.chat3_key", home) < PATH_SPACE;
}

static const char *place_of(const char *path, char usual[PATH_SPACE])
{
    if (path) return path;
    if (!usual_place(usual)) {
        program_die("there is no home folder for the key file: name one with -k");
    }
    return usual;
}

void keyfile_load(const char *path, struct rsa_key *key)
{
    char usual[PATH_SPACE];

    path = place_of(path, usual);
    if (load(path, key)) return;
    make(path, key);
    if (!load(path, key)) program_die("the key file %s is gone again", path);
}

void keyfile_test(const char *path, const struct rsa_key *key)
{
    char usual[PATH_SPACE];

    if (!rsa_test(key, system_random, NULL)) die_of_damage(place_of(path, usual));
}

void keyfile_fingerprint(const struct rsa_key *key, char digits[KEYFILE_FINGERPRINT + 1])
{
    unsigned char modulus[RSA_BYTES], hash[SHA256_BYTES];

    rsa_modulus(key, modulus);
    sha256(modulus, sizeof modulus, hash);
    print_digits(hash, sizeof hash, digits);
}

/* --- for a client --- */

/* Reads the file at the usual place. False: there is none, or it is not private to this user. */
static bool read_own(char text[FILE_LIMIT])
{
    char path[PATH_SPACE];
    struct stat status;
    int fd = usual_place(path) ? ordinary_open(path, O_RDONLY, 0) : -1;

    if (fd < 0) return false;
    bool own = fstat(fd, &status) == 0 && status.st_uid == geteuid()
            && !(status.st_mode & (S_IRWXG | S_IRWXO));
    ssize_t size = own ? read(fd, text, FILE_LIMIT - 1) : -1;
    close(fd);
    if (size < 0) return false;
    text[size] = '\0';
    return true;
}

bool keyfile_own(unsigned char fingerprint[SHA256_BYTES])
{
    char text[FILE_LIMIT];
    unsigned char p[RSA_PRIME], q[RSA_PRIME], modulus[RSA_BYTES];
    uint32_t first[PRIME_LIMBS], second[PRIME_LIMBS], product[BIGNUM_LIMBS];
    bool good = read_own(text) && has_title(text, title) && parse(text, p, q);

    if (good) {
        bignum_read(first, PRIME_LIMBS, p, sizeof p);
        bignum_read(second, PRIME_LIMBS, q, sizeof q);
        bignum_multiply(product, first, second, PRIME_LIMBS);
        bignum_write(modulus, sizeof modulus, product, BIGNUM_LIMBS);
        sha256(modulus, sizeof modulus, fingerprint);
    }
    wipe(text, sizeof text);
    wipe(p, sizeof p);
    wipe(q, sizeof q);
    wipe(first, sizeof first);
    wipe(second, sizeof second);
    return good;
}

void keyfile_given(const char *path, struct rsa_key *key)
{
    char text[FILE_LIMIT];
    int fd = ordinary_open(path, O_RDONLY, 0);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (size < 0) program_die("cannot read the pair %s: %s", path, ordinary_why(errno));
    close(fd);
    text[size] = '\0';
    if (!has_title(text, given_title) || !make_key(text, key)) {
        program_die("%s is no pair for tests", path);
    }
}
