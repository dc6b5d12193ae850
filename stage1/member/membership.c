#include "membership.h"

#include "command.h"
#include "wire/notice.h"

static void show(struct membership *member, const char *words)
{
    member->show(member->context, text_of(words));
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

void membership_hold(struct membership *member, int64_t now)
{
    member->held_until = now + hello_ghost(&member->hello, MEMBERSHIP_HELD);
}

void membership_moved(struct membership *member, int64_t now)
{
    membership_hold(member, now);
    member->held_told = false;
    member->bad_news = true;
    hello_doubt(&member->hello, now);
    show(member, "the address of this machine has changed: saying hello from the new one");
}

static enum membership_news on_welcome(struct membership *member, struct text notice, bool renamed,
                                       int64_t now)
{
    member->full_told = false;
    member->held_until = 0;
    switch (hello_answered(&member->hello, now)) {
    case HELLO_ANSWER_AGAIN: member->bad_news = true; break;
    case HELLO_FIRST_ANSWER:
        member->show(member->context, notice);
        if (member->screen) show(member, command_hint);
        member->bad_news = false;
        break;
    default: if (renamed) member->show(member->context, notice); break;
    }
    if (member->bad_news) show(member, "the server answers again");
    member->bad_news = false;
    return pace_welcome(&member->pace, now) ? MEMBERSHIP_ANSWER : MEMBERSHIP_GOES_ON;
}

/* The requested name was refused: another member has it. */
static enum membership_news on_refused(struct membership *member, struct text notice, bool kept,
                                       int64_t now)
{
    if (!kept && !member->screen) return MEMBERSHIP_REFUSED;
    member->show(member->context, notice);
    member->lost++;
    hello_refused(&member->hello, now);
    if (kept) hello_now(&member->hello, now);
    return MEMBERSHIP_NAMED;
}

static enum membership_news on_full(struct membership *member, struct text notice, int64_t now)
{
    if (!member->screen) return MEMBERSHIP_REFUSED;
    if (!member->full_told) member->show(member->context, notice);
    member->full_told = true;
    hello_refused(&member->hello, now);
    return MEMBERSHIP_GOES_ON;
}

/* Is our own name held by our earlier address? That will pass. */
static bool is_held(struct membership *member, struct text notice, int64_t now)
{
    char taken[NOTICE_LIMIT];
    struct text name = naming_wished(&member->naming);

    if (now >= member->held_until || naming_pending(&member->naming)) return false;
    if (!text_equal(notice, (struct text){taken, notice_taken(name, taken)})) return false;
    if (!member->held_told) {
        show(member, "the server holds your name for your old address; waiting for it");
    }
    member->held_told = true;
    hello_refused(&member->hello, now);
    return true;
}

bool membership_who(struct membership *member, int64_t now)
{
    if (member->foreign.ours) member->who_until = now + MEMBERSHIP_WHO;
    else show(member, "the server has not welcomed you: it cannot be asked who is here");
    return member->foreign.ours;
}

int64_t membership_due(const struct membership *member)
{
    int64_t line_at = pace_due(&member->pace);

    return member->who_until != 0 && member->who_until < line_at ? member->who_until : line_at;
}

void membership_tick(struct membership *member, int64_t now)
{
    if (member->who_until == 0 || now < member->who_until) return;
    member->who_until = 0;
    show(member, "no answer to /who: it was lost, or this server does not know it");
}

static void on_other_notice(struct membership *member, struct text notice, int64_t now)
{
    unsigned seconds = member->foreign.ours ? notice_read_speak(notice) : 0;
    struct bucket_rate rate;

    if (seconds != 0) {
        hello_obey(&member->hello, seconds);
        return;
    }
    if (member->foreign.ours && notice_is_stay(notice)) {
        hello_doubt(&member->hello, now); /* our hellos do not arrive: one more soon */
        return;
    }
    if (member->foreign.ours && notice_read_rate(notice, &rate.lines, &rate.kilobytes)) {
        pace_obey(&member->pace, rate);
        return;
    }
    member->show(member->context, notice);
    if (!member->foreign.ours) return;
    if (text_equal(notice, text_of(NOTICE_SAY_LESS))) member->lost++;
    if (text_starts(notice, "here: ")) member->who_until = 0;
    if (notice_is_end(notice) || text_equal(notice, text_of(NOTICE_SHUTTING_DOWN))) {
        member->bad_news = true;
        hello_doubt(&member->hello, now);
        membership_tell_lost(member);
    }
}

enum membership_news membership_hear(struct membership *member, struct text notice, int64_t now)
{
    if (is_held(member, notice, now)) return MEMBERSHIP_GOES_ON;
    bool late = naming_is_late(&member->naming, notice);
    bool full = text_equal(notice, text_of(NOTICE_FULL));
    enum naming_news news = naming_hear(&member->naming, notice);

    if (news != NAMING_NO_NEWS || full) member->foreign = (struct foreign){.ours = true};
    if (news == NAMING_WELCOME || news == NAMING_RENAMED) {
        return on_welcome(member, notice, news == NAMING_RENAMED, now);
    }
    if (news == NAMING_KEPT || news == NAMING_REFUSED) {
        return on_refused(member, notice, news == NAMING_KEPT, now);
    }
    if (full) return on_full(member, notice, now);
    if (!late) on_other_notice(member, notice, now);
    return MEMBERSHIP_GOES_ON;
}
