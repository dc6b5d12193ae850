/* links: stage3/member/known_hosts.c stage3/base/ordinary.c stage3/base/server_list.c */
/* links: stage3/base/text.c */
/*
 * known and servers: the file of the keys that have been seen, and the list of servers in a call.
 */
#include "member/known_hosts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/server_list.h"
#include "tap.h"

static char path[4096];

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0) abort();
}

static bool file_is(const char *text)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;

    if (file) fclose(file);
    return size == strlen(text) && memcmp(bytes, text, size) == 0;
}

#define ONES "0101010101010101010101010101010101010101010101010101010101010101"
#define TWOS "abABabABabABabABabABabABabABabABabABabABabABabABabABabABabABabAB"

/* Is the server that was noted as `noted` the one that is typed as `typed`? */
static bool same_server(const char *noted, const char *typed)
{
    unsigned char key[FINGERPRINT] = {7}, found[FINGERPRINT];

    unlink(path);
    known_hosts_add(noted, key);
    bool there =
        known_hosts_find(typed, found) == KNOWN_HOSTS_YES && memcmp(found, key, sizeof key) == 0;
    write_file(""); /* the same with a line that somebody has written by hand */
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, "%s " ONES "\n", noted) < 0 || fclose(file) != 0) abort();
    bool by_hand = known_hosts_find(typed, found) == KNOWN_HOSTS_YES && found[0] == 1;
    if (there != by_hand) printf("# %s, %s: noted and written by hand differ\n", noted, typed);
    return there && by_hand;
}

static void other_spellings(void)
{
    static const char *const same[][2] = {
        {"LOCALHOST:1", "localhost:1"}, {"localhost:1", "LocalHost.:1"},
        {"[localhost]:1", "localhost:1"}, {"127.0.0.1:1", "127.1:1"},
        {"127.0.0.1:1", "0x7f.0.0.1:1"}, {"2130706433:1", "127.0.0.1:1"},
        {"127.0.0.1:1", "[127.0.0.1]:1"}, {"127.0.0.1:00080", "127.0.0.1:80"},
        {"[::1]:1", "[0:0:0:0:0:0:0:1]:1"}, {"[::1]:1", "[0::0001]:1"},
        {"[::ffff:127.0.0.1]:1", "127.0.0.1:1"}, {"[::FFFF:7f00:1]:1", "127.0.0.1:1"},
        {"[2001:DB8::A]:1", "[2001:db8:0::000a]:1"}, {"ex\xC3\xA4:1", "EX\xC3\xA4:1"}};
    static const char *const different[][2] = {
        {"localhost:1", "localhost:11"}, {"localhost:1", "127.0.0.1:1"},
        {"127.0.0.1:1", "[::1]:1"}, {"[::1]:1", "[::]:1"}, {"a.b:1", "ab:1"}, {"a:1", "a..:1"},
        {"[::127.0.0.1]:1", "127.0.0.1:1"}, {"ex\xC3\xA4:1", "ex\xC3\xB6:1"}};

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        ok(same_server(same[i][0], same[i][1]), "%s is %s", same[i][0], same[i][1]);
    }
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++) {
        ok(!same_server(different[i][0], different[i][1]), "%s is not %s", different[i][0],
           different[i][1]);
    }
    unlink(path);
    known_hosts_add("LOCALHOST.:1", (const unsigned char[FINGERPRINT]){0});
    char line[300] = "";
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file) || fclose(file) != 0) abort();
    ok(strncmp(line, "localhost:1 ", 12) == 0, "a server is stored in its normal form");
}

