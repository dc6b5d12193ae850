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
check "and asked for again" last_row a "Your name:"
text a "花子"
keys a Enter
check "a good one is welcomed" shows a "* welcome, 花子"
check "and stands before the line" last_row a "花子>"

open b 60 "$program -n 花子"
check "a name that is taken is explained" shows b "* the name 花子 is taken, choose another one"
text b "bob"
keys b Enter
check "and another one is asked for" shows b "* welcome, bob"
check "the first is told" shows a "bob joined"

# --- the line being typed ---
text a "half a line, 日本語"
check "typed text stands there" last_row a "花子> half a line, 日本語"
check "the cursor stands behind it, counted in columns" cursor a 25
text b "a message comes in between"
keys b Enter
check "what arrives is printed above" shows a "bob: a message comes in between"
check "and the line is not torn" last_row a "花子> half a line, 日本語"
check "nor is the cursor moved" cursor a 25
keys a Left Left
check "Left goes over a wide character" cursor a 21
keys a BSpace
text a "X"
check "editing in the middle" last_row a "花子> half a line, X本語"
keys a Home
check "Home" cursor a 6
keys a End Enter
check "Enter sends it" shows b "花子: half a line, X本語"
check "and shows it to its sender, once" shows a "花子: half a line, X本語"
keys a Up
check "Up brings it back" last_row a "花子> half a line, X本語"
keys a C-u

pane set-buffer "one
two	three"
pane paste-buffer -p -t a
check "what is pasted becomes one line, and is not sent" last_row a "花子> one two three"
check "and that is told" shows a "* 2 lines were pasted, and became one"
keys a C-u
check "Ctrl-U takes it away" last_row a "花子>"

# --- long lines and resizing ---
client_of() { pane display-message -p -t "$1" '#{pane_pid}'; }
text a "this line is longer than the screen will be in a moment, ok?"
check "a line wider than the screen scrolls" eventually row_ends a "花子> " "in a moment, ok?"
resize a 34
check "a narrower screen shows its end" eventually row_ends a "花子> " "in a moment, ok?"
check "and nothing of it is left behind" shows a "花子>" 1
resize a 60
keys a Home
check "a wider one has space for more" \
    eventually row_ends a "花子> this line is longer than the screen will be in a" ""
resize a 34
keys a End
check "at its end on a narrow one" eventually row_ends a "花子> " "a moment, ok?"
resize a 80
check "on one that is wide enough it is there as a whole" \
    last_row a "花子> this line is longer than the screen will be in a moment, ok?"
resize a 60
check "on a narrower one again its end" eventually row_ends a "花子> " "e in a moment, ok?"
keys a Home
check "and its beginning" \
    eventually row_ends a "花子> this line is longer than the screen will be in a" ""
# The terminal wraps the row before it reports its new size, and a key may come first. To make sure
# that it does, this client is stopped meanwhile.
kill -s STOP "$(client_of a)"
keys a End
pane resize-window -t a -x 34 -y 16
pane display-message -p -t a ok >"$TMP/said"
kill -s CONT "$(client_of a)"
check "a key that comes before the new size leaves no rest of the row" \
    eventually row_ends a "花子> " "a moment, ok?"
check "nor above it" shows a "this line" 0
resize a 60
keys a C-u
text b "long words and many of them, so that this message takes more than one row"
keys b Enter
check "a long message is broken between words" shows a "      message takes more than one row"
text b "日本語には空白がないので、行の終わりで折り返さなければならない。長い文章を書いてみる。"
keys b Enter
check "one without spaces is broken anywhere" shows a "      ければならない。長い文章を書いてみる。"

# --- characters that a terminal draws as one ---
family=$(printf '\360\237\221\251\342\200\215\360\237\221\251\342\200\215\360\237\221\247')
open w 60 "printf '%s' 'bob> $family'; sleep 600" # what tmux makes of it
check "a family is drawn" shows w "bob> "
text b "$family"
same_cursor() {
    typed=$(pane display-message -p -t b '#{cursor_x}')
    drawn=$(pane display-message -p -t w '#{cursor_x}')
    echo "the cursor stands at $typed, the terminal's own at $drawn"
    [ "$typed" -gt 5 ] && [ "$typed" -eq "$drawn" ]
}
check "the cursor stands where the terminal's own stands" eventually same_cursor
keys b BSpace
check "Backspace takes it as one" last_row b "bob>"

