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
check "bob enters an invalid name" enter Garden "b:b"
check "the dialog explains the invalid name" shows bob "That cannot be your name"
check "the field of the invalid name is marked" \
    holds bob "\$('entry-name').getAttribute('aria-invalid') === 'true'"
check "the field of the invalid name is described by the complaint" \
    holds bob "\$('entry-name').getAttribute('aria-describedby') === 'entry-wrong'"
check "the field of the invalid name has the focus" holds_focus entry-name
check "bob enters an invalid room name" enter "*Garden" bob
check "only the field of the invalid room name is marked" \
    holds bob "\$('entry-room').getAttribute('aria-invalid') === 'true'
    && \$('entry-name').getAttribute('aria-invalid') === null"
check "the field of the invalid room name has the focus" holds_focus entry-room
check "bob enters a valid name and room name" enter Garden bob
check "bob is in the room" holds bob "current?.name === 'Garden'"
check "the text field has the focus after joining" holds_focus text

# --- a member leaves and comes back under the same name ---

check "alice sees that bob joined" sees alice "* bob joined" # who goes at once is not told of
write bob "#text" "never to be sent" >/dev/null
does bob 'post("/leave", {room: current.handle})' >/dev/null
check "alice sees that bob left" sees alice "* bob left"
check "bob's page shows no room" holds bob "rooms.size === 0"
check "bob's unfinished line is gone with the room" holds bob "\$('text').value === ''
    && !sessionStorage.getItem('drafts').includes('never')"
click bob "#welcome-join" >/dev/null
check "bob joins again" enter Garden bob
check "bob sees the lines from before he joined" shows bob "before anybody came"
check "a line without a time shows no time" \
    holds bob "document.querySelector('.line') && !document.querySelector('.line .meta')"
types alice "there you are"
check "bob sees alice's new line" shows bob "there you are"
check "bob is among the members" \
    holds bob "current.members.has('bob') && current.members.has('alice')
    && [...document.querySelectorAll('.member')].length === 2"

# --- joining a room that the user is in already ---

click bob "#enter" >/dev/null
check "bob joins the room that he is in" enter Garden bob
check "the page shows him the room that he is in" \
    holds bob "!\$('entry').open && current.name === 'Garden' && rooms.size === 1"
check "the text field has the focus in that room" holds_focus text
does bob '$("entry").close()' >/dev/null

# --- commands ---

write bob "#text" "/who\n" >/dev/null
check "/who lists the members" shows bob "Here: alice (host), bob"
write bob "#text" "/help\n" >/dev/null
check "/help lists the commands" shows bob "/kick NAME kicks somebody"
write bob "#text" "/kick alice\n" >/dev/null
check "/kick is refused if the user is not the host" shows bob "Only the host can remove somebody."
does bob '$("text").value = ""' >/dev/null
write bob "#text" "/nonsense it is\n" >/dev/null
check "an unknown command is explained" \
    shows bob "There is no command /nonsense it is: /help lists them."
check "an unknown command stays in the field" holds bob "\$('text').value === '/nonsense it is'"
does bob '$("text").value = ""' >/dev/null
write bob "#text" "/leave\n" >/dev/null
check "/leave asks for confirmation" holds bob "\$('question').open"
click bob "#question-no" >/dev/null
check "the button no closes the question" holds bob "!\$('question').open"
write bob "#text" "//shrug\n" >/dev/null
check "a line that begins with // is sent with one slash" sees alice "bob: /shrug"
check "commands are not sent as lines" never_saw alice "bob: /who"
check "unknown commands are not sent as lines" never_saw alice "nonsense"
does bob '$("text").value = "\u200b\u3000"; $("say").requestSubmit(); $("text").value = ""' >/dev/null
write bob "#text" "after that\n" >/dev/null
check "a line after an invisible one arrives" sees alice "bob: after that"
lines_of_bob() { grep -c "^bob: " "$TMP/alice.out"; }
check "an invisible line is not sent" test "$(lines_of_bob)" -eq 2

# --- unfinished lines ---

write bob "#text" "half a sen" >/dev/null
check "bob reloads the page with an unfinished line" ask bob POST /refresh '{}'
check "the unfinished line is there after reloading" holds bob "\$('text').value === 'half a sen'"
does bob '$("text").value = ""; $("text").oninput()' >/dev/null
check "bob reloads the page after deleting the line" ask bob POST /refresh '{}'
check "a deleted line is not there after reloading" holds bob "current && \$('text').value === ''"

