/* The contract is in chat.h. Read from the end: chat_receive and chat_tick call all that stands
   before them. */
#include "chat.h"

#include <stdio.h>
#include <string.h>

bool chat_create(struct chat *chat, uint32_t limit, int64_t silence, chat_send *send,
                 void *context, int64_t now)
{
    *chat = (struct chat){
        .send = send, .context = context, .silence = silence,
        .rate = {BUCKET_LINES, BUCKET_KILOBYTES}, .sweep_at = now + CHAT_SWEEP};
    if (!roster_create(&chat->roster, limit)) return false;
    if (gone_create(&chat->gone, limit)) return true;
    roster_destroy(&chat->roster);
    return false;
}

void chat_destroy(struct chat *chat)
{
    gone_destroy(&chat->gone);
    roster_destroy(&chat->roster);
}

/* --- joins, leaves and renames, coalesced --- */

static void coalesce(struct chat *chat, int64_t now)
{
    if (chat->tell_at == 0) chat->tell_at = now + CHAT_COALESCE;
}

/* Removes a member. If its join was not announced yet, neither join nor leave is told; if its new
   name was not told yet, it leaves under the old one. */
static void leave(struct chat *chat, uint32_t index, int64_t now)
{
    const struct member *member = &chat->roster.members[index];
    struct text told = chat->roster.limits[index].told;
    struct text known = told.bytes ? told : member->name;

    if (told.bytes) chat->renamed--;
    if (!member->announced) {
        chat->joined--;
    } else {
        if (chat->left < NOTICE_NAMES) {
            memcpy(chat->left_name[chat->left], known.bytes, known.size);
            chat->left_size[chat->left] = known.size;
        }
        chat->left++;
        coalesce(chat, now);
    }
    roster_remove(&chat->roster, index);
}

/* Why the server dropped a member, for `gone`. */
enum reason { REASON_SILENT = 1, REASON_UNREACHABLE };

static uint64_t number_of(const struct chat *chat, const struct address *address)
{
    return address_hash(&chat->roster.key, address);
}

/* Drops a member that did not leave by itself: it is told the reason when it speaks again. */
static void take_out(struct chat *chat, uint32_t index, enum reason reason, int64_t now)
{
    gone_add(&chat->gone, number_of(chat, &chat->roster.members[index].address), (uint8_t)reason,
             now);
    leave(chat, index, now);
}

/* --- sending --- */

static enum delivery send_to(struct chat *chat, const struct address *to, const void *bytes,
                             size_t size)
{
    enum delivery delivery = chat->send(chat->context, to, bytes, size);

    if (delivery == DELIVERY_SENT) chat->counts.sent++;
    else if (delivery == DELIVERY_HELD_UP) chat->counts.held_up++;
    else chat->counts.unreachable++;
    return delivery;
}

/*
 * Sends the same bytes to every member except one (or ROSTER_NONE). The server spends most of its
 * time here. The loop runs from the last member to the first, so that it can remove a member at its
 * last strike.
 */
static void send_to_all(struct chat *chat, uint32_t except, const void *bytes, size_t size,
                        int64_t now)
{
    for (uint32_t i = chat->roster.count; i-- > 0;) {
        struct member *member = &chat->roster.members[i];

        if (i == except) continue;
        switch (send_to(chat, &member->address, bytes, size)) {
        case DELIVERY_SENT:
            member->strikes = 0;
            break;
        case DELIVERY_HELD_UP:
            break;
        case DELIVERY_UNREACHABLE:
            if (++member->strikes < CHAT_STRIKES) break;
            take_out(chat, i, REASON_UNREACHABLE, now);
            break;
        }
    }
}

static size_t wrap_notice(const char *notice, size_t size, char out[DATAGRAM_LIMIT])
{
    return datagram_encode((struct text){NULL, 0}, (struct text){notice, size}, out);
}

static void tell(struct chat *chat, const struct address *to, const char *notice, size_t size)
{
    char datagram[DATAGRAM_LIMIT];

    send_to(chat, to, datagram, wrap_notice(notice, size, datagram));
}

static void tell_all(struct chat *chat, uint32_t except, const char *notice, size_t size,
                     int64_t now)
{
    char datagram[DATAGRAM_LIMIT];

    send_to_all(chat, except, datagram, wrap_notice(notice, size, datagram), now);
}

/* --- what is due at a time --- */

