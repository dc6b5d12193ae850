#!/bin/sh
# Two windows, each in a browser of its own, and a client in a terminal, in one room.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

# enter NAME join|create ROOM PASSWORD: types into the dialog.
enter() { click "$1" "#enter" && click "$1" "#tab-$2" && enter_form "$1" "$3" "$4"; }
enter_form() { # NAME ROOM PASSWORD
    does "$1" '["room", "name", "password"].forEach(id => $("entry-" + id).value = "")' &&
        write "$1" "#entry-room" "$2" && write "$1" "#entry-name" "$1" &&
        { [ -z "$3" ] || write "$1" "#entry-password" "$3"; } && click "$1" "#entry-go"
}
say() { write "$1" "#text" "$2\\n"; }
# has_line NAME SENDER TEXT [CLASS]: the room that is shown has this line of that sender
has_line() {
    holds "$1" "[...document.querySelectorAll('.log:not([hidden]) .line${4:+.$4}')].some(line =>
        line.querySelector('.hush, .who bdi').textContent === $(quoted "$2")
        && line.querySelector('.text').textContent === $(quoted "$3"))"
}
delivered() { holds "$1" "document.querySelectorAll('.line.waiting').length === 0"; }
# lines NAME: prints the number of lines
lines() { does "$1" "return document.querySelectorAll('.log:not([hidden]) .line').length" && value; }

start_server stage3
window alice
check "the page shows its server" holds alice "\$('server').textContent.endsWith(':$port')"
check "the page says that there is no room yet" shows alice "You are in no room yet."
check "the address in the browser does not show the key" \
    holds alice "/^\/[0-9a-f]{32}\/\$/.test(location.pathname) && location.search === ''"

# hold NAME: holds back answers to the page until it runs letGo(), which also waits a moment
hold() {
    does "$1" 'window.held = []; window.really = fetch;
        window.fetch = (...all) => really(...all).then(answer => new Promise(done =>
            held.push(() => done(answer))));
        window.letGo = () => { window.fetch = really; held.forEach(go => go());
            return new Promise(done => setTimeout(done, 100)); }'
}
click alice "#enter" >/dev/null
click alice "#tab-create" >/dev/null
check "answers to alice's page are held back" hold alice
check "alice fills in the form to create a room" enter_form alice Garden "open sesame"
check "the answer about the unknown key is held back" holds alice "refusals.size === 1"
check "alice closes the form" click alice "#entry-form [data-close]"
check "the answer arrives late" does alice 'return letGo()'
check "the late answer does not open a question" holds alice "!\$('question').open"
check "alice creates a room with a password" enter alice create Garden "open sesame"
fingerprint=$(sed -n 's/.*key //p' "$TMP/server.out")
is_asked() { holds alice "\$('question').open" && shows alice "First visit to this server"; }
check "a first visit to the server asks about its key" is_asked
check "the question shows the server's fingerprint" shows alice "$fingerprint"
check "the button no has the focus" \
    holds alice "document.activeElement === \$('question-no')"
check "the question and the key are its accessible description" holds alice \
    "\$('question').getAttribute('aria-describedby') === 'question-text question-code'"
refute "the key is not stored before the answer" grep "$fingerprint" "$TMP/.chat3_known"
check "alice presses Escape" press alice Escape
check "the form is back with all that alice typed" holds alice \
    "!\$('question').open && \$('entry').open && \$('entry-password').value === 'open sesame'"
check "alice tries again" click alice "#entry-go"
check "the page asks about the key again" is_asked
check "Tab moves to the button yes" press alice Tab
check "Enter answers yes" press alice Enter
check "alice is the host of the room" \
    holds alice "document.querySelector('.member .tags')?.textContent === 'hostyou'"
check "the key is stored after the answer yes" \
    grep -q "127.0.0.1:$port $fingerprint" "$TMP/.chat3_known"
check "alice writes a line in the empty room" say alice "Is anybody here?"
check "alice's line is delivered" delivered alice

window bob
check "bob opens the dialog" click bob "#enter"
check "the list shows the room with a lock" holds bob "document.querySelector('.choice svg')"
check "bob closes the dialog" click bob "[data-close]"
check "bob enters a wrong password" enter bob join Garden "open barley"
check "the dialog says that the password is wrong" shows bob "Wrong password for that room."
check "the password field is marked" \
    holds bob "\$('entry-password').getAttribute('aria-invalid') === 'true'"
