#!/bin/sh
# The window's HTTP: requests in any pieces, requests at their limits, and invalid ones. Whatever
# one connection does, the others are served.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/web.sh"
start_gui
check "the key is exchanged for a cookie" get_in

others() { # WHAT
    web_play "$1" <<'EOT'
z connects
z writes <GET /nothing HTTP/1.1|HOST|COOKIE>
z reads [404]
EOT
}
others "a request is answered"

# --- pieces, and several at once ---

for piece in 1 2 7 50; do
    web_play "a request in pieces of $piece bytes is answered" <<EOT
x connects
x trickles $piece <GET /nothing HTTP/1.1|HOST|COOKIE>
x reads [404]
x trickles $piece <POST /say HTTP/1.1|HOST|COOKIE|ORIGIN|TYPE|Content-Length: 24> "{\"room\":\"9\",\"text\":\"hi\"}"
x reads "HTTP/1.1 404 Not Found" CRLF
EOT
done

web_play "three requests in one segment get three answers, in order" <<'EOT'
x connects
x writes <GET /a HTTP/1.1|HOST|COOKIE> <GET /b HTTP/1.1|HOST> <GET /c HTTP/1.1|HOST|COOKIE|Connection: close>
x reads [404] [403] [404 close]
x reads end
EOT
web_play "the bytes of a body are not taken for a request" <<'EOT'
x connects
x writes <POST /nothing HTTP/1.1|HOST|COOKIE|ORIGIN|TYPE|Content-Length: 25> <GET /a HTTP/1.1|X: a> <GET /b HTTP/1.1|HOST>
x reads [404] [403]
EOT
web_play "a hundred requests in one segment are answered" <<EOT
x connects
x writes $(i=0; while [ $i -lt 100 ]; do i=$((i + 1)); printf '<GET /a HTTP/1.1|HOST|COOKIE> '; done)
x reads $(i=0; while [ $i -lt 100 ]; do i=$((i + 1)); printf '[404] '; done)
EOT
feed deaf "$TOOLS/talk" -v 127.0.0.1 "$web"
{
    echo "x connects"
    i=0
    while [ $i -lt 200 ]; do i=$((i + 1)); echo "x writes <GET / HTTP/1.1|HOST|COOKIE>"; done
} | web_script >"$TMP/deaf.in"
check "a client asks for the page 200 times and reads nothing" sees deaf "x writes" 200
others "others are served beside a client that reads nothing"
stop deaf
web_play "a client that closes its sending side still gets the answer" <<'EOT'
x connects
x writes <GET /nothing HTTP/1.1|HOST|COOKIE>
x half-closes
x reads [404]
x reads end
EOT
web_play "HTTP/1.0 has one request per connection" <<'EOT'
x connects
x writes <GET /nothing HTTP/1.0|HOST|COOKIE>
x reads [404 close]
x reads end
EOT

# --- invalid requests ---

# refused STATUS WHAT: the bytes on standard input get this status and the end as an answer.
refused() {
    { echo "x connects"; sed 's/^/x writes /'; echo "x reads \"HTTP/1.1 $1 \""; } >"$TMP/refused"
    web_play "$2: $1" <"$TMP/refused"
}
refused 400 "garbage" <<'EOT'
"lorem ipsum" CRLF
EOT
refused 400 "a lone line feed" <<'EOT'
"GET / HTTP/1.1" 0a "Host: a" 0a 0a
EOT
refused 400 "a zero byte in the path" <<'EOT'
"GET /" 00 " HTTP/1.1" CRLF
EOT
refused 400 "a zero byte in a header" <<'EOT'
<GET / HTTP/1.1|HOST|> "X: a" 00 "b" CRLF CRLF
EOT
refused 400 "a control character in a header's name" <<'EOT'
<GET / HTTP/1.1|HOST|> "X" 07 ": b" CRLF CRLF
EOT
refused 400 "a folded header" <<'EOT'
<GET / HTTP/1.1|HOST|X: a| b>
EOT
refused 400 "a space before the colon" <<'EOT'
<GET / HTTP/1.1|HOST|X : a>
EOT
refused 400 "no host" <<'EOT'
<GET / HTTP/1.1|COOKIE>
EOT
refused 400 "two hosts" <<'EOT'
<GET / HTTP/1.1|HOST|HOST|COOKIE>
EOT
refused 421 "the address of another server" <<'EOT'
<GET http://127.0.0.1/ HTTP/1.1|HOST>
EOT
refused 400 "an address of another scheme" <<'EOT'
<GET https://127.0.0.1/ HTTP/1.1|HOST>
EOT
refused 400 "an address without a host" <<'EOT'
<GET http:///path HTTP/1.1|HOST>
EOT
refused 400 "the form for tunnels" <<'EOT'
<CONNECT 127.0.0.1:80 HTTP/1.1|HOST>
EOT
refused 505 "another version" <<'EOT'
<GET / HTTP/2.0|HOST>
EOT
refused 400 "the beginning of TLS" <<'EOT'
16 03 01 02 00 01 00 01 fc 03 03 0a 0d 0a
EOT
for length in -1 +5 0x5 "5 5" "5,5" 5.0 "" five; do
    refused 400 "a length of \"$length\"" <<EOT
