#!/bin/sh
# Other pages in the same browser, and what they can do to a server on 127.0.0.1: everything to a
# careless one (docs/steps/web.c), nothing to the window. evil.example is a name for 127.0.0.1, as
# after a successful DNS rebinding.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

# shellcheck disable=SC2086 # lists
compile() {
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L ${CFLAGS:-} ${LDFLAGS:-} -o "$TMP/web" \
        "$ROOT/docs/steps/web.c"
}
check "the careless server compiles" compile
start careless "$TMP/web" 0
check "the careless server listens" sees careless "listening on port"
careless=$(sed -n 's/.* port //p' "$TMP/careless.out")
start gui "${STAGE3_GUI:-$ROOT/stage3/gui}" -w 0 --no-open -p 9
check "the window's program gets ready" sees gui "key="
web=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p;q' "$TMP/gui.out")

browser user "--host-resolver-rules=MAP evil.example 127.0.0.1"
# told NAME SCRIPT TEXT: the result of the script's promise, or its error, has TEXT
told() {
    does "$1" "return (async () => { try { $2 } catch (error) { return 'no: ' + error.name } })()"
    [ "$(value)" = "$3" ] && return 0
    echo "told: $(value)"
    return 1
}

visit user "$(sed -n 's/.*\(http:.*\)/\1/p;q' "$TMP/gui.out")"
check "the user has the window open" holds user "boot"
window=$(does user 'return location.href' && value)
check "the path of the window's page cannot be guessed" \
    test "${window#http://127.0.0.1:"$web"/}" != "$window"
path=${window#http://127.0.0.1:"$web"}

# --- a program of another user, at another port of this machine, which the browser visits once ---

visit user "http://127.0.0.1:$careless/" >/dev/null
visit user "http://127.0.0.1:$careless/past" >/dev/null
check "the careless server gets the browser's request" sees careless "GET /past"
check "the careless server gets no cookie" never_saw careless "Cookie:"
check "the careless server does not get the window's path" never_saw careless "$path"
# Without the path in the cookie, the browser would have sent it there.
visit user "http://127.0.0.1:$careless$path" >/dev/null
check "the careless server gets the cookie if it knows the path" sees careless "Cookie: chat="

# --- DNS rebinding: the page of evil.example, whose name now leads to us ---

visit user "http://evil.example:$careless/" >/dev/null
check "rebinding: the careless server's secret is read by evil.example" \
    told user 'return (await (await fetch("/")).text()).trim()' '\u003Ch1>The secret is sesame\u003C/h1>'
visit user "http://evil.example:$web/" >/dev/null
check "rebinding: the window shows evil.example nothing" \
    shows user "There is nothing here of that name."
check "rebinding: the window answers no request of evil.example" told user 'const all = [];
    for (const path of ["/", "'"$path"'", "'"$path"'past", "/?key=1"]) all.push((await fetch(path)).status);
    for (const path of ["/list", "'"$path"'say"]) all.push((await fetch(path, {method: "POST", body: "{}",
        headers: {"Content-Type": "application/json"}})).status);
    return all.join(" ")' '421 421 421 421 421 421'

# --- another page on 127.0.0.1: the same site, so its requests have the cookie. The test even gives
# it the path, which it cannot know ---

visit user "http://127.0.0.1:$careless/" >/dev/null
page=${window%/}
check "a page of another port cannot read the window's page" \
    told user "return (await fetch('$page/past', {credentials: 'include'})).status" "no: TypeError"
check "a page of another port cannot read the window's stream" \
    told user "return await new Promise(done => {
    const stream = new EventSource('$page/events', {withCredentials: true});
    stream.onmessage = () => done('read'); stream.onerror = () => done('refused'); })" "refused"
check "a page of another port cannot run the window's page as a script" \
    told user "return await new Promise(done => {
    const script = document.createElement('script'); script.src = '$page/past';
    script.onload = () => done('run'); script.onerror = () => done('refused');
    document.body.append(script); })" "refused"
check "a page of another port cannot frame the window" told user "return await new Promise(done => {
    const frame = document.createElement('iframe'); frame.src = '$page/'; frame.onload = () => {
        try { done(frame.contentDocument ? 'read' : 'blocked') } catch { done('blocked') } };
    document.body.append(frame); })" "blocked"
check "a page of another port posts without reading the answer" \
    told user "await fetch('$page/create', {method: 'POST',
    mode: 'no-cors', credentials: 'include',
    body: JSON.stringify({room: 'r', name: 'eve', password: ''})}).catch(() => 0); return 'sent'" "sent"
visit user "http://evil.example:$careless/" >/dev/null
check "a page of another site posts without reading the answer" \
    told user "await fetch('$page/create', {method: 'POST',
    mode: 'no-cors', credentials: 'include',
    body: JSON.stringify({room: 'r', name: 'eve', password: ''})}).catch(() => 0); return 'sent'" "sent"
visit user "$window"
check "the user's window still works" holds user "boot"
# Each request to enter a room gets the next handle: if one had been accepted, this would not be the
# first.
check "the window has accepted none of these requests" \
    told user 'return (await post("/list", {})).room' "1"

close_browsers
done_testing