static void tell_left(struct chat *chat, int64_t now)
{
    char notice[NOTICE_LIMIT];
    struct text names[NOTICE_NAMES];

    if (chat->left == 0) return;
    for (size_t i = 0; i < NOTICE_NAMES; i++) {
        names[i] = (struct text){chat->left_name[i], chat->left_size[i]};
    }
    size_t size = notice_people(names, chat->left, "left", notice);
    chat->left = 0; /* before sending: a member dropped meanwhile belongs to the next notice */
    tell_all(chat, ROSTER_NONE, notice, size, now);
}

static void tell_renamed(struct chat *chat, int64_t now)
{
    char notice[NOTICE_LIMIT];
    struct text before[NOTICE_NAMES], after[NOTICE_NAMES];
    uint32_t found = 0, only = ROSTER_NONE;

    if (chat->renamed == 0) return;
    for (uint32_t i = 0; found < chat->renamed && found < NOTICE_NAMES; i++) {
        if (!chat->roster.limits[i].told.bytes) continue;
        before[found] = chat->roster.limits[i].told;
        after[found++] = chat->roster.members[i].name;
        only = i;
    }
    if (chat->renamed > 1) only = ROSTER_NONE;
    size_t size = notice_renamed(before, after, chat->renamed, notice);
    for (uint32_t i = 0; chat->renamed > 0; i++) {
        if (!chat->roster.limits[i].told.bytes) continue;
        roster_told(&chat->roster, i);
        chat->renamed--;
    }
    tell_all(chat, only, notice, size, now); /* a single renamed member has been told already */
}

static void tell_joined(struct chat *chat, int64_t now)
{
    char notice[NOTICE_LIMIT];
    struct text names[NOTICE_NAMES] = {{NULL, 0}};
    uint32_t found = 0, only = ROSTER_NONE;

    if (chat->joined == 0) return;
    for (uint32_t i = 0; i < chat->roster.count && found < chat->joined; i++) {
        struct member *member = &chat->roster.members[i];
        if (member->announced) continue;
        member->announced = true;
        if (found < NOTICE_NAMES) names[found] = member->name;
        found++;
        only = i;
    }
    size_t size = notice_people(names, found, "joined", notice);
    chat->joined = 0;
    /* A single newcomer has been welcomed already, so it does not get the notice. */
    tell_all(chat, found == 1 ? only : ROSTER_NONE, notice, size, now);
}

/* Tells an address why its member was dropped, unless the notice exceeds `space` bytes. */
static bool tell_reason(struct chat *chat, const struct address *to, enum reason reason,
                        size_t space)
{
    char notice[NOTICE_LIMIT] = NOTICE_UNREACHABLE;
    size_t size = reason == REASON_SILENT ? notice_silent(chat->silence / 1000, notice)
        : strlen(NOTICE_UNREACHABLE);

    if (size + 1 > space) return false;
    tell(chat, to, notice, size);
    return true;
}

/* Tells a member how to stay, in the first sweep after two thirds of the allowed silence, and so
   only once. */
static void remind(struct chat *chat, const struct member *member, int64_t now)
{
    int64_t at = member->heard + 2 * chat->silence / 3, last = chat->sweep_at - CHAT_SWEEP;
    char notice[NOTICE_LIMIT];

    if (chat->silence < CHAT_REMINDS || at <= last || at > now) return;
    tell(chat, &member->address, notice, notice_stay(chat->silence / 3000, notice));
}

/*
 * Drops silent members. A walk over all members once a second is cheap, and simpler than a list in
 * the order of their last datagrams. If the sweep comes much too late, the server itself was
 * stopped (or the machine slept): it has not yet read what the members sent meanwhile, and must not
 * call them silent. So it leaves that to the next sweep.
 */
static void sweep(struct chat *chat, int64_t now)
{
    if (now - chat->sweep_at > CHAT_SWEEP) return;
    for (uint32_t i = chat->roster.count; i-- > 0;) {
        remind(chat, &chat->roster.members[i], now);
        if (now - chat->roster.members[i].heard < chat->silence) continue;
        tell_reason(chat, &chat->roster.members[i].address, REASON_SILENT, NOTICE_LIMIT);
        take_out(chat, i, REASON_SILENT, now);
    }
}

int64_t chat_due(const struct chat *chat)
{
    if (chat->tell_at != 0 && chat->tell_at < chat->sweep_at) return chat->tell_at;
    return chat->sweep_at;
}

void chat_tick(struct chat *chat, int64_t now)
{
    if (now >= chat->sweep_at) {
        sweep(chat, now);
        chat->sweep_at = now + CHAT_SWEEP;
    }
    if (chat->tell_at != 0 && now >= chat->tell_at) {
        chat->tell_at = 0;
        tell_left(chat, now);
        tell_renamed(chat, now);
        tell_joined(chat, now);
    }
}