does bob '$("text").value = "x".repeat(limit + 3); $("text").oninput()' >/dev/null
check "a line that is too long is explained" shows bob "Too long by 3 bytes"
check "the field of a line that is too long is marked and described" \
    holds bob "\$('text').getAttribute('aria-invalid') === 'true'
    && \$(\$('text').getAttribute('aria-describedby')).textContent === 'Too long by 3 bytes'"
check "bob presses Enter with a line that is too long" press bob Enter
check "a line that is too long stays in the field" holds bob "\$('text').value.length === limit + 3"
does bob '$("text").value = ""; $("text").oninput()' >/dev/null
check "the mark is gone with the line" holds bob "!\$('text').hasAttribute('aria-invalid')"

# --- texts ---

marked=$(printf '\342\200\217(می‌خواهم)\342\200\217!')
is_marked() { # OWN: the newest own line, or else the newest of another member, has the marks
    holds bob "[...document.querySelectorAll('.line')].filter(line => line.classList.contains('own') === $1)
        .at(-1).querySelector('.text').textContent
        === '\\u200f(\\u0645\\u06cc\\u200c\\u062e\\u0648\\u0627\\u0647\\u0645)\\u200f!'"
}
types alice "$marked"
check "direction marks are kept in another member's line" is_marked false
write bob "#text" "$marked\n" >/dev/null
check "direction marks are kept in an own line" is_marked true
check "alice gets direction marks unchanged" sees alice "bob: $marked"
does bob "$said" >/dev/null
does bob 'said("(see https://en.wikipedia.org/wiki/Foo_(bar)), or https://a.example/[x], https://b.example/)。")' >/dev/null
check "brackets that belong to an address are part of the link" \
    holds bob "[...document.querySelectorAll('.text a')]
    .map(link => link.href).join(' ') === 'https://en.wikipedia.org/wiki/Foo_(bar) https://a.example/[x] https://b.example/'"
is_large() { # TEXT
    does bob "said($(quoted "$1"))" >/dev/null
    holds bob "[...document.querySelectorAll('.line .text')].at(-1).classList.contains('large')"
}
is_small() { does bob "said($(quoted "$1"))" >/dev/null &&
    holds bob "![...document.querySelectorAll('.line .text')].at(-1).classList.contains('large')"; }
for text in ☕ ❤️ 1️⃣ 🇩🇪 👩‍💻 "🦊🌻" ™️; do
    check "$text is shown as a large emoji" is_large "$text"
done
for text in ™ © 1 12 "#" ‼; do check "$text is shown as normal text" is_small "$text"; done

# --- midnight ---

check "a day has one divider" holds bob "[...document.querySelectorAll('.divider.day')]
    .map(node => node.textContent).join() === 'Today'"
does bob 'const Real = Date; window.Date = class extends Real {
        constructor(...all) { super(...(all.length ? all : [Real.now() + 864e5])); }
        static now() { return Real.now() + 864e5; } };
    said("good morning")' >/dev/null
check "after midnight, the divider of the day before says Yesterday" \
    holds bob "[...document.querySelectorAll('.divider.day')]
    .map(node => node.textContent).join() === 'Yesterday,Today'"
check "bob reloads the page after midnight" ask bob POST /refresh '{}'
check "the room is shown again after midnight" holds bob "current?.name === 'Garden'"

# --- thousands of lines ---

does bob "$said" >/dev/null
flood='return (async () => {
    for (let i = 0; i < 42; i++) {
        for (let k = 0; k < 50; k++) said(`line ${i * 50 + k} ` + "and so on ".repeat(k % 4 * 10));
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
    }
    return "done"; })()'
at_end="current.log.scrollTop + current.log.clientHeight >= current.log.scrollHeight - 4"
check "2100 lines arrive" does bob "$flood"
check "the newest line stays in sight" holds bob "current.stick && $at_end"
check "the page keeps 2000 lines" holds bob "current.list.children.length === 2000"
check "the page reports that older lines are dropped" \
    holds bob "current.list.firstElementChild.textContent ===
    'What was said before is not kept any longer'"
check "the day stays above the first line left" \
    holds bob "current.list.children[1].classList.contains('day') && current.list.children[2].matches('.line')"
