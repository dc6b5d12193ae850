# rooms.awk: translates the steps of a script about rooms to the steps of tests/tools/talk. Run it
# with LC_ALL=C, because it counts bytes. Everything that is not mentioned here stays as it is.
#
# In any line
#
#     <create request "lounge" "alice">
#
# is the frame of the Chat Room Protocol with this operation (create, join, list), state (request,
# response, complete), room and payload; its sizes are computed. The room and the payload are
# bytes in the notation of tests/tools/bytes.h; the room is one token of it, the payload the rest.
#
# These lines become several steps. ROOM and NAME are text in quotes:
#
#     alice creates ROOM              as "alice". She sends her port, is admitted, hangs up, sends
#     alice joins ROOM                her first datagram, and is welcomed
#     alice joins ROOM as NAME        under another name
#     alice joins ROOM as NAME: 04    is refused with this status
#     alice opens ROOM                creates it, and without the rest: she sends no port, does not
#     alice enters ROOM               wait for the end of the stream, and notices may come before
#                                     her welcome; `as NAME` as above
#     alice requests create ROOM      over TCP alone: she is admitted and hangs up; `as NAME` and
#     alice requests join ROOM        `: 04` as above
#     server admits create ROOM NAME  for a client under trial: what a server does that lets it in.
#                                     Its token is "a"*32
#     alice says ROOM BYTES           one datagram with her token for that room, and the bytes

# The number of bytes of a text in the notation.
function size(text,    total, length_, times) {
    total = 0
    while (1) {
        sub(/^[ \t]+/, "", text)
        if (text == "") return total
        if (match(text, /^"([^"\\]|\\.)*"/)) {
            length_ = substr(text, 2, RLENGTH - 2)
            gsub(/\\./, "x", length_)
            length_ = length(length_)
        } else if (match(text, /^[a-z][a-z_]+=[0-9]+/)) {
            length_ = substr(text, 1, RLENGTH)
            sub(/.*=/, "", length_)
            length_ += 0
        } else if (match(text, /^[0-9a-fA-F][0-9a-fA-F]/)) length_ = 1
        else { print "rooms.awk: what is this: " text >"/dev/stderr"; exit 2 }
        text = substr(text, RLENGTH + 1)
        times = 1
        if (match(text, /^\*[0-9]+/)) {
            times = substr(text, 2, RLENGTH - 1) + 0
            text = substr(text, RLENGTH + 1)
        }
        total += length_ * times
    }
}

# Makes a frame of the text between < and >.
function frame(text,    words, room, payload, p) {
    split(text, words, " ")
    sub(/^[a-z]+ [a-z]+ */, "", text)
    if (!match(text, /^"([^"\\]|\\.)*"(\*[0-9]+)?/)) match(text, /^[0-9a-f][0-9a-f](\*[0-9]+)?/)
    room = substr(text, 1, RLENGTH)
    payload = substr(text, RLENGTH + 1)
    p = size(payload)
    return sprintf("%02x %s %s 00*25 %02x %02x %02x %02x %s%s", size(room), number[words[1]],
                   number[words[2]], p / 16777216, p / 65536 % 256, p / 256 % 256, p % 256,
                   room, payload)
}

# Translates all frames of a line. A > in quotes does not end a frame.
function frames(line,    out, start, length_) {
    while (match(line, /<[a-z]+ [a-z]+ ("([^"\\]|\\.)*"|[^">])*>/)) {
        start = RSTART # frame() looks for matches of its own
        length_ = RLENGTH
        out = out substr(line, 1, start - 1) frame(substr(line, start + 1, length_ - 2))
        line = substr(line, start + length_)
    }
    return out line
}

function step(text) { print who, frames(text) }

function enters(operation, room, name, status) {
    step("connects")
    step("writes <" operation " request " room " " name ">")
    step("reads <" operation " response " room " " status ">")
    if (status == "00") {
        step("reads <" operation " complete " room " token=32>")
        step("writes port")
    }
    step("reads end")
    step("hangs up")
    if (status != "00") return
    step(sprintf("send %02x 20 %s token", size(room), room))
    step("gets \"* welcome, \" " name)
}

function requests(operation, room, name, status) {
    step("connects")
    step("writes <" operation " request " room " " name ">")
    step("reads <" operation " response " room " " status ">")
    if (status == "00") step("reads <" operation " complete " room " token=32>")
    step("hangs up")
}

function is_in(operation, room, name) {
    requests(operation, room, name, "00")
    step(sprintf("send %02x 20 %s token", size(room), room))
    step("awaits \"* welcome, \" " name)
}

BEGIN {
    number["create"] = "01"; number["join"] = "02"; number["list"] = "03"
    number["request"] = "00"; number["response"] = "01"; number["complete"] = "02"
    text_pattern = "^\"([^\"\\\\]|\\\\.)*\"(\\*[0-9]+)?"
}

$2 ~ /^(creates|joins|opens|enters|requests)$/ {
    who = $1
    rest = $0
    sub(/^[ \t]*[^ \t]+[ \t]+[a-z]+[ \t]+/, "", rest)
    if ($2 == "requests") sub(/^[a-z]+[ \t]+/, "", rest)
    match(rest, text_pattern)
    room = substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
    name = "\"" who "\""
    status = "00"
    if (sub(/^ as /, "", rest)) {
        match(rest, text_pattern)
        name = substr(rest, 1, RLENGTH)
        rest = substr(rest, RLENGTH + 1)
    }
    if (sub(/^: */, "", rest)) status = rest
    if ($2 == "requests") {
        requests($3, room, name, status)
        next
    }
    if ($2 == "opens" || $2 == "enters") {
        is_in($2 == "opens" ? "create" : "join", room, name)
        next
    }
    enters($2 == "creates" ? "create" : "join", room, name, status)
    next
}

$2 == "admits" {
    who = $1
    step("accepts")
    step("takes " $3 " " $4 " " $5)
    step("writes <" $3 " response " $4 " 00> <" $3 " complete " $4 " \"a\"*32>")
    step("half-closes")
    name = $5
    gsub(/"/, "", name)
    step("welcomes " name)
    next
}

$2 == "says" {
    who = $1
    rest = $0
    sub(/^[ \t]*[^ \t]+[ \t]+says[ \t]+/, "", rest)
    match(rest, text_pattern)
    room = substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
    step(sprintf("send %02x 20 %s token%s", size(room), room, rest))
    next
}

{ print frames($0) }
