#!/bin/sh
# Who may use the window: the key, the cookie, Host and Origin. Nobody else sees the key while a
# browser is started.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/web.sh"
gui=${STAGE3_GUI:-$ROOT/stage3/gui}
start_gui
first=$(web_key)

# --- the key and the cookie ---

web_play "without the key and a cookie every path is refused" <<'EOT'
x connects
x writes <GET / HTTP/1.1|HOST>
x reads [403]
x writes <GET /events HTTP/1.1|HOST>
x reads [403]
x writes <GET /?key=00000000000000000000000000000000 HTTP/1.1|HOST>
x reads [403]
x writes <GET /?key= HTTP/1.1|HOST>
x reads [403]
x writes <POST /list HTTP/1.1|HOST|ORIGIN|TYPE|Content-Length: 2> "{}"
x reads [403]
x writes <GET /nothing HTTP/1.1|HOST>
x reads [403]
EOT
web_play "the key is accepted for the page alone" <<EOT
x connects
x writes <GET /events?key=$first HTTP/1.1|HOST>
x reads [403]
x writes <POST /?key=$first HTTP/1.1|HOST|ORIGIN|TYPE|Content-Length: 2> "{}"
x reads [403]
EOT
check "the key is exchanged for a cookie" get_in
refute "the key cannot be exchanged twice" "$TOOLS/talk" 127.0.0.1 "$web" "$TMP/web.talk"
web_play "a second request with the key is refused" <<EOT
x connects
x writes <GET /?key=$first HTTP/1.1|HOST>
x reads [403]
EOT
check "a new key is printed" sees gui "key=" 2
refute "the new key differs from the first" test "$first" = "$(web_key)"
web_play "the page is served with the cookie, and must not be stored" <<EOT
x connects
x writes <GET / HTTP/1.1|HOST|COOKIE>
x reads "HTTP/1.1 200 OK" CRLF
x reads "Content-Type: text/html; charset=utf-8" CRLF "Content-Length: " length=5 CRLF ALWAYS
x reads "Content-Security-Policy: default-src 'none'; script-src 'sha256-" hash=44 "'; "
x reads "style-src 'sha256-" hash=44 "'; connect-src 'self'; img-src data:; base-uri 'none'; "
EOT
web_play "the cookie is found among others" <<EOT
x connects
x writes <GET ${path}nothing HTTP/1.1|HOST|Cookie: a=b; chat=$cookie; chat-1=2>
x reads [404]
EOT
web_play "the cookie is found before another of the same name" <<EOT
x connects
x writes <GET ${path}nothing HTTP/1.1|HOST|Cookie: chat=$cookie; chat=00000000000000000000000000000000>
x reads [404]
EOT
for wrong in "chat=00000000000000000000000000000000" "chat-1=$cookie" "chat=${cookie}0" \
    "chat=" "xchat=$cookie" "chat=$(echo "$cookie" | tr a-f A-F)x"; do
    web_play "the cookie $(echo "$wrong" | cut -c 1-20)... is refused" <<EOT
x connects
x writes <GET ${path}nothing HTTP/1.1|HOST|Cookie: $wrong>
x reads [403]
EOT
done
# A browser sends the cookie below its path, to any port. A program at another port that gets it
# without the path has gained nothing.
for wrong in / "/nothing" "/past" "/events" "/00000000000000000000000000000000/" "${path%/}" \
    "$(echo "$path" | tr a-f A-F)x" "/$path"; do
    web_play "the cookie is refused at the path $(echo "$wrong" | cut -c 1-12)..." <<EOT
x connects
x writes <GET $wrong HTTP/1.1|HOST|Cookie: chat=$cookie>
x reads [403]
EOT
done
web_play "the right path is refused without the cookie" <<EOT
x connects
x writes <GET $path HTTP/1.1|HOST>
x reads [403]
x writes <POST ${path}list HTTP/1.1|HOST|ORIGIN|TYPE|Content-Length: 2> "{}"
x reads [403]
EOT
web_play "a browser's refusal is a page with a language and a title" <<EOT
x connects
x writes <GET / HTTP/1.1|HOST|Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8>
x reads "HTTP/1.1 403 Forbidden" CRLF "Content-Type: text/html; charset=utf-8" CRLF
x reads "Content-Length: " length=4 CRLF ALWAYS "Content-Security-Policy: default-src 'none'; "
EOT

