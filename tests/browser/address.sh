#!/bin/sh
# The window's address in a browser: through a proxy, at the default port, which the browser leaves
# out, and at ports that it refuses.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

# --- a proxy gets the whole address in the first line; a server must accept that form, too ---

start gui_alice "${STAGE3_GUI:-$ROOT/stage3/gui}" -w 0 --no-open -p 9
check "the window that serves as a proxy gets ready" sees gui_alice "key="
at=$(address alice | sed 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/')
browser alice "--proxy-server=http://127.0.0.1:$at" "--proxy-bypass-list=<-loopback>"
visit alice "http://proxied.example/" >/dev/null
check "the window refuses to be a proxy for another address" \
    shows alice "There is nothing here of that name."
visit alice "$(address alice)" >/dev/null
check "the window serves its page at a complete URL" holds alice "boot && \$('offline').hidden"
check "the page gets an answer from the window through the proxy" \
    holds alice "post('/list', {}).then(told => window.asked = told.room) && window.asked === '1'"

# --- port 80 is left out: "Host: 127.0.0.1" ---

start gui_bob "${STAGE3_GUI:-$ROOT/stage3/gui}" -w 80 --no-open -p 9
allow_stderr gui_bob
if "$TOOLS/await" "$PATIENCE" "$TMP/gui_bob.out" 1 "key=" "$(lib_get pid gui_bob)"; then
    browser bob
    visit bob "$(address bob)" >/dev/null
    check "a window at port 80: the page loads" holds bob "boot && \$('offline').hidden"
    check "a window at port 80: the browser leaves out the port" \
        holds bob "location.host === '127.0.0.1'"
    check "a window at port 80: the page gets an answer from the window" \
        holds bob "post('/list', {}).then(told => window.asked = told.room) && window.asked === '1'"
else
    for what in "the page loads" "the browser leaves out the port" \
        "the page gets an answer from the window"; do
        skip "a window at port 80: $what" "port 80, which is taken or not given to everybody"
    done
fi

# --- ports that a browser refuses, whatever listens there. The list is that of the Fetch standard;
# Chromium still accepts the two that were added last ---

others="4190 6679"
refused="1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113
    115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556
    563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 5060 5061 6000 6566 6665 6666
    6667 6668 6669 6697 10080"
not_by_browser() { # PORT: the browser refuses this port
    visit mo "http://127.0.0.1:$1/" >/dev/null
    shows mo ERR_UNSAFE_PORT
}
not_by_window() { # PORT: the window refuses to start there
    "${STAGE3_GUI:-$ROOT/stage3/gui}" --no-open -w "$1" -k 12 >"$TMP/out" 2>&1 </dev/null
    grep -q "browsers refuse port $1," "$TMP/out"
}
all_of() { # COMMAND PORT...: the command succeeds for each port
    test_of=$1
    shift
    for number in "$@"; do "$test_of" "$number" || { echo "$test_of $number"; return 1; }; done
}
browser mo
# shellcheck disable=SC2086 # lists
check "the browser refuses each of these ports" all_of not_by_browser $refused
# shellcheck disable=SC2086
check "the window refuses to start at each of these ports" all_of not_by_window $refused $others
check "the browser opens another port" visit mo "http://127.0.0.1:$at/"
check "the browser shows the page at another port" shows mo "This window needs its key"
refute "the window starts at another port" not_by_window 9403

close_browsers
done_testing
