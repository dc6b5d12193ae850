/* links: stage2/wire/request.c stage2/base/json.c stage2/wire/tcrp.c stage2/base/text.c */
/*
 * request and json: both forms of the payload, good and bad.
 */
#include "wire/request.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* Decodes a join of "room" with this payload, in memory of just its size, so that a sanitizer sees
   a step beyond it. */
static enum tcrp_status decode(const char *bytes, size_t size, char user[64])
{
    struct request request;
    char *own = malloc(size + 1);

    if (!own) return TCRP_SERVER_FULL;
    memcpy(own, bytes, size);
    struct tcrp_frame frame = {TCRP_JOIN, TCRP_REQUEST, text_of("room"), {own, size}};
    enum tcrp_status status = request_decode(&frame, &request);
    user[0] = '\0';
    if (status == TCRP_OK && request.user.size < 64) {
        memcpy(user, request.user.bytes, request.user.size);
        user[request.user.size] = '\0';
    }
    free(own);
    return status;
}

static void good(const char *payload, const char *user)
{
    static unsigned number;
    char found[64];
    enum tcrp_status status = decode(payload, strlen(payload), found);

    ok(status == TCRP_OK && strcmp(found, user) == 0, "good payload %u gives %s", ++number, user);
}

static void bad(const char *payload, enum tcrp_status expected)
{
    static unsigned number;
    char found[64];

    ok(decode(payload, strlen(payload), found) == expected, "bad payload %u is refused", ++number);
}

static void good_ones(void)
{
    good("alice", "alice");
    good("\xE8\x8A\xB1\xE5\xAD\x90", "\xE8\x8A\xB1\xE5\xAD\x90");
    good("{\"username\":\"alice\"}", "alice");
    good("{\"user_name\":\"alice\"}", "alice");
    good("{\"userName\":\"alice\"}", "alice");
    good("{\t\"username\" :\r\n\"alice\" , \"password\":null }\n ", "alice");
    good("{\"password\":\"\",\"username\":\"alice\"}", "alice");
    good("{\"age\":-1.5e+3,\"a\":true,\"b\":false,\"c\":null,\"d\":\"\",\"username\":\"al\"}",
         "al");
    good("{\"username\":\"\\u0061\\u00e9\\u90e8\\ud83d\\udc4b\"}",
         "a\xC3\xA9\xE9\x83\xA8\xF0\x9F\x91\x8B");
    good("{\"username\":\"a\\/b\\\\c\\\"\"}", "a/b\\c\"");
    good("{\"user\\u006eame\":\"alice\"}", "alice");
    good("{\"username\":\"alice\",\"user_name\":\"\\u0061lice\",\"userName\":\"alice\"}", "alice");
}

static void bad_ones(void)
{
    static const char *const objects[] = {
        "{", "{}", "{}}", "{\"username\"}", "{\"username\":}", "{\"username\":alice}",
        "{\"username\":\"alice\"", "{\"username\":\"alice\",}", "{,\"username\":\"alice\"}",
        "{\"username\":\"alice\"}x", "{\"username\":\"alice\"}{}", "{'username':'alice'}",
        "{username:\"alice\"}", "{\"username\":\"ali\nce\"}", "{\"username\":\"alice}",
        "{\"username\":\"\\x61\"}", "{\"username\":\"\\u12\"}", "{\"username\":\"\\ud83d\"}",
        "{\"username\":\"\\udc4b\"}", "{\"username\":\"\\ud83d\\u0061\"}",
        "{\"username\":\"\xC3\"}",
        "{\"username\":null}", "{\"username\":1}", "{\"username\":[\"alice\"]}",
        "{\"username\":{\"a\":\"b\"}}", "{\"username\":\"a\",\"username\":\"a\"}",
        "{\"username\":\"a\",\"userName\":\"b\"}", "{\"username\":\"a\",\"x\":[]}",
        "{\"username\":\"a\",\"x\":01}", "{\"username\":\"a\",\"x\":1.}",
        "{\"username\":\"a\",\"x\":+1}",
        "{\"username\":\"a\",\"x\":nul}", "{\"username\":\"a\",\"password\":1}",
        "{\"username\":\"a\",\"password\":null,\"password\":null}", "{\"username\":\"\"}",
        "{\"username\":\"a\\u0000b\"}", "{\"username\":\"a:b\"}", "{\"username\" \"alice\"}",
        "{\"username\":\"a\" \"x\":1}", "{\"name\":\"alice\"}", "{\"username\":\"a\"}\\u0000"};

    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) bad(objects[i], TCRP_MALFORMED);
    bad("{\"username\":\"a\",\"password\":\"secret\"}", TCRP_WRONG_PASSWORD);
    bad("", TCRP_MALFORMED);
    bad("a:b", TCRP_MALFORMED);
    bad("a\nb", TCRP_MALFORMED);
    bad("\xFF", TCRP_MALFORMED);
    bad("*a", TCRP_MALFORMED);
}

/* Every beginning of a good object is bad, and so is it with any one byte changed to another kind
   of byte: at least it is decided, within its memory. */
static void cut_and_changed(void)
{
    static const char object[] =
        "{ \"username\" : \"\\ud83d\\udc4bab\", \"n\" : -0.5e1, \"z\":null }";
    static const char others[] = "\"\\{}:,u0-.e\x80\xC3 \n";
    char found[64], copy[sizeof object];
    unsigned wrong = 0, good = 0, bad = 0;

    for (size_t size = 1; size < strlen(object); size++) {
        wrong += decode(object, size, found) != TCRP_MALFORMED;
    }
    ok(wrong == 0, "a cut object is malformed, wherever it is cut");
    for (size_t i = 0; i < strlen(object); i++) {
        for (size_t j = 0; j < sizeof others; j++) {
            memcpy(copy, object, sizeof object);
            copy[i] = others[j];
            enum tcrp_status status = decode(copy, strlen(object), found);
            good += status == TCRP_OK && name_valid(text_of(found));
            bad += status == TCRP_MALFORMED;
        }
    }
    ok(good > 0 && bad > 0 && good + bad == strlen(object) * sizeof others,
       "an object with a changed byte is malformed or has a valid name");
}

static void headers(void)
{
    struct tcrp_frame frame = {TCRP_CREATE, TCRP_REQUEST, text_of("room"), text_of("alice")};
    struct request request;

    ok(request_possible(&frame), "create is possible as a request");
    frame.state = TCRP_RESPONSE;
    ok(!request_possible(&frame), "a response is not possible as a request");
    frame.state = TCRP_REQUEST;
    frame.operation = 0;
    ok(!request_possible(&frame), "operation 0 is not possible");
    frame.operation = 4;
    ok(!request_possible(&frame), "operation 4 is not possible");
    frame.operation = TCRP_LIST;
    ok(!request_possible(&frame), "a list of a room is not possible");
    frame.room.size = 0;
    ok(request_possible(&frame) && request_decode(&frame, &request) == TCRP_OK,
       "a list is possible as a request");
    frame.operation = TCRP_CREATE;
    ok(!request_possible(&frame), "a room without a name is not possible");
    frame.room = text_of("a\tb");
    ok(request_decode(&frame, &request) == TCRP_MALFORMED, "an invalid room name is malformed");
}

int main(void)
{
    plan(69);
    good_ones();
    bad_ones();
    cut_and_changed();
    headers();
    return done();
}
