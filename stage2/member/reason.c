#include "reason.h"

#include "wire/tcrp.h"

const char *reason_of_status(int status)
{
    static const char *const why[] = {
        [TCRP_ROOM_EXISTS] = "there is a room of that name already",
        [TCRP_NO_ROOM] = "there is no room of that name",
        [TCRP_WRONG_PASSWORD] = "that room wants another password",
        [TCRP_NAME_TAKEN] = "somebody in the room has that name",
        [TCRP_MALFORMED] = "the server did not understand the request",
        [TCRP_ROOM_FULL] = "the room is full",
        [TCRP_SERVER_FULL] = "the server is full, try again later"};
    bool known = status > 0 && status < (int)(sizeof why / sizeof why[0]);

    return known ? why[status] : "the server refused, with a status that is unknown";
}
