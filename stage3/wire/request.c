#include "request.h"

#include <string.h>

#include "base/bytes.h"
#include "frame.h"

static const unsigned char no_id[SEAL_ID];

/* Takes the first `size` bytes off. NULL: there are fewer. */
static const char *take(struct text *bytes, size_t size)
{
    const char *start = bytes->bytes;

    if (bytes->size < size) return NULL;
    bytes->bytes += size;
    bytes->size -= size;
    return start;
}

static bool take_name(struct text *bytes, struct text *name)
{
    const char *size = take(bytes, 1);

    if (!size) return false;
    name->size = (unsigned char)*size;
    name->bytes = take(bytes, name->size);
    return name->bytes && name_valid(*name);
}

static bool take_proof(struct text *bytes, struct request *request)
{
    const char *flag = take(bytes, 1);

    if (!flag || (unsigned char)*flag > 1) return false;
    if (*flag == 1) request->proof = (const unsigned char *)take(bytes, SEAL_KEY);
    return *flag == 0 || request->proof;
}

bool request_decode(enum tcrp_operation operation, struct text bytes, struct request *request)
{
    *request = (struct request){.operation = operation};
    if (operation == TCRP_LIST) return bytes.size == 0;
    if (!take_name(&bytes, &request->room) || !take_name(&bytes, &request->user)) return false;
    request->m = (const unsigned char *)take(&bytes, SEAL_KEY);
    if (!request->m || !take_proof(&bytes, request)) return false;
    if (bytes.size < SEAL_ID + 8 + 8 + 1) return false;
    if (memcmp(bytes.bytes, no_id, SEAL_ID) != 0) {
        request->room_id = (const unsigned char *)bytes.bytes;
    }
    request->next = wire_get64(bytes.bytes + SEAL_ID);
    request->number = wire_get64(bytes.bytes + SEAL_ID + 8);
    request->starts = (unsigned char)bytes.bytes[SEAL_ID + 8 + 8];
    request->start = (const unsigned char *)bytes.bytes + SEAL_ID + 8 + 8 + 1;
    /* Larger ones cannot be: a log that went on from there would count beyond 64 bits. */
    if (request->next >= FRAME_LOG_LIMIT || request->number >= FRAME_LOG_LIMIT) return false;
    return request->starts <= REQUEST_STARTS
        && bytes.size == SEAL_ID + 8 + 8 + 1 + request->starts * REQUEST_START;
}

const unsigned char *request_start(const struct request *request, size_t which, uint64_t *until)
{
    const unsigned char *start = request->start + which * REQUEST_START;

    *until = wire_get64(start + SEAL_ID);
    return start;
}

static char *put(char *out, const void *bytes, size_t size)
{
    if (size > 0) memcpy(out, bytes, size);
    return out + size;
}

static char *put_name(char *out, struct text name)
{
    *out++ = (char)name.size;
    return put(out, name.bytes, name.size);
}

size_t request_encode(const struct request *request, char out[REQUEST_LIMIT])
{
    char *end = out;

    if (request->operation == TCRP_LIST) return 0;
    end = put_name(end, request->room);
    end = put_name(end, request->user);
    end = put(end, request->m, SEAL_KEY);
    *end++ = request->proof != NULL;
    if (request->proof) end = put(end, request->proof, SEAL_KEY);
    end = put(end, request->room_id ? request->room_id : no_id, SEAL_ID);
    wire_put64(end, request->next);
    wire_put64(end + 8, request->number);
    end[16] = (char)request->starts;
    end = put(end + 17, request->start, request->starts * REQUEST_START);
    return (size_t)(end - out);
}
