#include "answer.h"

#include "wire/protocol.h"

bool answer_is_ours(int status)
{
    return status == TCRP_ROOM_EXISTS || status == TCRP_NO_ROOM || status == TCRP_NAME_TAKEN
        || status == TCRP_MALFORMED || status == TCRP_ROOM_FULL || status == TCRP_SERVER_FULL;
}

bool answer_wants_json(int status)
{
    return status == TCRP_MALFORMED || !answer_is_ours(status);
}

static enum answer_step take_response(struct answer *answer, const struct tcrp_frame *frame)
{
    bool has_status = frame->payload.size == 1;

    if (answer->begun) return ANSWER_WRONG;
    answer->begun = true;
    answer->status = has_status ? (unsigned char)frame->payload.bytes[0] : ANSWER_NO_STATUS;
    if (answer->status == TCRP_OK) return ANSWER_MORE;
    return answer_is_ours(answer->status) ? ANSWER_REFUSED : ANSWER_LINGERS;
}

/* Only our own server has a list. */
static enum answer_step take_complete(struct answer *answer, const struct tcrp_frame *frame)
{
    struct token token;

    answer->other |= !answer->begun || answer->status != TCRP_OK;
    if (answer->operation == TCRP_LIST) return answer->other ? ANSWER_WRONG : ANSWER_DONE;
    if (frame->payload.size == 0 || frame->payload.size > ANSWER_TOKEN) return ANSWER_WRONG;
    answer->other |= !token_parse(frame->payload, &token);
    return ANSWER_DONE;
}

enum answer_step answer_take(struct answer *answer, const struct tcrp_frame *frame)
{
    bool fits = frame->operation == answer->operation && text_equal(frame->room, answer->room);
    bool refuses = frame->state == TCRP_RESPONSE && frame->payload.size == 1
        && frame->payload.bytes[0] != TCRP_OK;

    if (!fits && !refuses) { /* a refusal may come without the room */
        answer->other = true;
        if (answer->operation == TCRP_LIST) return ANSWER_WRONG;
    }
    if (frame->state == TCRP_RESPONSE) return take_response(answer, frame);
    return frame->state == TCRP_COMPLETE ? take_complete(answer, frame) : ANSWER_WRONG;
}
