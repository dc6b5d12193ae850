#include "request.h"

#include "base/json.h"

bool request_possible(const struct tcrp_frame *frame)
{
    if (frame->state != TCRP_REQUEST || frame->payload.size > TCRP_PAYLOAD_LIMIT) return false;
    if (frame->operation == TCRP_LIST) return frame->room.size == 0;
    return (frame->operation == TCRP_CREATE || frame->operation == TCRP_JOIN)
        && frame->room.size > 0 && frame->payload.size > 0;
}

/* Other people's programs write it in three ways. */
static bool is_user_name(struct text name)
{
    return text_equal(name, text_of("username")) || text_equal(name, text_of("user_name"))
        || text_equal(name, text_of("userName"));
}

static enum tcrp_status decode_object(struct text payload, struct text *user)
{
    /* The bytes lie in the buffer of a connection, which is ours to write to. */
    struct json json = json_begin((char *)payload.bytes, payload.size);
    struct json_member member = {.kind = JSON_OTHER};
    struct text password = {NULL, 0};
    int users = 0, passwords = 0, wrong = 0;

    while (json_next(&json, &member)) {
        if (is_user_name(member.name)) {
            users++;
            wrong += member.kind != JSON_STRING;
            *user = member.string;
        } else if (text_equal(member.name, text_of("password"))) {
            passwords++;
            wrong += member.kind == JSON_OTHER;
            if (member.kind == JSON_STRING) password = member.string;
        }
    }
    if (json.malformed || users != 1 || passwords > 1 || wrong > 0) return TCRP_MALFORMED;
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