# --- the form of a request to a proxy, which a server must accept ---

for form in "http://127.0.0.1:$web$path" "HTTP://127.0.0.1:$web$path"; do
    web_play "a complete URL for a path is accepted: $(echo "$form" | cut -c 1-12)..." <<EOT
x connects
x writes <GET ${form}nothing HTTP/1.1|HOST|Cookie: chat=$cookie>
x reads [404]
EOT
done
for wrong in "evil.example:$web" "127.0.0.1" "127.0.0.1:1" "a@127.0.0.1:$web"; do
    web_play "the URL of $wrong is refused, whatever Host says" <<EOT
x connects
x writes <GET http://$wrong${path}nothing HTTP/1.1|HOST|Cookie: chat=$cookie>
x reads [421]
EOT
done

# --- Host: another name for this address (DNS rebinding) ---

for wrong in "evil.example:$web" "evil.example" "localhost:$web" "127.0.0.1" "127.0.0.1:1" \
    "127.0.0.1:$web.evil.example" "127.0.0.1:${web}0" "127.1:$web" "[::1]:$web" ""; do
    web_play "Host: $wrong is refused" <<EOT
x connects
x writes <GET / HTTP/1.1|Host: $wrong|COOKIE>
x reads [421]
x writes <GET /?key=$(web_key) HTTP/1.1|Host: $wrong>
x reads [421]
EOT
done
web_play "the refused requests have not used up the key" <<EOT
x connects
x writes <GET /?key=$(web_key) HTTP/1.1|HOST>
x reads "HTTP/1.1 200 OK" CRLF
EOT

# --- Origin: another page in the same browser ---

for wrong in "http://evil.example" "null" "http://127.0.0.1" "https://127.0.0.1:$web" \
    "http://127.0.0.1:${web}0" "http://localhost:$web"; do
    web_play "a request with the origin $wrong is refused" <<EOT
x connects
x writes <POST /list HTTP/1.1|HOST|COOKIE|TYPE|Origin: $wrong|Content-Length: 2> "{}"
x reads [403]
x writes <GET /past HTTP/1.1|HOST|COOKIE|Origin: $wrong>
x reads [403]
EOT
done
web_play "a POST without one valid origin is refused" <<'EOT'
x connects
x writes <POST /list HTTP/1.1|HOST|COOKIE|TYPE|Content-Length: 2> "{}"
x reads [403]
x writes <POST /list HTTP/1.1|HOST|COOKIE|TYPE|ORIGIN|Origin: http://evil.example|Content-Length: 2> "{}"
x reads [403]
EOT
web_play "a POST that a form could send is refused" <<'EOT'
x connects
x writes <POST /list HTTP/1.1|HOST|COOKIE|ORIGIN|Content-Type: text/plain|Content-Length: 2> "{}"
x reads "HTTP/1.1 415 Unsupported Media Type" CRLF
EOT
stop gui

# --- starting a browser ---