void chat_close(struct chat *chat)
{
    tell_all(chat, ROSTER_NONE, NOTICE_SHUTTING_DOWN, strlen(NOTICE_SHUTTING_DOWN), 0);
}

/* --- what a datagram does --- */

static struct bucket_rate rate_now(const struct chat *chat)
{
    return bucket_share(chat->rate, chat->roster.count);
}

/* The welcome, and after it what a client cannot know: how often it must speak, and how much it may
   send, if that is not the usual. */
static void welcome(struct chat *chat, uint32_t index)
{
    const struct member *member = &chat->roster.members[index];
    struct bucket_rate rate = rate_now(chat);
    char notice[NOTICE_LIMIT];

    tell(chat, &member->address, notice, notice_welcome(member->name, notice));
    if (!bucket_is_usual(rate)) {
        tell(chat, &member->address, notice,
             notice_rate(rate.lines, rate.kilobytes, notice));
    }
    if (chat->silence == CHAT_USUAL) return;
    int64_t often = chat->silence / 3000 > 0 ? chat->silence / 3000 : 1; /* seconds */
    tell(chat, &member->address, notice, notice_speak(often, notice));
}

/* A dropped member speaks again: tells it why it was dropped. The address may be forged, so the
   answer must not be longer than the datagram. */
static void tell_gone(struct chat *chat, const struct address *from, size_t size, int64_t now)
{
    uint64_t number = number_of(chat, from);
    uint8_t why = gone_why(&chat->gone, number, now);

    if (why != 0 && tell_reason(chat, from, (enum reason)why, size)) {
        gone_told(&chat->gone, number, now);
    }
}

/* Tells a sender that it was refused: because another member has the name, or else because the
   server is full. */
static void refuse(struct chat *chat, const struct address *from, struct text name)
{
    char notice[NOTICE_LIMIT];

    chat->counts.refused++;
    if (roster_find_name(&chat->roster, name) == ROSTER_NONE) {
        tell(chat, from, NOTICE_FULL, strlen(NOTICE_FULL));
    } else {
        tell(chat, from, notice, notice_taken(name, notice));
    }
}

/* Makes a stranger a member. Returns its index, or ROSTER_NONE if it was refused. */
static uint32_t join(struct chat *chat, const struct address *from, struct text name, int64_t now)
{
    uint32_t index = ROSTER_NONE;

    if (roster_find_name(&chat->roster, name) == ROSTER_NONE) {
        index = roster_add(&chat->roster, from, name, now);
    }
    if (index == ROSTER_NONE) {
        refuse(chat, from, name);
        return ROSTER_NONE;
    }
    chat->joined++;
    chat->counts.joined++;
    gone_remove(&chat->gone, number_of(chat, from));
    coalesce(chat, now);
    welcome(chat, index);
    return index;
}

/*
 * A member may take CHAT_RENAMES names in a row, and then one per CHAT_RENAME. Each rename costs
 * CHAT_RENAME of time, and `paid` is the time when all of them will be paid for. False: it must
 * wait.
 */
static bool pay_rename(struct limits *limits, int64_t now)
{
    if (limits->paid > now + (CHAT_RENAMES - 1) * CHAT_RENAME) return false;
    limits->paid = (limits->paid > now ? limits->paid : now) + CHAT_RENAME;
    return true;
}

/* Tells a member, not too often, that it must wait before it takes that name. */
static void refuse_rename(struct chat *chat, uint32_t index, struct text name, int64_t now)
{
    struct limits *limits = &chat->roster.limits[index];
    char notice[NOTICE_LIMIT];

    chat->counts.refused++;
    if (now < limits->quiet) return;
    limits->quiet = now + CHAT_REFUSAL;
    tell(chat, &chat->roster.members[index].address, notice, notice_too_often(name, notice));
}

/* Gives a member the other name that it uses. False: it may not have it, and was told so. */
static bool rename_member(struct chat *chat, uint32_t index, struct text name, int64_t now)
{
    struct member *member = &chat->roster.members[index];
    struct limits *limits = &chat->roster.limits[index];
    bool was_due = limits->told.bytes != NULL;

    if (roster_find_name(&chat->roster, name) != ROSTER_NONE) {
        refuse(chat, &member->address, name);
        return false;
    }
    if (!pay_rename(limits, now) || !roster_rename(&chat->roster, index, name)) {
        refuse_rename(chat, index, name, now);
        return false;
    }
    bool is_due = limits->told.bytes != NULL; /* not if the others still have that name */
    chat->renamed += is_due;
    chat->renamed -= was_due;
    if (is_due) coalesce(chat, now);
    return true;
}

