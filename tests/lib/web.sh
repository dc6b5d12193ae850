# shellcheck shell=sh
# web.sh: for tests that talk HTTP with stage3/gui. Source it after lib.sh.
#
#     start_gui [OPTION...]      starts it for the server at $port, as the program gui, and sets
#                                $web, the port of its window
#     get_in                     exchanges the key for the path and the cookie of this window; sets
#                                $path ("/.../") and $cookie
#     web_key                    prints the key that the window printed last
#     web_play WHAT [OPTION...]  plays the script on standard input with tools/talk against it
#     web_script                 only translates, from standard input to standard output
#
# In a script of web_play
#     <GET / HTTP/1.1|HOST|COOKIE>   is the head of a request: lines, and an empty line behind them
#     <LINE|LINE|>                   is the same without the empty line
#     HOST COOKIE ORIGIN TYPE        in a head are the headers that the window's own browser sends.
#                                    With COOKIE the path begins with $path: /say becomes $path
#                                    followed by say
#     [404]                          is a whole answer with that status: 403, 404 or 421
#     [404 close]                    is an answer that closes the connection
#     CRLF                           is the end of a line
#     ALWAYS                         stands for the headers of all answers
# and there are these steps besides those of talk:
#     x posts PATH JSON              sends the JSON, as the page does
#     x streams N                    begins the stream after line N, and reads its head
#     x told JSON                    reads an event without a number. TIME in it is any time, BOOT
#                                    the name of any run
#     x line N JSON                  reads the event of that number

start_gui() {
    start gui "${STAGE3_GUI:-$ROOT/stage3/gui}" -w 0 --no-open -p "${port:-9}" "$@"
    "$TOOLS/await" "$PATIENCE" "$TMP/gui.out" 1 "key=" || bail "the window starts" "$TMP/gui.err"
    web=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p;q' "$TMP/gui.out")
}

web_key() { sed -n 's/.*key=\([0-9a-f]*\)$/\1/p' "$TMP/gui.out" | tail -n 1; }

web_script() {
    LC_ALL=C awk -v web="$web" -v path="${path:-/}" -v cookie="${cookie:-}" -f "$ROOT/tests/lib/web.awk"
}

web_play() {
    lib_what=$1
    shift
    web_script >"$TMP/web.talk"
    check "$lib_what" "$TOOLS/talk" "$@" 127.0.0.1 "$web" "$TMP/web.talk"
}

get_in() {
    web_script >"$TMP/web.talk" <<EOT
x connects
x writes <GET /?key=$(web_key) HTTP/1.1|HOST>
x reads "HTTP/1.1 200 OK" CRLF
x reads "Content-Type: text/html; charset=utf-8" CRLF "Content-Length: " length=3 CRLF ALWAYS
x reads "Set-Cookie: chat=" cookie=32 "; Path=/" path=32 "/; HttpOnly; SameSite=Strict" CRLF
EOT
    "$TOOLS/talk" -v 127.0.0.1 "$web" "$TMP/web.talk" >"$TMP/web.seen" || return 1
    cookie=$(sed -n 's/.*x\.cookie is "\([0-9a-f]*\)".*/\1/p' "$TMP/web.seen")
    path=$(sed -n 's/.*x\.path is "\([0-9a-f]*\)".*/\/\1\//p' "$TMP/web.seen")
    [ -n "$cookie" ] && [ -n "$path" ]
}
