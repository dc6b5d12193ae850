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
check "a long prompt leaves half of the row for the text" \
    last_row a "abcdefghijklmnopqrstuvwxyz0123456789AB… one two three"
check "the cursor is behind the typed text" cursor a 53
check "no key overwrites the lines above" shows a "* welcome, abc"
check "no key prints the row again" shows a "6789AB…" 1
resize a 20
check "a long prompt is cut on a screen of 20 columns too" eventually row_ends a "abcdefgh… " "hree"
keys a C-u
text a "花子花子花子花子"
check "wide characters are shown at the right edge" eventually row_ends a "abcdefgh… " "花子"
check "wide characters do not wrap the row" shows a "abcdefgh…" 1
keys a C-c

# --- Ctrl-L leaves nothing in the scrollback ---
open b 60 "$program -n bob"
check "bob is welcomed" shows b "* welcome, bob"
keys b C-l
check "Ctrl-L clears the screen" last_row b "bob>"
history() { pane display-message -p -t b '#{history_size}'; }
before=$(history)
text b "many keys"
check "typed text is shown after Ctrl-L" last_row b "bob> many keys"
check "text typed after Ctrl-L adds nothing to the scrollback" test "$(history)" = "$before"
keys b C-c

# --- stopped from outside ---
open c 60 "PS1='ready: ' sh -i"
check "a shell for carol is ready" last_row c "ready:"
text c "sh -c 'echo \$\$ >$TMP/carol; exec $program -n carol'"
keys c Enter
check "carol is welcomed" shows c "* welcome, carol"
text c "begun"
check "carol's unfinished line is shown" last_row c "carol> begun"
number() { cat "$TMP/carol"; }
kill -s TSTP "$(number)"
check "SIGTSTP returns to the shell" last_row c "ready:"
text c "stty -a | grep -c ' icanon.* echo '"
keys c Enter
check "the shell has its terminal modes back" eventually row_ends c "ready:" ""
check "the shell shows typed keys" shows c "stty -a"
text c "fg"
keys c Enter
check "fg shows the unfinished line again" last_row c "carol> begun"
kill -s TERM "$(number)"
check "SIGTERM ends the client" last_row c "ready:"
text c "exit"
keys c Enter

# --- a user without a screen ---
open d 60 "TERM=dumb $program"
check "a user at a dumb terminal is asked for a name" last_row d "Your name:"
text d "dora"
keys d Enter
check "a user at a dumb terminal is welcomed" shows d "* welcome, dora"
keys d C-d
open e 60 "$program | tee $TMP/log"
check "a user whose output goes to a pipe is asked for a name" last_row e "Your name:"
text e "erin"
keys e Enter
check "a user whose output goes to a pipe is welcomed" shows e "* welcome, erin"
refute "the question is not in the piped output" grep "Your name" "$TMP/log"

close_screens
done_testing
