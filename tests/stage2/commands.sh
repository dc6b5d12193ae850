#!/bin/sh
# Texts that begin with a slash are commands to the server.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

three='alice creates "r"
alice hears nothing
bob joins "r"
alice gets "* bob joined"
carol joins "r"
alice gets "* carol joined"
bob gets "* carol joined"'
together() { # WHAT: the rest is on standard input
    { echo "$three" && cat; } >"$TMP/rest"
    room_scene "$1" <"$TMP/rest"
}

for word in /leave /exit /quit; do
    together "$word leaves: the others are told, and the name is free at once" <<EOT
bob   says "r" "$word"
alice says "r"
alice gets "* welcome, alice"
dora  joins "r" as "bob"
alice gets "* bob left"
carol gets "* bob left"
alice gets "* bob joined"
carol gets "* bob joined"
bob   says "r" "still here?"
bob   hears nothing
alice hears nothing
EOT
done

room_scene "/who lists one member, then two" <<'EOT'
alice creates "r"
alice says "r" "/who"
alice gets "* here: alice (host)"
bob   joins "r"
alice gets "* alice and bob joined"
bob   gets "* alice and bob joined"
bob   says "r" "/leave"
alice gets "* bob left"
alice says "r" "/who"
alice gets "* here: alice (host)"
EOT

# The names come in any order, so the shell sorts them.
start_server stage2
room_play "/who answers with three names" -v <<'EOT'
alice creates "r"
alice hears nothing
bob   joins "r"
alice gets "* bob joined"
carol joins "r"
alice gets "* carol joined"
bob   gets "* carol joined"
bob   says "r" "/who"
bob   gets "* here: " list=24
alice hears nothing
EOT
who() { sed -n 's/.*bob\.list is "\(.*\)" (24 bytes)$/\1/p' "$TMP/lib.seen"; }
names=$(who | tr , '\n' | sed 's/^ //' | sort | tr '\n' ,)
check "/who names all three members and the host" test "$names" = "alice (host),bob,carol,"

# Thirty names of 200 bytes are more than a datagram holds. The client prints the answer as a line.
start_server stage2
{
    echo 'm creates "r"'
    n=10
    while [ $n -lt 40 ]; do
        echo "m joins \"r\" as \"$n$(printf '%0198d' 0)\""
        n=$((n + 1))
    done
} | room_steps | grep -v '^m [a-z]* "\* ' >"$TMP/script"
play "a host and thirty members with long names are in the room" <"$TMP/script"
client late -n late -j r
check "a member with a client joins them" sees late "* welcome, late"
types late "/who"
check "/who gives the number of the names that do not fit" sees late " others"
grep '^\* here: ' "$TMP/late.out" | head -n 1 >"$TMP/here"
named=$(tr , '\n' <"$TMP/here" | grep -c -e 'm (host)$' -e ' [1-3][0-9]0\{198\}$' -e ' late$')
others=$(sed -n 's/.* and \([0-9]*\) others$/\1/p' "$TMP/here")
sized() { # at most 4094 bytes and the line feed, and of the names as many as fit
    size=$(wc -c <"$TMP/here")
    [ "$size" -le 4095 ] && [ "$size" -gt 3800 ] && return 0
    echo "$size bytes"
    return 1
}
check "the answer fits in 4094 bytes and uses them" sized
counted() {
    [ "$((named + ${others:-0}))" -eq 32 ] && return 0
    echo "$named named, ${others:-no} others"
    cut -c 1-300 "$TMP/here"
    tail -c 60 "$TMP/here"
    return 1
}
check "the names and the others in the answer add up to 32" counted
hangup late

together "/help lists the commands, and other words are unknown commands" <<'EOT'
bob   says "r" "/help"
bob   gets "* /who lists who is here, /leave leaves, /kick NAME kicks a member (host only), //x says /x"
bob   says "r" "/"
bob   gets "* there is no such command; /help lists them"
bob   says "r" "/nonsense"
bob   gets "* there is no such command; /help lists them"
bob   says "r" "/helpless"
bob   gets "* there is no such command; /help lists them"
bob   says "r" "/LEAVE"
bob   gets "* there is no such command; /help lists them"
bob   says "r" "/leave now"
bob   gets "* there is no such command; /help lists them"
alice hears nothing
carol hears nothing
EOT

together "/kick is refused for a guest, for an unknown name and for the host" <<'EOT'
bob   says "r" "/kick carol"
bob   gets "* only the host can do that"
bob   says "r" "/kick bob"
bob   gets "* only the host can do that"
bob   says "r" "/kick alice"
bob   gets "* only the host can do that"
bob   says "r" "/kick"
bob   gets "* only the host can do that"
bob   says "r" "/kick nobody"
bob   gets "* only the host can do that"
alice says "r" "/kick dora"
alice gets "* nobody here is called dora"
alice says "r" "/kick alice"
alice gets "* you cannot kick yourself; /leave closes the room"
alice says "r" "/kick"
alice gets "* say whom: /kick NAME"
alice says "r" "/kick "
alice gets "* say whom: /kick NAME"
alice says "r" "/kick a:b"
alice gets "* nobody here is called that"
alice says "r" "/kick caro"
alice gets "* nobody here is called caro"
alice says "r" "/kick carol "
alice gets "* nobody here is called that"
bob   hears nothing
carol hears nothing
EOT

together "/kick removes a member, its token and its name" <<'EOT'
alice says "r" "/kick bob"
bob   gets "* you were kicked by the host"
alice gets "* bob was kicked by the host"
carol gets "* bob was kicked by the host"
alice hears nothing
carol hears nothing
bob   hears nothing
bob   says "r" "I am still here"
bob   gets "* you were kicked by the host"
alice hears nothing
alice says "r" "/kick bob"
alice gets "* nobody here is called bob"
bob   joins "r"
alice gets "* bob joined"
carol gets "* bob joined"
bob   says "r" "back"
alice gets "bob: back"
carol gets "bob: back"
EOT

together "two kicks at once make one notice" <<'EOT'
dora  joins "r"
alice says "r" "/kick bob"
bob   gets "* you were kicked by the host"
alice says "r" "/kick carol"
carol gets "* you were kicked by the host"
alice gets "* bob and carol were kicked by the host"
alice gets "* dora joined"
dora  gets "* bob and carol were kicked by the host"
EOT

room_scene "/kick takes names in other scripts and with spaces" <<'EOT'
alice creates "r"
alice hears nothing
bob   joins "r" as "花子 さん"
alice gets "* 花子 さん joined"
alice says "r" "/kick 花子 さん"
bob   gets "* you were kicked by the host"
alice gets "* 花子 さん was kicked by the host"
bob   joins "r" as "b*b /x"
alice gets "* b*b /x joined"
alice says "r" "/kick b*b /x"
bob   gets "* you were kicked by the host"
EOT

room_scene "/kick removes a member whose port is not known yet" <<'EOT'
alice creates "r"
alice hears nothing
bob   connects
bob   writes <join request "r" "bob">
bob   reads <join response "r" 00>
bob   reads <join complete "r" token=32>
bob   hangs up
alice gets "* bob joined"
alice says "r" "/kick bob"
alice gets "* bob was kicked by the host"
alice hears nothing
alice hears nothing
bob   says "r"
bob   gets "* you were kicked by the host"
bob   joins "r"
EOT

done_testing
