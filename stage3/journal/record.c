#include "record.h"

#include <string.h>

#include "base/bytes.h"
#include "crc.h"

static const char title[] = "chat3 journal 2\n";

enum { TITLE_TEXT = sizeof title - 1 };

void record_title(const unsigned char mark[RECORD_MARK], void *out)
{
    unsigned char *bytes = out;

    memcpy(bytes, title, TITLE_TEXT);
    memcpy(bytes + TITLE_TEXT, mark, RECORD_MARK);
    wire_put32(bytes + RECORD_TITLE - 4, crc32c(0, bytes, RECORD_TITLE - 4));
}

size_t record_seal(void *record, size_t size, const unsigned char mark[RECORD_MARK],
                   uint64_t number)
{
    unsigned char *bytes = record;

    memcpy(bytes, mark, RECORD_MARK);
    wire_put32(bytes + 8, (uint32_t)size);
    wire_put64(bytes + 12, number);
    wire_put32(bytes + 20, crc32c(0, bytes, 20));
    wire_put32(bytes + RECORD_HEAD + size, crc32c(0, bytes, RECORD_HEAD + size));
    return RECORD_HEAD + size + RECORD_TAIL;
}

/* --- reading --- */

struct head {
    size_t size; /* of the body */
    uint64_t number;
};

/* Is this the head of a record? The body is not checked. */
static bool is_head(const unsigned char *bytes, size_t size, const unsigned char *mark,
                    struct head *head)
{
    if (size < RECORD_HEAD || memcmp(bytes, mark, RECORD_MARK) != 0) return false;
    if (wire_get32(bytes + 20) != crc32c(0, bytes, 20)) return false;
    *head = (struct head){.size = wire_get32(bytes + 8), .number = wire_get64(bytes + 12)};
    return true;
}

static bool head_at(const struct record_reader *reader, size_t at, struct head *head)
{
    return is_head(reader->bytes + at, reader->size - at, reader->mark, head);
}

/* Are the body and its checksum complete and correct? */
static bool is_whole(const struct record_reader *reader, const struct head *head)
{
    const unsigned char *record = reader->bytes + reader->at;
    size_t left = reader->size - reader->at - RECORD_HEAD;

    if (left < RECORD_TAIL || head->size > left - RECORD_TAIL) return false;
    return wire_get32(record + RECORD_HEAD + head->size)
        == crc32c(0, record, RECORD_HEAD + head->size);
}

enum record_title record_start(struct record_reader *reader, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    struct head head;

    *reader = (struct record_reader){.bytes = at, .size = size, .at = RECORD_TITLE};
    if (size < RECORD_TITLE) {
        size_t text = size < TITLE_TEXT ? size : TITLE_TEXT;
        return text == 0 || memcmp(at, title, text) == 0 ? TITLE_TORN : TITLE_WRONG;
    }
    memcpy(reader->mark, at + TITLE_TEXT, RECORD_MARK);
    if (memcmp(at, title, TITLE_TEXT) == 0
        && wire_get32(at + RECORD_TITLE - 4) == crc32c(0, at, RECORD_TITLE - 4)) {
        return TITLE_GOOD;
    }
    at += RECORD_TITLE;
    size -= RECORD_TITLE;
    if (size < RECORD_HEAD || !is_head(at, size, at, &head)) return TITLE_WRONG;
    memcpy(reader->mark, at, RECORD_MARK);
    return TITLE_DAMAGED;
}

/* Searches for the next unread record, from reader->at on. */
static bool find(struct record_reader *reader)
{
    const unsigned char *end = reader->bytes + reader->size;
    const unsigned char *at = reader->bytes + reader->at;
    struct head head;

    for (; (at = memchr(at, reader->mark[0], (size_t)(end - at))) != NULL; at++) {
        size_t position = (size_t)(at - reader->bytes);
        if (!head_at(reader, position, &head) || head.number <= reader->number) continue;
        /* The head of the expected record is good, so its body is damaged: search on. */
        if (position == reader->at && head.number == reader->number + 1) continue;
        reader->good_at = position;
        return true;
    }
    return false;
}

enum record_found record_next(struct record_reader *reader, struct text *body)
{
    struct head head;

    if (reader->at == reader->size) return RECORD_END;
    if (!head_at(reader, reader->at, &head) || head.number != reader->number + 1
        || !is_whole(reader, &head)) {
        return find(reader) ? RECORD_DAMAGED : RECORD_TORN;
    }
    *body = (struct text){(const char *)reader->bytes + reader->at + RECORD_HEAD, head.size};
    reader->at += RECORD_HEAD + head.size + RECORD_TAIL;
    reader->number++;
    return RECORD_GOOD;
}

void record_skip(struct record_reader *reader)
{
    struct head head;

    if (!head_at(reader, reader->good_at, &head)) return;
    reader->at = reader->good_at;
    reader->number = head.number - 1;
}