check "the first line left shows its author" \
    holds bob "current.list.querySelector('.line .who')?.checkVisibility()
        && current.list.querySelector('.line .who bdi').textContent === 'mo'
        && current.list.querySelector('.line').querySelector('.who')"
does bob 'current.log.scrollTop -= 3000' >/dev/null
check "bob scrolls back" holds bob "!current.stick && !newest.hidden"
does bob 'window.seen = [...current.list.children].find(node => node.getBoundingClientRect().top > 100);
    window.seenAt = seen.getBoundingClientRect().top;
    return (async () => { for (let i = 0; i < 40; i++) { said("more " + i);
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0))); } })()' >/dev/null
check "new lines do not move the line that bob reads" \
    holds bob "Math.abs(seen.getBoundingClientRect().top - seenAt) < 3 && !current.stick"
check "the button counts the new lines" holds bob "newest.textContent === '40 new'"
check "bob clicks the button" click bob ".newest"
check "the newest line is in sight after the click" holds bob "current.stick && $at_end"

# --- many rooms ---

does bob 'for (let i = 0; i < 30; i++) take({kind: "room", room: "x" + i, name: "room " + i, you: "bob",
    host: "mo", state: "open", locked: i === 3, members: ["mo", "bob"], cut: 0})' >/dev/null
in_sight='(() => { const box = $("rooms").querySelector("[aria-current]").getBoundingClientRect(),
    list = $("rooms").getBoundingClientRect();
    return box.top >= list.top - 1 && box.bottom <= list.bottom + 1; })()'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    does bob 'document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", altKey: true}))' >/dev/null
done
check "Alt and an arrow move on by twenty rooms" holds bob "current.name === 'room 19'"
check "the chosen room is in sight in the list" holds bob "$in_sight"
check "a room has no name other than its visible text" \
    holds bob "[...document.querySelectorAll('.room')]
    .every(room => !room.hasAttribute('aria-label'))"
check "a room with a password says so in its text" \
    holds bob "[...document.querySelectorAll('.room')][4].textContent.includes('with a password')"
# pointed_at SELECTOR: there are such names, and pointing at one shows the whole name
pointed_at() {
    holds bob "document.querySelector('$1') && [...document.querySelectorAll('$1')]
        .every(name => name.title === name.textContent)"
}
check "a long room name is shown as a tooltip" pointed_at ".room .name bdi"
check "the long title is shown as a tooltip" pointed_at "#title"
does bob 'take({kind: "room", room: "x1", name: "a name ".repeat(30), you: "bob", host: "mo", state: "open",
    locked: false, members: ["bob", ...Array.from({length: 12}, (_, i) => "member-" + i), "mo"], cut: 0});
    show(rooms.get("x1"), true)' >/dev/null
check "members are in the order of their numbers" \
    holds bob "[...document.querySelectorAll('.member > bdi')]
    .map(name => name.textContent).join() === 'mo,bob,' + Array.from({length: 12}, (_, i) => 'member-' + i)"
check "long member names are shown as tooltips" pointed_at ".member > bdi"
check "a long name leaves the text field in one line" holds bob "\$('text').clientHeight < 45"
check "a long name in the text field ends with dots" \
    holds bob "getComputedStyle(\$('text')).textOverflow === 'ellipsis'"
does bob 'take({kind: "said", id: last + 1, room: "x1", name: "mo", text: "hello", time: Date.now()});
    for (let i = 0; i < 200; i++) take({kind: "joined", id: last + 1, room: "x1", name: "guest-" + i,
        time: Date.now()})' >/dev/null
check "long author names are shown as tooltips" pointed_at ".log:not([hidden]) .who bdi"
check "200 joins are reported in one line" holds bob "[...document.querySelectorAll(
    '.log:not([hidden]) .notice')].map(notice => notice.textContent).join() === 'guest-0, guest-1 and 198 others joined'"
does bob 'for (let i = 0; i < 30; i++) take({kind: "gone", room: "x" + i})' >/dev/null
check "removed rooms are gone from the list" holds bob "rooms.size === 1"

# --- a room that closed and was created again ---

