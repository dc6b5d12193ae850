/*
 * The invitation of stage 3 under any bytes: what somebody pastes into the window.
 *
 * Model: the input is the line. What must hold: a line that is accepted has a room, servers with
 * ports and no control character; written again and read again it is the same, and written a
 * second time it is the same bytes; all in all nothing breaks (a sanitizer tells).
 */
#include "member/invitation.h"

#include <stdlib.h>
#include <string.h>

static void must(int condition)
{
    if (!condition) abort();
}

/* A copy of its exact size, so that a sanitizer sees where it ends. */
static bool parse(const char *bytes, size_t size, struct invitation_store *store,
                  struct invitation *invitation)
{
    char *copy = malloc(size + 1);

    must(copy != NULL);
    if (size > 0) memcpy(copy + 1, bytes, size);
    bool taken = invitation_parse((struct text){copy + 1, size}, store, invitation);
    free(copy);
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static struct invitation_store store, other;
    static char line[INVITATION_LIMIT], again[INVITATION_LIMIT];
    struct invitation invitation, same;

    if (!parse((const char *)input, size, &store, &invitation)) return 0;
    must(invitation.room.size > 0 && invitation.udp_port >= -1 && invitation.udp_port <= 65535);
    for (size_t i = 0; i < invitation.room.size; i++) {
        must((unsigned char)invitation.room.bytes[i] >= ' ');
    }
    size_t written = invitation_write(&invitation, line);
    must(written > 0 && written <= size);
    must(parse(line, written, &other, &same));
    must(text_equal(same.room, invitation.room) && same.udp_port == invitation.udp_port);
    must(!same.fingerprint == !invitation.fingerprint);
    must(!same.fingerprint || memcmp(same.fingerprint, invitation.fingerprint, FINGERPRINT) == 0);
    must(invitation_write(&same, again) == written && memcmp(again, line, written) == 0);
    return 0;
}
