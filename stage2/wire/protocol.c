#include "protocol.h"

#include <string.h>

/* --- tokens --- */

void token_print(const struct token *token, char digits[TOKEN_DIGITS])
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        digits[2 * i] = digit[token->bytes[i] >> 4];
        digits[2 * i + 1] = digit[token->bytes[i] & 0x0F];
    }
}

bool token_parse(struct text digits, struct token *token)
{
    if (digits.size != TOKEN_DIGITS) return false;
    memset(token, 0, sizeof *token);
    for (size_t i = 0; i < TOKEN_DIGITS; i++) {
        char digit = digits.bytes[i];
        int value = digit >= '0' && digit <= '9' ? digit - '0'
            : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
        if (value < 0) return false;
        token->bytes[i / 2] = (unsigned char)(token->bytes[i / 2] << 4 | value);
    }
    return true;
}

bool token_equal(const struct token *a, const struct token *b)
{
    unsigned difference = 0;

    for (size_t i = 0; i < TOKEN_BYTES; i++) difference |= (unsigned)(a->bytes[i] ^ b->bytes[i]);
    return difference == 0;
}

/* --- from client to server --- */

bool datagram_decode(const void *bytes, size_t size, struct datagram *datagram)
{
    const char *start = bytes;

    if (size < 2) return false;
    size_t room_size = (unsigned char)start[0], token_size = (unsigned char)start[1];
    if (room_size + token_size > size - 2) return false;
    struct text digits = {start + 2 + room_size, token_size};
    datagram->room = (struct text){start + 2, room_size};
    datagram->text.bytes = digits.bytes + token_size;
    datagram->text.size = size - 2 - room_size - token_size;
    return token_parse(digits, &datagram->token);
}

size_t datagram_encode_with(struct text room, struct text token, struct text text,
                            char out[DATAGRAM_LIMIT])
{
    size_t head = 2 + room.size + token.size;

    if (text.size > DATAGRAM_LIMIT - head) return 0;
    out[0] = (char)room.size;
    out[1] = (char)token.size;
    memcpy(out + 2, room.bytes, room.size);
    memcpy(out + 2 + room.size, token.bytes, token.size);
    if (text.size > 0) memcpy(out + head, text.bytes, text.size);
    return head + text.size;
}

size_t datagram_encode(struct text room, const struct token *token, struct text text,
                       char out[DATAGRAM_LIMIT])
{
    char digits[TOKEN_DIGITS];

    token_print(token, digits);
    return datagram_encode_with(room, (struct text){digits, sizeof digits}, text, out);
}

/* --- from server to client --- */

size_t talk_encode(struct text name, struct text text, char out[TALK_LIMIT])
{
    size_t head = name.size + 2;

    if (text.size > TALK_LIMIT - head) return 0;
    memcpy(out, name.bytes, name.size);
    memcpy(out + name.size, ": ", 2);
    memcpy(out + head, text.bytes, text.size);
    return head + text.size;
}

bool talk_decode(struct text talk, struct text *name, struct text *text)
{
    const char *colon = talk.size > 0 ? memchr(talk.bytes, ':', talk.size) : NULL;

    if (text_starts(talk, "* ")) {
        *text = (struct text){talk.bytes + 2, talk.size - 2};
        return false;
    }
    if (!colon) { /* our server never sends this; the client shows it as a notice */
        *text = talk;
        return false;
    }
    *name = (struct text){talk.bytes, (size_t)(colon - talk.bytes)};
    size_t head = name->size + 1;
    if (head < talk.size && talk.bytes[head] == ' ') head++;
    *text = (struct text){talk.bytes + head, talk.size - head};
    return true;
}
