/* The contract is in resolver.h. */
#include "resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ASKS = 16,             /* questions without a reply, at most */
    DESCRIPTORS = 1024     /* the child closes those below this number */
};

extern char **environ;

struct question {
    uint32_t number;
    char host[RESOLVER_HOST];
};

struct reply {
    uint32_t number;
    int error;             /* of getaddrinfo(); 0: found */
    int system_error;      /* errno, if that is EAI_SYSTEM */
    uint32_t count;
    struct address list[RESOLVER_ADDRESSES];
};

/* Questions without a reply yet. When a look-up is stopped and the same name is looked up again,
   the reply to the old question serves it: otherwise questions would pile up at a stuck child. */
static struct question asked[ASKS]; /* number 0: free */
static uint32_t last_number;
static struct lookup *waiting;      /* chain */

static pid_t child;
static int ask_fd = -1, answer_fd = -1;
static int trouble;                 /* errno: why there is no child; 0: it was not started */
static union {
    struct reply reply;
    char bytes[sizeof(struct reply)];
} in;                               /* the part of the next reply that has arrived */
static size_t in_size;

/* --- the child --- */

static pid_t parent;

/* A child that is stuck in getaddrinfo() does not notice the end of its pipe. */
static void on_alarm(int signal_number)
{
    (void)signal_number;
    if (getppid() != parent) _exit(0);
    alarm(1);
}

/* Reads all of `size` bytes. False: the other end is closed. */
static bool read_whole(int fd, void *bytes, size_t size)
{
    char *next = bytes;

    while (size > 0) {
        ssize_t taken = read(fd, next, size);
        if (taken == 0 || (taken < 0 && errno != EINTR)) return false;
        if (taken < 0) continue;
        next += taken;
        size -= (size_t)taken;
    }
    return true;
}

static bool write_whole(int fd, const void *bytes, size_t size)
{
    const char *next = bytes;

    while (size > 0) {
        ssize_t taken = write(fd, next, size);
        if (taken < 0 && errno != EINTR) return false;
        if (taken < 0) continue;
        next += taken;
        size -= (size_t)taken;
    }
    return true;
}

static void put_family(const struct addrinfo *found, int family, struct reply *reply)
{
    for (; found && reply->count < RESOLVER_ADDRESSES; found = found->ai_next) {
        struct address *address = &reply->list[reply->count];
        if (found->ai_family != family || found->ai_addrlen > sizeof address->is) continue;
        memcpy(&address->is, found->ai_addr, found->ai_addrlen);
        address->size = found->ai_addrlen;
        reply->count++;
    }
}

/* Lists IPv4 before IPv6. A server that listens on a name uses the same order. Otherwise one side
   could take "localhost" for 127.0.0.1 and the other one for ::1, and the first attempt would
   fail. */
static void look_up(const char *host, int flags, struct reply *reply)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
                             .ai_flags = flags};
    struct addrinfo *found = NULL;

    reply->error = getaddrinfo(host, NULL, &hints, &found);
    reply->system_error = errno;
    if (reply->error != 0) return;
    put_family(found, AF_INET, reply);
    put_family(found, AF_INET6, reply);
    freeaddrinfo(found);
    if (reply->count == 0) reply->error = EAI_NONAME;
}

static _Noreturn void serve(int questions, int answers)
{
    struct question question;

    while (read_whole(questions, &question, sizeof question)) {
        struct reply reply;
        memset(&reply, 0, sizeof reply); /* with the padding, which goes through the pipe too */
        reply.number = question.number;
        alarm(1);
        look_up(question.host, 0, &reply);
        alarm(0);
        if (!write_whole(answers, &reply, sizeof reply)) break;
    }
    _exit(0);
}

/*
 * Releases everything that the child got from its parent, except the two pipes: a copy of standard
 * output, for example, would hide the end of a pipe from its reader. Ctrl-C and Ctrl-Z signal the
 * whole process group, so the child ignores them: the parent decides what to do. The environment
 * may contain a secret, so that is wiped.
 */
