#include "channel.h"

#include <string.h>

#include "crypto/constant.h"

void channel_begin(struct channel *channel, uint64_t session, const struct seal_keys *keys)
{
    channel->session = session;
    memcpy(channel->up, keys->up, SEAL_KEY);
    memcpy(channel->down, keys->down, SEAL_KEY);
    memcpy(channel->first_up, keys->up, SEAL_KEY);
    memcpy(channel->first_down, keys->down, SEAL_KEY);
    channel->counter = channel->echo = 0;
    channel->window = (struct window){0, 0};
    channel->connected = false;
}

bool channel_proved(const struct channel *channel)
{
    return channel->echo != 0 || channel->connected;
}

size_t channel_seal(struct channel *channel, void *packet, size_t size)
{
    return packet_seal(packet, size, channel->session, ++channel->counter, channel->up);
}

static bool is_of_session(const struct channel *channel, const void *bytes, size_t size)
{
    uint64_t session;

    return packet_session(bytes, size, &session) && session == channel->session;
}

bool channel_open(struct channel *channel, void *bytes, size_t size, struct opened *opened)
{
    if (!is_of_session(channel, bytes, size)) return false;
    if (!packet_open(bytes, size, channel->down, &opened->counter)) return false;
    opened->body = (struct text){(const char *)bytes + PACKET_HEAD, size - PACKET_EXTRA};
    opened->again = window_has(&channel->window, opened->counter);
    /* If the answer got lost, the server sends the same probe again, byte for byte. */
    if (opened->again && (opened->body.size > 0 || opened->counter != channel->echo)) return false;
    window_add(&channel->window, opened->counter);
    return true;
}

bool channel_probed(struct channel *channel, uint64_t counter)
{
    if (counter <= channel->echo) return false; /* one that was overtaken proves nothing */
    channel->echo = counter;
    return true;
}

bool channel_announces(const struct channel *channel, const void *bytes, size_t size,
                       struct announcement *announcement)
{
    return is_of_session(channel, bytes, size) && packet_announces(bytes, size, announcement);
}

bool channel_open_announcement(const struct channel *channel, const void *bytes,
                               struct announcement *announcement)
{
    unsigned char down[SEAL_KEY];

    seal_key_of_start(channel->first_down, announcement->id, down);
    bool good = packet_open_announcement(bytes, down, announcement);
    wipe(down, sizeof down);
    return good;
}

void channel_enter_start(struct channel *channel, const struct announcement *announcement)
{
    seal_key_of_start(channel->first_up, announcement->id, channel->up);
    seal_key_of_start(channel->first_down, announcement->id, channel->down);
    channel->window = (struct window){0, 0};
    channel->echo = announcement->counter;
}