<POST /say HTTP/1.1|HOST|Content-Length: $length> "12345"
EOT
done
refused 400 "two lengths" <<'EOT'
<POST /say HTTP/1.1|HOST|Content-Length: 5|Content-Length: 5> "12345"
EOT
refused 413 "a length beyond the limit" <<'EOT'
<POST /say HTTP/1.1|HOST|Content-Length: 32769>
EOT
refused 413 "a length beyond any number" <<'EOT'
<POST /say HTTP/1.1|HOST|Content-Length: 18446744073709551621>
EOT
refused 411 "no length" <<'EOT'
<POST /say HTTP/1.1|HOST>
EOT
refused 501 "chunks" <<'EOT'
<POST /say HTTP/1.1|HOST|Transfer-Encoding: chunked> "0" CRLF CRLF
EOT
refused 501 "chunks and a length" <<'EOT'
<POST /say HTTP/1.1|HOST|Content-Length: 5|Transfer-Encoding: chunked> "0" CRLF CRLF
EOT
refused 417 "an expectation" <<'EOT'
<POST /say HTTP/1.1|HOST|Content-Length: 5|Expect: 100-continue>
EOT
refused 414 "a line of 100 kB" <<'EOT'
"GET /" "a"*100000 " HTTP/1.1" CRLF
EOT
refused 431 "a header of 100 kB" <<'EOT'
<GET / HTTP/1.1|HOST|> "X: " "a"*100000 CRLF CRLF
EOT
refused 431 "65 headers" <<EOT
<GET / HTTP/1.1|HOST|> $(i=0; while [ $i -lt 64 ]; do i=$((i + 1)); printf '"a: b" CRLF '; done)
EOT
thousand=$(i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); printf '"a: b" CRLF '; done)
{
    echo '<GET / HTTP/1.1|HOST|>'
    i=0
    while [ $i -lt 20 ]; do i=$((i + 1)); echo "$thousand"; done
} >"$TMP/headers"
refused 431 "20,000 headers" <"$TMP/headers"
others "others are served after the invalid requests"

# --- slowness ---

# slow NAME LINE...: starts a talk that plays these lines, and then waits for the end.
slow() {
    name=$1
    shift
    printf '%s\n' "x connects" "$@" | web_script >"$TMP/slow"
    feed "$name" "$TOOLS/talk" -t 15 -v 127.0.0.1 "$web"
    cat "$TMP/slow" - >"$TMP/$name.in" </dev/null
    sees "$name" "x connects"
}
check "a connection sends nothing" slow silent 'x reads end'
check "a connection sends half a request line" \
    slow half 'x writes "GET /nothi"' 'x reads "HTTP/1.1 408 "'
check "a connection sends a part of its headers" \
    slow heads 'x writes <GET / HTTP/1.1|HOST|>' 'x reads "HTTP/1.1 408 "'
check "a connection sends half a body" slow body \
    'x writes <POST /say HTTP/1.1|HOST|COOKIE|ORIGIN|TYPE|Content-Length: 20> "{\"room\""' \
    'x reads "HTTP/1.1 408 "'
check "a hundred idle connections are started" feed idlers "$TOOLS/idlers" 127.0.0.1 "$web" 100
check "a hundred idle connections are open at once" sees idlers "100 are open"
stop idlers
for second in 0 1 2 3 4 5 6 7; do
    others "others are served beside the slow connections ($second)"
    "$TOOLS/await" 1 "$TMP/silent.out" 1 "reads end"
done
check "the hundred strangers push out the silent connection" sees silent "reads end"
# The connections of strangers have been closed. A connection with a cookie has not.
start_gui
check "the second window's key is exchanged for a cookie" get_in
check "another connection sends half a request line" \
    slow half 'x writes "GET /nothi"' 'x reads "HTTP/1.1 408 "'
check "another connection sends half a body" slow body \
    'x writes <POST /say HTTP/1.1|HOST|COOKIE|ORIGIN|TYPE|Content-Length: 20> "{\"room\""' \
    'x reads "HTTP/1.1 408 "'
PATIENCE=15
for name in half body; do
    check "the connection with half a $name is told that it took too long" \
        sees $name 'x reads "HTTP/1.1 408'
done
PATIENCE=20
others "others are served after the timeouts"

done_testing
