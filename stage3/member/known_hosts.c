#include "known_hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ordinary.h"
#include "base/server_list.h"

enum {
    FILE_LIMIT = 4 << 20,                                 /* bytes of the file that are read */
    PATH_SPACE = 4096,                                    /* bytes of the file's name */
    LINE_SPACE = SERVER_TEXT + 1 + FINGERPRINT_DIGITS + 4 /* bytes of a line */
};

void fingerprint_print(const unsigned char fingerprint[FINGERPRINT],
                       char out[FINGERPRINT_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < FINGERPRINT; i++) {
        out[2 * i] = digits[fingerprint[i] >> 4];
        out[2 * i + 1] = digits[fingerprint[i] & 15];
    }
    out[FINGERPRINT_DIGITS] = '\0';
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

bool fingerprint_parse(struct text digits, unsigned char fingerprint[FINGERPRINT])
{
    if (digits.size != FINGERPRINT_DIGITS) return false;
    for (int i = 0; i < FINGERPRINT; i++) {
        int high = digit_value(digits.bytes[2 * i]), low = digit_value(digits.bytes[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        fingerprint[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

const char *known_hosts_file(void)
{
    static char path[PATH_SPACE];
    const char *named = getenv("CHAT_KNOWN"), *home = getenv("HOME");

    if (named && named[0]) return named;
    if (!home || !home[0]) return NULL;
    int size = snprintf(path, sizeof path, "%s/.chat3_known", home);
    return size < PATH_SPACE ? path : NULL;
}

/* Reads the next line, without its end. False: there is none. A line that is too long gives "". */
static bool next_line(FILE *file, char line[LINE_SPACE])
{
    size_t size = 0;
    int byte;

    while ((byte = getc(file)) != EOF && byte != '\n') {
        if (size < LINE_SPACE) line[size++] = (char)byte;
    }
    if (size == LINE_SPACE) size = 0;
    line[size] = '\0';
    return byte != EOF || size > 0;
}

/* --- one server has many spellings --- */

static void lower(char *text)
{
    for (; *text; text++) {
        if (*text >= 'A' && *text <= 'Z') *text = (char)(*text - 'A' + 'a');
    }
}

/* An IPv4 address that is written as one of IPv6 leads to the same machine. */
static void unmap(struct sockaddr_storage *address, socklen_t *size)
{
    struct sockaddr_in6 v6;
    struct sockaddr_in v4 = {.sin_family = AF_INET};

    if (address->ss_family != AF_INET6) return;
    memcpy(&v6, address, sizeof v6);
    if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return;
    memcpy(&v4.sin_addr, v6.sin6_addr.s6_addr + 12, sizeof v4.sin_addr);
    memcpy(address, &v4, sizeof v4);
    *size = sizeof v4;
}

/* Writes a numeric address as the system would. Anything else is unchanged; names are not looked
   up. */
static void rewrite_address(char host[SERVER_HOST])
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *found;
    struct sockaddr_storage address;
    char text[SERVER_HOST];

    if (getaddrinfo(host, NULL, &hints, &found) != 0) return;
    socklen_t size = found->ai_addrlen;
    memcpy(&address, found->ai_addr, size);
    freeaddrinfo(found);
    unmap(&address, &size);
    if (getnameinfo((struct sockaddr *)&address, size, text, sizeof text, NULL, 0,
                    NI_NUMERICHOST) == 0) {
        strcpy(host, text);
    }
}

/*
 * The normal form in which servers are noted and compared: lower case, no dot at the end, addresses
 * as the system writes them. Otherwise a changed key would look like a first visit if the user
 * spells the name differently.
 */
static void normalise(const char *server, char out[SERVER_TEXT])
{
    struct server_list servers;
    struct server_name *only = &servers.list[0];

    if (!server_list_parse(server, 0, &servers) || servers.count != 1) {
        snprintf(out, SERVER_TEXT, "%s", server); /* a line that the user has written */
        lower(out);
        return;
    }
    size_t size = strlen(only->host);
    if (size > 1 && only->host[size - 1] == '.') only->host[size - 1] = '\0';
    lower(only->host);
    rewrite_address(only->host);
    server_print(only, out);
}

/* Is this a valid line about the server? `server` is in the normal form. */
static bool line_says(const char *line, const char *server, unsigned char fingerprint[FINGERPRINT])
{
    char name[LINE_SPACE], normal[SERVER_TEXT];
    size_t size = strcspn(line, " ");

    if (line[size] != ' ') return false;
    memcpy(name, line, size);
    name[size] = '\0';
    normalise(name, normal);
    if (strcmp(normal, server) != 0) return false;
    struct text digits = text_of(line + size + 1);
    while (digits.size > 0 && strchr(" \r", digits.bytes[digits.size - 1])) digits.size--;
    return fingerprint_parse(digits, fingerprint);
}

/* Opens the file; NULL and errno on failure. A huge file is another kind of file, and is refused.
   */
static FILE *open_to_read(const char *path)
{
    struct stat status;
    int fd = ordinary_open(path, O_RDONLY, 0);
    FILE *file = NULL;

    if (fd < 0) return NULL;
    if (fstat(fd, &status) == 0 && status.st_size > FILE_LIMIT) errno = EFBIG;
    else file = fdopen(fd, "r");
    int error = errno;
    if (!file) close(fd);
    errno = error;
    return file;
}

enum known_hosts_answer known_hosts_find(const char *server, unsigned char fingerprint[FINGERPRINT])
{
    const char *path = known_hosts_file();
    FILE *file = path ? open_to_read(path) : NULL;
    char line[LINE_SPACE], normal[SERVER_TEXT];
    bool found = false;

    if (!file) return !path || errno == ENOENT ? KNOWN_HOSTS_NO : KNOWN_HOSTS_ERROR;
    normalise(server, normal);
    while (!found && next_line(file, line)) found = line_says(line, normal, fingerprint);
    bool failed = ferror(file);
    fclose(file);
    return found ? KNOWN_HOSTS_YES : failed ? KNOWN_HOSTS_ERROR : KNOWN_HOSTS_NO;
}

/* The user may have edited the file, and not ended the last line. */
static bool ends_in_a_line(int fd)
{
    char last = '\n';

    if (lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) != 1) return true;
    return last == '\n';
}

int known_hosts_add(const char *server, const unsigned char fingerprint[FINGERPRINT])
{
    char digits[FINGERPRINT_DIGITS + 1], line[LINE_SPACE + 2], normal[SERVER_TEXT];
    const char *path = known_hosts_file();

    if (!path) return ENOENT;
    int fd = ordinary_open(path, O_RDWR | O_APPEND | O_CREAT, S_IRUSR | S_IWUSR);
    if (fd < 0) return errno;
    fingerprint_print(fingerprint, digits);
    normalise(server, normal);
    int size = snprintf(line, sizeof line, "%s%s %s\n", ends_in_a_line(fd) ? "" : "\n", normal,
                        digits);
    ssize_t written = write(fd, line, (size_t)size);
    int error = written == size ? 0 : written < 0 ? errno : ENOSPC;
    if (close(fd) != 0 && error == 0) error = errno;
    return error;
}
