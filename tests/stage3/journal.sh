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
        check "$name is welcomed" sees "$name" "* welcome, $name"
        [ "$name" = "$first" ] ||
            check "$first sees that $name joined" sees "$first" "$name joined"
        option=-j
    done
}

# --- killed while members talk ----------------------------------------------------------------

begin
trust_server
check "only the owner can read the journal" mode_is "$journal"
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
check "members see each other's lines while the server is killed $KILLS times" talk
seen() { grep "^$2: " "$TMP/$1.out" | sed "s/^$2: //"; } # WHO OF
all_lines() {
    seen "$1" "$2" | diff "$TMP/$2.lines" - >"$TMP/difference" && return 0
    head -n 5 "$TMP/difference"
    return 1
}
for name in alice bob carol; do
    for other in alice bob carol; do
        [ $other = $name ] || check "$name sees each of $other's lines once" all_lines $name $other
    done
    check "$name is not told that anyone left" never_saw $name " left"
    check "$name misses no entry" never_saw $name "missing"
done
same_order() {
    grep -v "^\* " "$TMP/alice.out" | grep "^carol" >"$TMP/a"
    grep -v "^\* " "$TMP/bob.out" | grep "^carol" >"$TMP/b"
    cmp "$TMP/a" "$TMP/b"
}
check "alice and bob see carol's lines in one order" same_order
stop server

# --- ended by a signal ------------------------------------------------------------------------

PATIENCE=20
go_on
types bob "before it ends"
check "the room continues after the kills" sees alice "bob: before it ends"
stop server
check "SIGTERM ends the server with 0" [ "$status" -eq 0 ]
check "carol is told that the server restarts" sees carol "* the server is restarting"
types bob "said while it was away"
go_on
check "the line from while the server was away arrives" sees alice "bob: said while it was away"
check "the room is not closed by the restart" never_saw alice "closed"
types carol "/kick alice" "/who"
check "alice is still the host after the restart" sees carol "alice (host)"
types alice "/kick carol"
check "alice, the host, can still kick" exits carol 6
stop server
go_on
CHAT_PASSWORD=open
client dora -n dora -j r
check "another password is refused after the restarts" exits dora 3
allow_stderr dora
CHAT_PASSWORD=sesame
client dora -n dora -j r
check "the right password is accepted after the restarts" sees dora "* welcome, dora"
check "dora, who joins later, sees the earlier line" sees dora "bob: said while it was away"
types dora "hello"
check "bob sees dora's line" sees bob "dora: hello"

start second "$server" -k "$TMP/key" -j "$journal" -p 0
allow_stderr second
check "a second server with the same journal exits" exits second 1
holder="in use by another server, process $(lib_get pid server)"
check "the second server names the process that holds the journal" complains second "$holder"

types alice "/leave"
check "bob's client exits with 7 when the host leaves" exits bob 7
check "dora's client exits with 7 when the host leaves" exits dora 7
stop server KILL
go_on
"$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"
check "the closed room does not come back from the journal" grep -q "there are no rooms" "$TMP/list"
stop server

# --- removed under the server -----------------------------------------------------------------

CHAT_PASSWORD=
rm "$journal"
begin
in_a_room alice bob
types bob "before it is removed"
check "alice sees bob's line before the journal is removed" sees alice "bob: before it is removed"
rm "$journal"
allow_stderr server
check "members are told that the journal was removed" \
    sees alice "* the journal was removed or replaced; a new one"
check "the server's log reports that the journal was removed" \
    complains server "was removed: a whole new one is begun"
check "the server writes a new journal" eventually_is "$journal"
types bob "after it was removed"
check "alice sees bob's line after the journal was removed" sees alice "bob: after it was removed"
stop server KILL
go_on
types bob "and later"
check "alice sees bob's line after a restart with the new journal" sees alice "bob: and later"
client carol -n carol -j r
check "carol, who joins later, sees the lines of both journals" \
    sees carol "bob: before it is removed"
hangup carol
hangup alice
check "bob's client exits with 7 when alice leaves" exits bob 7
stop server
start other "$server" -k "$TMP/other_key" -j "$journal" -p 0
allow_stderr other
check "a journal that was written under another key is refused" exits other 1
check "the server prints that the key differs" complains other "was written under another key"

# --- a torn end, and damage -------------------------------------------------------------------

rm "$journal"
begin
in_a_room alice bob
size_of() { wc -c <"$1" | tr -d ' '; }
size=$(size_of "$journal")
types bob "the last line"
check "alice sees bob's last line" sees alice "bob: the last line"
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
check "a journal torn anywhere in the last record is accepted" torn_everywhere

cp "$TMP/whole" "$journal"
printf 'X' | dd of="$journal" bs=1 seek=$((size - 40)) conv=notrunc 2>"$TMP/dd"
cp "$journal" "$TMP/damaged"
start server "$server" -k "$TMP/key" -j "$journal" -p "$port"
check "a journal damaged in the middle is refused" exits server 1
check "the server prints where the journal is damaged" complains server "is damaged at byte "
check "the server prints that -S repairs it" complains server "start once with -S"
check "the refused journal is not changed" cmp "$journal" "$TMP/damaged"
check "the server starts with -S" starts -S
check "-S keeps the damaged journal" cmp "$journal.damaged" "$TMP/damaged"
check "the server starts without -S after that" starts
go_on
# After a salvage the server has no keys of members, so it is silent. A member that also says
# nothing notices that only after 25 seconds. So both say something.
types alice "after the damage"
types bob "I saw the damage"
check "bob sees alice's line after the repair" sees bob "alice: after the damage"
check "alice sees bob's line after the repair" sees alice "bob: I saw the damage"
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
check "a server with a limited file size gets ready" sees server "listening on"
in_a_room alice bob
awk 'BEGIN { for (i = 0; i < 150; i++) { print "a line of some forty bytes, number " i } }' \
    >"$TMP/lines"
cat "$TMP/lines" >"$TMP/bob.in"
check "members are told that the journal is full" sees alice "* the journal is full"
check "the server's log reports that it cannot write the journal" \
    complains server "cannot write the journal"
stop server KILL
go_on
check "the waiting lines arrive when there is space again" sees alice "number 149"
numbers() { sed -n 's/^bob: //p' "$TMP/alice.out" | diff - "$TMP/lines"; }
check "alice sees each of these lines once" numbers

# --- the rest ---------------------------------------------------------------------------------

awk 'BEGIN {
    line = "0123456789"
    while (length(line) < 3000) line = line line
    for (i = 1; i <= 1600; i++) print i " " substr(line, 1, 3000) }' >"$TMP/long"
cat "$TMP/long" >"$TMP/bob.in"
PATIENCE=30
check "alice sees five million bytes of lines" sees alice "bob: 1600 0"
PATIENCE=20
types bob "and a line"
check "alice sees one more line" sees alice "bob: and a line"
is_short() { [ "$(size_of "$journal")" -lt 4000000 ]; }
check "the server has shortened the journal" is_short
stop server KILL
go_on -s
types bob "after that"
check "the room continues from the shortened journal, with -s" sees alice "bob: after that"
stop server

wrong() { # OPTION...
    "$server" "$@" >"$TMP/out" 2>"$TMP/err"
    [ $? -eq 2 ]
}
check "-s without -j is refused" wrong -s
check "-S without -j is refused" wrong -S
done_testing
