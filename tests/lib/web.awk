# web.awk: translates a script for the window to one for tools/talk; web.sh documents its steps.
# `web` is the window's port, `path` and `cookie` are the secrets that a browser sends.
BEGIN {
    headers["HOST"] = "Host: 127.0.0.1:" web
    headers["COOKIE"] = "Cookie: chat=" cookie
    headers["ORIGIN"] = "Origin: http://127.0.0.1:" web
    headers["TYPE"] = "Content-Type: application/json"
    always = line("Cache-Control: no-store") line("X-Content-Type-Options: nosniff") \
        line("Referrer-Policy: no-referrer") line("Cross-Origin-Opener-Policy: same-origin") \
        line("Cross-Origin-Resource-Policy: same-origin")
    answers["403"] = "Forbidden/This is somebody's chat window, and your browser has no key to " \
        "it. The address that the program printed last has one. It works once."
    answers["404"] = "Not Found/Not Found"
    answers["421"] = "Misdirected Request/There is nothing here of that name."
}

function line(text) { return "\"" text "\" 0d 0a " }

# Escapes a text for the quotes of talk. In a loop, because backslashes in gsub differ between awks.
function quoted(text,    out, i, byte) {
    for (i = 1; i <= length(text); i++) {
        byte = substr(text, i, 1)
        out = out (byte == "\"" || byte == "\\" ? "\\" : "") byte
    }
    return out
}

# Translates "GET / HTTP/1.1|HOST" to lines, and an empty line behind them if no bar ends it. With
# COOKIE, the window's secret path is put before the path.
function head(text,    parts, count, i, out) {
    count = split(text, parts, "|")
    if (text ~ /\|COOKIE/) sub(/ \//, " " path, parts[1])
    for (i = 1; i <= count; i++) {
        if (parts[i] == "" && i == count && i > 1) return out
        out = out line(parts[i] in headers ? headers[parts[i]] : parts[i])
    }
    return out "0d 0a "
}

function answer(text,    parts, words) {
    split(text, parts, " ")
    split(answers[parts[1]], words, "/")
    return line("HTTP/1.1 " parts[1] " " words[1]) line("Content-Type: text/plain; charset=utf-8") \
        line("Content-Length: " length(words[2]) + 1) \
        (parts[2] == "close" ? line("Connection: close") : "") always "0d 0a \"" words[2] "\" 0a "
}

# An event, with placeholders for what differs from run to run.
function event(json) {
    json = quoted(json)
    sub(/TIME/, "\" time=13 \"", json)
    sub(/BOOT/, "\" boot=32 \"", json)
    return "\"data: " json "\" 0a 0a"
}

# The rest of the line after its first `count` words.
function rest(count,    text, i) {
    text = $0
    for (i = 0; i < count; i++) sub(/^[^ ]* */, "", text)
    return text
}

$2 == "posts" {
    print $1 " writes " head("POST " $3 " HTTP/1.1|HOST|COOKIE|ORIGIN|TYPE|Content-Length: " \
                             length(rest(3))) "\"" quoted(rest(3)) "\""
    next
}
$2 == "told" { print $1 " reads " event(rest(2)); next }
$2 == "line" { print $1 " reads \"id: " $3 "\" 0a " event(rest(3)); next }
$2 == "streams" {
    print $1 " connects"
    print $1 " writes " head("GET /events?after=" $3 " HTTP/1.1|HOST|COOKIE")
    print $1 " reads " line("HTTP/1.1 200 OK") line("Content-Type: text/event-stream") \
        line("Connection: close") always "0d 0a \"retry: 500\" 0a 0a"
    next
}
{
    while (match($0, /<[^>]*>/)) {
        $0 = substr($0, 1, RSTART - 1) head(substr($0, RSTART + 1, RLENGTH - 2)) \
            substr($0, RSTART + RLENGTH)
    }
    while (match($0, /\[4[0-9][0-9]( close)?\]/)) {
        $0 = substr($0, 1, RSTART - 1) answer(substr($0, RSTART + 1, RLENGTH - 2)) \
            substr($0, RSTART + RLENGTH)
    }
    gsub(/CRLF/, "0d 0a")
    gsub(/ALWAYS/, always)
    print
}
