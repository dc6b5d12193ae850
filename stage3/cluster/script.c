/* The contract is in script.h. A reply is parsed word by word; one unexpected word makes the whole
   reply invalid. */
#include "script.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "wire/frame.h"
#include "wire/welcome.h"

/* --- calls --- */

static const char *const operations[] = {
    [CLUSTER_START] = "start", [CLUSTER_RENEWAL] = "renew", [CLUSTER_DECLARE] = "declare",
    [CLUSTER_REMOVE] = "remove", [CLUSTER_QUIT] = "quit", [CLUSTER_LOOK] = "look",
    [CLUSTER_WRONG] = "wrong", [CLUSTER_CREATE] = "create", [CLUSTER_JOIN] = "join",
    [CLUSTER_LIST] = "list", [CLUSTER_SAY] = "say", [CLUSTER_KICK] = "kick",
    [CLUSTER_LEAVE] = "leave", [CLUSTER_LOSE] = "lose", [CLUSTER_CLOSE] = "close",
};

static void put(struct script_call *call, struct text word)
{
    call->words[call->count++] = word;
}

static void put_bytes(struct script_call *call, const void *bytes, size_t size)
{
    put(call, (struct text){bytes, size});
}

static void put_number(struct script_call *call, uint64_t number)
{
    char *digits = call->digits[call->numbers++];
    int size = snprintf(digits, sizeof call->digits[0], "%" PRIu64, number);

    put_bytes(call, digits, (size_t)size);
}

struct script_call *script_plain(struct script_call *call, enum cluster_operation operation)
{
    call->operation = operation;
    call->count = call->numbers = 0;
    put(call, text_of(operations[operation]));
    put_bytes(call, NULL, 0); /* the server that calls */
    return call;
}

struct script_call *script_start(struct script_call *call, struct text fingerprint,
                                 const char epoch[CLUSTER_EPOCH],
                                 const unsigned char drawn[SEAL_ID])
{
    script_plain(call, CLUSTER_START);
    put(call, fingerprint);
    put_bytes(call, epoch, CLUSTER_EPOCH);
    put_bytes(call, drawn, SEAL_ID);
    return call;
}

struct script_call *script_renew(struct script_call *call, const char epoch[CLUSTER_EPOCH],
                                 const unsigned char start[SEAL_ID],
                                 const unsigned char drawn[SEAL_ID])
{
    script_plain(call, CLUSTER_RENEWAL);
    put_bytes(call, epoch, CLUSTER_EPOCH);
    put_bytes(call, start, SEAL_ID);
    put_bytes(call, drawn, SEAL_ID);
    return call;
}

struct script_call *script_server(struct script_call *call, enum cluster_operation operation,
                                  const char server[LEASE_WATCH_ID])
{
    script_plain(call, operation);
    put_bytes(call, server, LEASE_WATCH_ID);
    return call;
}

struct script_call *script_look(struct script_call *call, struct text name)
{
    script_plain(call, CLUSTER_LOOK);
    put(call, name);
    return call;
}

static void begin_room(struct script_call *call, enum cluster_operation operation,
                       const unsigned char room[SEAL_ID])
{
    script_plain(call, operation);
    hex_encode(room, SEAL_ID, call->room);
    put_bytes(call, call->room, CLUSTER_HEX);
}

struct script_call *script_wrong(struct script_call *call, const unsigned char room[SEAL_ID])
{
    begin_room(call, CLUSTER_WRONG, room);
    return call;
}

struct script_call *script_close(struct script_call *call, const unsigned char room[SEAL_ID],
                                 uint8_t why)
{
    begin_room(call, CLUSTER_CLOSE, room);
    put_number(call, why);
    return call;
}

struct script_call *script_create(struct script_call *call, const struct script_newcomer *host,
                                  struct text room_name, const unsigned char *salt,
                                  const unsigned char *proof)
{
    begin_room(call, CLUSTER_CREATE, host->room);
    put(call, room_name);
    put_bytes(call, host->member, SEAL_ID);
    put(call, host->name);
    put_number(call, host->number);
    put(call, host->joined);
    put_bytes(call, salt, salt ? CLUSTER_SALT : 0);
    put_bytes(call, proof, proof ? SEAL_KEY : 0);
    return call;
}

