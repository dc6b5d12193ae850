#include "talk.h"

#include <string.h>

#include "member/command.h"
#include "member/notice.h"

static void tell_result(const struct talk *talk, enum membership_result result, struct text name)
{
    char notice[NOTICE_LIMIT];
    size_t size = notice_result(result, name, notice);

    if (size > 0) view_tell(talk->view, (struct text){notice, size});
}

/* Prints the line with which a friend joins this room. Whoever built the client calls it by the
   folder that it lies in, and whoever installed it by its name. */
static void invite(const struct talk *talk, const struct client_session *session)
{
    const struct arguments *arguments = talk->arguments;
    struct invitation invitation = {
        .program = strcmp(talk->called, "client") == 0 ? "stage3/client" : talk->called,
        .servers = arguments->servers,
        .port = arguments->port,
        .udp_port = arguments->udp_port,
        .room = text_of_name(&arguments->room),
        .fingerprint = client_session_fingerprint(session),
    };

    view_invitation(talk->view, &invitation);
}

static void command(const struct talk *talk, struct client_session *session, struct text line,
                    int64_t now)
{
    static const char kick[] = "/kick ";
    char notice[NOTICE_LIMIT];

    if (text_equal(line, text_of("/help"))) {
        view_tell_string(talk->view, NOTICE_HELP);
    } else if (text_equal(line, text_of("/invite"))) {
        invite(talk, session);
    } else if (text_equal(line, text_of("/who"))) {
        size_t size = notice_who(client_session_membership(session), notice);
        view_tell(talk->view, (struct text){notice, size});
    } else if (text_starts(line, kick)) {
        struct text name = {line.bytes + strlen(kick), line.size - strlen(kick)};
        tell_result(talk, client_session_kick(session, name, now), name);
    } else {
        view_tell_string(talk->view, NOTICE_NO_COMMAND);
    }
}

void talk_line(const struct talk *talk, struct client_session *session, struct text line,
               int64_t now)
{
    struct text said;

    if (command_is_said(line, &said)) {
        tell_result(talk, client_session_say(session, said, now, NULL), said);
    } else {
        command(talk, session, line, now);
    }
}
