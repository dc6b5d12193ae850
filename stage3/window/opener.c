#include "opener.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char name_of_folder[] = "chat-window-XXXXXX";

/* Programs are tried in this order. */
static const char *const desktop_openers[] = {"xdg-open", "open", "wslview"};
static const char *const window_browsers[] = {
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
    "microsoft-edge-stable", "brave-browser", "vivaldi", "opera",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"};

/* --- the file --- */

static bool make_folder_in(struct opener *opener, const char *place)
{
    if (!place || place[0] != '/') return false;
    int size = snprintf(opener->folder, sizeof opener->folder, "%s/%s", place, name_of_folder);
    if (size > 0 && size < (int)sizeof opener->folder && mkdtemp(opener->folder)) return true;
    opener->folder[0] = '\0';
    return false;
}

static bool write_file(const char *name, const char *url)
{
    /* Mode 0600: only this user can read the file. O_EXCL: nobody else has created it. */
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file) {
        if (fd >= 0) close(fd);
        return false;
    }
    fprintf(file, "<!DOCTYPE html><meta charset=\"utf-8\">"
            "<meta http-equiv=\"refresh\" content=\"0;url=%s\"><title>Chat</title>\n", url);
    return fclose(file) == 0;
}

static bool make_file(struct opener *opener, const char *url)
{
    if (!make_folder_in(opener, getenv("HOME")) && !make_folder_in(opener, getenv("TMPDIR"))
        && !make_folder_in(opener, "/tmp")) {
        return false;
    }
    snprintf(opener->file, sizeof opener->file, "%s/open.html", opener->folder);
    if (write_file(opener->file, url)) return true;
    int error = errno;
    opener_end(opener);
    errno = error;
    return false;
}

void opener_end(struct opener *opener)
{
    opener->deadline = INT64_MAX;
    if (opener->folder[0] == '\0') return;
    unlink(opener->file);
    rmdir(opener->folder);
    opener->folder[0] = '\0';
}

/* --- the browser --- */

/* Is there such a program? A name without a slash is searched for in the folders of PATH. */
static bool find_program(const char *name, char out[OPENER_PATH])
{
    const char *path = getenv("PATH");

    if (strchr(name, '/')) {
        snprintf(out, OPENER_PATH, "%s", name);
        return access(out, X_OK) == 0;
    }
    while (path && *path != '\0') {
        size_t size = strcspn(path, ":");
        int written = snprintf(out, OPENER_PATH, "%.*s/%s", (int)size, path, name);
        if (size > 0 && written < OPENER_PATH && access(out, X_OK) == 0) return true;
        path += size;
        if (*path == ':') path++;
    }
    return false;
}

static bool find_one(const char *const *names, size_t count, char out[OPENER_PATH])
{
    for (size_t i = 0; i < count; i++) {
        if (find_program(names[i], out)) return true;
    }
    return false;
}

/* Without a desktop, xdg-open would start a text browser, which nobody would see. */
static bool has_desktop(void)
{
    const char *const signs[] = {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"};
    struct stat there;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        const char *sign = getenv(signs[i]);
        if (sign && sign[0] != '\0') return true;
    }
    return stat("/System/Library/CoreServices", &there) == 0; /* macOS always has a desktop */
}

/* In the child: becomes the program, which inherits no signal mask, no input and output, and does
   not end with this terminal. */
static _Noreturn void become(const char *program, char *const arguments[])
{
    sigset_t none;
    int fd = open("/dev/null", O_RDWR);

    setsid();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    for (int standard = 0; standard <= 2; standard++) dup2(fd, standard);
    execv(program, arguments);
    _exit(127);
}

/* Starts the program as a grandchild. Its parent ends at once, so the system (init) waits for it,
   and this program need not. */
static bool launch(const char *program, char *const arguments[])
{
    int ended;
    pid_t child = fork();

    if (child < 0) return false;
    if (child == 0) {
        pid_t second = fork();
        if (second == 0) become(program, arguments);
        _exit(second < 0 ? 1 : 0);
    }
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

static bool launch_window(const char *file)
{
    char program[OPENER_PATH], argument[OPENER_PATH + 32];
    size_t count = sizeof window_browsers / sizeof window_browsers[0];

    if (!find_one(window_browsers, count, program)) return false;
    snprintf(argument, sizeof argument, "--app=file://%s", file);
    return launch(program, (char *[]){program, argument, NULL});
}

static bool launch_tab(char *file)
{
    char program[OPENER_PATH];
    size_t count = sizeof desktop_openers / sizeof desktop_openers[0];

    return find_one(desktop_openers, count, program)
        && launch(program, (char *[]){program, file, NULL});
}

const char *opener_start(struct opener *opener, enum opener_way way, const char *url, int64_t now)
{
    if (!has_desktop()) return "there is no desktop here";
    if (!make_file(opener, url)) return strerror(errno);
    opener->deadline = now + OPENER_TIMEOUT;
    if (way == OPENER_WINDOW && launch_window(opener->file)) return NULL;
    if (launch_tab(opener->file)) return NULL;
    opener_end(opener);
    return "no browser could be started";
}