struct script_call *script_join(struct script_call *call, const struct script_newcomer *newcomer,
                                uint64_t next, struct text starts, uint32_t limit, bool places)
{
    begin_room(call, CLUSTER_JOIN, newcomer->room);
    put_bytes(call, newcomer->member, SEAL_ID);
    put(call, newcomer->name);
    put_number(call, next);
    put_number(call, newcomer->number);
    put(call, newcomer->joined);
    put_number(call, limit);
    put_number(call, places);
    put(call, starts);
    return call;
}

struct script_call *script_lose(struct script_call *call, const unsigned char room[SEAL_ID],
                                const unsigned char member[SEAL_ID])
{
    begin_room(call, CLUSTER_LOSE, room);
    put_bytes(call, member, SEAL_ID);
    return call;
}

struct script_call *script_item(struct script_call *call, enum cluster_operation operation,
                                const unsigned char room[SEAL_ID],
                                const unsigned char member[SEAL_ID], uint64_t number,
                                struct text text)
{
    begin_room(call, operation, room);
    put_bytes(call, member, SEAL_ID);
    put_number(call, number);
    if (operation != CLUSTER_LEAVE) put(call, text);
    return call;
}

/* --- replies --- */

static const struct {
    const char *word;
    enum cluster_status status;
} words[] = {
    {"ok", CLUSTER_OK}, {"lease", CLUSTER_NO_LEASE}, {"gone", CLUSTER_GONE},
    {"moved", CLUSTER_MOVED}, {"early", CLUSTER_EARLY}, {"none", CLUSTER_NO_ROOM},
    {"exists", CLUSTER_EXISTS}, {"malformed", CLUSTER_MALFORMED}, {"out", CLUSTER_OUT},
    {"taken", CLUSTER_TAKEN}, {"full", CLUSTER_FULL}, {"server full", CLUSTER_SERVER_FULL},
    {"alone", CLUSTER_ALONE}, {"evicts", CLUSTER_EVICTS}, {"key", CLUSTER_OTHER_KEY},
    {"lost", CLUSTER_LOST_ALL}, {"dead", CLUSTER_DECLARED_DEAD}, {"alive", CLUSTER_ALIVE},
    {"held", CLUSTER_HELD},
};

static bool take_status(const struct resp_item *reply, enum cluster_status *status)
{
    if (reply->kind != RESP_ARRAY || reply->count == 0) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *status = words[i].status;
        if (resp_is(resp_value(reply, 0), words[i].word)) return true;
    }
    return false;
}

static bool take_number(const struct resp_item *reply, uint32_t index, uint64_t *number)
{
    const struct resp_item *item = resp_value(reply, index);

    if (!item || item->kind != RESP_INTEGER || item->integer < 0) return false;
    *number = (uint64_t)item->integer;
    return *number <= CLUSTER_NUMBER;
}

static bool take_text(const struct resp_item *reply, uint32_t index, struct text *text)
{
    const struct resp_item *item = resp_value(reply, index);

    if (!item || item->kind != RESP_TEXT) return false;
    *text = item->text;
    return true;
}

/* Takes a text of exactly that size. */
static bool take_bytes(const struct resp_item *reply, uint32_t index, size_t size,
                       const unsigned char **bytes)
{
    struct text text;

    if (!take_text(reply, index, &text) || text.size != size) return false;
    *bytes = (const unsigned char *)text.bytes;
    return true;
}

static bool take_look(const struct resp_item *reply, struct cluster_answer *answer)
{
    struct text room, salt, proof;

    if (!take_text(reply, 1, &room) || room.size != CLUSTER_HEX
        || !hex_decode(room.bytes, answer->room, SEAL_ID)
        || !take_bytes(reply, 2, SEAL_ID, &answer->host)
        || !take_text(reply, 3, &salt) || !take_text(reply, 4, &proof)
        || !take_number(reply, 5, &answer->number)) return false;
    if (salt.size == 0 && proof.size == 0) return true;
    answer->salt = (const unsigned char *)salt.bytes;
    answer->proof = (const unsigned char *)proof.bytes;
    return salt.size == CLUSTER_SALT && proof.size == SEAL_KEY;
}

static bool take_welcome(const struct resp_item *reply, struct cluster_answer *answer)
{
    uint64_t back;

    if (!take_number(reply, 6, &answer->known) || !take_number(reply, 7, &answer->from)
        || !take_number(reply, 8, &back) || back > BACK_NOWHERE) return false;
    answer->back = (uint8_t)back;
    return take_number(reply, 1, &answer->number) && take_number(reply, 2, &answer->end)
        && answer->end > 0 && answer->from <= answer->end && take_number(reply, 3, &answer->count)
        && take_bytes(reply, 4, SEAL_ID, &answer->host) && take_text(reply, 5, &answer->text);
}

