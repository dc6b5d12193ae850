/* links: stage2/admission/admission.c */
/* links: stage2/base/quota.c */
/* links: stage2/base/bucket.c */
/* links: stage2/admission/conn.c stage2/chat/chat.c stage2/chat/room.c stage2/wire/request.c */
/* links: stage2/wire/tcrp.c stage2/chat/gone.c stage2/wire/notice.c stage2/wire/protocol.c */
/* links: stage2/base/host.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/json.c stage2/base/address.c stage2/base/text.c stage2/base/program.c */
/*
 * admission_list: a list that is too long is cut between two lines, and says so.
 */
#include "admission/admission.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* 322 lines of 203 bytes are 170 less than a payload may have; the dots take 4. */
enum { ROOMS = 322, LAST = 170 - 4 - 3 };

static char list[TCRP_PAYLOAD_LIMIT];

static enum delivery nowhere(void *context, const struct address *to, const void *what, size_t size)
{
    (void)context, (void)to, (void)what, (void)size;
    return DELIVERY_SENT;
}

/* The size of a list whose last room has a name of that many bytes. */
static size_t list_with(size_t last)
{
    struct chat chat;
    char name[NAME_LIMIT];
    struct address from = {.is.v4 = {.sin_family = AF_INET}};

    if (!chat_create(&chat, &(struct chat_options){1000, 1000, 60000, nowhere, NULL}, 0)) abort();
    memset(name, 'r', sizeof name);
    for (unsigned i = 0; i <= ROOMS; i++) {
        name[0] = (char)('0' + i % 64);
        name[1] = (char)('0' + i / 64);
        room_add(&chat.rooms, (struct text){name, i < ROOMS ? 200 : last}, &from);
    }
    size_t size = admission_list(&chat, list);
    chat_destroy(&chat);
    return size;
}

int main(void)
{
    plan(2);
    ok(list_with(LAST) == TCRP_PAYLOAD_LIMIT - 4 && list[TCRP_PAYLOAD_LIMIT - 5] == '\n',
       "a list that leaves space for the dots is whole");
    size_t size = list_with(LAST + 1);
    ok(size == ROOMS * 203 + 4 && memcmp(list + size - 5, "\n...\n", 5) == 0,
       "a list that is one byte longer loses its last line");
    return done();
}
