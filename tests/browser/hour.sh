#!/bin/sh
# The window after an hour's use: thousands of lines, midnight, rooms that closed and were entered
# again, unfinished lines, wrong input, a second window, an old tab.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
client alice -c Garden -n alice
check "alice has a room, in a terminal" sees alice "* welcome, alice"
types alice "before anybody came"
window bob

# enter ROOM NAME [PASSWORD]: types into the dialog, which is open
enter() {
    does bob '["room", "name", "password"].forEach(id => $("entry-" + id).value = "")' &&
        write bob "#entry-room" "$1" && write bob "#entry-name" "$2" &&
        write bob "#entry-password" "${3:-}" && click bob "#entry-go"
}
# holds_focus ID: the element has the focus
holds_focus() { holds bob "document.activeElement.id === '$1'"; }
# said TEXT [MORE]: gives bob's page an event with a line of mo
said='window.said = (text, more = {}) => take({kind: "said", id: last + 1, room: current.handle,
    name: "mo", text, time: Date.now(), ...more})'

# --- the dialog marks wrong input ---

check "bob opens the dialog" click bob "#enter"
check "a name that cannot be" enter Garden "b:b"
check "is told of" shows bob "That cannot be your name"
check "its field is marked" holds bob "\$('entry-name').getAttribute('aria-invalid') === 'true'"
check "and described by the words" holds bob "\$('entry-name').getAttribute('aria-describedby') === 'entry-wrong'"
check "and has the keyboard" holds_focus entry-name
check "a room's name that cannot be" enter "*Garden" bob
check "is marked likewise" holds bob "\$('entry-room').getAttribute('aria-invalid') === 'true'
    && \$('entry-name').getAttribute('aria-invalid') === null"
check "and has the keyboard" holds_focus entry-room
check "the right ones" enter Garden bob
check "lead into the room" holds bob "current?.name === 'Garden'"
check "where one can write at once" holds_focus text

# --- a member leaves and comes back under the same name ---

check "alice sees him come" sees alice "* bob joined" # who goes at once is not told of
write bob "#text" "never to be sent" >/dev/null
does bob 'post("/leave", {room: current.handle})' >/dev/null
check "bob leaves" sees alice "* bob left"
check "and looks for another room" holds bob "rooms.size === 0"
check "what he had half written is gone with it" holds bob "\$('text').value === ''
    && !sessionStorage.getItem('drafts').includes('never')"
click bob "#welcome-join" >/dev/null
check "he comes back" enter Garden bob
check "and is told what was said before" shows bob "before anybody came"
check "such a line has no empty place for a time" \
    holds bob "document.querySelector('.line') && !document.querySelector('.line .meta')"
types alice "there you are"
check "all of the past has been read, and something new" shows bob "there you are"
check "he is among the members" holds bob "current.members.has('bob') && current.members.has('alice')
    && [...document.querySelectorAll('.member')].length === 2"

# --- joining a room that the user is in already ---

click bob "#enter" >/dev/null
check "he joins the room that he is in" enter Garden bob
check "and is shown it" holds bob "!\$('entry').open && current.name === 'Garden' && rooms.size === 1"
check "where he can write" holds_focus text
does bob '$("entry").close()' >/dev/null

# --- commands ---

write bob "#text" "/who\n" >/dev/null
check "/who is answered" shows bob "Here: alice (host), bob"
write bob "#text" "/help\n" >/dev/null
check "/help too" shows bob "/kick NAME kicks somebody"
write bob "#text" "/kick alice\n" >/dev/null
check "/kick is for the host" shows bob "Only the host can remove somebody."
does bob '$("text").value = ""' >/dev/null
write bob "#text" "/nonsense it is\n" >/dev/null
check "an unknown command is told of" shows bob "There is no command /nonsense it is: /help lists them."
check "and still there" holds bob "\$('text').value === '/nonsense it is'"
does bob '$("text").value = ""' >/dev/null
write bob "#text" "/leave\n" >/dev/null
check "/leave asks whether it is meant" holds bob "\$('question').open"
click bob "#question-no" >/dev/null
check "he does not mean it" holds bob "!\$('question').open"
write bob "#text" "//shrug\n" >/dev/null
check "// says what begins with /" sees alice "bob: /shrug"
check "nothing of the others was said" never_saw alice "bob: /who"
check "nothing" never_saw alice "nonsense"
does bob '$("text").value = "\u200b\u3000"; $("say").requestSubmit(); $("text").value = ""' >/dev/null
write bob "#text" "after that\n" >/dev/null
check "a line of nothing visible" sees alice "bob: after that"
lines_of_bob() { grep -c "^bob: " "$TMP/alice.out"; }
check "is not said" test "$(lines_of_bob)" -eq 2