/* Handles a hello or a say: its sender is, or becomes, a member with the name in it. */
static void receive_named(struct chat *chat, uint32_t index, const struct address *from,
                          struct datagram datagram, struct text whole, int64_t now)
{
    if (index == ROSTER_NONE) {
        tell_gone(chat, from, whole.size, now);
        index = join(chat, from, datagram.name, now);
        if (index == ROSTER_NONE) return;
    } else {
        bool same = text_equal(chat->roster.members[index].name, datagram.name);
        if (!same && !rename_member(chat, index, datagram.name, now)) return;
        if (datagram.kind == DATAGRAM_HELLO) welcome(chat, index);
    }
    if (datagram.kind == DATAGRAM_SAY) send_to_all(chat, index, whole.bytes, whole.size, now);
}

static const char *complaint(enum datagram_kind kind)
{
    switch (kind) {
    case DATAGRAM_TOO_LONG: return NOTICE_TOO_LONG;
    case DATAGRAM_BAD_NAME: return NOTICE_BAD_NAME;
    case DATAGRAM_BAD_TEXT: return NOTICE_BAD_TEXT;
    default: return NOTICE_MALFORMED;
    }
}

/*
 * Writes "here: alice, bob, carol" in at most `space` bytes, which must be enough for "here: " and
 * a count. Names that do not fit are counted: "... and 3 others". Returns the size.
 */
static size_t list_members(const struct roster *roster, char *out, size_t space)
{
    const size_t reserve = strlen("... and 1000000 others");
    size_t used = (size_t)sprintf(out, "here: ");

    for (uint32_t i = 0; i < roster->count; i++) {
        struct text name = roster->members[i].name;
        if (used + name.size + 2 + reserve > space) {
            return used + (size_t)sprintf(out + used, "... and %u others",
                                          (unsigned)(roster->count - i));
        }
        memcpy(out + used, name.bytes, name.size);
        used += name.size;
        if (i + 1 < roster->count) used += (size_t)sprintf(out + used, ", ");
    }
    return used;
}

/* Handles a datagram without a name. It may be a member's question. Any other one gets no answer,
   or two servers could answer each other's notices for ever. */
static void receive_nameless(struct chat *chat, uint32_t index, struct text text, size_t size)
{
    char list[DATAGRAM_LIMIT];

    if (index == ROSTER_NONE || size < QUESTION_LEAST || size > DATAGRAM_LIMIT
        || !question_is_who(text)) {
        chat->counts.malformed++;
        return;
    }
    tell(chat, &chat->roster.members[index].address, list,
         list_members(&chat->roster, list, size - 1));
}

/* May the member send this, at its rate? If not, nothing else is done with the datagram: to refuse
   it must cost less than to send it. */
static bool is_in_rate(struct chat *chat, uint32_t index, size_t size, int64_t now)
{
    struct bucket *bucket = &chat->roster.limits[index].bucket;

    if (bucket_take(bucket, bucket_cost(rate_now(chat), size), BUCKET_BURST, now)) return true;
    chat->counts.too_many++;
    if (bucket_tells(bucket, now)) {
        tell(chat, &chat->roster.members[index].address, NOTICE_SAY_LESS, strlen(NOTICE_SAY_LESS));
    }
    return false;
}

void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now)
{
    uint32_t index = roster_find(&chat->roster, from);

    chat->counts.received++;
    if (index != ROSTER_NONE) chat->roster.members[index].heard = now;
    if (index != ROSTER_NONE && !is_in_rate(chat, index, size, now)) return;
    struct datagram datagram = datagram_decode(bytes, size);

    switch (datagram.kind) {
    case DATAGRAM_SAY:
    case DATAGRAM_HELLO:
        receive_named(chat, index, from, datagram, (struct text){bytes, size}, now);
        break;
    case DATAGRAM_GOODBYE:
        if (index != ROSTER_NONE) leave(chat, index, now);
        break;
    case DATAGRAM_NOTICE:
        receive_nameless(chat, index, datagram.text, size);
        break;
    default:
        chat->counts.malformed++;
        if (index != ROSTER_NONE) {
            tell(chat, from, complaint(datagram.kind), strlen(complaint(datagram.kind)));
        }
        break;
    }
}
