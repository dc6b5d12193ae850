#include "hello.h"

#include <stdio.h>

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t keepalive(const struct hello *hello)
{
    return hello->keepalive != 0 ? hello->keepalive : HELLO_KEEPALIVE;
}

/* Milliseconds until an unanswered hello is repeated: at least twice in a keepalive interval. */
static int64_t retry(const struct hello *hello)
{
    return earlier(HELLO_RETRY, keepalive(hello) / 2);
}

/* The next hello goes out now, but no sooner than `pause` after the last one. */
static void ask_soon(struct hello *hello, int64_t pause, int64_t now)
{
    int64_t soon = hello->sent + pause;

    hello->due = earlier(hello->due, soon > now ? soon : now);
}

void hello_now(struct hello *hello, int64_t now)
{
    hello->due = now;
}

enum hello_news hello_sent(struct hello *hello, int64_t now)
{
    hello->sent = now;
    hello->due = now + retry(hello);
    if (hello->unanswered++ < HELLO_UNANSWERED || hello->missed) return HELLO_NO_NEWS;
    hello->missed = true;
    return HELLO_NO_ANSWER;
}

enum hello_news hello_answered(struct hello *hello, int64_t now)
{
    enum hello_news news = HELLO_NO_NEWS;

    if (hello->missed) news = HELLO_ANSWER_AGAIN;
    if (!hello->answered) news = HELLO_FIRST_ANSWER;
    hello->due = now + keepalive(hello);
    hello->unanswered = 0;
    hello->lines = 0;
    hello->answered = true;
    hello->missed = false;
    hello->doubted = false;
    return news;
}

void hello_refused(struct hello *hello, int64_t now)
{
    hello->due = now + HELLO_RETRY;
    hello->unanswered = 0;
    hello->missed = false;
}

void hello_doubt(struct hello *hello, int64_t now)
{
    hello->doubted = true;
    ask_soon(hello, retry(hello), now);
}

void hello_said(struct hello *hello, int64_t now)
{
    hello->lines++;
    ask_soon(hello, HELLO_BEHIND, now);
}

unsigned hello_lines_lost(struct hello *hello, char words[HELLO_WORDS])
{
    unsigned lines = hello->lines;

    hello->lines = 0;
    if (lines == 1) snprintf(words, HELLO_WORDS, "the last line may not have arrived");
    else snprintf(words, HELLO_WORDS, "the last %u lines may not have arrived", lines);
    return lines;
}

void hello_obey(struct hello *hello, unsigned seconds)
{
    int64_t often = (int64_t)seconds * 1000;

    /* `seconds` is a third of the server's silence, rounded down. */
    if (seconds > 0 && seconds <= HELLO_LONGEST) hello->silence = 3 * often + 2000;
    if (often < HELLO_OFTEN || often >= HELLO_KEEPALIVE) return;
    hello->keepalive = often;
    hello->due = earlier(hello->due, hello->sent + often);
}

int64_t hello_ghost(const struct hello *hello, int64_t usual)
{
    int64_t longer = hello->silence + HELLO_SPARE;

    return longer > usual ? longer : usual;
}

bool hello_connected(const struct hello *hello)
{
    return hello->answered && !hello->doubted && hello->unanswered <= HELLO_UNANSWERED;
}
