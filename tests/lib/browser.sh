# shellcheck shell=sh
# browser.sh: for tests that need a real browser. The browser is Chromium; chromedriver controls it
# through the protocol WebDriver (https://www.w3.org/TR/webdriver2/). That is HTTP and JSON, so a
# script needs only curl. Source it after lib.sh; if one of these programs is missing, the whole
# file is skipped.
#
#     window NAME [OPTION...]   starts stage3/gui for the server at $port, as the program gui_NAME,
#                               and a browser of its own that goes to the address it prints
#     browser NAME [ARGUMENT...]   starts only the browser, with these command-line arguments
#     address NAME              the address that gui_NAME printed last
#     visit NAME URL            goes there
#     tab NAME                  opens a new tab and makes it the current one; sets $tab to its
#                               number
#     turn NAME TAB             makes that tab the current one
#     close_tab NAME            closes the current tab; turn to another one next
#     does NAME SCRIPT          runs JavaScript in the page
#     runs_file NAME FILE       runs the JavaScript of a file, which may be long
#     click NAME SELECTOR       clicks on the element of this CSS selector, as a user does
#     write NAME SELECTOR TEXT  types into the element; "\n" is Enter
#     press NAME KEY...         presses keys one after the other, wherever the page has its focus: a
#                               character, or a name in $keys such as Tab; Alt+Up holds Alt
#     view NAME WIDTH HEIGHT light|dark    sets the window's size and the user's colour scheme
#     shot NAME FILE            saves a picture of the page as PNG
#     no_errors NAME            no script of a page failed, and the browser refused it nothing
#     close_browsers            ends all browsers: call it before done_testing
# Conditions, which wait for up to $PATIENCE seconds:
#     holds NAME EXPRESSION     the JavaScript becomes true
#     shows NAME TEXT           the visible page contains the text
# And one that does not wait:
#     hides NAME TEXT           the visible page does not contain the text

for lib_need in curl chromedriver chromium base64 ps; do
    command -v $lib_need >/dev/null || skip_all "$lib_need"
done

# The browser's sandbox needs a user other than root, which many containers do not have.
lib_arguments='"--headless=new","--disable-gpu","--lang=en-GB","--window-size=1280,800"'
[ "$(id -u)" -ne 0 ] || lib_arguments="$lib_arguments,\"--no-sandbox\""
lib_browsers=
PATIENCE=30 # a browser on a busy machine is slow

# A text as a JSON string: control characters are written as \u0001 and so on.
lib_controls=$(number=0; while [ $((number += 1)) -lt 32 ]; do
    [ $number -eq 10 ] || printf "s/\\$(printf %o $number)/\\\\\\\\u%04x/g;" $number; done)
quoted() {
    printf '%s\n' "$1" | LC_ALL=C sed -e 's/[\\"]/\\&/g' -e "$lib_controls" |
        awk 'BEGIN { printf "\"" } { printf "%s%s", (NR > 1 ? "\\n" : ""), $0 } END { printf "\"" }'
}

# call METHOD PATH [BODY]: sends a request; the driver's answer goes to $TMP/driver.json.
call() {
    set -- "$@" ''
    curl -s -X "$1" ${3:+-H 'Content-Type: application/json' --data-binary "$3"} \
        "$driver$2" >"$TMP/driver.json" && ! grep -q '"error":' "$TMP/driver.json"
}

# value: prints the string or the number in the answer, in its JSON form.
value() { sed 's/^{"value"://; s/}$//; s/^"//; s/"$//' "$TMP/driver.json"; }

# ask NAME METHOD PATH [BODY]: sends a request for the session of that browser.
ask() {
    lib_session=/session/$(lib_get session "$1")
    shift
    lib_method=$1
    lib_path=$2
    shift 2
    call "$lib_method" "$lib_session$lib_path" "$@" && return
    cat "$TMP/driver.json"
    return 1
}