# --- unfinished lines ---

write bob "#text" "half a sen" >/dev/null
check "bob reloads the page" ask bob POST /refresh '{}'
check "what he had half written is there" holds bob "\$('text').value === 'half a sen'"
does bob '$("text").value = ""; $("text").oninput()' >/dev/null
check "he reloads again" ask bob POST /refresh '{}'
check "what he took back is not" holds bob "current && \$('text').value === ''"

does bob '$("text").value = "x".repeat(limit + 3); $("text").oninput()' >/dev/null
check "what is too long is told of" shows bob "Too long by 3 bytes"
check "its field is marked, and described by the words" holds bob "\$('text').getAttribute('aria-invalid') === 'true'
    && \$(\$('text').getAttribute('aria-describedby')).textContent === 'Too long by 3 bytes'"
check "Enter does not send it" press bob Enter
check "it is still there" holds bob "\$('text').value.length === limit + 3"
does bob '$("text").value = ""; $("text").oninput()' >/dev/null
check "without it the mark is gone" holds bob "!\$('text').hasAttribute('aria-invalid')"

# --- texts ---

marked=$(printf '\342\200\217(می‌خواهم)\342\200\217!')
is_marked() { # OWN: the newest own line, or else the newest of another member, has the marks
    holds bob "[...document.querySelectorAll('.line')].filter(line => line.classList.contains('own') === $1)
        .at(-1).querySelector('.text').textContent
        === '\\u200f(\\u0645\\u06cc\\u200c\\u062e\\u0648\\u0627\\u0647\\u0645)\\u200f!'"
}
types alice "$marked"
check "marks of direction are as they were" is_marked false
write bob "#text" "$marked\n" >/dev/null
check "and in a line of one's own" is_marked true
check "which another one gets, too" sees alice "bob: $marked"
does bob "$said" >/dev/null
does bob 'said("(see https://en.wikipedia.org/wiki/Foo_(bar)), or https://a.example/[x], https://b.example/)。")' >/dev/null
check "a bracket that was opened in an address is closed in it" holds bob "[...document.querySelectorAll('.text a')]
    .map(link => link.href).join(' ') === 'https://en.wikipedia.org/wiki/Foo_(bar) https://a.example/[x] https://b.example/'"
is_large() { # TEXT
    does bob "said($(quoted "$1"))" >/dev/null
    holds bob "[...document.querySelectorAll('.line .text')].at(-1).classList.contains('large')"
}
is_small() { does bob "said($(quoted "$1"))" >/dev/null &&
    holds bob "![...document.querySelectorAll('.line .text')].at(-1).classList.contains('large')"; }
for text in ☕ ❤️ 1️⃣ 🇩🇪 👩‍💻 "🦊🌻" ™️; do check "$text is a large emoji" is_large "$text"; done
for text in ™ © 1 12 "#" ‼; do check "$text is text" is_small "$text"; done

# --- midnight ---

check "one day has one divider" holds bob "[...document.querySelectorAll('.divider.day')]
    .map(node => node.textContent).join() === 'Today'"
does bob 'const Real = Date; window.Date = class extends Real {
        constructor(...all) { super(...(all.length ? all : [Real.now() + 864e5])); }
        static now() { return Real.now() + 864e5; } };
    said("good morning")' >/dev/null
check "after midnight today is yesterday" holds bob "[...document.querySelectorAll('.divider.day')]
    .map(node => node.textContent).join() === 'Yesterday,Today'"
check "bob reloads the page" ask bob POST /refresh '{}'
check "and is back" holds bob "current?.name === 'Garden'"

# --- thousands of lines ---

does bob "$said" >/dev/null
flood='return (async () => {
    for (let i = 0; i < 42; i++) {
        for (let k = 0; k < 50; k++) said(`line ${i * 50 + k} ` + "and so on ".repeat(k % 4 * 10));
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
    }
    return "done"; })()'
