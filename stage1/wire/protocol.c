#include "protocol.h"

#include <string.h>

struct datagram datagram_decode(const void *bytes, size_t size)
{
    const char *start = bytes;
    struct datagram datagram = {DATAGRAM_MALFORMED, {NULL, 0}, {NULL, 0}};

    if (size == 0) return datagram;
    size_t name_size = (unsigned char)start[0];
    if (name_size == 0) { /* the text of a notice is not checked: the receiver makes it safe */
        datagram.kind = size == 1 ? DATAGRAM_GOODBYE : DATAGRAM_NOTICE;
        datagram.text = (struct text){start + 1, size - 1};
        return datagram;
    }
    if (size > DATAGRAM_LIMIT) {
        datagram.kind = DATAGRAM_TOO_LONG;
        return datagram;
    }
    if (name_size > size - 1) return datagram;

    datagram.name = (struct text){start + 1, name_size};
    datagram.text = (struct text){start + 1 + name_size, size - 1 - name_size};
    if (!name_valid(datagram.name)) datagram.kind = DATAGRAM_BAD_NAME;
    else if (!text_valid(datagram.text)) datagram.kind = DATAGRAM_BAD_TEXT;
    else datagram.kind = datagram.text.size > 0 ? DATAGRAM_SAY : DATAGRAM_HELLO;
    return datagram;
}

struct datagram datagram_decode_foreign(const void *bytes, size_t size)
{
    struct datagram datagram = datagram_decode(bytes, size);
    struct text all = {bytes, size};

    if (datagram.kind <= DATAGRAM_NOTICE || size > DATAGRAM_LIMIT) return datagram;
    if (!text_valid(all) || !text_visible(all)) return datagram;
    const char *colon = memchr(all.bytes, ':', all.size);
    size_t name_size = colon ? (size_t)(colon - all.bytes) : 0;
    struct text name = {all.bytes, name_size};
    if (!colon || !name_valid(name)) {
        return (struct datagram){DATAGRAM_NOTICE, {NULL, 0}, all};
    }
    size_t head = name_size + 1;
    if (head < all.size && all.bytes[head] == ' ') head++;
    struct text text = {all.bytes + head, all.size - head};
    enum datagram_kind kind = text.size > 0 ? DATAGRAM_SAY : DATAGRAM_HELLO;
    return (struct datagram){kind, name, text};
}

size_t datagram_encode(struct text name, struct text text, char out[DATAGRAM_LIMIT])
{
    size_t size = 1 + name.size + text.size;

    if (name.size > NAME_LIMIT || text.size > DATAGRAM_LIMIT || size > DATAGRAM_LIMIT) return 0;
    out[0] = (char)name.size;
    if (name.size > 0) memcpy(out + 1, name.bytes, name.size);
    if (text.size > 0) memcpy(out + 1 + name.size, text.bytes, text.size);
    return size;
}

#define WHO "/who"

size_t question_who(char out[DATAGRAM_LIMIT])
{
    size_t size = datagram_encode((struct text){NULL, 0}, text_of(WHO), out);

    memset(out + size, ' ', QUESTION_SIZE - size);
    return QUESTION_SIZE;
}

bool question_is_who(struct text text)
{
    if (!text_starts(text, WHO)) return false;
    for (size_t i = strlen(WHO); i < text.size; i++) {
        if (text.bytes[i] != ' ') return false;
    }
    return true;
}
