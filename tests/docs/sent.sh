#!/bin/sh
# The table in docs/security.md has everything that the servers of stages 2 and 3 send. It is compared
# with the source: each function that makes something to be sent is in a row, under its file, and
# each row has functions that do. And with the unit tests: stage2/sent and stage3/sent have the same
# rows, with the same numbers of bytes, make each kind and measure it.
. "$(dirname "$0")/../lib/lib.sh"

# in_table PAGE: `FILE FUNCTION` for each function of the table
table() { sed -n '/^## What a server sends/,/^## Where to look/p' "$1" | grep '^|'; }
in_table() {
    table "$1" | awk -F '|' '
        $2 ~ /\*\*/ { gsub(/[` ]/, "", $3); file = $3; next }
        file != "" { n = split($3, part, "`"); for (i = 2; i <= n; i += 2) print file, part[i] }' |
        sort
}

# callers FOLDER FILE WORD...: `FILE FUNCTION` for each function that calls one of the words, but not for
# those that are words themselves: these send what they are given.
callers() {
    callers_folder=$1 callers_file=$2
    shift 2
    awk -v file="$callers_file" -v words="$*" '
        BEGIN { n = split(words, word, " "); for (i = 1; i <= n; i++) conduit[word[i]] = 1 }
        /^[a-z].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
        /^[a-z}]/ { next }
        {
            line = $0
            sub(/\/\*.*/, "", line)
            for (i = 1; i <= n; i++) {
                at = word[i] == "->send" ? index(line, "->send(") : match(line, "(^|[^a-z_0-9.>])" word[i] "\\(")
                if (at && !(name in conduit) && !((file, name) in told)) {
                    told[file, name] = 1
                    print file, name
                }
            }
        }' "$callers_folder/$callers_file"
}

# in_source FOLDER: the same from the source. What stands here after a file are the functions of it
# that send what they are given.
in_source() {
    {
        callers "$1" stage2/chat/chat.c "->send" send_to_address send_to send_to_room tell tell_room
        callers "$1" stage2/admission/conn.c put_frame tcrp_encode
        callers "$1" stage3/chat/session.c "->send" emit ask send_probe session_announce
        callers "$1" stage3/chat/announce.c announce session_announce
        callers "$1" stage3/chat/lost.c "->send"
        callers "$1" stage3/admission/conn.c put_frame put_sealed tcrp_encode
    } | sort
}

same_functions() { # FOLDER PAGE
    in_source "$1" >"$TMP/source"
    in_table "$2" >"$TMP/table"
    [ "$(wc -l <"$TMP/source")" -gt 25 ] || { echo "few functions were found"; return 1; }
    diff "$TMP/source" "$TMP/table" >"$TMP/difference" && return 0
    sed -n -e 's/^</not in the table:/p' -e 's/^>/sends nothing:/p' "$TMP/difference"
    return 1
}
page=$ROOT/docs/security.md
check "the functions that send something are those of the table" same_functions "$ROOT" "$page"

# Only these functions have the sockets, and only these files call what leads to them.
sockets() { # FOLDER
    (cd "$1" && for file in stage[23]/server.c stage[23]/admission/*.c stage[23]/chat/*.c \
        stage3/journal/*.c stage3/cluster/*.c; do
        callers . "$file" net_send net_write sendto send sendmsg write
    done)
}
only_these() {
    sockets "$1" | grep -v "^stage3/journal/" >"$TMP/sockets"
    diff "$TMP/sockets" - <<'EOT'
stage2/server.c send_datagram
stage2/server.c flush
stage3/server.c send_now
stage3/server.c flush
EOT
}
check "no other function of a server sends or writes to a socket" only_these "$ROOT"
chat_sends() { # FOLDER
    (cd "$1" && grep -l -e "->send(" stage[23]/server.c stage[23]/admission/*.c stage[23]/chat/*.c \
        stage3/journal/*.c stage3/cluster/*.c) >"$TMP/files"
    diff "$TMP/files" - <<'EOT'
stage2/chat/chat.c
stage3/chat/lost.c
stage3/chat/session.c
EOT
}
check "only these files send datagrams" chat_sends "$ROOT"

# numbers PAGE: `WHAT|BYTES|CAME` of each row; 0 stands for "-" and "as many"
numbers() {
    table "$1" | awk -F '|' '$3 ~ /`/ && $2 !~ /\*\*/ {
        gsub(/^ *| *$/, "", $2); print $2 "|" $5 + 0 "|" $6 + 0 }' | sort
}
tested() { # STAGE
    sed -n 's/^    \[[A-Z]*\] = {"\(.*\)", \([0-9]*\), \([0-9]*\)},$/\1|\2|\3/p' \
        "$ROOT/tests/unit/$1/sent.c"
}
same_numbers() { # PAGE
    numbers "$1" >"$TMP/numbers"
    { tested stage2; tested stage3; } | sort >"$TMP/tested"
    [ "$(wc -l <"$TMP/numbers")" -gt 15 ] && diff "$TMP/numbers" "$TMP/tested"
}
check "each row is in a unit test, with the same numbers of bytes" same_numbers "$page"

# To no address that is not proved goes more than came from there.
bounded() { # PAGE
    table "$1" | awk -F '|' '
        $4 ~ /where the datagram came from/ { found++; if ($5 + 0 > $6 + 0) { print; wrong = 1 } }
        END { exit wrong || found != 3 }'
}
check "what goes to where a datagram came from is no longer than the datagram" bounded "$page"

# The page says what stage 1 cannot, and so does the protocol.
says() { tr '\n' ' ' <"$1" | tr -s ' ' | grep -q -F -e "$2"; }
check "the page says that stage 1 cannot promise this" \
    says "$page" "Stage 1 cannot promise that: one hello with a forged address"
check "and so does the protocol" says "$ROOT/docs/protocol.md" \
    "a hello with a forged address makes the server send all that is said to that address"

# --- would a mistake be noticed? ---

copy=$TMP/copy
mkdir "$copy"
(cd "$ROOT" && find stage2 stage3 -name '*.c') | while read -r file; do
    mkdir -p "$copy/${file%/*}" && cp "$ROOT/$file" "$copy/$file"
done
planted() { # FILE STATEMENT COMMAND...: with one more function, which does this
    file=$1
    printf 'void boast(void)\n{\n    %s;\n}\n' "$2" >>"$copy/$file"
    shift 2
    "$@" >"$TMP/noticed" 2>&1
    planted_status=$?
    cp "$ROOT/$file" "$copy/$file"
    return $planted_status
}
functions() { same_functions "$copy" "$page"; }
check "the copy is accepted" functions
refute "a new notice of stage 2 is noticed" \
    planted stage2/chat/chat.c 'tell(chat, index, "x", 1)' functions
refute "a new datagram of stage 3 is noticed" \
    planted stage3/chat/session.c 'emit(session, sender, packet, 1)' functions
refute "a new probe of stage 3 is noticed" \
    planted stage3/chat/session.c 'send_probe(session, sender, to)' functions
refute "a new frame of stage 3 is noticed" \
    planted stage3/admission/conn.c 'put_frame(conn, 1, 1, "x", 1)' functions
refute "a second place that sends datagrams is noticed" \
    planted stage3/chat/receive.c 'sender->send(sender->context, to, "x", 1)' chat_sends "$copy"
refute "a second place that writes to a socket is noticed" \
    planted stage2/server.c 'net_write(fd, "x", 1)' only_these "$copy"
sed 's/| 32 | 65 |/| 72 | 65 |/' "$page" >"$TMP/page"
refute "another number in the table is noticed" same_numbers "$TMP/page"
refute "an answer that is longer than what it answers is noticed" bounded "$TMP/page"
grep -v '`session_wait`' "$page" >"$TMP/page"
refute "a row that was forgotten is noticed" same_functions "$ROOT" "$TMP/page"
done_testing