static void known(void)
{
    unsigned char ones[FINGERPRINT], found[FINGERPRINT];
    char digits[FINGERPRINT_DIGITS + 1];
    struct stat about;

    memset(ones, 1, sizeof ones);
    fingerprint_print(ones, digits);
    ok(strcmp(digits, ONES) == 0, "a fingerprint is written in digits");
    ok(fingerprint_parse(text_of(TWOS), found) && found[31] == 0xAB,
       "digits are read as a fingerprint");
    ok(!fingerprint_parse(text_of(ONES "0"), found) && !fingerprint_parse(text_of("01"), found)
       && !fingerprint_parse((struct text){ONES "x", FINGERPRINT_DIGITS - 1}, found),
       "digits of another number are no fingerprint");
    digits[5] = 'g';
    ok(!fingerprint_parse(text_of(digits), found), "other digits are refused");

    ok(known_hosts_find("a:1", found) == KNOWN_HOSTS_NO, "no server is known without a file");
    ok(known_hosts_add("a:1", ones) == 0 && file_is("a:1 " ONES "\n"), "a server is stored");
    ok(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600,
       "only the owner can read the file");
    ok(known_hosts_find("a:1", found) == KNOWN_HOSTS_YES && memcmp(found, ones, sizeof ones) == 0,
       "the stored server is known");
    ok(known_hosts_find("a:12", found) == KNOWN_HOSTS_NO
           && known_hosts_find("a:", found) == KNOWN_HOSTS_NO
           && known_hosts_find(":1", found) == KNOWN_HOSTS_NO,
       "other servers are not known");
    known_hosts_add("[::1]:9003", ones);
    ok(file_is("a:1 " ONES "\n[::1]:9003 " ONES "\n"), "the next server is appended");

    char line[9000];
    memset(line, 'x', sizeof line);
    snprintf(line + 5000, sizeof line - 5000, "\n\n \nb:1\nb:1 \nb:1 zz\n# b:1 " ONES
             "\nb:1 " TWOS " \r\nb:1 " ONES "\nc:1 " ONES);
    write_file(line);
    ok(known_hosts_find("b:1", found) == KNOWN_HOSTS_YES && found[0] == 0xAB,
       "lines that say nothing are passed over, and the first one that does counts");
    ok(known_hosts_find("c:1", found) == KNOWN_HOSTS_YES, "the last line needs no end");
    known_hosts_add("d:1", ones);
    ok(known_hosts_find("c:1", found) == KNOWN_HOSTS_YES
           && known_hosts_find("d:1", found) == KNOWN_HOSTS_YES,
       "a new server does not damage the last line");
    other_spellings();
    setenv("CHAT_KNOWN", "/", 1);
    ok(known_hosts_find("a:1", found) == KNOWN_HOSTS_ERROR,
       "a file that cannot be read is not an empty one");
    ok(known_hosts_add("a:1", ones) != 0, "a file that cannot be written is an error");
    setenv("CHAT_KNOWN", "", 1);
    setenv("HOME", "/home/me", 1);
    ok(strcmp(known_hosts_file(), "/home/me/.chat3_known") == 0, "the file is in the home folder");
    unsetenv("CHAT_KNOWN");
    unsetenv("HOME");
    ok(!known_hosts_file() && known_hosts_find("a:1", found) == KNOWN_HOSTS_NO
           && known_hosts_add("a:1", ones) == ENOENT,
       "there is no file without a home folder");
}

/* The first server of the list is this; NULL: it is no list. */
static bool first_is(const char *list, const char *first, unsigned count)
{
    struct server_list servers;
    char text[SERVER_TEXT];

    if (!server_list_parse(list, 9003, &servers)) return !first;
    return first && servers.count == count
        && strcmp(server_print(&servers.list[0], text), first) == 0;
}

static void servers(void)
{
    char long_name[SERVER_HOST + 8];

    ok(first_is("host", "host:9003", 1), "a host is read without a port");
    ok(first_is("host:80", "host:80", 1), "a host is read with a port");
    ok(first_is("10.0.0.1:80,b,c:1", "10.0.0.1:80", 3), "several servers are read");
    ok(first_is("::1", "[::1]:9003", 1), "an IPv6 address is read alone");
    ok(first_is("[::1]", "[::1]:9003", 1), "an IPv6 address is read in brackets");
    ok(first_is("[::1]:80,::1", "[::1]:80", 2), "an IPv6 address is read with a port");
    static const char *const bad[] = {"", ",", "a,", ",a", "a:", "a:0", "a:65536", "a:1x", "a:-1",
                                      "a:000001", ":80", "[::1", "[]", "[::1]80", "[::1]:"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ok(first_is(bad[i], NULL, 0), "\"%s\" is refused", bad[i]);
    }
    memset(long_name, 'a', sizeof long_name);
    long_name[SERVER_HOST] = '\0';
    ok(first_is(long_name, NULL, 0), "a name that is too long is refused");
    ok(first_is("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "1:9003", 16), "16 servers are read");
    ok(first_is("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", NULL, 0), "17 servers are refused");
    ok(first_is("a\033b\xC3\xA4", "a%1bb%c3%a4:9003", 1),
       "unprintable bytes of a name are escaped");
}

int main(void)
{
    const char *folder = getenv("TMPDIR");

    plan(65);
    snprintf(path, sizeof path, "%s/known.%ld", folder ? folder : "/tmp", (long)getpid());
    setenv("CHAT_KNOWN", path, 1);
    known();
    servers();
    unlink(path);
    return done();
}
