# shellcheck shell=sh
# screen.sh: for tests that need a real terminal. tmux is the terminal: send-keys presses keys, and
# the tests compare what the screen shows. Source it after lib.sh; without tmux, the whole file is
# skipped.
#
#     open NAME COLUMNS COMMAND      opens a terminal of that width and runs the command in it
#     keys NAME KEY...               presses keys that have names: Enter, C-c, BSpace
#     text NAME TEXT                 types the text
#     resize NAME COLUMNS            sets the width, and waits until the terminal has it
#     pane COMMAND...                runs any other command of tmux
#     eventually CONDITION...        tries the condition for up to $PATIENCE seconds
# Conditions:
#     shows NAME TEXT [COUNT]        COUNT rows (1) of the screen contain the text
#     last_row NAME TEXT             the lowest row that is not empty is exactly this
#     row_ends NAME START END        it begins and ends so (does not wait: for `eventually`)
#     cursor NAME COLUMN             the cursor is in this column, counted from 0
# close_screens ends all terminals: call it before done_testing.

command -v tmux >/dev/null || skip_all "tmux"

TMUX_TMPDIR=$TMP LC_ALL=C.UTF-8 TERM=xterm-256color
export TMUX_TMPDIR LC_ALL TERM
unset TMUX NO_COLOR

pane() { tmux -f /dev/null "$@"; }

open() { pane new-session -d -s "$1" -x "$2" -y 16 "$3"; }

keys() { lib_pane=$1; shift; pane send-keys -t "$lib_pane" "$@"; }
text() { pane send-keys -t "$1" -l "$2"; }

# tmux wraps the rows at once, and sets the terminal's size a little later.
is_wide() { [ "$(stty size <"$(pane display-message -p -t "$1" '#{pane_tty}')")" = "16 $2" ]; }
resize() {
    pane resize-window -t "$1" -x "$2" -y 16
    eventually is_wide "$1" "$2"
}

# The loop needs no pause, because capturing a screen takes a while by itself.
eventually() {
    deadline=$(($(date +%s) + PATIENCE))
    until "$@" >"$TMP/eventually" 2>&1; do
        if [ "$(date +%s)" -ge "$deadline" ]; then
            cat "$TMP/eventually"
            return 1
        fi
    done
}

contains() {
    pane capture-pane -p -t "$1" >"$TMP/screen"
    [ "$(grep -c -F -e "$2" "$TMP/screen")" -eq "${3:-1}" ] && return 0
    echo "expected on the screen of $1, ${3:-1} times: $2"
    grep . "$TMP/screen"
    return 1
}
shows() { eventually contains "$@"; }

is_last_row() {
    pane capture-pane -p -t "$1" | grep . | tail -n 1 | sed 's/ *$//' >"$TMP/row"
    [ "$(cat "$TMP/row")" = "$2" ] && return 0
    echo "expected as the last row: $2"
    echo "the last row is: $(cat "$TMP/row")"
    return 1
}
last_row() { eventually is_last_row "$@"; }
row_ends() {
    pane capture-pane -p -t "$1" | grep . | tail -n 1 | sed 's/ *$//' >"$TMP/row"
    case $(cat "$TMP/row") in "$2"*"$3") return 0 ;; esac
    cat "$TMP/row"
    return 1
}

is_cursor() { [ "$(pane display-message -p -t "$1" '#{cursor_x}')" -eq "$2" ]; }
cursor() { eventually is_cursor "$@"; }
# The programs are ended before their terminals: SIGHUP while a program ends can leave a helper
# process of its sanitizer behind.
close_screens() {
    pane list-panes -a -F '#{pane_pid}' >"$TMP/screens"
    while read -r lib_screen; do kill -s TERM "$lib_screen" 2>/dev/null; done <"$TMP/screens"
    while read -r lib_screen; do "$TOOLS/await" 2 gone "$lib_screen"; done <"$TMP/screens"
    pane kill-server
}

# -D keeps tmux's server in the foreground, so that it is our process to end.
start tmux tmux -D -f /dev/null
allow_stderr tmux # it complains that it has no terminal itself
eventually pane list-sessions # start-server would start another server if ours is not ready yet