# --- answers of a terminal to another program's question ---
keys b -H 1b 5d 31 31 3b 72 67 62 3a 31 65 31 65 1b 5c 1b 50 3e 7c 74 1b 5c 78
check "is no text" last_row b "bob> x"
keys b C-u

# --- characters that must not reach the terminal ---
"$TOOLS/talk" "$host" "$port" <<'EOT'
eve send 03 "eve" 1b "[2J" 1b "]0;title" 07 "gone?"
eve send 00
EOT
check "an escape sequence is shown, not obeyed" shows a "eve: �[2J�]0;title�gone?"
check "and what was there is still there" shows a "      message takes more than one row"

# --- colours ---
pane capture-pane -p -e -t a >"$TMP/colours"
check "names have colours" grep -q "$(printf '\033\\[[39][1-6]m')" "$TMP/colours"
keys b C-d
check "Ctrl-D on an empty line leaves" shows a "* bob left"
open c 60 "NO_COLOR=1 $program -n carol"
check "carol comes" shows a "* carol joined"
text c "plain"
keys c Enter
check "and speaks" shows c "carol: plain"
pane capture-pane -p -e -t c >"$TMP/plain"
refute "NO_COLOR: not a single colour" grep -q "$(printf '\033')" "$TMP/plain"
text c "//x"
keys c Enter
check "two slashes say one" shows a "carol: /x"
text c "/help"
keys c Enter
check "/help helps" shows c "/quit leaves"
text c "/name Caroline"
keys c Enter
check "/name: another name" shows a "* carol is now called Caroline"
check "which stands before the line" last_row c "Caroline>"

# --- the terminal is restored ---
open d 60 "PS1='ready: ' sh -i"
check "a shell" last_row d "ready:"
text d "$program -n dave"
keys d Enter
check "dave comes" shows a "* dave joined"
text d "begun"
check "and begins a line" last_row d "dave> begun"
keys d C-z
check "Ctrl-Z goes back to the shell" last_row d "ready:"
text d "stty -a | grep -c ' icanon.* echo '"
keys d Enter
check "which has its terminal as before" last_row d "ready:"
text d "fg"
keys d Enter
check "fg comes back to the begun line" last_row d "dave> begun"
keys d C-c
check "Ctrl-C leaves" shows a "* dave left"
text d "stty -a >$TMP/after; echo \$?"
keys d Enter
check "and there is the shell again" last_row d "ready:"
check "keys are shown again" eventually grep -q -e "[^-]icanon" "$TMP/after"
check "and Enter is Enter" eventually grep -q -e "[^-]icrnl" "$TMP/after"
text d "/quit"

# --- the server goes and comes back ---
text a "not lost"
stop server
check "the end is told" shows a "* the server is shutting down"
check "then that nobody answers" shows a "* no answer from 127.0.0.1 port $port, still"
keys a Enter
check "a line is not sent into the void" shows a "* not sent: no answer from 127.0.0.1 port $port"
keys a Up
check "and can be had back" last_row a "花子> not lost"
start server "$ROOT/stage1/server" -p "$port"
check "the client notices that it is back" shows a "* the server answers again"
check "so does the other" shows c "* the server answers again"
keys a Enter
check "and all goes on" shows c "花子: not lost"

# --- a server of another project, which welcomes nobody ---
start relay "$TOOLS/relay" others
check "a server of another kind is there" sees relay "listening on"
port=$(sed -n '1s/.*://p' "$TMP/relay.out")
open e 70 "'$ROOT/stage1/client' -n erin -p $port"
check "before it has waited, the client does not speak" shows e "erin>"
text e "too early"
keys e Enter
check "and says why" shows e "* not sent: the server has not welcomed you yet"
check "then it does" shows e "* no welcome from 127.0.0.1 port $port"
text e "anybody?"
keys e Enter
check "what nobody has confirmed is marked" shows e "erin (unconfirmed): anybody?"
feed gus "$ROOT/stage1/client" -n gus -p "$port"
check "another one" sees gus "no welcome from 127.0.0.1 port $port"
types gus "me"
check "is heard" shows e "gus: me"
check "which is a sign that lines arrive" shows e "* lines come from 127.0.0.1 port $port: yours are no"
text e "good"
keys e Enter
check "from then on nothing is marked" shows e " erin: good"
text e "/quit"
keys e Enter
check "the other one has heard it" sees gus "erin: good"
hangup gus

close_screens
done_testing
