#include "request.h"

#include "base/json.h"

bool request_possible(const struct tcrp_frame *frame)
{
    if (frame->state != TCRP_REQUEST || frame->payload.size > TCRP_PAYLOAD_LIMIT) return false;
    if (frame->operation == TCRP_LIST) return frame->room.size == 0;
    return (frame->operation == TCRP_CREATE || frame->operation == TCRP_JOIN)
        && frame->room.size > 0 && frame->payload.size > 0;
}

/* Programs by other authors spell the member with the user name in three ways. Returns which of
   them this is, or -1. */
static int user_name_form(struct text name)
{
    static const char *const forms[] = {"username", "user_name", "userName"};

    for (int i = 0; i < 3; i++) {
        if (text_equal(name, text_of(forms[i]))) return i;
    }
    return -1;
}

/* Takes a member with a user name. False: it is no string, its form occurs a second time, or it
   differs from the user name in another form. `*forms` has a bit for each form so far. */
static bool take_user(const struct json_member *member, int form, unsigned *forms,
                      struct text *user)
{
    bool first = *forms == 0, again = (*forms & 1u << form) != 0;

    *forms |= 1u << form;
    if (member->kind != JSON_STRING || again) return false;
    if (!first) return text_equal(*user, member->string);
    *user = member->string;
    return true;
}

static enum tcrp_status decode_object(struct text payload, struct text *user)
{
    /* The bytes lie in the buffer of a connection, which is writable. */
    struct json json = json_begin((char *)payload.bytes, payload.size);
    struct json_member member = {.kind = JSON_OTHER};
    struct text password = {NULL, 0};
    unsigned forms = 0;
    int passwords = 0, wrong = 0;

    while (json_next(&json, &member)) {
        int form = user_name_form(member.name);
        if (form >= 0) {
            wrong += !take_user(&member, form, &forms, user);
        } else if (text_equal(member.name, text_of("password"))) {
            passwords++;
            wrong += member.kind == JSON_OTHER;
            if (member.kind == JSON_STRING) password = member.string;
        }
    }
    if (json.malformed || forms == 0 || passwords > 1 || wrong > 0) return TCRP_MALFORMED;
    if (!name_valid(*user)) return TCRP_MALFORMED;
    return password.size > 0 ? TCRP_WRONG_PASSWORD : TCRP_OK;
}

enum tcrp_status request_decode(const struct tcrp_frame *frame, struct request *request)
{
    if (!request_possible(frame)) return TCRP_MALFORMED;
    *request = (struct request){.operation = (enum tcrp_operation)frame->operation,
                                .room = frame->room};
    if (frame->operation == TCRP_LIST) return TCRP_OK;
    if (!name_valid(frame->room)) return TCRP_MALFORMED;
    if (text_starts(frame->payload, "{")) return decode_object(frame->payload, &request->user);
    request->user = frame->payload;
    return name_valid(request->user) ? TCRP_OK : TCRP_MALFORMED;
}
