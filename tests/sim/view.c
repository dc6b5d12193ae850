#include "view.h"

#include <string.h>

#include "sim.h"

static const char *name_of(const struct view *view)
{
    return view->soul->name;
}

void view_admitted(struct view *view, const struct answer *answer)
{
    struct history *history = history_find(answer->room_id);

    if (!history) fail("%s was let into a room that never was", name_of(view));
    if (view->history) {
        if (view->history != history) fail("%s was let into another room", name_of(view));
        if (answer->start > view->next) fail("%s goes on somewhere else", name_of(view));
        return;
    }
    view->history = history;
    view->next = answer->start;
    view->first_end = answer->end;
}

/* --- news --- */

static void on_gap(struct view *view, const struct talk_news *news)
{
    if (news->count == 0) fail("%s is told of an empty gap", name_of(view));
    if (news->entry + news->count > view->history->dropped && view->history->there) {
        fail("%s is told of a gap, but all that is there", name_of(view));
    }
    note("  %s has a gap of %lu", name_of(view), (unsigned long)news->count);
    view->gaps++;
    sim.counts.gaps++;
    view->next += news->count;
}

static void on_said(struct view *view, const struct talk_news *news, const struct entry *entry)
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
    case ENTRY_PUT_OUT: return NEWS_PUT_OUT;
    default: return NEWS_CLOSED;
    }
}

static void on_entry(struct view *view, const struct talk_news *news)
{
    struct entry entry;

    if (news->entry >= view->history->end) fail("%s is told what never was", name_of(view));
    history_entry(view->history, news->entry, &entry);
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

/* Whoever hears the server, and is not heard, is dropped in bad weather and told so. */
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

void view_news(struct view *view, const struct talk_news *news)
{
    if (news->kind == NEWS_NOTICE) {
        on_notice(view, news->text);
        return;
    }
    if (news->entry != view->next) {
        fail("%s is told entry %lu and should be told %lu", name_of(view),
             (unsigned long)news->entry, (unsigned long)view->next);
    }
    digest_number(news->entry << 8 | news->kind);
    if (news->kind == NEWS_GAP) on_gap(view, news);
    else on_entry(view, news);
}

/* --- how it stands --- */

void view_check(const struct view *view, const struct talk *talk)
{
    unsigned char starts[REQUEST_STARTS * REQUEST_START];
    struct request at = {0};

    if (!view->history || talk_over(talk)) return;
    talk_position(talk, &at, starts);
    uint64_t next = at.next, heard = at.number;
    if (next != view->next) fail("%s passed over something in silence", name_of(view));
    if (heard > view->soul->count + view->soul->leaves) fail("%s is heard too far", name_of(view));
    uint64_t line = soul_next_line(view->soul, view->soul->logged);
    if (line != 0 && line <= heard) {
        fail("line %lu of %s counts as heard and is not in the log", (unsigned long)line,
             name_of(view));
    }
}

static void check_people(const struct view *view, const struct talk *talk, const struct chat *chat)
{
    const struct room *room = &chat->rooms.rooms[view->history->slot];
    const struct people *people = talk_people(talk);

    if (people_hidden(people)) fail("%s does not know everybody", name_of(view));
    if (people->count != room->count) {
        fail("%s sees %u members of %u", name_of(view), (unsigned)people->count,
             (unsigned)room->count);
    }
    for (uint32_t i = room->first; i != ROOM_NONE; i = chat->rooms.members[i].next) {
        const struct member *member = &chat->rooms.members[i];
        const struct person *person = people_find(people, member->id);
        if (member->state != MEMBER_HERE) continue;
        if (!person || !text_equal(person->name, member->name)) {
            fail("%s does not see %.*s", name_of(view), (int)member->name.size, member->name.bytes);
        }
    }
    if (memcmp(talk_host(talk), chat->rooms.members[room->host].id, SEAL_ID) != 0) {
        fail("%s is wrong about the host", name_of(view));
    }
}

void view_check_end(const struct view *view, const struct talk *talk, const struct chat *chat)
{
    uint64_t own = soul_next_line(view->soul, view->own);

    if (talk_over(talk)) return;
    if (!view->history->there || view->history->closed) {
        fail("%s is in a room that is gone", name_of(view));
    }
    if (view->next != view->history->end) {
        fail("%s has only come to entry %lu of %lu", name_of(view), (unsigned long)view->next,
             (unsigned long)view->history->end);
    }
    if (!talk_all_heard(talk)) fail("what %s says does not arrive", name_of(view));
    if (own != 0 && view->gaps == 0) fail("%s does not see its own line", name_of(view));
    if (sim.plan.fair && view->gaps > 0) fail("%s has a gap in fair weather", name_of(view));
    check_people(view, talk, chat);
}
