/* links: stage3/keys/system_random.c stage3/member/reason.c stage3/member/client_session.c */
/* links: stage3/member/exchange.c stage3/member/connector.c stage3/member/server_key.c */
/* links: stage3/member/room_key.c stage3/net/net.c stage3/base/host.c stage3/base/address.c */
/* links: stage3/member/known_hosts.c stage3/base/ordinary.c stage3/base/server_list.c */
/* links: stage3/base/program.c stage3/base/text.c stage3/base/hash.c stage3/crypto/constant.c */
/*
 * client_session when there is no memory at the Nth request, or from it on, for each N until there
 * is enough: it is not opened, or it is over and says so; and all is given back.
 */
#include "memory.h"

#include "lives.h"
#include "played.h"

/* Whatever happens, it comes in or ends for that reason, and leaves nothing open. */
static void life(const char *password, const unsigned char *demanded)
{
    unlink(path);
    if (!try_to_open(TCRP_JOIN, password, demanded)) {
        wrong += !memory_refused || descriptors() != before || told[0] != '\0';
        return;
    }
    for (int turn = 0; turn < 500 && !strpbrk(told, "EO"); turn++) turn_once();
    bool in = strchr(told, 'E') != NULL;
    if (!in) {
        wrong += last.kind != CLIENT_SESSION_OVER || last.end != CLIENT_SESSION_FAILED;
        wrong += !strstr(words, strerror(ENOMEM));
    }
    wrong += (client_session_membership(session) != NULL) != in;
    wrong += in ? has_proof != (password[0] != '\0') : !memory_refused;
    wrong += !nothing_open();
}

static void with_password(void) { life("open sesame", key); }
static void with_new_key(void) { life("", NULL); }

int main(void)
{
    plan(4);
    played_begin("client_scarce");
    lives_of(with_password, "a password");
    lives_of(with_new_key, "a new key");
    played_end();
    return done();
}
