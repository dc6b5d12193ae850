/* links: stage1/member/naming.c stage1/wire/notice.c stage1/base/text.c */
/*
 * naming: wishes, and the server's answers in every order.
 */
#include "member/naming.h"

#include "tap.h"

static bool goes_by(const struct naming *naming, const char *name)
{
    return text_equal(naming_wished(naming), text_of(name));
}

int main(void)
{
    struct naming naming = {0};

    plan(12);
    ok(naming_hear(&naming, text_of("welcome, ")) == NAMING_NO_NEWS, "no wish, no news");
    naming_wish(&naming, text_of("alice"));
    ok(naming_pending(&naming), "a wish is pending");
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_NO_NEWS, "not ours");
    ok(naming_hear(&naming, text_of("the name alice is taken, choose another one"))
           == NAMING_REFUSED && goes_by(&naming, ""), "the first is refused: ask");
    naming_wish(&naming, text_of("bob"));
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_WELCOME && !naming_pending(&naming),
       "the second is granted");
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_WELCOME, "and again");

    naming_wish(&naming, text_of("carol"));
    ok(naming_is_late(&naming, text_of("welcome, bob")), "an answer to an earlier hello");
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_NO_NEWS, "is no news");
    ok(!naming_is_late(&naming, text_of("welcome, nobody joined")), "a name may look like one");
    ok(naming_hear(&naming, text_of("welcome, carol")) == NAMING_RENAMED, "another name");

    naming_wish(&naming, text_of("dave"));
    naming_wish(&naming, text_of("eve"));
    ok(naming_hear(&naming, text_of("the name eve is taken, choose another one")) == NAMING_KEPT
           && goes_by(&naming, "carol"), "two wishes, refused: back to the name that was granted");
    ok(naming_hear(&naming, text_of("the name carol is taken, choose another one"))
           == NAMING_REFUSED && goes_by(&naming, ""), "that one was lost meanwhile: ask");
    return done();
}
