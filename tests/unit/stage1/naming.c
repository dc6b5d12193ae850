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
    ok(naming_hear(&naming, text_of("welcome, ")) == NAMING_NO_NEWS,
       "a welcome without a wish is ignored");
    naming_wish(&naming, text_of("alice"));
    ok(naming_pending(&naming), "a wished name is pending");
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_NO_NEWS,
       "a welcome with another name is ignored");
    ok(naming_hear(&naming, text_of("the name alice is taken, choose another one"))
           == NAMING_REFUSED && goes_by(&naming, ""), "a refused first name makes the client ask");
    naming_wish(&naming, text_of("bob"));
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_WELCOME && !naming_pending(&naming),
       "the second wish is granted");
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_WELCOME,
       "a repeated welcome is recognised");

    naming_wish(&naming, text_of("carol"));
    ok(naming_is_late(&naming, text_of("welcome, bob")), "a welcome with the earlier name is late");
    ok(naming_hear(&naming, text_of("welcome, bob")) == NAMING_NO_NEWS,
       "a late welcome is ignored");
    ok(!naming_is_late(&naming, text_of("welcome, nobody joined")),
       "a name may look like a notice");
    ok(naming_hear(&naming, text_of("welcome, carol")) == NAMING_RENAMED,
       "a granted new name is reported");

    naming_wish(&naming, text_of("dave"));
    naming_wish(&naming, text_of("eve"));
    ok(naming_hear(&naming, text_of("the name eve is taken, choose another one")) == NAMING_KEPT
           && goes_by(&naming, "carol"), "two refused wishes leave the granted name");
    ok(naming_hear(&naming, text_of("the name carol is taken, choose another one"))
           == NAMING_REFUSED && goes_by(&naming, ""),
       "a later refusal of that name makes the client ask");
    return done();
}
