#!/bin/sh
# The client of stage 1 on terminals that are narrow, dumb or taken away from it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"

start_server stage1
program="$ROOT/stage1/client -p $port"

# --- a prompt that is too long ---
long=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789yes,78
open a 80 "$program -n $long"
check "a name of 78 bytes is welcomed" shows a "* welcome, abc"
text a "one two three"
check "its prompt leaves half of the row to the text" \
    last_row a "abcdefghijklmnopqrstuvwxyz0123456789AB… one two three"
check "and the cursor stands behind it" cursor a 53
check "no key took what stands above" shows a "* welcome, abc"
check "or put the row there again" shows a "6789AB…" 1
resize a 20
check "on a screen of 20 columns as well" eventually row_ends a "abcdefgh… " "hree"
keys a C-u
text a "花子花子花子花子"
check "wide characters at its right edge" eventually row_ends a "abcdefgh… " "花子"
check "stay within the row" shows a "abcdefgh…" 1
keys a C-c

# --- Ctrl-L leaves nothing in the scrollback ---
open b 60 "$program -n bob"
check "bob comes" shows b "* welcome, bob"
keys b C-l
check "Ctrl-L clears the screen" last_row b "bob>"
history() { pane display-message -p -t b '#{history_size}'; }
before=$(history)
text b "many keys"
check "keys after it" last_row b "bob> many keys"
check "put nothing into the scrollback" test "$(history)" = "$before"
keys b C-c

# --- stopped from outside ---
open c 60 "PS1='ready: ' sh -i"
check "a shell" last_row c "ready:"
text c "sh -c 'echo \$\$ >$TMP/carol; exec $program -n carol'"
keys c Enter
check "carol comes" shows c "* welcome, carol"
text c "begun"
check "and begins a line" last_row c "carol> begun"
number() { cat "$TMP/carol"; }
kill -s TSTP "$(number)"
check "SIGTSTP goes back to the shell" last_row c "ready:"
text c "stty -a | grep -c ' icanon.* echo '"
keys c Enter
check "which has its terminal as before" eventually row_ends c "ready:" ""
check "with keys shown" shows c "stty -a"
text c "fg"
keys c Enter
check "fg comes back to the begun line" last_row c "carol> begun"
kill -s TERM "$(number)"
check "SIGTERM ends it" last_row c "ready:"
text c "exit"
keys c Enter

# --- a user without a screen ---
open d 60 "TERM=dumb $program"
check "a dumb terminal is asked for a name too" last_row d "Your name:"
text d "dora"
keys d Enter
check "and welcomed" shows d "* welcome, dora"
keys d C-d
open e 60 "$program | tee $TMP/log"
check "and so is a terminal whose output goes elsewhere" last_row e "Your name:"
text e "erin"
keys e Enter
check "erin is welcomed" shows e "* welcome, erin"
refute "the question is not in what goes elsewhere" grep "Your name" "$TMP/log"

close_screens
done_testing
