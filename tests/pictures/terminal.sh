#!/bin/sh
# terminal.sh: a picture (SVG on stdout) of the client of stage 1 as its users see it.
#
#     tests/pictures/terminal.sh >docs/pictures/terminal.svg
#
# Nothing in it is made up: a real server and three real clients talk, tmux is the terminal, and
# what stands on two of the screens in the end is drawn. The times are all made 12:34, so that the
# picture is the same each time. Needs tmux, and the programs as `make` builds them for the tests.
#
# Every run of text is placed by its column, and told how many columns it takes. So the picture is
# right with whatever font the reader has, also where Latin and Japanese letters stand in one row.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
await=$root/tests/tools/await
columns=46
rows=12
cell_width=9   # pixels; a wide character takes two
cell_height=21

for needed in tmux "$await" "$root/stage1/server" "$root/stage1/client"; do
    command -v "$needed" >/dev/null || { echo "terminal.sh: $needed is missing" >&2; exit 1; }
done

tmp=$(mktemp -d)
pids= # the server and tmux; the clients end with tmux, which is their terminal
clients=

end_all() {
    trap - EXIT
    for pid in $pids; do kill "$pid" 2>/dev/null || :; done
    for pid in $pids; do wait "$pid" 2>/dev/null || :; done
    for pid in $clients; do "$await" 10 gone "$pid" || kill "$pid" 2>/dev/null || :; done
    rm -rf "$tmp"
}
trap end_all EXIT
trap 'exit 1' HUP INT PIPE TERM

TMUX_TMPDIR=$tmp LC_ALL=C.UTF-8 TERM=xterm-256color
export TMUX_TMPDIR LC_ALL TERM
unset TMUX NO_COLOR
pane() { tmux -u -f /dev/null "$@"; }

# comes WHO NAME: a terminal called WHO, with the client of NAME in it.
comes() {
    pane new-session -d -s "$1" -x "$columns" -y "$rows" \
        "exec '$root/stage1/client' -p $port -n $2"
    clients="$clients $(pane display-message -p -t "$1" '#{pane_pid}')"
    shows "$1" "welcome, $2"
}

# shows WHO TEXT: waits until the text stands on that screen, for ten seconds at most.
shows() {
    deadline=$(($(date +%s) + 10))
    until pane capture-pane -p -t "$1" | grep -q -F -e "$2"; do
        [ "$(date +%s)" -lt "$deadline" ] && continue
        echo "terminal.sh: waited ten seconds in vain for \"$2\" on the screen of $1" >&2
        exit 1
    done
}

types() { pane send-keys -t "$1" -l "$2"; }
says() { # WHO TEXT: and waits until everybody has it
    types "$1" "$2"
    pane send-keys -t "$1" Enter
    for screen in alice bob taro; do shows "$screen" ": $2"; done
}

# --- the talk -------------------------------------------------------------------------------

"$root/stage1/server" -p 0 >"$tmp/server" &
pids=$!
"$await" 10 "$tmp/server" 1 listening
port=$(sed -n '/listening/s/.*://p' "$tmp/server")

# The first session would start tmux's server out of our sight; -D keeps it where we can end it.
# list-sessions is a question that starts none by itself, as start-server would.
tmux -u -f /dev/null -D >/dev/null 2>&1 &
pids="$pids $!"
deadline=$(($(date +%s) + 10))
until pane list-sessions >/dev/null 2>&1 || [ "$(date +%s)" -ge "$deadline" ]; do :; done

comes alice alice
sleep 1 # who comes within the same quarter of a second is told of together
comes bob bob
shows alice "bob joined"
comes taro 太郎
shows alice "太郎 joined"
shows bob "太郎 joined"
says alice "Hello! Who is here?"
says bob "bob here, in Berlin"
says taro "こんにちは、太郎です"
types bob "Is it late where y"
says alice "太郎さん、東京の天気は?"
says taro "雨ですが、暖かいです"
types alice "ありがと"
shows alice "> ありがと"
shows bob "> Is it late where y"

# --- the picture ----------------------------------------------------------------------------