browser() {
    lib_browser=$1
    lib_more=
    shift
    for lib_argument in "$@"; do lib_more="$lib_more\"$lib_argument\","; done
    call POST /session "{\"capabilities\":{\"alwaysMatch\":{\"goog:chromeOptions\":{\"args\":[
        $lib_arguments,$lib_more\"--user-data-dir=$TMP/browser.$lib_browser\"]},
        \"goog:loggingPrefs\":{\"browser\":\"ALL\"}}}}" ||
        bail "a browser starts" "$TMP/driver.json"
    lib_set session "$lib_browser" "$(sed 's/.*"sessionId":"\([^"]*\)".*/\1/' "$TMP/driver.json")"
    ask "$lib_browser" POST /timeouts '{"script":300000}'
    lib_browsers="$lib_browsers $lib_browser"
}

# A browser is a dozen processes, and some of them end a moment after the driver's answer.
close_browsers() {
    for lib_browser in $lib_browsers; do ask "$lib_browser" DELETE "" || :; done
    lib_browsers=
    lib_tries=0
    while lib_browsers_left && [ $lib_tries -lt 20 ]; do
        lib_tries=$((lib_tries + 1))
        "$TOOLS/await" 1 "$TMP/driver.out" 1000000 "wait a second" >/dev/null || :
    done
}
lib_browsers_left() {
    ps -A -o pgid= -o comm= | awk -v group="$(ps -o pgid= -p $$)" '
        $1 == group + 0 && $2 ~ /^chrom/ && $2 != "chromedriver" { found = 1 }
        END { exit !found }'
}

address() { sed -n 's/.*\(http:[^ ]*\)$/\1/p' "$TMP/gui_$1.out" | tail -n 1; }

window() {
    lib_window=$1
    shift
    start "gui_$lib_window" "${STAGE3_GUI:-$ROOT/stage3/gui}" -w 0 --no-open -p "$port" "$@"
    sees "gui_$lib_window" "key=" || bail "the window of $lib_window starts"
    browser "$lib_window"
    visit "$lib_window" "$(address "$lib_window")"
}

visit() { ask "$1" POST /url "{\"url\":$(quoted "$2")}"; }

tab() {
    ask "$1" POST /window/new '{"type":"tab"}' || return 1
    tab=$(sed 's/.*"handle":"\([^"]*\)".*/\1/' "$TMP/driver.json")
    turn "$1" "$tab"
}
turn() { ask "$1" POST /window "{\"handle\":\"$2\"}"; }
close_tab() { ask "$1" DELETE /window; }

runs_file() {
    { printf '{"args":[],"script":'; quoted "$(cat "$2")"; printf '}'; } >"$TMP/script.json"
    curl -s -X POST -H 'Content-Type: application/json' --data-binary "@$TMP/script.json" \
        "$driver/session/$(lib_get session "$1")/execute/sync" >"$TMP/driver.json" &&
        ! grep -q '"error":' "$TMP/driver.json"
}

does() { ask "$1" POST /execute/sync "{\"script\":$(quoted "$2"),\"args\":[]}"; }

element() { # NAME SELECTOR: sets $found to the element's number
    ask "$1" POST /element "{\"using\":\"css selector\",\"value\":$(quoted "$2")}" || return 1
    found=$(sed 's/.*:"\([^"]*\)"}}$/\1/' "$TMP/driver.json")
}

click() { element "$1" "$2" && ask "$1" POST "/element/$found/click" '{}'; }

write() {
    element "$1" "$2" || return 1
    ask "$1" POST "/element/$found/value" \
        "{\"text\":$(quoted "$3" | sed 's/\\\\n/\\ue007/g')}"
}

keys='Tab \uE004 Enter \uE007 Escape \uE00C Left \uE012 Up \uE013 Right \uE014 Down \uE015
    Shift \uE008 Alt \uE00A PageUp \uE00E Space \u0020'
lib_key_code() {
    # shellcheck disable=SC2086 # a list
    printf '%s\n' $keys | awk -v name="$1" 'found { print; exit } $0 == name { found = 1 }
        END { if (!found) print name }'
}
lib_moves() { # keyDown|keyUp KEY
    printf '{"type":"%s","value":"%s"},' "$1" "$(lib_key_code "$2")"
}
press() {
    lib_presser=$1
    shift
    lib_actions=
    for lib_pressed in "$@"; do
        case $lib_pressed in
        ?*+?*) lib_held=${lib_pressed%+*} ;;
        *) lib_held= ;;
        esac
        lib_actions=$lib_actions${lib_held:+$(lib_moves keyDown "$lib_held")}
        lib_actions=$lib_actions$(lib_moves keyDown "${lib_pressed#"$lib_held"+}")
        lib_actions=$lib_actions$(lib_moves keyUp "${lib_pressed#"$lib_held"+}")
        lib_actions=$lib_actions${lib_held:+$(lib_moves keyUp "$lib_held")}
    done
    ask "$lib_presser" POST /actions \
        "{\"actions\":[{\"type\":\"key\",\"id\":\"k\",\"actions\":[${lib_actions%,}]}]}"
}

# devtools NAME COMMAND PARAMETERS: for what WebDriver itself cannot do.
devtools() { ask "$1" POST /goog/cdp/execute "{\"cmd\":\"$2\",\"params\":$3}"; }

view() {
    devtools "$1" Emulation.setDeviceMetricsOverride \
        "{\"width\":$2,\"height\":$3,\"deviceScaleFactor\":1,\"mobile\":false}"
    devtools "$1" Emulation.setEmulatedMedia \
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"$4\"}]}"
}

shot() {
    ask "$1" GET /screenshot || return 1
    value | base64 -d >"$2"
}

# Each question takes several processes, so there is a pause between two: the browser needs the
# processors for what is waited for. A system that has a Chromium has a sleep that takes fractions.
holds() {
    lib_question="{\"script\":$(quoted "return Boolean($2)"),\"args\":[]}"
    lib_deadline=$(($(date +%s) + PATIENCE))
    until ask "$1" POST /execute/sync "$lib_question" >/dev/null && [ "$(value)" = true ]; do
        if [ "$(date +%s)" -ge "$lib_deadline" ]; then
            echo "does not hold in the window of $1: $2"
            does "$1" 'return document.body.innerText' && value
            echo
            return 1
        fi
        sleep 0.2
    done
}

# The browser also logs refused requests ("network"); these are not errors of the page.
no_errors() {
    ask "$1" POST /se/log '{"type":"browser"}' || return 1
    ! grep -o '"level":"SEVERE","message":"[^"]*[^}]*"source":"\(javascript\|security\|rendering\)"' "$TMP/driver.json"
}

shows() { holds "$1" "document.body.innerText.includes($(quoted "$2"))"; }
hides() {
    does "$1" "return document.body.innerText.includes($(quoted "$2"))" && [ "$(value)" = false ]
}

start driver chromedriver --port=0
allow_stderr driver
"$TOOLS/await" 30 "$TMP/driver.out" 1 "started successfully on port" ||
    bail "chromedriver starts" "$TMP/driver.out"
driver=http://127.0.0.1:$(sed -n 's/.*successfully on port \([0-9]*\).*/\1/p' "$TMP/driver.out")
