#!/bin/sh
# With a journal (-j) the server goes on where it was, however it ended: killed at any moment, ended
# by a signal, with a torn or a damaged journal. KILLS is how often it is killed while members talk.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
STAGE=stage3
KILLS=${KILLS:-200}
SEED=${SEED:-1}
journal=$TMP/journal
server=$(lib_program stage3 server)

begin() { start_server stage3 -j "$journal" "$@"; }
go_on() { begin -p "$port" "$@"; }
# shellcheck disable=SC2012 # there is no other portable way to see a mode
mode_is() { [ "$(LC_ALL=C ls -l "$1" | cut -c 1-10)" = "-rw-------" ]; }
eventually_is() { # FILE
    deadline=$(($(date +%s) + PATIENCE))
    until [ -s "$1" ]; do
        [ "$(date +%s)" -lt "$deadline" ] || return 1
    done
}
in_a_room() { # NAME...: the first member is the host
    option=-c
    first=$1
    for name; do
        client "$name" -n "$name" $option r
        check "$name is in" sees "$name" "* welcome, $name"
        [ "$name" = "$first" ] || check "and $first knows it" sees "$first" "$name joined"
        option=-j
    done
}

# --- killed while members talk ----------------------------------------------------------------

begin
trust_server
check "the journal is for its owner alone" mode_is "$journal"
CHAT_PASSWORD=sesame
export CHAT_PASSWORD
in_a_room alice bob carol
stop server KILL
start server "$TOOLS/mortal" -s "$SEED" -n "$KILLS" "$server" -k "$TMP/key" -j "$journal" -p "$port"

# Each member says some lines, and more when the last but one has arrived, so nobody falls behind by
# more than a room keeps.
is_killed() { grep -q "mortal: killed" "$TMP/server.out"; }
say_some() {
    for name in alice bob carol; do
        awk -v name="$name" -v round="$round" -v n=$((round * 7 % 11 + 1)) 'BEGIN {
            for (i = 1; i <= n; i++) print name " in round " round ", line " i
            print name " ends round " round "." }' >"$TMP/some"
        cat "$TMP/some" >>"$TMP/$name.lines"
        cat "$TMP/some" >"$TMP/$name.in"
    done
}
PATIENCE=20
have_seen() { # ROUND
    sees alice "carol ends round $1." && sees bob "alice ends round $1." &&
        sees carol "bob ends round $1."
}
talk() {
    round=1
    say_some
    until is_killed; do
        round=$((round + 1))
        say_some
        have_seen $((round - 1)) || return 1
    done
    have_seen "$round"
}
check "people go on talking while the server is killed $KILLS times" talk
seen() { grep "^$2: " "$TMP/$1.out" | sed "s/^$2: //"; } # WHO OF
all_lines() {
    seen "$1" "$2" | diff "$TMP/$2.lines" - >"$TMP/difference" && return 0
    head -n 5 "$TMP/difference"
    return 1
}
for name in alice bob carol; do
    for other in alice bob carol; do
        [ $other = $name ] || check "$name has every line of $other, once" all_lines $name $other
    done
    check "$name saw nobody leave" never_saw $name " left"
    check "$name has no gap" never_saw $name "missing"
done
same_order() {
    grep -v "^\* " "$TMP/alice.out" | grep "^carol" >"$TMP/a"
    grep -v "^\* " "$TMP/bob.out" | grep "^carol" >"$TMP/b"
    cmp "$TMP/a" "$TMP/b"
}
check "alice and bob saw carol's lines in one order" same_order
stop server

# --- ended by a signal ------------------------------------------------------------------------

PATIENCE=20
go_on
types bob "before it ends"
check "the same room goes on" sees alice "bob: before it ends"
stop server
check "told to end, it ends with 0" [ "$status" -eq 0 ]
check "members read that it will be back" sees carol "* the server is restarting"
types bob "said while it was away"
go_on
check "what was said meanwhile arrives" sees alice "bob: said while it was away"
check "the room was not closed" never_saw alice "closed"
types carol "/kick alice" "/who"
check "who was host is host" sees carol "alice (host)"
types alice "/kick carol"
check "and can kick" exits carol 6
stop server
go_on
CHAT_PASSWORD=open
client dora -n dora -j r
check "a password is still asked for" exits dora 3
allow_stderr dora
CHAT_PASSWORD=sesame
client dora -n dora -j r
check "the right one opens" sees dora "* welcome, dora"
check "who comes is told what was said" sees dora "bob: said while it was away"
types dora "hello"
check "all are there" sees bob "dora: hello"

start second "$server" -k "$TMP/key" -j "$journal" -p 0
allow_stderr second
check "a second server does not get the journal" exits second 1
holder="in use by another server, process $(lib_get pid server)"
check "and says who has it" complains second "$holder"

types alice "/leave"
check "when the host leaves the room is closed" exits bob 7
check "for all" exits dora 7
stop server KILL
go_on
"$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"
check "and stays so" grep -q "there are no rooms" "$TMP/list"
stop server

# --- removed under the server -----------------------------------------------------------------

