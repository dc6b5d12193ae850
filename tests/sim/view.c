#include "view.h"

#include <string.h>

#include "house.h"
#include "member/outbox.h"
#include "sim.h"

static const char *name_of(const struct view *view)
{
    return view->soul->name;
}

/* --- the start of the server that it is under --- */

/* All entries that it was told must be in that version, too. */
static void enter(struct view *view, const struct version *version)
{
    if (version == view->version) return;
    if (view->next > history_common(view->version, version)) {
        fail("%s goes on in another past, and was not told", name_of(view));
    }
    view->version = version;
    view->vouched = 0;
}

static const struct version *version_of(const struct view *view, const unsigned char *start)
{
    const struct version *version = history_version(view->history, start);

    if (!version) fail("%s is under a start that has no such room", name_of(view));
    return version;
}

void view_admitted(struct view *view, const struct welcome *answer)
{
    struct history *history = history_find(answer->room_id);

    if (!history) fail("%s was let into a room that never was", name_of(view));
    if (view->history) {
        if (view->history != history) fail("%s was let into another room", name_of(view));
        if (answer->start > view->next && answer->back != BACK_NOWHERE) {
            fail("%s goes on somewhere else", name_of(view));
        }
        view->coming = version_of(view, answer->server);
        view->coming_start = answer->start;
        view->back = answer->back;
        return;
    }
    view->history = history;
    view->version = version_of(view, answer->server);
    view->next = answer->start;
    view->first_end = answer->end;
}

/* A client keeps only its latest lines, so it cannot report older ones one by one. */
static void pass_over_old_lines(struct view *view, uint64_t accepted)
{
    for (uint64_t number = 1; number + OUTBOX_KEPT <= accepted; number++) {
        struct soul_item *item = &view->soul->items[number - 1];
        if (item->digest != 0 && !history_has(view->coming, item)) item->lost = true;
    }
}

/* The last of its own lines among the entries of the new version that it has read. */
static uint64_t last_own(const struct view *view)
{
    uint64_t last = 0;
    struct entry entry;

    for (uint64_t number = 1; number < view->next && number < view->coming->end; number++) {
        history_entry(view->coming, number, &entry);
        bool own = entry.kind == ENTRY_SAID && memcmp(entry.member, view->soul->id, SEAL_ID) == 0;
        if (own) last = entry.number;
    }
    return last;
}

static void on_back(struct view *view, const struct membership *membership,
                    const struct news *news)
{
    if (!view->coming || view->back == BACK_NOT) {
        fail("%s is told that the server went back", name_of(view));
    }
    uint64_t common = history_common(view->version, view->coming);
    bool nowhere = view->back == BACK_NOWHERE;
    if (news->count != (nowhere ? 0 : view->next - view->coming_start)) {
        fail("%s is told another number of lost entries", name_of(view));
    }
    if (!nowhere && view->coming_start > common) fail("%s is told of too few", name_of(view));
    /* A client that has resumed since has named its position then, and not how much more there was.
       So the server may report some entries as lost that it has, and then they come again. */
    view->too_far = !nowhere && view->coming_start < common;
    sim.counts.told_more += view->too_far;
    note("  %s is told that the server went back, by %lu", name_of(view),
         (unsigned long)news->count);
    sim.counts.told_back++;
    if (nowhere) view->gaps++; /* its own lines may be among them */
    view->back = BACK_NOT;
    view->pasts[view->past_count++ % VIEW_PASTS] = (struct past){view->version, view->next};
    view->next = view->coming_start;
    if (view->first_end > view->next) view->first_end = view->next;
    view->own = last_own(view);
    view->version = view->coming;
    view->vouched = 0;
    pass_over_old_lines(view, membership_acked(membership));
}

/* It must be true, and said at the right time: with the answer. */
static void on_lost(struct view *view, const struct news *news)
{
    if (!view->coming) fail("%s is told at a strange time what is lost", name_of(view));
    sim.counts.told_lost++;
    if (news->kind == NEWS_UNDONE) {
        if (!soul_undo_kick(view->soul, news->name)) {
            fail("%s is told that a kick is undone, and it is not", name_of(view));
        }
        return;
    }
    if (news->number == 0 || news->number > view->soul->count) {
        fail("%s is told of a lost line that it did not say", name_of(view));
    }
    struct soul_item *item = &view->soul->items[news->number - 1];
    if (item->digest != soul_digest(news->text)) fail("%s lost another line", name_of(view));
    if (item->lost) fail("%s is told twice that a line is lost", name_of(view));
    if (history_has(view->coming, item) && !view->too_far) {
        fail("%s is told that line %lu is lost, but it is there", name_of(view),
             (unsigned long)news->number);
    }
    note("  %s is told that its line %lu is lost", name_of(view), (unsigned long)news->number);
    item->lost = true;
}

/* --- news --- */