static void leave_all(int questions, int answers)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGPIPE};
    struct sigaction standard = {.sa_handler = SIG_DFL}, rings = {.sa_handler = on_alarm,
                                                                  .sa_flags = SA_RESTART};
    sigset_t none;
    int nothing = open("/dev/null", O_RDWR);

    for (int fd = 0; fd <= 2; fd++) dup2(nothing, fd);
    for (int fd = 3; fd < DESCRIPTORS; fd++) {
        if (fd != questions && fd != answers) close(fd);
    }
    for (char **variable = environ; variable && *variable; variable++) {
        if (strncmp(*variable, "CHAT_", 5) == 0) memset(*variable, '-', strlen(*variable));
    }
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) signal(ignored[i], SIG_IGN);
    sigaction(SIGTERM, &standard, NULL);
    sigemptyset(&rings.sa_mask);
    sigaction(SIGALRM, &rings, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* --- its parent --- */

static void close_both(int fds[2])
{
    close(fds[0]);
    close(fds[1]);
}

static void close_pipes(void)
{
    if (ask_fd >= 0) close(ask_fd);
    if (answer_fd >= 0) close(answer_fd);
    ask_fd = answer_fd = -1;
}

/* Ends the child at the end of the program, before the program itself is gone. */
static void stop(void)
{
    if (child <= 0 || getpid() != parent) return;
    close_pipes();
    kill(child, SIGKILL); /* it may be stuck, and has nothing to tidy up */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
    child = 0;
}

static void keep(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Not memset(): a compiler may omit that for bytes that are not read again. */
static void wipe_copy(void *secret, size_t size)
{
    volatile unsigned char *bytes = secret;

    for (size_t i = 0; i < size; i++) bytes[i] = 0;
}

static void fork_child(int questions[2], int answers[2], void *secret, size_t size)
{
    parent = getpid();
    child = fork();
    if (child < 0) {
        trouble = errno;
        close_both(questions);
        close_both(answers);
        return;
    }
    if (child == 0) {
        wipe_copy(secret, size);
        leave_all(questions[0], answers[1]);
        serve(questions[0], answers[1]);
    }
    close(questions[0]);
    close(answers[1]);
    ask_fd = questions[1];
    answer_fd = answers[0];
    keep(ask_fd);
    keep(answer_fd);
    atexit(stop);
}

void resolver_start(void *secret, size_t size)
{
    int questions[2], answers[2];

    if (child > 0) return;
    if (pipe(questions) != 0) {
        trouble = errno;
        return;
    }
    if (pipe(answers) != 0) {
        trouble = errno;
        close_both(questions);
        return;
    }
    fork_child(questions, answers, secret, size);
}

int resolver_fd(void)
{
    return answer_fd;
}

/* --- look-ups --- */

static void fail(struct lookup *lookup, const char *why)
{
    lookup->state = LOOKUP_FAILED;
    snprintf(lookup->why, sizeof lookup->why, "%s", why);
}

static void finish(struct lookup *lookup, const struct reply *reply)
{
    if (reply->error != 0) {
        fail(lookup, reply->error == EAI_SYSTEM ? strerror(reply->system_error)
                                                : gai_strerror(reply->error));
        return;
    }
    lookup->state = LOOKUP_FOUND;
    lookup->count = reply->count;
    for (unsigned i = 0; i < reply->count; i++) {
        struct address *address = &lookup->list[i];
        *address = reply->list[i];
        if (address->is.any.sa_family == AF_INET) address->is.v4.sin_port = htons(lookup->port);
        else address->is.v6.sin6_port = htons(lookup->port);
    }
}

/* Parses a numeric address, which needs no look-up. */
static bool read_number(const char *host, struct reply *reply)
{
    memset(reply, 0, sizeof *reply);
    look_up(host, AI_NUMERICHOST, reply);
    return reply->error == 0;
}

bool resolver_is_number(const char *host)
{
    struct reply reply;
    return read_number(host, &reply);
}

/* Asks the child, unless the same question is still open. NULL: asked; else the reason why not. */
static const char *ask(const char *host, uint32_t *number)
{
    struct question *question = NULL;

    if (strlen(host) >= RESOLVER_HOST) return "the name is too long";
    if (ask_fd < 0) return trouble != 0 ? strerror(trouble) : "nobody is there to look names up";
    for (int i = 0; i < ASKS; i++) {
        if (asked[i].number == 0) question = &asked[i];
        else if (strcmp(asked[i].host, host) == 0) {
            *number = asked[i].number;
            return NULL;
        }
    }
    if (!question) return "too many names are being looked up";
    memset(question, 0, sizeof *question);
    if (++last_number == 0) last_number = 1;
    *number = question->number = last_number;
    memcpy(question->host, host, strlen(host));
    /* The question is smaller than 512 bytes, the least that PIPE_BUF may be, so it is written
       whole or not at all. */
    if (write(ask_fd, question, sizeof *question) == (ssize_t)sizeof *question) return NULL;
    question->number = 0;
    return "the process that looks names up does not take the question";
}

void lookup_start(struct lookup *lookup, const char *host, uint16_t port)
{
    struct reply reply;

    lookup_stop(lookup);
    lookup->port = port;
    if (read_number(host, &reply)) {
        finish(lookup, &reply);
        return;
    }
    const char *why = ask(host, &lookup->number);
    if (why) {
        fail(lookup, why);
        return;
    }
    lookup->state = LOOKUP_WAITS;
    lookup->next = waiting;
    waiting = lookup;
}

static void take_reply(const struct reply *reply)
{
    struct lookup **link = &waiting;

    for (int i = 0; i < ASKS; i++) {
        if (asked[i].number == reply->number) asked[i].number = 0;
    }
    while (*link) {
        struct lookup *lookup = *link;
        if (lookup->number != reply->number) {
            link = &lookup->next;
            continue;
        }
        *link = lookup->next;
        finish(lookup, reply);
    }
}

/* The child has ended unexpectedly: all look-ups fail. */
static void fail_all(void)
{
    close_pipes();
    while (waiting) {
        struct lookup *lookup = waiting;
        waiting = lookup->next;
        fail(lookup, "the process that looks names up is gone");
    }
}

static void take_in(void)
{
    while (answer_fd >= 0) {
        ssize_t size = read(answer_fd, in.bytes + in_size, sizeof in.bytes - in_size);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (size <= 0) {
            fail_all();
            return;
        }
        in_size += (size_t)size;
        if (in_size < sizeof in.bytes) continue;
        in_size = 0;
        take_reply(&in.reply);
    }
}

bool lookup_over(struct lookup *lookup)
{
    if (lookup->state == LOOKUP_WAITS) take_in();
    return lookup->state == LOOKUP_FOUND || lookup->state == LOOKUP_FAILED;
}

void lookup_stop(struct lookup *lookup)
{
    struct lookup **link = &waiting;

    while (*link && *link != lookup) link = &(*link)->next;
    if (*link) *link = lookup->next;
    lookup->state = LOOKUP_NONE;
}