CHAT_PASSWORD=
rm "$journal"
begin
in_a_room alice bob
types bob "before it is removed"
check "bob says something" sees alice "bob: before it is removed"
rm "$journal"
allow_stderr server
check "a removed journal is told to all" sees alice "* the journal was removed or replaced; a new one"
check "and to its owner" complains server "was removed: a whole new one is begun"
check "who can see it" eventually_is "$journal"
types bob "after it was removed"
check "bob goes on" sees alice "bob: after it was removed"
stop server KILL
go_on
types bob "and later"
check "so does the next server" sees alice "bob: and later"
client carol -n carol -j r
check "with all that was said" sees carol "bob: before it is removed"
hangup carol
hangup alice
check "the host leaves" exits bob 7
stop server
start other "$server" -k "$TMP/other_key" -j "$journal" -p 0
allow_stderr other
check "a journal is refused that was written under another key" exits other 1
check "with a clear line" complains other "was written under another key"

# --- a torn end, and damage -------------------------------------------------------------------

rm "$journal"
begin
in_a_room alice bob
size_of() { wc -c <"$1" | tr -d ' '; }
size=$(size_of "$journal")
types bob "the last line"
check "bob says something" sees alice "bob: the last line"
stop server KILL
cp "$journal" "$TMP/whole"
whole=$(size_of "$TMP/whole")
# The line is somewhere behind $size bytes, in the part that was written last.
allow_stderr server
cut_at() { dd if="$TMP/whole" of="$journal" bs="$1" count=1 2>"$TMP/dd" || cat "$TMP/dd"; }
# shellcheck disable=SC2120 # "check" hands on the options
starts() { # OPTION...: and ends again
    rm -f "$TMP/server.err"
    go_on "$@" && listed=$("$(lib_program stage3 client)" -l -p "$port" 2>"$TMP/list.err") &&
        stop server && [ "$status" -eq 0 ]
}
torn_everywhere() {
    cut=$whole
    while [ "$cut" -gt "$((size + 4))" ]; do
        cut=$((cut - 5))
        cut_at "$cut"
        # shellcheck disable=SC2119
        starts || return 1
        [ ! -s "$TMP/server.err" ] ||
            grep -q "in the middle of a record" "$TMP/server.err" || return 1
        # Everything before the torn record is still there: the room and its members.
        [ "$listed" = "r: 2 members" ] || { echo "cut at $cut: $listed"; return 1; }
    done
}
check "a journal that is torn anywhere in what was written last is good" torn_everywhere

cp "$TMP/whole" "$journal"
printf 'X' | dd of="$journal" bs=1 seek=$((size - 40)) conv=notrunc 2>"$TMP/dd"
cp "$journal" "$TMP/damaged"
start server "$server" -k "$TMP/key" -j "$journal" -p "$port"
check "one that is damaged in the middle is not" exits server 1
check "it says where, and what to do" complains server "is damaged at byte "
check "namely -S" complains server "start once with -S"
check "nothing was changed" cmp "$journal" "$TMP/damaged"
check "with -S it starts" starts -S
check "the damaged one is kept" cmp "$journal.damaged" "$TMP/damaged"
check "and from then on without" starts
go_on
# After a salvage the server has no keys of members, so it is silent. A member that also says
# nothing notices that only after 25 seconds. So both say something.
types alice "after the damage"
types bob "I saw the damage"
check "whose clients come in anew, and go on" sees bob "alice: after the damage"
check "both of them" sees alice "bob: I saw the damage"
stop server

# --- no space on the disk ---------------------------------------------------------------------

hangup alice
hangup bob
rm -f "$journal"*
cat >"$TMP/small" <<'EOT'
ulimit -f 8 # blocks of 512 bytes, or of 1024
exec "$@"
EOT
start server sh "$TMP/small" "$server" -k "$TMP/key" -j "$journal" -p "$port"
check "a server with a small disk" sees server "listening on"
in_a_room alice bob
awk 'BEGIN { for (i = 0; i < 150; i++) { print "a line of some forty bytes, number " i } }' \
    >"$TMP/lines"
cat "$TMP/lines" >"$TMP/bob.in"
check "when that is full members read so" sees alice "* the journal is full"
check "and its owner, too" complains server "cannot write the journal"
stop server KILL
go_on
check "with more room the rest arrives" sees alice "number 149"
numbers() { sed -n 's/^bob: //p' "$TMP/alice.out" | diff - "$TMP/lines"; }
check "each line once" numbers

# --- the rest ---------------------------------------------------------------------------------

awk 'BEGIN {
    line = "0123456789"
    while (length(line) < 3000) line = line line
    for (i = 1; i <= 1600; i++) print i " " substr(line, 1, 3000) }' >"$TMP/long"
cat "$TMP/long" >"$TMP/bob.in"
PATIENCE=30
check "five million bytes are said" sees alice "bob: 1600 0"
PATIENCE=20
types bob "and a line"
check "and one line" sees alice "bob: and a line"
is_short() { [ "$(size_of "$journal")" -lt 4000000 ]; }
check "the journal was made shorter" is_short
stop server KILL
go_on -s
types bob "after that"
check "and holds all (-s)" sees alice "bob: after that"
stop server

wrong() { # OPTION...
    "$server" "$@" >"$TMP/out" 2>"$TMP/err"
    [ $? -eq 2 ]
}
check "-s is about a journal" wrong -s
check "-S, too" wrong -S
done_testing
