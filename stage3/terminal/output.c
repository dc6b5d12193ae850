/* The contract is in output.h. Signals are let through only during a wait and during write(), which
   may block. */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "base/program.h"

/* Waits for at most `longest`, or without a limit if it is NULL; a signal ends the wait. */
static bool is_writable(const struct timespec *longest, const sigset_t *signals)
{
    fd_set writable;

    FD_ZERO(&writable);
    FD_SET(STDOUT_FILENO, &writable);
    return pselect(STDOUT_FILENO + 1, NULL, &writable, NULL, longest, signals) > 0;
}

/*
 * select() hazard, partial writes: write() may take only a part, or block until it can take
 * everything. A writable pipe takes _POSIX_PIPE_BUF bytes without blocking. A terminal guarantees
 * only one byte, but with small pieces the line being typed would flicker. After a signal, one byte
 * is written at a time, because then the program must not block.
 */
static size_t piece(const struct output *output)
{
    size_t most = output->columns == 0 ? _POSIX_PIPE_BUF : program_stopped() ? 1 : OUTPUT_PIECE;
    size_t waiting = output->end - output->start;

    return waiting < most ? waiting : most;
}

/* Writes one piece. If write() blocks nevertheless, a signal interrupts it. (A signal that arrives
   between sigprocmask() and write() does not; the next one does.) False: do not retry at once. */
static bool write_piece(struct output *output)
{
    bool stopped = program_stopped();
    sigset_t before;
    ssize_t taken = -1;
    int error = EINTR;

    sigprocmask(SIG_SETMASK, output->signals, &before);
    if (stopped || !program_stopped()) {
        taken = write(STDOUT_FILENO, output->bytes + output->start, piece(output));
        error = errno;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (taken >= 0) output->start += (size_t)taken;
    else if (error != EINTR && error != EAGAIN && error != EWOULDBLOCK) output->failed = error;
    return taken > 0;
}

bool output_flush(struct output *output)
{
    static const struct timespec at_once = {0, 0};

    while (output_waits(output) && is_writable(&at_once, NULL) && write_piece(output)) continue;
    return output->failed == 0;
}

void output_drain(struct output *output)
{
    while (output_waits(output) && !program_stopped()) {
        if (is_writable(NULL, output->signals)) write_piece(output);
    }
    output_flush(output);
}

bool output_waits(const struct output *output)
{
    return output->failed == 0 && output->start < output->end;
}

bool output_has_space(const struct output *output)
{
    return !output_waits(output) || output->end - output->start < OUTPUT_LIMIT / 2;
}

void output_put(struct output *output, struct text text)
{
    if (text.size > OUTPUT_LIMIT - output->end) {
        size_t waiting = output->end - output->start;
        memmove(output->bytes, output->bytes + output->start, waiting);
        output->start = 0;
        output->end = waiting;
    }
    if (text.size > OUTPUT_LIMIT - output->end) {
        output_drain(output);
        output->start = output->end = 0; /* after a signal or an error, the rest is lost */
    }
    if (text.size == 0) return;
    memcpy(output->bytes + output->end, text.bytes, text.size);
    output->end += text.size;
}

void output_put_string(struct output *output, const char *string)
{
    output_put(output, text_of(string));
}

void output_put_colour(struct output *output, const char *colour)
{
    if (output->colours) output_put_string(output, colour);
}
