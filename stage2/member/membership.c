#include "membership.h"

#include <stdio.h>

#include "wire/notice.h"

static void show(struct membership *member, const char *words)
{
    member->show(member->context, text_of(words));
}

void membership_enter(struct membership *member, bool other, int64_t now)
{
    member->hello = (struct hello){.silence = member->hello.silence};
    member->foreign = (struct foreign){.speaks = other};
    member->other = other;
    member->bad_news = false;
    hello_now(&member->hello, now);
}

bool membership_may_ask(const struct membership *member)
{
    bool sure = member->foreign.believed && member->foreign.silent >= MEMBERSHIP_SURE;

    return member->foreign.ours || (!member->other && !sure);
}

bool membership_knows_commands(const struct membership *member)
{
    return member->foreign.ours || (!member->other && !member->foreign.believed);
}

void membership_asked(struct membership *member, int64_t now)
{
    if (member->foreign.ours) return;
    if (membership_may_ask(member)) {
        member->hello.due = now + foreign_hello_sent(&member->foreign, now);
    } else if (foreign_speaks(&member->foreign)) {
        member->hello.due = now + HELLO_KEEPALIVE;
    }
}

bool membership_keeps_up(const struct membership *member, int64_t now)
{
    if (foreign_speaks(&member->foreign)) return now >= member->foreign.line_at;
    if (member->hello.missed || member->hello.doubted || member->farewell.told) return false;
    return member->hello.answered && pace_allows(&member->pace, now);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t membership_due(const struct membership *member)
{
    int64_t due = member->farewell.told ? farewell_due(&member->farewell) : member->hello.due;
    int64_t foreign_at = foreign_next(&member->foreign, member->pace.holds);

    /* A script gives up if no answer comes, except on a foreign server, where none is expected. */
    if (foreign_at == FOREIGN_NEVER && member->pace.give_up_at != 0) {
        due = earlier(due, member->pace.give_up_at);
    }
    due = earlier(due, pace_due(&member->pace));
    return earlier(due, foreign_at);
}

bool membership_in_doubt(const struct membership *member)
{
    return member->hello.missed && !foreign_speaks(&member->foreign) && !member->farewell.told;
}

void membership_tell_lost(struct membership *member)
{
    char words[HELLO_WORDS];
    unsigned lines = hello_lines_lost(&member->hello, words);

    if (lines == 0) return;
    member->lost += lines;
    member->bad_news = true;
    show(member, words);
}

void membership_nobody(struct membership *member, int64_t now)
{
    if (foreign_speaks(&member->foreign)) hello_refused(&member->hello, now);
    member->hello.lines += foreign_refused(&member->foreign);
    hello_doubt(&member->hello, now);
}

static void show_hint(struct membership *member)
{
    char hint[NAME_LIMIT + 64];

    snprintf(hint, sizeof hint, "what you type goes to everyone in %.*s; /help shows more",
             (int)member->room.size, member->room.bytes);
    show(member, hint);
}

static enum membership_news on_welcome(struct membership *member, struct text notice, int64_t now)
{
    if (!member->foreign.ours) member->foreign = (struct foreign){.ours = true};
    if (farewell_answered(&member->farewell)) {
        show(member, "but the server says that you are in the room: somebody forged that, or it "
             "was late");
    }
    switch (hello_answered(&member->hello, now)) {
    case HELLO_ANSWER_AGAIN: member->bad_news = true; break;
    case HELLO_FIRST_ANSWER:
        member->show(member->context, notice);
        if (member->screen) show_hint(member);
        break;
    default: break;
    }
    if (member->bad_news) show(member, "the server answers again");
    member->bad_news = false;
    return pace_welcome(&member->pace, now) ? MEMBERSHIP_ANSWER : MEMBERSHIP_WELCOMED;
}

static void on_other_notice(struct membership *member, struct text notice, int64_t now)
{
    unsigned seconds = notice_read_speak(notice);
    struct bucket_rate rate;
    int status;

    if (seconds != 0 || notice_is_stay(notice)) {
        hello_obey(&member->hello, seconds);
        if (seconds == 0) hello_doubt(&member->hello, now); /* our keepalives do not arrive */
        return;
    }
    if (notice_read_rate(notice, &rate.lines, &rate.kilobytes)) {
        pace_obey(&member->pace, rate);
        return;
    }
    if (farewell_is(notice, &status)) {
        if (!farewell_told(&member->farewell, now)) return; /* a repeat, as we asked */
        member->farewell_status = status; /* without the room there is nothing to wait for */
    }
    member->show(member->context, notice);
    if (notice_is_refusal(notice)) member->lost++;
    if (notice_is_end(notice)) { /* may be forged: ask, and join again if no answer comes */
        member->bad_news = true;
        hello_doubt(&member->hello, now);
    }
}

enum membership_news membership_hear(struct membership *member, struct text notice, int64_t now)
{
    char welcome[NOTICE_LIMIT];
    size_t size = notice_welcome(member->user, welcome);

    if (text_equal(notice, (struct text){welcome, size})) return on_welcome(member, notice, now);
    if (member->foreign.ours) on_other_notice(member, notice, now);
    else member->show(member->context, notice);
    return MEMBERSHIP_GOES_ON;
}
