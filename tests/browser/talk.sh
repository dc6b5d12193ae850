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
check "the page says which server it is for" holds alice "\$('server').textContent.endsWith(':$port')"
check "and that there is no room yet" shows alice "You are in no room yet."
check "a browser that has been let in does not show the key" \
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
check "alice creates a room with a password, and the answer is long in coming" hold alice
check "she does" enter_form alice Garden "open sesame"
check "the server's key is unknown, but the page does not know yet what for" holds alice "refusals.size === 1"
check "she gives up" click alice "#entry-form [data-close]"
check "the answer comes" does alice 'return letGo()'
check "and she is not asked about what she no longer wants" holds alice "!\$('question').open"
check "alice creates a room with a password" enter alice create Garden "open sesame"
fingerprint=$(sed -n 's/.*key //p' "$TMP/server.out")
is_asked() { holds alice "\$('question').open" && shows alice "First visit to this server"; }
check "it is her first visit to the server: she is asked about its key" is_asked
check "which is the one that the server says" shows alice "$fingerprint"
check "no is what Enter says, and Escape" \
    holds alice "document.activeElement === \$('question-no')"
check "the question and the key are read out" holds alice \
    "\$('question').getAttribute('aria-describedby') === 'question-text question-code'"
refute "nothing is noted yet" grep "$fingerprint" "$TMP/.chat3_known"
check "she presses Escape" press alice Escape
check "and is back in the form, with all that she typed" holds alice \
    "!\$('question').open && \$('entry').open && \$('entry-password').value === 'open sesame'"
check "she tries again" click alice "#entry-go"
check "and is asked again" is_asked
check "goes to the other button with Tab" press alice Tab
check "says yes with Enter" press alice Enter
check "and is its host" holds alice "document.querySelector('.member .tags')?.textContent === 'hostyou'"
check "the key is noted" grep -q "127.0.0.1:$port $fingerprint" "$TMP/.chat3_known"
check "she says something to nobody" say alice "Is anybody here?"
check "it comes back, and so it is delivered" delivered alice

window bob
check "bob looks at the list" click bob "#enter"
check "the room is there, with a lock" holds bob "document.querySelector('.choice svg')"
check "he goes back" click bob "[data-close]"
check "bob tries a password" enter bob join Garden "open barley"
check "it is the wrong one" shows bob "Wrong password for that room."
check "the field is marked" holds bob "\$('entry-password').getAttribute('aria-invalid') === 'true'"
check "he tries another" write bob "#entry-password" "open sesame\\n"
check "and is in" holds bob "current?.name === 'Garden' && !\$('entry').open"
check "he is told what was said before" has_line bob alice "Is anybody here?"
check "alice sees him come" shows alice "bob joined"

check "bob says something" say bob "I am, in English and 日本語 👋"
check "alice reads it" has_line alice bob "I am, in English and 日本語 👋"
check "and bob sees it delivered" delivered bob

CHAT_PASSWORD="open sesame" client carol -j Garden -n carol
check "carol comes from a terminal" shows alice "carol joined"
types carol "from a terminal"
check "alice reads what she writes" has_line alice carol "from a terminal"
check "and so does bob" has_line bob carol "from a terminal"
check "alice answers" say alice "from a window"
check "carol reads it" sees carol "alice: from a window"

check "bob sends a script" say bob '<img src=x onerror="document.title=1"><script>document.title=2</script>'
check "it stays text" has_line alice bob '<img src=x onerror="document.title=1"><script>document.title=2</script>'
check "and nothing of it was run" holds alice "document.title === 'Garden – Chat'"
check "nor put into the page" holds alice "!document.querySelector('.line img, .line script')"
check "two lines, made with Shift and Enter" \
    does bob '$("text").value = "first\nsecond"; $("say").requestSubmit()'
check "arrive as two" has_line alice bob "first
second"
check "and as one in a terminal" sees carol "bob: first second"

before=$(lines bob)
check "bob reloads the page" ask bob POST /refresh '{}'
check "and nothing is lost" holds bob "document.querySelectorAll('.log:not([hidden]) .line').length === $before"
check "nor shown twice as unread" holds bob "document.title === 'Garden – Chat'"
check "he can go on talking" say bob "still here"
check "and is heard" has_line alice bob "still here"
check "and it is delivered" delivered bob

check "what the browser keeps is no password and no line" holds bob "(kept => kept.includes('bob')
    && !kept.includes('sesame') && !kept.includes('from a')) (JSON.stringify([{...localStorage}, {...sessionStorage}]))"
write bob "#text" "half a sentence" >/dev/null
check "but what is half written, for this tab" holds bob "JSON.stringify({...sessionStorage}).includes('half a sentence')
    && !JSON.stringify({...localStorage}).includes('half')"
page=$(does bob 'return location.href' && value)
check "bob opens a second tab" tab bob
check "with the window's address, without a key" visit bob "$page"
check "it shows the same" has_line bob carol "from a terminal"
check "and not what is half written in the other one" holds bob "current && \$('text').value === ''"
check "and what comes now, too" say alice "to both tabs"
check "although the other one reads the stream" has_line bob alice "to both tabs"
check "of the two one does" holds bob "!isLeader"

check "a second room, without a password" enter alice create Porch ""
check "is shown" holds alice "current?.name === 'Porch' && rooms.size === 2"
types carol "is alice still here?"
check "what is said in the first one counts as unread" holds alice "document.title === '(1) Porch – Chat'"
check "alice goes back with the keyboard" write alice "#text" ""
does alice 'document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", altKey: true}))'
check "and has read it" holds alice "document.title === 'Garden – Chat'"

check "alice removes carol" does alice "kickOut(current, 'carol')"
check "she is asked whether she means it" click alice "#question-yes"
check "carol is kicked" ended carol
check "bob sees it" shows bob "carol was kicked by the host"
check "alice removes bob" does alice "kickOut(current, 'bob')"
check "she means that, too" click alice "#question-yes"
check "bob is told" shows bob "You were kicked by the host."
check "and can write no more" holds bob "\$('composer').hidden && !\$('closed').hidden"
check "he removes the room from his list" click bob "#forget"
check "and it is gone" shows bob "You are in no room yet."

check "alice leaves her room" click alice "#leave"
check "she is warned" shows alice "You are its host: the room closes for everybody."
check "and means it" click alice "#question-yes"
check "the other one is left" holds alice "current?.name === 'Porch' && rooms.size === 1"

check "no page had an error in its script" no_errors alice
check "nor the other one" no_errors bob
close_browsers
done_testing