check "bob has the focus in the text field" click bob "#text"
types alice "/quit"
check "alice, the host, quits and exits with 0" exits alice 0
check "the page shows the room as closed" holds bob "current?.state === 'over'"
check "the hidden text field gives its focus to the log" \
    holds bob "\$('composer').hidden && document.activeElement === current.log"
check "a closed room shows no members" holds bob "current.members.size === 0
    && !document.querySelector('.member')"
client alice -c Garden -n alice
check "alice creates the room again" sees alice "* welcome, alice"
check "bob opens the dialog to join it again" click bob "#again"
check "bob joins the new room" click bob "#entry-go"
check "the new room replaces the closed one" \
    holds bob "rooms.size === 1 && current.state === 'open'"
check "the text field has the focus in the new room" holds_focus text

# --- a password that was not typed ---

CHAT_PASSWORD=sesame client carol -c House -n carol
check "carol creates a room with a password" sees carol "* welcome, carol"
click bob "#enter" >/dev/null
check "a list entry with a password says so in its text" \
    holds bob "[...document.querySelectorAll('.choice')]
    .find(choice => choice.textContent.includes('House'))?.textContent.includes('with a password')"
check "long names in the list are shown as tooltips" pointed_at ".choice bdi"
check "bob joins without a password" enter House bob
check "the dialog asks for the password" shows bob "That room has a password."
check "the password field has the focus" holds_focus entry-password
check "bob joins with a wrong password" enter House bob barley
check "the dialog says that the password is wrong" shows bob "Wrong password for that room."

# --- an answer that comes when the dialog is closed ---

does bob 'window.held = []; window.really = fetch;
    window.fetch = (...all) => really(...all).then(answer => new Promise(done => held.push(() => done(answer))));
    window.letGo = () => { window.fetch = really; held.forEach(go => go());
        return new Promise(done => setTimeout(done, 100)); }' >/dev/null
does bob 'window.before = refusals.size' >/dev/null
check "bob tries the wrong password again" enter House bob barley
check "the button keeps the focus during the request" holds_focus entry-go
check "the refusal is held back from the page" \
    holds bob "refusals.size > before && held.length === 1"
click bob "[data-close]" >/dev/null
click bob "#enter" >/dev/null
check "bob closes the dialog and opens it again" holds bob "\$('entry').open"
does bob 'return letGo()' >/dev/null
check "the late refusal does not appear in the new dialog" \
    holds bob "\$('entry-wrong').hidden && awaited === null
    && \$('entry-go').textContent === 'Join'"

# --- names with invisible characters: a second mo ---

for bytes in '\342\200\213' '\342\200\216' '\342\200\217' '\302\255' '\357\270\217'; do
    # shellcheck disable=SC2059 # it is a format
    check "bob enters the name mo with the invisible character $bytes" \
        enter Porch "mo$(printf "$bytes")"
    check "the name with $bytes is refused" \
        holds bob "\$('entry-name').getAttribute('aria-invalid') === 'true' && rooms.size === 1"
done
click bob "[data-close]" >/dev/null

# --- a second window, and an old tab ---

start gui_first "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -p "$port"
check "a window takes the default port" sees gui_first "key="
start gui_mo "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -p "$port"
check "a second window reports that the port is taken" \
    sees gui_mo "is taken, perhaps by a window that is open already"
check "the second window prints its own address" sees gui_mo "key="
browser mo
visit mo "$(address mo)"
check "the second window's page reports another window" \
    shows mo "Another chat window seems to be open on this computer already."
does mo 'return location.pathname' >/dev/null
old=$(value)
at=$(address mo | sed 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/')
stop gui_mo
start gui_mo "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -w "$at" -p "$port"
check "the window starts again with another key" sees gui_mo "key="
check "the old tab reports that the program does not answer" \
    shows mo "The chat program on this computer does not answer."
check "the old tab is reloaded" ask mo POST /refresh '{}'
check "the old tab says which address to open" shows mo "Open the one that was printed last"
check "the page without a key has a title and a language" \
    holds mo "document.title === 'This window needs its key – Chat'
    && document.documentElement.lang === 'en'"
check "a second tab is opened" tab mo
visit mo "$(address mo)"
check "the second tab shows the restarted window" holds mo "boot && location.pathname !== '$old'"
check "the second tab reads the stream itself" holds mo "isLeader"

check "bob's page reports no script errors" no_errors bob
check "mo's page reports no script errors" no_errors mo
close_browsers
done_testing
