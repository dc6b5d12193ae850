#!/bin/sh
# Accessibility: axe-core searches the page for barriers, in light and dark, at the width of a desktop
# and of a telephone. It is not a part of the project: AXE names its file axe.min.js, which comes from
#
#     npm install axe-core
#
# Its experimental rules are checked as well.
. "$(dirname "$0")/../lib/lib.sh"
[ -f "${AXE:-}" ] || skip_all "axe-core, which AXE would name"
. "$(dirname "$0")/../lib/browser.sh"

# clean NAME: axe-core finds nothing
clean() {
    runs_file "$1" "$AXE" && does "$1" 'return axe.run(document, {resultTypes: ["violations"],
            rules: Object.fromEntries(axe.getRules(["experimental"]).map(rule =>
                [rule.ruleId, {enabled: true}]))})
        .then(found => found.violations.map(one => one.id + ": "
            + one.nodes.map(node => node.target.join(" ")).join(", ")).join("; "))' || return 1
    [ -n "$(value)" ] || return 0
    echo "$(value)"
    return 1
}

start_server stage3
window alice
# views WHAT: axe-core finds nothing in the current view, at both widths, in light and dark
views() {
    for size in 1280x800 360x740; do
        for theme in light dark; do
            view alice "${size%x*}" "${size#*x}" $theme
            check "$1, ${size%x*}, $theme" clean alice
        done
    done
}
visit alice "$(address alice | sed 's/?.*//')"
check "the page for a user without the key is shown" shows alice "This window needs its key"
views "the page for a user without the key"
visit alice "$(address alice)"
check "alice's window loads" holds alice "boot"
check "an image without a text is added" \
    does alice 'document.body.append(document.createElement("img"))'
refute "axe-core finds the image without a text" clean alice
does alice 'document.querySelector("body > img").remove()' >/dev/null
views "the page without a room"
does alice '$("second").hidden = false' >/dev/null
views "the page without a room in a second window"
does alice '$("second").hidden = true; openEntry("create")' >/dev/null
write alice "#entry-room" "Cellar" >/dev/null
write alice "#entry-name" "alice" >/dev/null
write alice "#entry-password" "sesame\n" >/dev/null
check "a first visit to the server asks about its key" \
    holds alice "\$('question').open && !\$('question-code').hidden"
views "the question about the key"
does alice '$("question").close(); $("entry").close()' >/dev/null

# A room of the user's own; another user's, with a password and unread lines; and a closed one.
does alice 'return post("/create", {room: "Garden", name: "alice", password: ""})' >/dev/null
check "alice has a room" holds alice "rooms.size === 1"
client bob -j Garden -n bob
check "bob joins" sees bob "* welcome, bob"
types bob "hello, https://example.org/a_(b)" "☕"
check "alice opens the room" click alice ".room"
check "alice sees bob's line" shows alice "☕"
write alice "#text" "/who\n" >/dev/null
write alice "#text" "an own line\n" >/dev/null
check "alice's line is delivered" holds alice "document.querySelector('.line.own:not(.waiting)')"
does alice 'take({kind: "room", room: "x1", name: "A room with a long name, and with a password", you: "alice",
        host: "mo", state: "reconnecting", locked: true, members: ["mo", "alice"], cut: 0});
    take({kind: "said", room: "x1", id: last + 1, name: "mo", text: "unread", time: Date.now()});
    take({kind: "said", room: "x1", id: last + 1, name: "mo", text: "", unreadable: true, time: Date.now()});
    take({kind: "room", room: "x2", name: "Closed", you: "alice", host: "mo", state: "over", locked: false,
        why: "The room is closed: the host has left.", members: [], cut: 0});
    window.garden = current' >/dev/null

for size in 1280x800 360x740; do
    for theme in light dark; do
        view alice "${size%x*}" "${size#*x}" $theme
        at="${size%x*}, $theme"
        does alice 'show(garden, true); setMembers(false, false)' >/dev/null
        check "the conversation, $at" clean alice
        does alice 'setMembers(true, false)' >/dev/null
        check "the members, $at" clean alice
        does alice 'setMembers(false, false); $("app").dataset.pane = "rooms"' >/dev/null
        check "the rooms, $at" clean alice
        does alice 'openEntry("join")' >/dev/null
        check "the list of rooms is shown, $at" holds alice "document.querySelector('.choice')"
        check "the dialog to join, $at" clean alice
        does alice '$("tab-create").click(); complain("That cannot be your name.", "name")' >/dev/null
        check "the dialog to create, with a complaint, $at" clean alice
        does alice '$("entry").close(); $("leave").click()' >/dev/null
        check "the question about leaving, $at" clean alice
        does alice '$("question").close(); show(rooms.get("x1"), true)' >/dev/null
        check "a room out of reach, with an unreadable line, $at" clean alice
        does alice 'show(rooms.get("x2"), true)' >/dev/null
        check "a closed room, $at" clean alice
        does alice 'setMembers(true, false)' >/dev/null
        check "the members of a closed room, $at" clean alice
        does alice 'setMembers(false, false); show(garden, true); follow(current, false); showNewest();
            $("text").value = "x".repeat(limit + 1); fit(); take({kind: "lost"})' >/dev/null
        check "an older line in sight, a line too long, and no program, $at" clean alice
        does alice '$("text").value = ""; fit(); toNewest(); offline("")' >/dev/null
    done
done

close_browsers
done_testing
