#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tool.h"

enum {
    GRACE_MS = 1000, /* between SIGTERM and SIGKILL */
    LAST_LINES = 6,
    LAST_BYTES = 1200
};

/* A shell that stays in between would answer a signal by itself. It goes away if the command is one
   program, and not several, or one with variables in front. */
static const char *replaces_shell(const char *command)
{
    size_t first = strcspn(command, " \t");

    if (strpbrk(command, ";&|()`\n") != NULL || memchr(command, '=', first) != NULL) return "";
    return "exec ";
}

static _Noreturn void become(const char *command, int input, int output)
{
    signal(SIGPIPE, SIG_DFL);
    setsid();
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    for (int fd = 3; fd < 256; fd++) close(fd);
    char *line = malloc(strlen(command) + sizeof "exec ");
    if (line == NULL) _exit(127);
    strcpy(line, replaces_shell(command));
    strcat(line, command);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

void program_start(struct program *program, const char *command, bool fed)
{
    FILE *file = tmpfile();
    int pipe_ends[2] = {-1, -1};

    if (file == NULL) tool_die(TOOL_FAILED, "cannot make a file: %s", strerror(errno));
    memset(program, 0, sizeof *program);
    program->output = dup(fileno(file));
    fclose(file);
    if (fed && pipe(pipe_ends) != 0) tool_die(TOOL_FAILED, "cannot make a pipe");
    int input = fed ? pipe_ends[0] : open("/dev/null", O_RDONLY);
    fflush(stdout);
    program->group = fork();
    if (program->group < 0) tool_die(TOOL_FAILED, "cannot start a process: %s", strerror(errno));
    if (program->group == 0) become(command, input, program->output);
    close(input);
    program->input = pipe_ends[1];
}

bool program_ended(struct program *program)
{
    if (program->group == 0 || program->ended) return true;
    program->ended = waitpid(program->group, &program->status, WNOHANG) == program->group;
    return program->ended;
}

bool program_ends(struct program *program, long milliseconds)
{
    int64_t deadline = tool_now() + milliseconds;

    while (!program_ended(program)) {
        if (tool_now() >= deadline) return false;
        tool_sleep(5);
    }
    return true;
}

void program_signal(struct program *program, int number)
{
    if (program->group != 0) kill(-program->group, number);
}

/* The shell may have ended before what it started. */
void program_stop(struct program *program)
{
    if (program->group == 0) return;
    int64_t deadline = tool_now() + GRACE_MS;
    program_signal(program, SIGTERM);
    while ((!program_ended(program) || kill(-program->group, 0) == 0) && tool_now() < deadline) {
        tool_sleep(2);
    }
    program_signal(program, SIGKILL);
    if (!program->ended) waitpid(program->group, &program->status, 0);
    program->ended = true;
    program_hang_up(program);
    close(program->output);
    program->group = 0;
}

bool program_feed(struct program *program, const void *bytes, size_t count)
{
    return write(program->input, bytes, count) == (ssize_t)count;
}

void program_hang_up(struct program *program)
{
    if (program->input >= 0) close(program->input);
    program->input = -1;
}

/* Reads the end of what it has printed, at most `most` bytes; the caller frees it. */
static char *read_output(const struct program *program, size_t most, size_t *count)
{
    struct stat stat;
    char *text = malloc(most + 1);

    if (text == NULL) tool_die(TOOL_FAILED, "no memory");
    *count = 0;
    if (program->group == 0 || fstat(program->output, &stat) != 0) return text;
    off_t from = stat.st_size > (off_t)most ? stat.st_size - (off_t)most : 0;
    ssize_t size = pread(program->output, text, most, from);
    if (size > 0) *count = (size_t)size;
    return text;
}

size_t program_printed(const struct program *program, const void *bytes, size_t count)
{
    size_t size;
    char *text = read_output(program, 4 * 1024 * 1024, &size);
    size_t found = 0;

    for (size_t at = 0; at + count <= size; at++) {
        if (memcmp(text + at, bytes, count) == 0) found++;
    }
    free(text);
    return found;
}

/* A shell that waits for the program reports a signal as 128 and its number. */
void program_how(const struct program *program, char *text, size_t space)
{
    int number = 0, status = 0;

    if (WIFSIGNALED(program->status)) number = WTERMSIG(program->status);
    else status = WEXITSTATUS(program->status);
    if (status > 128 && status < 128 + 32) number = status - 128;
    if (number != 0) {
        snprintf(text, space, "was ended by signal %d (%s)", number, strsignal(number));
        return;
    }
    snprintf(text, space, "ended with status %d", status);
}

void program_last_words(const struct program *program, FILE *to, const char *indent)
{
    size_t count, first, lines = 0;
    char *text = read_output(program, LAST_BYTES, &count);
    char safe[3 * LAST_BYTES];

    while (count > 0 && text[count - 1] == '\n') count--;
    for (first = count; first > 0; first--) {
        if (text[first - 1] == '\n' && ++lines == LAST_LINES) break;
    }
    if (count == 0) fprintf(to, "%s(it printed nothing)\n", indent);
    while (first < count) {
        size_t size = 0;
        while (first + size < count && text[first + size] != '\n') size++;
        size_t shown = text_sanitise((struct text){text + first, size}, safe);
        fprintf(to, "%s%.*s\n", indent, (int)shown, safe);
        first += size + 1;
    }
    free(text);
}
