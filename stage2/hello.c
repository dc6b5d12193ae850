#include "hello.h"

void hello_now(struct hello *hello, int64_t now)
{
    hello->due = now;
}

enum hello_news hello_sent(struct hello *hello, int64_t now)
{
    hello->due = now + HELLO_RETRY;
    if (hello->unanswered++ < HELLO_PATIENCE || hello->missed) return HELLO_NO_NEWS;
    hello->missed = true;
    return HELLO_NO_ANSWER;
}

enum hello_news hello_answered(struct hello *hello, int64_t now)
{
    enum hello_news news = HELLO_NO_NEWS;

    if (hello->missed) news = HELLO_ANSWER_AGAIN;
    if (!hello->answered) news = HELLO_FIRST_ANSWER;
    hello->due = now + HELLO_KEEPALIVE;
    hello->unanswered = 0;
    hello->answered = true;
    hello->missed = false;
    return news;
}

void hello_refused(struct hello *hello, int64_t now)
{
    hello->due = now + HELLO_RETRY;
    hello->unanswered = 0;
    hello->missed = false;
}

void hello_soon(struct hello *hello, int64_t now)
{
    if (hello->due > now + HELLO_RETRY) hello->due = now + HELLO_RETRY;
}

bool hello_connected(const struct hello *hello)
{
    return hello->answered && hello->unanswered <= HELLO_PATIENCE;
}
