#!/bin/sh
# Many tabs of one window: a browser allows six connections for all of them, so one tab reads the
# stream and tells the others; when it is closed, another one does.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
window alice
check "the page has come" holds alice "boot"
page=$(does alice 'return location.href' && value)
does alice 'post("/create", {room: "Garden", name: "alice", password: ""})' >/dev/null
check "a room" holds alice "rooms.size === 1"
check "the first tab reads the stream" holds alice "isLeader"
ask alice GET /window >/dev/null
first=$(value)
client bob -j Garden -n bob
check "bob is there" sees bob "* welcome, bob"
types bob "to the first tab"
check "he is heard" holds alice "document.querySelectorAll('.line').length === 1"

tabs=
for number in 2 3 4 5 6 7 8 9; do
    check "tab $number is opened" tab alice
    check "with the page" visit alice "$page"
    check "and knows what was said before" holds alice "document.querySelectorAll('.line').length === 1"
    tabs="$tabs $tab"
done
check "none of them reads the stream" holds alice "!isLeader"
types bob "to all tabs"
check "what is said now is in the last one" holds alice "document.querySelectorAll('.line').length === 2"
check "in which alice can answer" does alice 'say([...rooms.values()][0], "from the ninth tab")'
check "and is heard" sees bob "alice: from the ninth tab"

check "the first tab again" turn alice "$first"
check "it has all of it" holds alice "document.querySelectorAll('.line').length === 3"
check "and is closed" close_tab alice
types bob "to those that are left"
leaders=0
for tab in $tabs; do
    turn alice "$tab"
    check "another tab has what is said" holds alice "document.querySelectorAll('.line').length === 4"
    does alice 'return isLeader' && [ "$(value)" = true ] && leaders=$((leaders + 1))
done
check "and one of them reads the stream now" test $leaders -eq 1

close_browsers
done_testing