/*
 * Even in fair weather a crowd can say more than a member can be sent in that time: then the log,
 * of 256 KiB, has dropped entries that the member has not read. But these can be only so old. A log
 * is four windows of 64 KiB, and a window takes one round: there and back, and a while for a
 * supposed hole. Behind the log's beginning it takes two rounds, because the server waits for the
 * answer. With one more for what is on its way, no entry can have been in the log for more than
 * nine rounds, and the time for which the room waited for slower readers (hold.h).
 */
static void check_fair_gap(const struct view *view, const struct news *news)
{
    int64_t round = 2 * ((int64_t)sim.plan.delay + sim.plan.spread) + 200;
    int64_t age = sim.now - view->version->rows[news->entry - 1]->at;

    if (age > 9 * round + PURSE_SIZE) {
        fail("%s has a gap in fair weather, %ld ms old", name_of(view), (long)age);
    }
}

/* Only for its own lines nobody waits. A member that has lost some of these is sent the rest only by
   the timer, so it may be too late for others' lines, too. A purse that was emptied fills slowly, so it is still nearly
   empty when the gap is told. */
static void check_patience(const struct view *view, const struct news *news)
{
    const struct purse *purse = &house_chat()->rooms.rooms[view->history->slot].purse;
    int64_t left = purse_left(purse, PURSE_SIZE, sim.now);
    uint64_t number = news->entry;
    struct entry entry;

    if (view->gaps > 0) return;
    for (; number < news->entry + news->count; number++) {
        history_entry(view->version, number, &entry);
        if (memcmp(entry.member, view->soul->id, SEAL_ID) != 0) break;
    }
    if (number < news->entry + news->count && left > PURSE_SIZE / 4) {
        fail("%s has a gap, and its room could wait for %ld ms more", name_of(view), (long)left);
    }
}

static void on_gap(struct view *view, const struct news *news)
{
    if (news->count == 0) fail("%s is told of an empty gap", name_of(view));
    if (news->entry + news->count > view->version->dropped && view->history->there) {
        fail("%s is told of a gap, but all that is there", name_of(view));
    }
    if (sim.plan.patient) check_patience(view, news);
    else if (sim.plan.fair) check_fair_gap(view, news);
    note("  %s has a gap of %lu", name_of(view), (unsigned long)news->count);
    view->gaps++;
    sim.counts.gaps++;
    view->next += news->count;
}

static void on_said(struct view *view, const struct news *news,
                    const struct entry *entry)
{
    struct soul *author = soul_find(entry->member);

    if (news->unreadable) fail("%s cannot read a line of %s", name_of(view), author->name);
    if (news->number != entry->number) fail("%s is told another number", name_of(view));
    if (author->items[entry->number - 1].digest != soul_digest(news->text)) {
        fail("%s is told what %s did not say", name_of(view), author->name);
    }
    if (author == view->soul) view->own = entry->number;
}

static enum news_kind kind_of(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_SAID: return NEWS_SAID;
    case ENTRY_JOINED: return NEWS_JOINED;
    case ENTRY_LEFT: return NEWS_LEFT;
    case ENTRY_KICKED: return NEWS_KICKED;
    default: return NEWS_CLOSED;
    }
}

static void on_entry(struct view *view, const struct news *news)
{
    struct entry entry;

    if (news->entry >= view->version->end) fail("%s is told what never was", name_of(view));
    history_entry(view->version, news->entry, &entry);
    bool same = news->kind == kind_of(&entry) && news->why == entry.why
        && text_equal(news->name, entry.name)
        && (entry.kind == ENTRY_CLOSED || memcmp(news->who, entry.member, SEAL_ID) == 0);
    if (!same) fail("%s is told something else than the log says", name_of(view));
    if (entry.kind == ENTRY_SAID) on_said(view, news, &entry);
    bool own = entry.kind != ENTRY_CLOSED && memcmp(entry.member, view->soul->id, SEAL_ID) == 0;
    if (news->own != own || news->old != (news->entry < view->first_end)) {
        fail("%s is told wrongly whose or how old it is", name_of(view));
    }
    view->next++;
    view->told++;
    sim.counts.told++;
}

/* In bad weather, a client that receives but cannot send is dropped, and is told so. */
static void on_notice(const struct view *view, struct text notice)
{
    static const char silent[] = "you were silent for ";
    bool dropped = notice.size >= sizeof silent - 1
        && memcmp(notice.bytes, silent, sizeof silent - 1) == 0;

    if (sim.plan.fair || !dropped) {
        fail("%s gets a notice: %.*s", name_of(view), (int)notice.size, notice.bytes);
    }
    note("%s is told that it is dropped", name_of(view));
}

/* Was that line told in a version that is lost? */
static bool was_told(const struct view *view, const struct soul_item *item)
{
    for (uint32_t i = 0; i < view->past_count && i < VIEW_PASTS; i++) {
        const struct past *past = &view->pasts[i];
        for (const struct history_row *row = item->row; row; row = row->earlier) {
            bool there = row->number < past->next && row->number < past->version->end;
            if (there && past->version->rows[row->number - 1] == row) return true;
        }
    }
    return false;
}