# rows WHO: the screen of WHO as SVG. With -e tmux also prints the colours, as the escape sequences
# ESC [ NUMBER;NUMBER... m that a terminal understands ("SGR"). awk sees bytes (LC_ALL=C), whatever
# awk it is, and finds out by itself where a character ends.
rows() {
    cursor=$(pane display-message -p -t "$1" '#{cursor_x} #{cursor_y}')
    pane capture-pane -p -e -t "$1" |
        LC_ALL=C awk -v cursor="$cursor" -v cell="$cell_width" -v height="$cell_height" '
    # The bytes of the character that begins with this byte, and the columns that it takes. What
    # is said above has no others: in general it is a long table, stage1/terminal/width.c has it.
    function bytes_of(byte)   { return byte < 192 ? 1 : byte < 224 ? 2 : byte < 240 ? 3 : 4 }
    function columns_of(byte) { return byte >= 227 && byte != 239 || wide_form ? 2 : 1 }

    function escape(text) {
        gsub(/&/, "\\&amp;", text)
        gsub(/</, "\\&lt;", text)
        gsub(/>/, "\\&gt;", text)
        return text
    }

    function sgr(numbers,    list, count, i, n) {
        count = split(numbers, list, ";")
        if (count == 0) list[count = 1] = 0
        for (i = 1; i <= count; i++) {
            n = list[i] + 0
            if (n == 0) bold = dim = colour = ""
            else if (n == 1) bold = "bold "
            else if (n == 2) dim = "dim "
            else if (n == 22) bold = dim = ""
            else if (n == 39) colour = ""
            else if (n >= 30 && n <= 37 || n >= 90 && n <= 97) colour = "c" n " "
        }
    }

    # Draws what has been gathered. Spaces at its ends need not be drawn.
    function flush(    class, x) {
        while (run ~ /^ /) { run = substr(run, 2); begin++ }
        while (run ~ / $/) { run = substr(run, 1, length(run) - 1); column_end-- }
        class = bold dim colour (run_width == 2 ? "wide " : "")
        sub(/ $/, "", class)
        if (run != "") {
            printf "<text%s x=\"", (class == "" ? "" : " class=\"" class "\"")
            if (run_width == 2) # a place for each character
                for (x = begin; x < column_end; x += 2)
                    printf "%s%d", (x == begin ? "" : " "), x * cell
            else printf "%d\" textLength=\"%d", begin * cell, (column_end - begin) * cell
            printf "\" y=\"%d\">%s</text>\n", NR * height - 6, escape(run)
        }
        run = ""
    }

    BEGIN {
        for (i = 1; i < 256; i++) number[sprintf("%c", i)] = i
        split(cursor, at, " ")
        printf "<rect class=\"cursor\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
            at[1] * cell, at[2] * height, cell, height
    }

    {
        sub(/[0-9][0-9]:[0-9][0-9]/, "12:34") # the first on the row is the time
        column = begin = column_end = 0
        run = ""
        while ($0 != "") {
            if (match($0, /^\033\[[0-9;]*m/)) {
                flush()
                sgr(substr($0, 3, RLENGTH - 3))
                $0 = substr($0, RLENGTH + 1)
                continue
            }
            size = bytes_of(number[substr($0, 1, 1)])
            character = substr($0, 1, size)
            wide_form = character ~ /^\357[\274\275]/ # as in a comma of full width
            width = columns_of(number[substr($0, 1, 1)])
            if (run == "" || width != run_width) {
                flush()
                begin = column
                run_width = width
            }
            run = run character
            column += width
            column_end = column
            $0 = substr($0, size + 1)
        }
        flush()
    }'
}

# window X TITLE WHO
window() {
    echo "<g transform=\"translate($1 24)\">"
    echo "<rect class=\"window\" width=\"$window_width\" height=\"$window_height\" rx=\"10\"/>"
    echo "<path class=\"rule\" d=\"M0 34H$window_width\"/>"
    for x in 20 38 56; do echo "<circle class=\"button\" cx=\"$x\" cy=\"17\" r=\"5.5\"/>"; done
    echo "<text class=\"name\" x=\"$((window_width / 2))\" y=\"22\">$2</text>"
    echo "<g class=\"screen\" transform=\"translate(14 44)\">"
    rows "$3"
    echo "</g>"
    echo "</g>"
}

window_width=$((columns * cell_width + 28))
window_height=$((rows * cell_height + 56))
width=$((2 * window_width + 72))
height=$((window_height + 92))
second=$((window_width + 48))

picture() {
    cat <<EOT
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" role="img"
     aria-labelledby="title desc">
<title id="title">The client of stage 1 on two terminals</title>
<desc id="desc">Two terminal windows side by side, those of alice and of bob. Both show the same
talk between alice, bob and 太郎, in English and Japanese, each name in a colour of its own. At the
bottom of each stands a line that is not finished yet. Messages that came while bob was typing
stand above his line, which is not torn.</desc>
<!-- Made by tests/pictures/terminal.sh from real screens: change that, not this. -->
<style>
.page{fill:#eef1f4;stroke:#d0d7de}.window{fill:#fff;stroke:#c4ccd4}.rule{stroke:#dde2e7}
.button{fill:#d0d7de}
text{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328}
text.wide{font:16.5px "Hiragino Sans","Noto Sans JP","Noto Sans CJK JP","Yu Gothic",sans-serif}
text.name,text.note{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
text.name,text.note{fill:#57606a;text-anchor:middle}
text.bold{font-weight:bold}text.dim{fill:#6b737c}.cursor{fill:#0969da;fill-opacity:.55}
.c31{fill:#b3261e}.c32{fill:#116329}.c33{fill:#7d4e00}.c34{fill:#0550ae}.c35{fill:#8250df}
.c36{fill:#1b6e7a}.c91{fill:#cf222e}.c92{fill:#1a7f37}.c94{fill:#0969da}.c95{fill:#bf3989}
.c96{fill:#0f7b8a}
@media (prefers-color-scheme:dark){
.page{fill:#161b22;stroke:#30363d}.window{fill:#0d1117;stroke:#3d444d}.rule{stroke:#262c33}
.button{fill:#3d444d}text{fill:#e6edf3}text.name,text.note,text.dim{fill:#9198a1}
.cursor{fill:#58a6ff}.c31{fill:#ff7b72}.c32{fill:#3fb950}.c33{fill:#d29922}.c34{fill:#58a6ff}
.c35{fill:#bc8cff}.c36{fill:#39c5cf}.c91{fill:#ffa198}.c92{fill:#56d364}.c94{fill:#79c0ff}
.c95{fill:#ff8bcb}.c96{fill:#56d4dd}}
</style>
<rect class="page" x=".5" y=".5" width="$((width - 1))" height="$((height - 1))" rx="14"/>
EOT
    window 24 "alice" alice
    window "$second" "bob" bob
    cat <<EOT
<text class="note" x="$((width / 2))" y="$((height - 26))">The last row is the line being typed.
What arrives meanwhile is printed above it, and the line stays whole.</text>
</svg>
EOT
}

# All of it or nothing: a reader who goes away early must not keep us from ending what runs.
picture >"$tmp/picture"
cat "$tmp/picture"
