#include "view.h"

#include <stdio.h>

#include "base/program.h"
#include "member/known_hosts.h"
#include "member/notice.h"
#include "member/reason.h"
#include "member/room_list.h"
#include "wire/frame.h"

void view_coalesced(struct view *view)
{
    char notice[NOTICE_LIMIT];
    size_t size;

    while ((size = coalesce_take(&view->coalesce, notice)) > 0) {
        term_notice(&view->term, (struct text){notice, size});
    }
}

int64_t view_due(const struct view *view)
{
    return coalesce_due(&view->coalesce);
}

void view_tell(struct view *view, struct text text)
{
    view_coalesced(view);
    term_notice(&view->term, text);
}

void view_tell_string(struct view *view, const char *string)
{
    view_tell(view, text_of(string));
}

/* Lines from before we joined come before the welcome. */
static void show_said(struct view *view, const struct news *news)
{
    char notice[NOTICE_LIMIT];

    if (news->old && !view->shown_old) {
        view->shown_old = true;
        if (view->term.screen) view_tell_string(view, "what was said before you came:");
    }
    view_coalesced(view);
    if (news->unreadable) {
        size_t size = notice_unreadable(news->name, notice);
        term_notice(&view->term, (struct text){notice, size});
    } else {
        term_message(&view->term, news->name, news->text, news->own);
    }
}

void view_news(struct view *view, const struct news *news, bool leaving)
{
    char notice[NOTICE_LIMIT];
    bool others = !news->own && !news->old;

    switch (news->kind) {
    case NEWS_SAID: show_said(view, news); break;
    case NEWS_JOINED:
        if (others) coalesce_joined(&view->coalesce, news->who, news->name, program_now());
        break;
    case NEWS_LEFT:
        if (others) coalesce_left(&view->coalesce, news->who, news->name, program_now());
        break;
    case NEWS_KICKED:
        if (others) view_tell(view, (struct text){notice, notice_kicked(news->name, notice)});
        break;
    case NEWS_CLOSED:
        view->closing_told = true;
        if (leaving && news->why == CLOSED_HOST_LEFT) break; /* that is us */
        view_tell_string(view, reason_of_closing(news->why));
        break;
    case NEWS_GAP:
        view_tell(view, (struct text){notice, notice_gap(news->count, notice)});
        break;
    case NEWS_NOTICE: view_tell(view, news->text); break;
    case NEWS_BACK:
        view_tell(view, (struct text){notice, notice_went_back(news->count, notice)});
        break;
    case NEWS_LOST:
        view_tell(view, (struct text){notice, notice_lost_line(news->text, notice)});
        break;
    case NEWS_UNDONE:
        view_tell(view, (struct text){notice, notice_undone(news->name, notice)});
        break;
    }
}

void view_welcome(struct view *view, struct text user, struct text room)
{
    char notice[NOTICE_LIMIT];

    view_tell(view, (struct text){notice, notice_welcome(user, notice)});
    if (!view->term.screen) return;
    view_tell(view, (struct text){notice, notice_help_of_room(room, notice)});
}

void view_first_time(struct view *view, const char *server,
                     const unsigned char fingerprint[FINGERPRINT])
{
    char digits[FINGERPRINT_DIGITS + 1], notice[NOTICE_LIMIT];

    fingerprint_print(fingerprint, digits);
    view_tell(view, (struct text){notice, notice_first_time(server, digits, notice)});
}

void view_rooms(struct view *view, struct text list)
{
    struct listed_room room;
    char members[64];

    if (list.size == 0) view_tell_string(view, "there are no rooms");
    while (room_list_next(&list, &room)) {
        if (room.name.size == 0) {
            view_tell_string(view, "and more that the list has no space for");
            continue;
        }
        bool one = text_equal(room.members, text_of("1"));
        snprintf(members, sizeof members, "%.*s %s%s", (int)room.members.size, room.members.bytes,
                 one ? "member" : "members", room.locked ? " (locked)" : "");
        term_message(&view->term, room.name, text_of(members), false);
    }
}

void view_invitation(struct view *view, const struct invitation *invitation)
{
    char line[INVITATION_LIMIT];
    size_t size = invitation_write(invitation, line);

    if (size == 0) {
        view_tell_string(view, "the invitation is too long for a line");
        return;
    }
    view_tell_string(view, "paste this into a shell to join; a password is not in it:");
    term_plain(&view->term, (struct text){line, size});
    if (invitation_is_local(invitation)) {
        view_tell_string(view, "from another machine, the server needs an address that leads here");
    }
}
