/* The contract is in program.h. A signal handler only sets a flag, and signals are let through
   only during a wait. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static const char *program_name = "chat";
static const char *program_usage = "";
static const char *program_called = ""; /* the last part of argv[0] */

/* If the caller closed descriptor 0, 1 or 2, the system would give that number to our first socket,
   and a line printed for the user would go out as a datagram. So the gaps are filled. */
static void open_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2) close(fd);
}

/* The usage names the program as it was called: it may be installed as chat1-server. */
static void print_usage(FILE *stream)
{
    const char *begin = "usage: ";
    size_t skipped = strlen(begin);

    if (strncmp(program_usage, begin, skipped) == 0 && program_called[0] != '\0') {
        fprintf(stream, "%s%s", begin, program_called);
        skipped += strcspn(program_usage + skipped, " \n");
    } else {
        skipped = 0;
    }
    fputs(program_usage + skipped, stream);
}

void program_start(const char *name, const char *usage, int argc, char **argv)
{
    program_name = name;
    program_usage = usage;
    if (argc > 0) {
        const char *slash = strrchr(argv[0], '/');
        program_called = slash ? slash + 1 : argv[0];
    }
    open_standard_descriptors();
    /* select() hazard, SIGPIPE: a write to a pipe or connection without a reader would kill the
       program silently. With the signal ignored, the write fails with EPIPE, which is handled. */
    signal(SIGPIPE, SIG_IGN);
    /* A write beyond the file size limit (ulimit -f) must fail as on a full disk. */
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_usage(stdout);
            exit(EXIT_FINE);
        }
        if (strcmp(argv[i], "--version") == 0) {
            printf("%s 1.0\n", name);
            exit(EXIT_FINE);
        }
    }
}

static void complain(const char *format, va_list arguments)
{
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

_Noreturn void program_die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
    exit(EXIT_CANNOT);
}

_Noreturn void program_misuse(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
    print_usage(stderr);
    exit(EXIT_USAGE);
}

long program_number(char option, const char *value, long low, long high)
{
    char *end;

    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < low || number > high) {
        program_misuse("-%c wants a whole number from %ld to %ld, not \"%s\"",
                       option, low, high, value);
    }
    return number;
}

static volatile sig_atomic_t stopped, screen_lost, suspended, rang;
static sigset_t while_waiting;

static void on_signal(int number)
{
    switch (number) {
    case SIGTSTP: suspended = 1; break;
    case SIGALRM: rang = 1; break;
    case SIGINT:
    case SIGTERM:
    case SIGHUP:
    case SIGQUIT: stopped = 1; break;
    default: screen_lost = 1; break;
    }
}

/* From now on the signal is delivered only during a wait, even if the caller had ignored it: a
   shell starts background programs with SIGINT ignored, and SIGINT must end them all the same. */
static void catch_signal(int number)
{
    struct sigaction before, action = {.sa_handler = on_signal};
    sigset_t blocked;

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, &before);
    if (number == SIGHUP && before.sa_handler == SIG_IGN) { /* started under nohup */
        sigaction(number, &before, NULL);
        return;
    }
    sigemptyset(&blocked);
    sigaddset(&blocked, number);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    sigdelset(&while_waiting, number);
}

const sigset_t *program_signals(bool screen)
{
    sigprocmask(SIG_BLOCK, NULL, &while_waiting);
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGHUP);
    catch_signal(SIGQUIT);
    catch_signal(SIGALRM);
    if (screen) {
        catch_signal(SIGCONT);
        catch_signal(SIGTSTP);
#ifdef SIGWINCH /* in POSIX since 2024; some systems hide it from programs that ask for less */
        catch_signal(SIGWINCH);
#endif
    }
    return &while_waiting;
}

bool program_stopped(void)
{
    return stopped;
}

bool program_screen_lost(void)
{
    bool lost = screen_lost;
    screen_lost = 0;
    return lost;
}

bool program_suspended(void)
{
    bool asked = suspended;
    suspended = 0;
    return asked;
}

void program_alarm(void)
{
    alarm(1);
}

bool program_alarm_rang(void)
{
    bool was = rang;
    rang = 0;
    return was;
}

void program_suspend(void)
{
    struct sigaction ours, standard = {.sa_handler = SIG_DFL};
    sigset_t suspend, before;

    sigemptyset(&suspend);
    sigaddset(&suspend, SIGTSTP);
    sigaction(SIGTSTP, &standard, &ours);
    kill(0, SIGTSTP); /* to the whole process group, or the shell would not notice */
    sigprocmask(SIG_UNBLOCK, &suspend, &before); /* the program is stopped here until "fg" */
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

bool program_can_log(void)
{
    static const struct timespec at_once = {0, 0};
    fd_set writable;

    FD_ZERO(&writable);
    FD_SET(STDERR_FILENO, &writable);
    return pselect(STDERR_FILENO + 1, NULL, &writable, NULL, &at_once, NULL) > 0;
}

int64_t program_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
