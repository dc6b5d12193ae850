#!/bin/sh
# How the window looks: at a desktop's and at a telephone's width, light and dark, nothing is cut off
# and everything can be reached and named. LOOKS=FOLDER keeps the pictures.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

# picture NAME: the screenshot is a picture with more than one colour
picture() {
    shot alice "$TMP/$1.png" && [ "$(wc -c <"$TMP/$1.png")" -gt 4000 ] || return 1
    [ -z "${LOOKS:-}" ] || cp "$TMP/$1.png" "$LOOKS/"
}
# fits: nothing is wider or higher than the window, nor is any visible button out of it
fits() {
    holds alice 'document.documentElement.scrollWidth <= innerWidth
        && document.documentElement.scrollHeight <= innerHeight
        && [...document.querySelectorAll("button, textarea, input")].every(one => {
            const box = one.getBoundingClientRect();
            const log = one.closest(".scrolls, .hush");
            return box.width === 0 || log || box.left >= 0 && box.right <= innerWidth + 1
                && box.top >= 0 && box.bottom <= innerHeight + 1; })'
}
# named: every control has a name for users who do not see it
named() {
    holds alice '[...document.querySelectorAll("button, input, textarea")].every(one =>
        !one.checkVisibility() || one.getAttribute("aria-label") || one.textContent.trim()
        || document.querySelector(`label[for="${one.id}"]`))'
}
# readable: a contrast of 4.5 to 1, as WCAG 2.2 requires for text
readable() {
    holds alice 'readable()' && return
    does alice 'return unreadable().join("; ")' && value
    return 1
}
contrast='
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgb = colour => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
    const ground = node => {
        for (; node; node = node.parentElement) {
            const colour = rgb(getComputedStyle(node).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    window.unreadable = () => [...document.querySelectorAll("body *")].filter(node =>
        node.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && !node.closest(".hush, svg, script, [disabled]")
        && [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())
    ).filter(node => {
        const one = luminance(rgb(getComputedStyle(node).color)), other = luminance(ground(node));
        return (Math.max(one, other) + .05) / (Math.min(one, other) + .05) < 4.5;
    }).map(node => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 40)}`);
    window.readable = () => unreadable().length === 0;'

start_server stage3
window alice
for theme in light dark; do
    view alice 1280 800 $theme
    does alice "$contrast" >/dev/null
    check "the empty window fits, $theme" fits
    check "the empty window is readable, $theme" readable
    check "a screenshot of the empty window is taken, $theme" picture empty-$theme
done
does alice 'post("/create", {room: "Garden", name: "alice", password: ""})' >/dev/null
does alice 'post("/create", {room: "部屋 and a room whose name goes on for quite a while", name: "花子",
    password: ""})' >/dev/null
check "alice has two rooms" holds alice "rooms.size === 2"
client bob -j Garden -n bob
client long -j Garden -n "Muhammad al-Khwarizmi of the House of Wisdom"
check "bob joins" sees bob "* welcome, bob"
check "a member with a long name joins" sees long "* welcome, Muhammad"
word=Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft
types bob "hello" "$word$word$word" "https://example.org/$word" "☕🌻" "שלום, 2 ליטר" \
    '<script>alert("text stays text")</script>'
types long "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
check "alice opens the room" click alice ".room"
check "alice sees the long lines" shows alice "九十"
write alice "#text" "One line of my own.\n" >/dev/null
check "alice's own line is delivered" \
    holds alice "document.querySelector('.line.own:not(.waiting)')"

for size in 1280x800 360x740; do
    width=${size%x*}
    for theme in light dark; do
        view alice "$width" "${size#*x}" $theme
        does alice 'if (isNarrow()) $("app").dataset.pane = "talk"; toNewest()' >/dev/null
        check "the room fits, $width, $theme" fits
        check "the room is readable, $width, $theme" readable
        check "every control of the room has a name, $width, $theme" named
        check "a screenshot of the room is taken, $width, $theme" picture "room-$width-$theme"
        does alice 'setMembers(true, false)' >/dev/null
        check "the members fit, $width, $theme" fits
        check "the members are readable, $width, $theme" readable
        check "a screenshot of the members is taken, $width, $theme" picture "people-$width-$theme"
        [ "$width" = 1280 ] || does alice 'setMembers(false, false); $("app").dataset.pane = "rooms"' \
            >/dev/null
        check "the rooms fit, $width, $theme" fits
        check "the rooms are readable, $width, $theme" readable
        check "a screenshot of the rooms is taken, $width, $theme" picture "rooms-$width-$theme"
        does alice 'openEntry("join")' >/dev/null
        check "the dialog lists both rooms, $width, $theme" \
            holds alice "document.querySelectorAll('.choice').length === 2"
        check "the dialog to join fits, $width, $theme" fits
        check "the dialog to join is readable, $width, $theme" readable
        check "every control of the dialog has a name, $width, $theme" named
        check "a screenshot of the dialog to join is taken, $width, $theme" \
            picture "join-$width-$theme"
        does alice '$("tab-create").click()' >/dev/null
        check "the dialog to create is readable, $width, $theme" readable
        check "a screenshot of the dialog to create is taken, $width, $theme" \
            picture "create-$width-$theme"
        does alice '$("entry").close()' >/dev/null
        does alice '$("leave").click()' >/dev/null
        check "the question about leaving is readable, $width, $theme" readable
        check "a screenshot of the question is taken, $width, $theme" picture "leave-$width-$theme"
        does alice '$("question").close()' >/dev/null
        does alice 'take({kind: "room", room: "x", name: "A room that has closed, with a long name", you: "alice",
            host: "mo", state: "over", locked: true, why: "The room is closed: the host has left.",
            members: [], cut: 0}); window.before = current; show(rooms.get("x"), true)' >/dev/null
        check "a closed room fits, $width, $theme" fits
        check "a closed room is readable, $width, $theme" readable
        check "every control of a closed room has a name, $width, $theme" named
        check "a screenshot of a closed room is taken, $width, $theme" \
            picture "closed-$width-$theme"
        does alice 'take({kind: "gone", room: "x"}); show(before, true)' >/dev/null
    done
done
visit alice "$(address alice | sed 's/?.*//')nothing"
for size in 1280x800 360x740; do
    for theme in light dark; do
        view alice "${size%x*}" "${size#*x}" $theme
        does alice "$contrast" >/dev/null
        check "a user without the key is told so, ${size%x*}, $theme" \
            shows alice "This window needs its key"
        check "the page without the key fits, ${size%x*}, $theme" fits
        check "the page without the key is readable, ${size%x*}, $theme" readable
        check "a screenshot of that page is taken, ${size%x*}, $theme" \
            picture "forbidden-${size%x*}-$theme"
    done
done
close_browsers
done_testing
