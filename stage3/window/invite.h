/*
 * invite: the requests of api.h that concern invitations.
 *
 * Model: the line (invitation.h) goes from one person to another over some channel that nobody
 * vouches for. Its key is demanded from the server. So a line with another key than the one that
 * is noted for its server is refused: whoever wrote it may sit in between.
 *
 * Contract: plain functions on memory, but for the file of known servers, which is read.
 */
#ifndef INVITE_H
#define INVITE_H

#include "base/buffer.h"
#include "member/invitation.h"
#include "room_view.h"

enum { INVITE_WHY = 512 }; /* bytes of a reason, with the final zero */

/* Reads a line that the user has pasted. False: it is none, or must not be followed; why[] has the
   reason in words. *invitation points into *store. */
bool invite_read(struct text line, struct invitation_store *store, struct invitation *invitation,
                 char why[INVITE_WHY]);

/* Writes the answer to /invitation. */
void invite_describe(const struct room_view_home *home, const struct invitation *invitation,
                     struct buffer *out);

/* Writes the answer to /invite. False: the line would be too long. */
bool invite_write(const struct room_view *view, struct buffer *out);

#endif