at_end="current.log.scrollTop + current.log.clientHeight >= current.log.scrollHeight - 4"
check "2100 lines come" does bob "$flood"
check "the newest one is still in sight" holds bob "current.stick && $at_end"
check "so many are there as the program keeps" holds bob "current.list.children.length === 2000"
check "that there were more is said" holds bob "current.list.firstElementChild.textContent ===
    'What was said before is not kept any longer'"
check "the day is still above the first one left" \
    holds bob "current.list.children[1].classList.contains('day') && current.list.children[2].matches('.line')"
check "which says whose it is" \
    holds bob "current.list.querySelector('.line .who')?.checkVisibility()
        && current.list.querySelector('.line .who bdi').textContent === 'mo'
        && current.list.querySelector('.line').querySelector('.who')"
does bob 'current.log.scrollTop -= 3000' >/dev/null
check "bob reads back" holds bob "!current.stick && !newest.hidden"
does bob 'window.seen = [...current.list.children].find(node => node.getBoundingClientRect().top > 100);
    window.seenAt = seen.getBoundingClientRect().top;
    return (async () => { for (let i = 0; i < 40; i++) { said("more " + i);
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0))); } })()' >/dev/null
check "while lines come, what he reads stays where it is" \
    holds bob "Math.abs(seen.getBoundingClientRect().top - seenAt) < 3 && !current.stick"
check "he is told how many" holds bob "newest.textContent === '40 new'"
check "and goes back to the newest one with a click" click bob ".newest"
check "it is in sight" holds bob "current.stick && $at_end"

# --- many rooms ---

does bob 'for (let i = 0; i < 30; i++) take({kind: "room", room: "x" + i, name: "room " + i, you: "bob",
    host: "mo", state: "open", locked: i === 3, members: ["mo", "bob"], cut: 0})' >/dev/null
in_sight='(() => { const box = $("rooms").querySelector("[aria-current]").getBoundingClientRect(),
    list = $("rooms").getBoundingClientRect();
    return box.top >= list.top - 1 && box.bottom <= list.bottom + 1; })()'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    does bob 'document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", altKey: true}))' >/dev/null
done
check "with Alt and an arrow, twenty rooms on" holds bob "current.name === 'room 19'"
check "the chosen room is in sight" holds bob "$in_sight"
check "a room is called by what is seen of it" holds bob "[...document.querySelectorAll('.room')]
    .every(room => !room.hasAttribute('aria-label'))"
check "one with a password says so to those who only hear it" \
    holds bob "[...document.querySelectorAll('.room')][4].textContent.includes('with a password')"
# pointed_at SELECTOR: there are such names, and pointing at one shows the whole name
pointed_at() {
    holds bob "document.querySelector('$1') && [...document.querySelectorAll('$1')]
        .every(name => name.title === name.textContent)"
}
check "a room's name that may be cut off can be pointed at" pointed_at ".room .name bdi"
check "and the one above the conversation" pointed_at "#title"
does bob 'take({kind: "room", room: "x1", name: "a name ".repeat(30), you: "bob", host: "mo", state: "open",
    locked: false, members: ["bob", ...Array.from({length: 12}, (_, i) => "member-" + i), "mo"], cut: 0});
    show(rooms.get("x1"), true)' >/dev/null
check "members are in the order of their numbers" holds bob "[...document.querySelectorAll('.member > bdi')]
    .map(name => name.textContent).join() === 'mo,bob,' + Array.from({length: 12}, (_, i) => 'member-' + i)"
check "theirs can be pointed at" pointed_at ".member > bdi"
check "a long name leaves the field in one line" holds bob "\$('text').clientHeight < 45"
check "and what is cut off of it ends with dots" holds bob "getComputedStyle(\$('text')).textOverflow === 'ellipsis'"
does bob 'take({kind: "said", id: last + 1, room: "x1", name: "mo", text: "hello", time: Date.now()});
    for (let i = 0; i < 200; i++) take({kind: "joined", id: last + 1, room: "x1", name: "guest-" + i,
        time: Date.now()})' >/dev/null
check "and that of an author" pointed_at ".log:not([hidden]) .who bdi"
check "two hundred who join are told of in one line" holds bob "[...document.querySelectorAll(
    '.log:not([hidden]) .notice')].map(notice => notice.textContent).join() === 'guest-0, guest-1 and 198 others joined'"
