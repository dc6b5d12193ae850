#include "words.h"

#include <stddef.h>
#include <stdio.h>

#include "wire/tcrp.h"

const char *words_status(int status)
{
    switch ((enum tcrp_status)status) {
    case TCRP_OK: break; /* no refusal */
    case TCRP_ROOM_EXISTS: return "exists";
    case TCRP_NO_ROOM: return "none";
    case TCRP_WRONG_PASSWORD: return "password";
    case TCRP_NAME_TAKEN: return "name";
    case TCRP_MALFORMED: return "malformed";
    case TCRP_ROOM_FULL:
    case TCRP_SERVER_FULL: return "full";
    case TCRP_TOO_MANY_TRIES:
    case TCRP_BUSY:
    case TCRP_APART: return "busy";
    case TCRP_KICKED: return "put-out";
    }
    return "malformed";
}

const char *words_hint(int status)
{
    if (status == TCRP_NAME_TAKEN) return ". Choose another one.";
    if (status == TCRP_WRONG_PASSWORD) return ". (For a room without the lock sign, give none.)";
    return ".";
}

const char *words_result(enum membership_result result)
{
    switch (result) {
    case MEMBERSHIP_OK: return NULL;
    case MEMBERSHIP_FULL:
        return "Too many messages are on their way. Wait until they have arrived.";
    case MEMBERSHIP_TOO_LONG: return "That is too long for one message.";
    case MEMBERSHIP_BAD_TEXT: return "There is no text in that.";
    case MEMBERSHIP_NOT_HOST: return "Only the host can remove somebody.";
    case MEMBERSHIP_ONESELF: return "You cannot remove yourself: leave the room instead.";
    default: return "Nobody here has that name any more.";
    }
}

void words_sentence(char out[WORDS_LIMIT], struct text words, const char *more)
{
    snprintf(out, WORDS_LIMIT, "%.*s%s", (int)words.size, words.size > 0 ? words.bytes : "", more);
    if (out[0] >= 'a' && out[0] <= 'z') out[0] = (char)(out[0] - 'a' + 'A');
}
