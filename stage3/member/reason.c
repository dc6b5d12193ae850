#include "reason.h"

#include "wire/frame.h"
#include "wire/tcrp.h"

const char *reason_of_status(int status)
{
    switch ((enum tcrp_status)status) {
    case TCRP_OK: break; /* no refusal */
    case TCRP_ROOM_EXISTS: return "there is a room of that name already";
    case TCRP_NO_ROOM: return "there is no room of that name";
    case TCRP_WRONG_PASSWORD: return "wrong password for that room";
    case TCRP_NAME_TAKEN: return "somebody in the room has that name";
    case TCRP_MALFORMED: return "the server did not understand the request";
    case TCRP_ROOM_FULL: return "the room is full";
    case TCRP_SERVER_FULL: return "the server is full, try again later";
    case TCRP_TOO_MANY_TRIES: return "too many wrong passwords: try again in a minute";
    case TCRP_BUSY: return "the server is busy, try again later";
    case TCRP_KICKED: return "the host has kicked you out of that room";
    case TCRP_APART:
        return "the server cannot reach the rooms that it shares with others, try again later";
    }
    return "the server refused, with a status that is unknown";
}

const char *reason_of_closing(int why)
{
    switch ((enum closed_why)why) {
    case CLOSED_HOST_LEFT: return "the room is closed: the host has left";
    case CLOSED_HOST_LOST: return "the room is closed: the host was lost";
    case CLOSED_SHUTDOWN: return "the room is closed: the server is shutting down";
    case CLOSED_LOST: return "the room is closed: the shared log was lost";
    }
    return "the room is closed, with a reason that is unknown";
}
