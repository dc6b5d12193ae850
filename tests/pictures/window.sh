#!/bin/sh
# window.sh: pictures (PNG) of the window of stage 3 as its users see it.
#
#     tests/pictures/window.sh [FOLDER]     writes window-light.png and window-dark.png, to
#                                           docs/pictures
#
# Nothing in them is made up: a real server, a real window in a real browser, and three real clients
# in terminals. Only the times are all made 12:34. Needs Chromium, chromedriver and curl.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"
folder=${1:-$ROOT/docs/pictures}

must() { "$@" >"$TMP/must" 2>&1 || bail "$*" "$TMP/must"; }
# says NAME TEXT: and the window shows it
says() { types "$1" "$2"; must shows alice "$2"; }

start_server stage3
trust_server
CHAT_PASSWORD=sesame
export CHAT_PASSWORD
window alice
must view alice 1120 770 light
must does alice 'post("/create", {room: "Summer house", name: "alice", password: "sesame"})'
must holds alice "rooms.size === 1"
must click alice .room
client bob -j "Summer house" -n bob
must shows alice "bob joined"
client hanako -j "Summer house" -n 花子
must shows alice "花子"
client zoe -j "Summer house" -n Zoë
must shows alice "Zoë"
client ken -c "部屋" -n 花子
must sees ken "* welcome, 花子"
unset CHAT_PASSWORD
client ada -c "Kernel reading group" -n ada
must sees ada "* welcome, ada"

says bob "Evening! Did the key to the boat house turn up?"
must write alice "#text" "It did. It hung on the hook behind the door, where it has always been.\n"
must holds alice "!document.querySelector('.waiting')"
says hanako "土曜日の朝に着きます。電車は 9:40 です。"
says bob "Come over the hill: the path by the water was washed out. https://example.org/map"
says zoe "☕🌻"
must write alice "#text" "Over the hill it is. I will put a lamp at the gate.\n"
must holds alice "!document.querySelector('.waiting')"

must does alice 'post("/join", {room: "Kernel reading group", name: "alice", password: ""})'
must does alice 'post("/join", {room: "部屋", name: "alice", password: "sesame"})'
must holds alice "rooms.size === 3"
says ken "こんにちは 👋"
says ada "Tonight: pselect, and why the mask has to change atomically"
says ada "And FD_SETSIZE, please"
must holds alice "document.title.startsWith('(3)')"
must does alice '
    document.querySelectorAll("time, .when").forEach(each => each.textContent = "12:34");
    $("server").textContent = "127.0.0.1:9003"; document.activeElement.blur()'

for theme in light dark; do
    must view alice 1120 770 $theme
    must does alice 'return document.fonts.ready.then(() => new Promise(requestAnimationFrame))'
    must shot alice "$TMP/window-$theme.png"
    cp "$TMP/window-$theme.png" "$folder/window-$theme.png"
    echo "$folder/window-$theme.png"
done
close_browsers
done_testing