/* ... or a later one? */
static bool has_passed(const struct view *view, const struct soul *author, uint64_t number)
{
    while (number <= author->count && !was_told(view, &author->items[number - 1])) number++;
    return number <= author->count;
}

/* A client skips a line if it was told that line, or a later one of the same author, before: it may
   be a repetition. That happens if a line is in the new version as well as in a lost one. */
static void pass_over(struct view *view, uint64_t next)
{
    struct entry entry;

    while (view->past_count > 0 && view->next < next && view->next < view->version->end) {
        history_entry(view->version, view->next, &entry);
        if (entry.kind != ENTRY_SAID) return;
        struct soul *author = soul_find(entry.member);
        if (!has_passed(view, author, entry.number)) return;
        if (author == view->soul) view->own = entry.number;
        view->next++;
    }
}

void view_news(struct view *view, const struct membership *membership,
               const struct news *news)
{
    if (news->kind == NEWS_BACK) {
        on_back(view, membership, news);
        return;
    }
    if (news->kind == NEWS_LOST || news->kind == NEWS_UNDONE) {
        on_lost(view, news);
        return;
    }
    enter(view, version_of(view, membership_start(membership)));
    if (news->kind == NEWS_NOTICE) {
        on_notice(view, news->text);
        return;
    }
    pass_over(view, news->entry);
    if (news->entry != view->next) {
        fail("%s is told entry %lu and should be told %lu", name_of(view),
             (unsigned long)news->entry, (unsigned long)view->next);
    }
    digest_number(news->entry << 8 | news->kind);
    if (news->kind == NEWS_GAP) on_gap(view, news);
    else on_entry(view, news);
}

/* --- the state of a view --- */

/* Each acknowledged line is in the log, or was reported as lost. */
static void vouch(struct view *view, uint64_t accepted)
{
    while (view->vouched < accepted && view->vouched < view->soul->count) {
        const struct soul_item *item = &view->soul->items[view->vouched++];
        if (item->digest == 0 || item->lost || history_has(view->version, item)) continue;
        fail("line %lu of %s counts as heard and is not in the log",
             (unsigned long)view->vouched, name_of(view));
    }
}

void view_check(struct view *view, const struct membership *membership)
{
    if (!view->history || membership_over(membership)) return;
    enter(view, version_of(view, membership_start(membership)));
    bool asks_again = membership_wants_resume(membership, sim.now); /* it has moved on since it
                                                                       asked */
    bool there = !view->coming || (view->coming == view->version && view->back == BACK_NOT);
    if (!there && !asks_again) fail("%s is not told that the server went back", name_of(view));
    view->coming = NULL;
    view->back = BACK_NOT;
    uint64_t next = membership_next(membership), accepted = membership_acked(membership);
    pass_over(view, next);
    if (next != view->next) fail("%s passed over something in silence", name_of(view));
    if (accepted > view->soul->count + view->soul->leaves)
        fail("%s is heard too far", name_of(view));
    vouch(view, accepted);
}

static void check_members(const struct view *view, const struct membership *membership,
                          const struct chat *chat)
{
    const struct room *room = &chat->rooms.rooms[view->history->slot];
    const struct members *members = membership_members(membership);

    if (members_hidden(members)) fail("%s does not know everybody", name_of(view));
    if (members->count != room->count) {
        fail("%s sees %u members of %u", name_of(view), (unsigned)members->count,
             (unsigned)room->count);
    }
    for (uint32_t i = room->first; i != ROOM_NONE; i = chat->rooms.members[i].next) {
        const struct member *member = &chat->rooms.members[i];
        const struct person *person = members_find(members, member->id);
        if (member->state != MEMBER_HERE) continue;
        if (!person || !text_equal(person->name, member->name)) {
            fail("%s does not see %.*s", name_of(view), (int)member->name.size, member->name.bytes);
        }
    }
    if (memcmp(membership_host(membership), chat->rooms.members[room->host].id, SEAL_ID) != 0) {
        fail("%s is wrong about the host", name_of(view));
    }
}

void view_check_end(const struct view *view, const struct membership *membership,
                    const struct chat *chat)
{
    uint64_t own = soul_next_line(view->soul, view->own);

    if (membership_over(membership)) return;
    if (!view->history->there || view->history->closed) {
        fail("%s is in a room that is gone", name_of(view));
    }
    if (view->version != view->history->now) fail("%s is in another past", name_of(view));
    if (view->next != view->version->end) {
        fail("%s has only come to entry %lu of %lu", name_of(view), (unsigned long)view->next,
             (unsigned long)view->version->end);
    }
    if (!membership_all_acked(membership)) fail("what %s says does not arrive", name_of(view));
    if (own != 0 && view->gaps == 0) fail("%s does not see its own line", name_of(view));
    check_members(view, membership, chat);
}