does bob 'for (let i = 0; i < 30; i++) take({kind: "gone", room: "x" + i})' >/dev/null
check "they are gone" holds bob "rooms.size === 1"

# --- a room that closed and was created again ---

check "bob is about to write" click bob "#text"
types alice "/quit"
check "alice goes" exits alice 0
check "the room is closed" holds bob "current?.state === 'over'"
check "the field is gone, and has left the focus to the conversation" \
    holds bob "\$('composer').hidden && document.activeElement === current.log"
check "nobody is shown as if he were in it" holds bob "current.members.size === 0
    && !document.querySelector('.member')"
client alice -c Garden -n alice
check "alice makes it again" sees alice "* welcome, alice"
check "bob enters again" click bob "#again"
check "he does" click bob "#entry-go"
check "the new one has taken the old one's place" holds bob "rooms.size === 1 && current.state === 'open'"
check "he can write at once" holds_focus text

# --- a password that was not typed ---

CHAT_PASSWORD=sesame client carol -c House -n carol
check "a room with a password" sees carol "* welcome, carol"
click bob "#enter" >/dev/null
check "in the list it says so to those who only hear it" holds bob "[...document.querySelectorAll('.choice')]
    .find(choice => choice.textContent.includes('House'))?.textContent.includes('with a password')"
check "names in it can be pointed at" pointed_at ".choice bdi"
check "bob types none" enter House bob
check "and is told that there is one" shows bob "That room has a password."
check "in its field" holds_focus entry-password
check "he types a wrong one" enter House bob barley
check "and is told that" shows bob "Wrong password for that room."

# --- an answer that comes when the dialog is closed ---

does bob 'window.held = []; window.really = fetch;
    window.fetch = (...all) => really(...all).then(answer => new Promise(done => held.push(() => done(answer))));
    window.letGo = () => { window.fetch = really; held.forEach(go => go());
        return new Promise(done => setTimeout(done, 100)); }' >/dev/null
does bob 'window.before = refusals.size' >/dev/null
check "he tries again" enter House bob barley
check "the button has the focus while the answer is awaited" holds_focus entry-go
check "and is refused, which the page is about to learn" holds bob "refusals.size > before && held.length === 1"
click bob "[data-close]" >/dev/null
click bob "#enter" >/dev/null
check "he closes the dialog, and opens it for something else" holds bob "\$('entry').open"
does bob 'return letGo()' >/dev/null
check "where nothing is said of what he gave up" holds bob "\$('entry-wrong').hidden && awaited === null
    && \$('entry-go').textContent === 'Join'"

# --- names with invisible characters: a second mo ---

for bytes in '\342\200\213' '\342\200\216' '\342\200\217' '\302\255' '\357\270\217'; do
    # shellcheck disable=SC2059 # it is a format
    check "mo, and the character $bytes that is not seen" enter Porch "mo$(printf "$bytes")"
    check "is no name" holds bob "\$('entry-name').getAttribute('aria-invalid') === 'true' && rooms.size === 1"
done
click bob "[data-close]" >/dev/null

# --- a second window, and an old tab ---

start gui_first "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -p "$port"
check "a window takes the usual port" sees gui_first "key="
start gui_mo "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -p "$port"
check "a second one says that there is another" sees gui_mo "is taken, perhaps by a window that is open already"
check "and where it is itself" sees gui_mo "key="
browser mo
visit mo "$(address mo)"
check "and says it to those who do not see the terminal" \
    shows mo "Another chat window seems to be open on this computer already."
does mo 'return location.pathname' >/dev/null
old=$(value)
at=$(address mo | sed 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/')
stop gui_mo
start gui_mo "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -w "$at" -p "$port"
check "it is started anew" sees gui_mo "key="
check "the tab from before says so" shows mo "The chat program on this computer does not answer."
check "it is reloaded" ask mo POST /refresh '{}'
check "and told what to do" shows mo "Open the one that was printed last"
check "on a page that has a title and a language" holds mo "document.title === 'This window needs its key – Chat'
    && document.documentElement.lang === 'en'"
check "the new address in a second tab" tab mo
visit mo "$(address mo)"
check "leads into the new one" holds mo "boot && location.pathname !== '$old'"
check "which reads the stream itself" holds mo "isLeader"

check "no page had an error in its script" no_errors bob
check "nor another one" no_errors mo
close_browsers
done_testing
