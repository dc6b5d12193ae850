/* links: stage2/member/answer.c stage2/member/reason.c stage2/member/name_object.c stage2/wire/protocol.c stage2/wire/tcrp.c stage2/wire/request.c stage2/base/json.c stage2/base/text.c */
/*
 * answer, reason and name_object: the frames of servers of ours and of others, their statuses in
 * words, and a name in JSON.
 */
#include "member/answer.h"
#include "member/name_object.h"
#include "member/reason.h"
#include "wire/request.h"

#include <string.h>

#include "tap.h"

static const char digits[] = "0123456789abcdef0123456789abcdef";

static struct answer begin(uint8_t operation)
{
    return (struct answer){.operation = operation, .room = text_of("r")};
}

static enum answer_step takes(struct answer *answer, uint8_t state, const char *room,
                              const char *payload, size_t size)
{
    struct tcrp_frame frame = {answer->operation, state, text_of(room), {payload, size}};

    return answer_take(answer, &frame);
}

static void our_server(void)
{
    struct answer answer = begin(TCRP_JOIN);

    ok(takes(&answer, TCRP_RESPONSE, "r", "\0", 1) == ANSWER_MORE
           && takes(&answer, TCRP_COMPLETE, "r", digits, 32) == ANSWER_DONE && !answer.other,
       "a status and a token in our form are read");
    for (int status = 1; status < 256; status++) {
        char byte = (char)status;
        answer = begin(TCRP_JOIN);
        enum answer_step step = takes(&answer, TCRP_RESPONSE, status == 5 ? "" : "r", &byte, 1);
        bool ours = status <= 7 && status != TCRP_WRONG_PASSWORD;
        if (ours != (step == ANSWER_REFUSED) || ours == (step == ANSWER_LINGERS)
            || answer.status != status || answer_is_ours(status) != ours
            || answer_wants_json(status) != (!ours || status == TCRP_MALFORMED)) {
            ok(false, "the status %d is read", status);
            return;
        }
    }
    ok(true, "a status of ours ends an answer, and no other one does");
    answer = begin(TCRP_LIST);
    answer.room.size = 0;
    ok(takes(&answer, TCRP_RESPONSE, "", "\0", 1) == ANSWER_MORE
           && takes(&answer, TCRP_COMPLETE, "", "", 0) == ANSWER_DONE, "a list may be empty");
}

static void other_servers(void)
{
    static char much[256];
    struct answer answer = begin(TCRP_JOIN);

    ok(takes(&answer, TCRP_RESPONSE, "", "\310", 1) == ANSWER_LINGERS
           && takes(&answer, TCRP_COMPLETE, "r", "t", 1) == ANSWER_DONE && answer.other,
       "a token counts, whatever the status before it");
    answer = begin(TCRP_JOIN);
    ok(takes(&answer, TCRP_COMPLETE, "r", much, 255) == ANSWER_DONE && answer.other,
       "a token of 255 bytes without a response counts");
    answer = begin(TCRP_JOIN);
    ok(takes(&answer, TCRP_COMPLETE, "r", much, 256) == ANSWER_WRONG,
       "a token of 256 bytes is refused");
    answer = begin(TCRP_JOIN);
    ok(takes(&answer, TCRP_COMPLETE, "r", "", 0) == ANSWER_WRONG, "an empty token is refused");
    answer = begin(TCRP_JOIN);
    ok(takes(&answer, TCRP_RESPONSE, "x", "\0", 1) == ANSWER_MORE
           && takes(&answer, TCRP_COMPLETE, "r", digits, 32) == ANSWER_DONE && answer.other,
       "a response with another room is another form");
    answer = begin(TCRP_JOIN);
    ok(takes(&answer, TCRP_RESPONSE, "r", "OK", 2) == ANSWER_LINGERS
           && answer.status == ANSWER_NO_STATUS, "a response without a status is another form");
    ok(takes(&answer, TCRP_RESPONSE, "r", "\0", 1) == ANSWER_WRONG, "a second response is refused");
    answer = begin(TCRP_JOIN);
    ok(takes(&answer, TCRP_REQUEST, "r", "a", 1) == ANSWER_WRONG
           && takes(&answer, 3, "r", "a", 1) == ANSWER_WRONG,
       "an answer with another state is refused");
    answer = begin(TCRP_LIST);
    answer.room.size = 0;
    ok(takes(&answer, TCRP_COMPLETE, "", "r\t1\n", 4) == ANSWER_WRONG,
       "a list without status 0 is refused");
    answer = begin(TCRP_LIST);
    answer.room.size = 0;
    ok(takes(&answer, TCRP_RESPONSE, "x", "\0", 1) == ANSWER_WRONG,
       "a list in another form is refused");
}

static void reasons(void)
{
    char words[REASON_LIMIT];

    ok(strcmp(reason_of_status(TCRP_NO_ROOM, words), "there is no room of that name") == 0,
       "each of our statuses has its words");
    ok(strcmp(reason_of_status(3, words),
              "the server refused with status 3, which it alone understands") == 0
           && strstr(reason_of_status(255, words), "status 255"),
       "a status that this stage does not have gets its number");
    ok(strcmp(reason_of_status(ANSWER_NO_STATUS, words), "the server refused, without a status")
           == 0, "a missing status has its words");
}

/* Our own server takes what is written. */
static bool comes_back(const char *name)
{
    char object[NAME_OBJECT];
    struct request request;
    struct text payload = {object, name_object(text_of(name), object)};
    struct tcrp_frame frame = {TCRP_JOIN, TCRP_REQUEST, text_of("r"), payload};

    return request_decode(&frame, &request) == TCRP_OK && text_equal(request.user, text_of(name));
}

static void objects(void)
{
    char object[NAME_OBJECT], longest[NAME_LIMIT + 1];

    ok(text_equal((struct text){object, name_object(text_of("a\"\\"), object)},
                  text_of("{\"username\":\"a\\\"\\\\\",\"user_name\":\"a\\\"\\\\\",\"password\":null}")),
       "a name object has the name under both keys");
    memset(longest, '"', NAME_LIMIT);
    longest[NAME_LIMIT] = '\0';
    ok(comes_back("alice") && comes_back("\xE8\x8A\xB1\xE5\xAD\x90") && comes_back("a\"\\/b")
           && comes_back(longest), "our server takes a name object, whatever is in the name");
}

int main(void)
{
    plan(18);
    our_server();
    other_servers();
    reasons();
    objects();
    return done();
}