check "bob enters the right password" write bob "#entry-password" "open sesame\\n"
check "bob is in the room" holds bob "current?.name === 'Garden' && !\$('entry').open"
check "bob sees the line from before he joined" has_line bob alice "Is anybody here?"
check "alice sees that bob joined" shows alice "bob joined"

check "bob writes a line in English and Japanese" say bob "I am, in English and 日本語 👋"
check "alice sees bob's line" has_line alice bob "I am, in English and 日本語 👋"
check "bob's line is delivered" delivered bob

CHAT_PASSWORD="open sesame" client carol -j Garden -n carol
check "alice sees that carol joined from a terminal" shows alice "carol joined"
types carol "from a terminal"
check "alice sees carol's line" has_line alice carol "from a terminal"
check "bob sees carol's line" has_line bob carol "from a terminal"
check "alice writes a line to carol" say alice "from a window"
check "carol sees alice's line" sees carol "alice: from a window"

check "bob sends HTML with a script" \
    say bob '<img src=x onerror="document.title=1"><script>document.title=2</script>'
check "alice sees the HTML as text" \
    has_line alice bob '<img src=x onerror="document.title=1"><script>document.title=2</script>'
check "the script does not run" holds alice "document.title === 'Garden – Chat'"
check "the HTML does not become elements" \
    holds alice "!document.querySelector('.line img, .line script')"
check "bob sends two lines in one message" \
    does bob '$("text").value = "first\nsecond"; $("say").requestSubmit()'
check "alice sees two lines" has_line alice bob "first
second"
check "carol sees them as one line in the terminal" sees carol "bob: first second"

before=$(lines bob)
check "bob reloads the page" ask bob POST /refresh '{}'
check "all lines are there after reloading" \
    holds bob "document.querySelectorAll('.log:not([hidden]) .line').length === $before"
check "lines are not unread after reloading" holds bob "document.title === 'Garden – Chat'"
check "bob writes a line after reloading" say bob "still here"
check "bob sees the line that he wrote after reloading" has_line alice bob "still here"
check "the line written after reloading is delivered" delivered bob

check "the browser's storage has no password and no line" holds bob "(kept => kept.includes('bob')
    && !kept.includes('sesame') && !kept.includes('from a')) (JSON.stringify([{...localStorage}, {...sessionStorage}]))"
write bob "#text" "half a sentence" >/dev/null
check "the storage of the tab has the unfinished line" \
    holds bob "JSON.stringify({...sessionStorage}).includes('half a sentence')
    && !JSON.stringify({...localStorage}).includes('half')"
page=$(does bob 'return location.href' && value)
check "bob opens a second tab" tab bob
check "the second tab loads the page without the key" visit bob "$page"
check "the second tab shows the lines" has_line bob carol "from a terminal"
check "the second tab does not show the unfinished line" \
    holds bob "current && \$('text').value === ''"
check "alice writes a line to both tabs" say alice "to both tabs"
check "the second tab shows the new line" has_line bob alice "to both tabs"
check "the second tab does not read the stream" holds bob "!isLeader"

check "alice creates a second room, without a password" enter alice create Porch ""
check "the second room is shown" holds alice "current?.name === 'Porch' && rooms.size === 2"
types carol "is alice still here?"
check "a line in the first room counts as unread" \
    holds alice "document.title === '(1) Porch – Chat'"
check "alice turns to the text field" write alice "#text" ""
does alice 'document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", altKey: true}))'
check "the first room is read after Alt and an arrow" \
    holds alice "document.title === 'Garden – Chat'"

check "alice kicks carol" does alice "kickOut(current, 'carol')"
check "alice confirms that carol is kicked" click alice "#question-yes"
check "carol's client ends" ended carol
check "bob sees that carol was kicked" shows bob "carol was kicked by the host"
check "alice kicks bob" does alice "kickOut(current, 'bob')"
check "alice confirms that bob is kicked" click alice "#question-yes"
check "bob sees that he was kicked" shows bob "You were kicked by the host."
check "the text field is hidden after the kick" \
    holds bob "\$('composer').hidden && !\$('closed').hidden"
check "bob removes the room from his list" click bob "#forget"
check "bob's page shows no room" shows bob "You are in no room yet."

check "alice clicks the button to leave" click alice "#leave"
check "the page warns that the room will close" \
    shows alice "You are its host: the room closes for everybody."
check "alice confirms that she leaves" click alice "#question-yes"
check "only the second room is left" holds alice "current?.name === 'Porch' && rooms.size === 1"

check "alice's page reports no script errors" no_errors alice
check "bob's page reports no script errors" no_errors bob
close_browsers
done_testing