# A browser that records its arguments and the file that it must read.
mkdir "$TMP/bin"
cat >"$TMP/bin/xdg-open" <<'EOT'
#!/bin/sh
file=${1#--app=}
file=${file#file://}
ls -l "$file" >"$HOME/opened.mode"
cp "$file" "$HOME/opened.html"
ps -ef >"$HOME/opened.ps" 2>/dev/null ||
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' >"$HOME/opened.ps"
printf '%s\n' "$0" "$@" >"$HOME/opened.tmp"
mv "$HOME/opened.tmp" "$HOME/opened"
EOT
chmod +x "$TMP/bin/xdg-open"
cp "$TMP/bin/xdg-open" "$TMP/bin/chromium"

# opens OPTION...: starts the window on a desktop, with these browsers
opens() {
    rm -f "$TMP"/opened*
    start gui env PATH="$TMP/bin:$PATH" DISPLAY=:0 "$gui" -w 0 "$@"
    "$TOOLS/await" "$PATIENCE" "$TMP/gui.out" 1 "key=" &&
        "$TOOLS/await" "$PATIENCE" "$TMP/opened" 1 open.html
}
# clean: the opener has left no file
clean() { [ -z "$(find "$TMP" -name "chat-window*")" ]; }
used() { # a browser uses the key
    web=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p;q' "$TMP/gui.out")
    get_in
}
check "the window starts a browser" opens
check "the browser gets a file" grep -q "^$TMP/chat-window-.*/open.html$" "$TMP/opened"
check "only the owner may read the file" grep -q "^-rw-------" "$TMP/opened.mode"
check "the file leads to the address with the key" \
    grep -q "url=http://127.0.0.1:[0-9]*/?key=$(web_key)\"" "$TMP/opened.html"
refute "the browser's command line does not hold the key" grep "$(web_key)" "$TMP/opened"
if grep -q -F -e "gui -w 0" "$TMP/opened.ps"; then
    refute "nobody sees the key on a command line" grep "$(web_key)" "$TMP/opened.ps"
else skip "nobody sees the key on a command line" "ps, or a /proc that shows command lines"; fi
check "the browser uses the key" used
check "the window reports that the browser came" sees gui "opened; for another browser"
check "the file is removed" clean
stop gui
check "--window starts a browser that has app windows" opens --window
check "that browser is told to open an app window" \
    grep -q "^--app=file://$TMP/chat-window-.*/open.html$" "$TMP/opened"
check "that browser is chromium" grep -q "/chromium$" "$TMP/opened"
stop gui
check "the file is removed when the window's program ends" clean
rm "$TMP/bin/chromium"

start gui env -u DISPLAY -u WAYLAND_DISPLAY -u BROWSER PATH="$TMP/bin:$PATH" "$gui" -w 0
check "without a desktop the user is asked to open the address" \
    sees gui "open that address in a browser"
check "without a desktop the address is printed" grep -q "open http://127" "$TMP/gui.out"
check "without a desktop no file is left" clean
rm -f "$TMP"/opened*
start gui env DISPLAY=:0 PATH="$TMP/bin:$PATH" "$gui" -w 0 --no-open
check "--no-open prints the address" sees gui "key="
check "--no-open makes no file" clean
stop gui

# --- the options ---

ends() { # STATUS COMMAND...
    expected=$1
    shift
    "$TOOLS/within" 60 "$@" >"$TMP/out" 2>"$TMP/err" </dev/null && status=0 || status=$?
    [ $status -eq "$expected" ] && return 0
    cat "$TMP/out" "$TMP/err"
    return 1
}
check "--help exits with 0" ends 0 "$gui" --help
check "--help prints the usage" grep -q "^usage: gui" "$TMP/out"
check "--version exits with 0" ends 0 "$gui" --version
check "an unknown option is refused" ends 2 "$gui" -Z
check "the port 65536 is refused" ends 2 "$gui" -w 65536
for refused in 6000 6667 10080; do
    check "the port $refused, which browsers refuse, is refused" ends 2 "$gui" -w $refused
    check "the message says that browsers refuse port $refused" \
        grep -q "browsers refuse port $refused" "$TMP/err"
done
check "the server's port 0 is refused" ends 2 "$gui" -p 0
check "an invalid fingerprint is refused" ends 2 "$gui" -k 12
check "an invalid server is refused" ends 2 "$gui" "[::1"
check "two servers in two words are refused" ends 2 "$gui" one two
start_gui
check "a port in use is refused" ends 1 "$gui" --no-open -w "$web"
check "the message names the port in use" grep -q "$web" "$TMP/err"
stop gui
check "the window's program ends with 0 at SIGTERM" test "$status" -eq 0

done_testing
