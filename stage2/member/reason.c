#include "reason.h"

#include <stdio.h>

#include "answer.h"

const char *reason_of_status(int status, char out[REASON_LIMIT])
{
    switch (status) {
    case TCRP_ROOM_EXISTS: return "there is a room of that name already";
    case TCRP_NO_ROOM: return "there is no room of that name";
    case TCRP_NAME_TAKEN: return "somebody in the room has that name";
    case TCRP_MALFORMED: return "the server did not understand the request";
    case TCRP_ROOM_FULL: return "the room is full";
    case TCRP_SERVER_FULL: return "the server is full, try again later";
    case ANSWER_NO_STATUS: return "the server refused, without a status";
    default: break;
    }
    snprintf(out, REASON_LIMIT, "the server refused with status %d, which it alone understands",
             status);
    return out;
}
