#!/bin/sh
# The client of stage 1 on a terminal, as a user would use it.
. "$(dirname "$0")/../lib/lib.sh"

. "$(dirname "$0")/../lib/screen.sh"
keep_port

start_server stage1
program="$ROOT/stage1/client -p $port"

# --- asking for a name ---
open a 60 "$program"
check "the client asks for a name" last_row a "Your name:"
text a "a:b"
keys a Enter
check "a bad name is explained" shows a "that cannot be a name"
check "the client asks again after a bad name" last_row a "Your name:"
text a "花子"
keys a Enter
check "a good name is welcomed" shows a "* welcome, 花子"
check "the prompt has the name" last_row a "花子>"

open b 60 "$program -n 花子"
check "a name that is taken is explained" shows b "* the name 花子 is taken, choose another one"
text b "bob"
keys b Enter
check "the client accepts another name" shows b "* welcome, bob"
check "花子 sees that bob joined" shows a "bob joined"

# --- the line being typed ---
text a "half a line, 日本語"
check "typed text is shown" last_row a "花子> half a line, 日本語"
check "the cursor is behind the text, counted in columns" cursor a 25
text b "a message comes in between"
keys b Enter
check "an incoming line is printed above the typed one" shows a "bob: a message comes in between"
check "an incoming line does not tear the typed one" last_row a "花子> half a line, 日本語"
check "an incoming line does not move the cursor" cursor a 25
keys a Left Left
check "Left moves over a wide character" cursor a 21
keys a BSpace
text a "X"
check "a line can be edited in the middle" last_row a "花子> half a line, X本語"
keys a Home
check "Home moves to the start of the line" cursor a 6
keys a End Enter
check "Enter sends the line" shows b "花子: half a line, X本語"
check "the sender sees the sent line" shows a "花子: half a line, X本語"
keys a Up
check "Up brings back the sent line" last_row a "花子> half a line, X本語"
keys a C-u

pane set-buffer "one
two	three"
pane paste-buffer -p -t a
check "pasted lines become one line, which is not sent" last_row a "花子> one two three"
check "the client reports that pasted lines became one" \
    shows a "* 2 lines were pasted, and became one"
keys a C-u
check "Ctrl-U deletes the line" last_row a "花子>"

# --- long lines and resizing ---
client_of() { pane display-message -p -t "$1" '#{pane_pid}'; }
text a "this line is longer than the screen will be in a moment, ok?"
check "a line wider than the screen scrolls" eventually row_ends a "花子> " "in a moment, ok?"
resize a 34
check "a narrower screen shows the end of the line" eventually row_ends a "花子> " "in a moment, ok?"
check "a narrower screen keeps no remains of the row" shows a "花子>" 1
resize a 60
keys a Home
check "a wider screen shows more of the line" \
    eventually row_ends a "花子> this line is longer than the screen will be in a" ""
resize a 34
keys a End
check "End shows the end of the line on a narrow screen" \
    eventually row_ends a "花子> " "a moment, ok?"
resize a 80
check "a screen that is wide enough shows the whole line" \
    last_row a "花子> this line is longer than the screen will be in a moment, ok?"
resize a 60
check "a screen made narrow again shows the end of the line" \
    eventually row_ends a "花子> " "e in a moment, ok?"
keys a Home
check "Home shows the start of the line on a narrow screen" \
    eventually row_ends a "花子> this line is longer than the screen will be in a" ""
# The terminal wraps the row before it reports its new size, and a key may come first. To make sure
# that it does, this client is stopped meanwhile.
kill -s STOP "$(client_of a)"
keys a End
pane resize-window -t a -x 34 -y 16
pane display-message -p -t a ok >"$TMP/said"
kill -s CONT "$(client_of a)"
check "a key before the new size leaves no remains in the row" \
    eventually row_ends a "花子> " "a moment, ok?"
check "a key before the new size leaves no remains above the row" shows a "this line" 0
resize a 60
keys a C-u
text b "long words and many of them, so that this message takes more than one row"
keys b Enter
check "a long message is broken between words" shows a "      message takes more than one row"
text b "日本語には空白がないので、行の終わりで折り返さなければならない。長い文章を書いてみる。"
keys b Enter
check "a message without spaces is broken anywhere" shows a "      ければならない。長い文章を書いてみる。"

# --- characters that a terminal draws as one ---
family=$(printf '\360\237\221\251\342\200\215\360\237\221\251\342\200\215\360\237\221\247')
draws_family() { # what tmux makes of it
    pane kill-session -t w 2>"$TMP/said" # none is there the first time
    open w 60 "printf '%s' 'bob> $family'; sleep 600"
    shows w "bob> "
}
check "tmux draws a family emoji" draws_family
same_cursor() {
    typed=$(pane display-message -p -t b '#{cursor_x}')
    drawn=$(pane display-message -p -t w '#{cursor_x}')
    echo "the cursor stands at $typed, the terminal's own at $drawn"
    [ "$typed" -gt 5 ] && [ "$typed" -eq "$drawn" ]
}
# The emoji has 18 bytes. A busy machine may deliver them in pieces, to either terminal, and tmux
# draws pieces in another way than the whole. So both draw it again until it comes in one.
types_family() {
    draws_family || return 1
    keys b C-u
    text b "$family"
    for _ in 1 2 3; do
        sleep 1
        ! same_cursor || return 0
    done
    return 1
}
check "the cursor is where the terminal puts its own" eventually types_family
keys b BSpace
check "Backspace deletes a family emoji at once" last_row b "bob>"