/* A page does not come from the script: it is the reply to XRANGE. */
static bool take_page(const struct resp_item *reply, struct cluster_answer *answer)
{
    uint64_t number, before = 0;
    struct text row;

    if (reply->kind != RESP_ARRAY) return false;
    answer->status = CLUSTER_OK;
    answer->count = reply->count;
    answer->page = reply;
    for (uint32_t i = 0; i < reply->count; i++) {
        if (!script_entry(reply, i, &number, &row) || number <= before) return false;
        before = number;
    }
    return true;
}

static bool take_values(const struct resp_item *reply, struct cluster_answer *answer)
{
    switch (answer->operation) {
    case CLUSTER_START:
        return take_text(reply, 1, &answer->text) && take_bytes(reply, 2, SEAL_ID, &answer->start);
    case CLUSTER_LIST: return take_text(reply, 1, &answer->text);
    case CLUSTER_LOOK: return take_look(reply, answer);
    case CLUSTER_CREATE: case CLUSTER_JOIN: return take_welcome(reply, answer);
    case CLUSTER_WRONG: case CLUSTER_REMOVE:
    case CLUSTER_SAY: case CLUSTER_KICK: case CLUSTER_LEAVE:
        return take_number(reply, 1, &answer->number);
    default: return true;
    }
}

bool script_take(const struct resp_item *reply, struct cluster_answer *answer)
{
    if (answer->operation == CLUSTER_READ) return take_page(reply, answer);
    if (!take_status(reply, &answer->status)) return false;
    if (answer->status == CLUSTER_EARLY) return take_number(reply, 1, &answer->number);
    if (answer->status == CLUSTER_DECLARED_DEAD) {
        return take_bytes(reply, 1, SEAL_ID, &answer->start);
    }
    return answer->status != CLUSTER_OK || take_values(reply, answer);
}

/* --- entries and messages --- */

/* Reads the digits at the beginning, and removes them from the text. */
static bool take_digits(struct text *text, uint64_t *number)
{
    size_t size = 0;

    *number = 0;
    while (size < text->size && text->bytes[size] >= '0' && text->bytes[size] <= '9') {
        *number = 10 * *number + (uint64_t)(text->bytes[size++] - '0');
        if (*number > CLUSTER_NUMBER) return false;
    }
    text->bytes += size;
    text->size -= size;
    return size > 0;
}

/* Is this a row that can stand in a log? Members get it as it is. */
static bool is_entry(struct text row)
{
    struct row one;
    struct entry entry;

    if (row.size > FRAME_ENTRY_LIMIT || !frame_next(&row, &one) || row.size > 0) return false;
    return one.kind != ENTRY_GAP && one.kind != ENTRY_NOTICE && entry_decode(one, &entry);
}

bool script_entry(const struct resp_item *reply, uint32_t index, uint64_t *number,
                  struct text *row)
{
    const struct resp_item *item = resp_value(reply, index);
    struct text id, key;

    if (!item || item->kind != RESP_ARRAY || item->count != 2) return false;
    const struct resp_item *fields = resp_value(item, 1);
    if (!take_text(item, 0, &id) || id.size < 3 || memcmp(id.bytes, "0-", 2) != 0) return false;
    id = (struct text){id.bytes + 2, id.size - 2};
    if (!take_digits(&id, number) || id.size > 0 || *number == 0) return false;
    return fields->kind == RESP_ARRAY && fields->count == 2 && take_text(fields, 0, &key)
        && text_equal(key, text_of("r")) && take_text(fields, 1, row) && is_entry(*row);
}

bool script_message(struct text message, uint64_t *number, struct text *rest)
{
    if (!take_digits(&message, number) || message.size < 1 || message.bytes[0] != ' ') return false;
    *rest = (struct text){message.bytes + 1, message.size - 1};
    return *number == 0 || is_entry(*rest);
}

bool script_moved(struct text rest, const unsigned char **member, const char **server,
                  struct text *name)
{
    size_t head = SEAL_ID + 1 + LEASE_WATCH_ID + 1;

    if (rest.size <= head) return false;
    if (rest.bytes[SEAL_ID] != ' ' || rest.bytes[head - 1] != ' ') return false;
    *member = (const unsigned char *)rest.bytes;
    *server = rest.bytes + SEAL_ID + 1;
    *name = (struct text){rest.bytes + head, rest.size - head};
    return name_valid(*name);
}