# --- answers of a terminal to another program's question ---
keys b -H 1b 5d 31 31 3b 72 67 62 3a 31 65 31 65 1b 5c 1b 50 3e 7c 74 1b 5c 78
check "a terminal's replies to queries are not taken as text" last_row b "bob> x"
keys b C-u

# --- characters that must not reach the terminal ---
"$TOOLS/talk" "$host" "$port" <<'EOT'
eve send 03 "eve" 1b "[2J" 1b "]0;title" 07 "gone?"
eve send 00
EOT
check "an escape sequence is shown, not obeyed" shows a "eve: �[2J�]0;title�gone?"
check "an escape sequence does not clear the screen" shows a "      message takes more than one row"

# --- colours ---
pane capture-pane -p -e -t a >"$TMP/colours"
check "names have colours" grep -q "$(printf '\033\\[[39][1-6]m')" "$TMP/colours"
keys b C-d
check "Ctrl-D on an empty line leaves" shows a "* bob left"
open c 60 "NO_COLOR=1 $program -n carol"
check "carol joins with NO_COLOR" shows a "* carol joined"
text c "plain"
keys c Enter
check "carol's line is shown" shows c "carol: plain"
pane capture-pane -p -e -t c >"$TMP/plain"
refute "NO_COLOR suppresses all colours" grep -q "$(printf '\033')" "$TMP/plain"
text c "//x"
keys c Enter
check "a line that begins with // is sent with one slash" shows a "carol: /x"
text c "/help"
keys c Enter
check "/help prints the commands" shows c "/quit leaves"
text c "/name Caroline"
keys c Enter
check "/name changes the name" shows a "* carol is now called Caroline"
check "the prompt has the new name" last_row c "Caroline>"

# --- the terminal is restored ---
open d 60 "PS1='ready: ' sh -i"
check "a shell for dave is ready" last_row d "ready:"
text d "$program -n dave"
keys d Enter
check "dave joins from the shell" shows a "* dave joined"
text d "begun"
check "dave's unfinished line is shown" last_row d "dave> begun"
keys d C-z
check "Ctrl-Z returns to the shell" last_row d "ready:"
text d "stty -a | grep -c ' icanon.* echo '"
keys d Enter
check "the shell has its terminal modes back" last_row d "ready:"
text d "fg"
keys d Enter
check "fg shows the unfinished line again" last_row d "dave> begun"
keys d C-c
check "Ctrl-C leaves the chat" shows a "* dave left"
text d "stty -a >$TMP/after; echo \$?"
keys d Enter
check "the shell is back after Ctrl-C" last_row d "ready:"
check "the terminal is in canonical mode again" eventually grep -q -e "[^-]icanon" "$TMP/after"
check "the terminal translates Enter again" eventually grep -q -e "[^-]icrnl" "$TMP/after"
text d "/quit"

# --- the server goes and comes back ---
text a "not lost"
stop server
check "the client reports that the server shuts down" shows a "* the server is shutting down"
check "the client reports that no server answers" \
    shows a "* no answer from 127.0.0.1 port $port, still"
keys a Enter
check "a line is not sent while no server answers" \
    shows a "* not sent: no answer from 127.0.0.1 port $port"
keys a Up
check "Up brings back the line that was not sent" last_row a "花子> not lost"
start server "$ROOT/stage1/server" -p "$port"
check "the client reports that the server answers again" shows a "* the server answers again"
check "carol's client reports that the server answers again" shows c "* the server answers again"
keys a Enter
check "a line arrives after the server is back" shows c "花子: not lost"

# --- a server of another project, which welcomes nobody ---
start relay "$TOOLS/relay" others
check "a relay without notices is ready" sees relay "listening on"
port=$(sed -n '1s/.*://p' "$TMP/relay.out")
open e 70 "'$ROOT/stage1/client' -n erin -p $port"
check "the client shows its prompt before it is welcomed" shows e "erin>"
text e "too early"
keys e Enter
check "a line before the welcome is not sent" \
    shows e "* not sent: the server has not welcomed you yet"
check "the client reports that no welcome came" shows e "* no welcome from 127.0.0.1 port $port"
text e "anybody?"
keys e Enter
check "a line without confirmation is marked" shows e "erin (unconfirmed): anybody?"
feed gus "$ROOT/stage1/client" -n gus -p "$port"
check "gus's client reports that no welcome came" sees gus "no welcome from 127.0.0.1 port $port"
types gus "me"
check "erin sees gus's line" shows e "gus: me"
check "another member's line confirms that lines arrive" \
    shows e "* lines come from 127.0.0.1 port $port: yours are no"
text e "good"
keys e Enter
check "a line after that is not marked" shows e " erin: good"
text e "/quit"
keys e Enter
check "gus sees erin's line" sees gus "erin: good"
hangup gus

close_screens
done_testing
