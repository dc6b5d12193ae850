#!/bin/sh
# layers.sh STAGE: prints the picture of a stage's layers.
#
#     docs/pictures/layers.sh stage1 >docs/pictures/stage1-layers.svg
#
# Model: the arrows between folders come from the table in the stage's README. An arrow from A to C is
# left out if another way leads from A to C, so that the picture stays readable. Where the boxes stand
# is written below: `box NAME X Y WIDTH CLASS WORDS`. An arrow goes straight down where two boxes
# overlap; for others `way FROM TO POINTS` gives its path. `from PROGRAM FOLDER...` are the arrows of
# a program, which may include everything: only the uppermost folders that it uses are drawn.
#
# Contract: a folder of the table that has no box, a box that has no row and an arrow that has no way
# are errors.
set -eu
stage=$1
readme=$(dirname "$0")/../../$stage/README.md

stage1() {
    cat <<'END'
title Stage 1: the layers
size 900 416
legend 42 392
box server.c 40 30 400 top the loop, one UDP socket
box client.c 460 30 400 top the loop, a socket and a terminal
box chat 40 130 250 server members, who hears what
box member 500 130 170 client hello, names
box wire 40 220 310 both datagrams, notices
box net 380 220 240 both sockets, the wait, look-ups
box terminal 690 220 170 client keys, screen
box base 40 310 820 both text, addresses, hash tables, random numbers: nothing of a chat
from server.c chat
from client.c member terminal
from server.c net 405
from client.c net 480
way member wire M500 156H330V216
END
}

stage2() {
    cat <<'END'
title Stage 2: the layers
size 900 506
legend 42 482
box server.c 40 30 400 top the loop: UDP, TCP, connections
box client.c 460 30 400 top the loop: asks, joins, talks
box admission 40 130 250 server a connection as a state machine
box chat 40 220 250 server rooms, hosts, commands
box member 470 220 200 client asking, leaving
box wire 40 310 310 both frames, requests, datagrams
box net 380 310 240 both sockets, the wait, look-ups
box terminal 690 310 170 client keys, screen
box base 40 400 820 both text, addresses, JSON, hash tables, random numbers: nothing of a chat
from server.c admission
from client.c member terminal
from server.c net 405
way member wire M470 246H330V306
END
}

stage3() {
    cat <<'END'
title Stage 3: the layers of the core, and the wings
size 960 728
legend 34 704
core 204 114 538 560
box server.c 220 30 210 top the loop
box client.c 450 30 276 top the loop
box gui.c 770 30 160 top the loop, a browser
box journal 30 130 140 wing a file that survives
box cluster 30 230 140 wing rooms in Redis
box redis 30 330 140 wing a Redis client
box window 770 230 160 wing a web server, a page
box admission 220 230 190 server who may come in
box chat 220 330 150 server logs and cursors
box screen 632 230 94 client view, form
box member 460 330 160 client talk, link, outbox
box wire 220 450 180 both frames, packets, seals
box keys 412 450 84 both secrets
box net 508 450 110 both sockets
box terminal 632 450 94 client keys, screen
box crypto 290 530 180 both SHA-256 to RSA
box base 220 608 506 both text, addresses, hash tables, files: nothing of a chat
from server.c admission
from client.c screen
from gui.c window
way screen member M632 256H540V326
way journal admission M170 156H250V226
way cluster admission M170 256H216
way window member M850 282V356H624
way member wire M460 356H386V446
way redis net M140 382V420H590V446
way redis crypto M100 382V556H286
way wire base M250 502V604
way keys base M486 502V604
END
}

{
    "$stage"
    sed -n 's/^| `\([a-z0-9_]*\)\/` |.*|\([^|]*\)|$/row \1 \2/p' "$readme" | tr -d '`/'
} | awk -v stage="$stage" '
$1 == "title" { $1 = ""; title = substr($0, 2) }
$1 == "size" { width = $2; height = $3 }
$1 == "legend" { legend_x = $2; legend_y = $3 }
$1 == "core" { core_x = $2; core_y = $3; core_w = $4; core_h = $5 }
$1 == "box" {
    name = $2; x[name] = $3; y[name] = $4; w[name] = $5; class[name] = $6
    words[name] = $7
    for (i = 8; i <= NF; i++) words[name] = words[name] " " $i
    boxes[++count] = name
}
$1 == "from" {
    if ($4 ~ /^[0-9]+$/) { way[$2, $3] = "M" $4 " " y[$2] + 52 "V" y[$3] - 4; NF = 3 }
    for (i = 3; i <= NF; i++) { from[++arrows] = $2; to[arrows] = $i }
}
$1 == "way" { way[$2, $3] = $4; for (i = 5; i <= NF; i++) way[$2, $3] = way[$2, $3] " " $i }
$1 == "row" {
    rows[++row_count] = $2
    if (!($2 in x)) fail($2 "/ has no box")
    for (i = 3; i <= NF; i++) if ($i != "-") leads[$2, $i] = 1
}
function fail(why) { print "layers.sh: " stage ": " why >"/dev/stderr"; failed = 1; exit 1 }
# Is there a way from a to c that begins with another folder?
function longer(a, c,    i) {
    for (i = 1; i <= row_count; i++) if (((a, rows[i]) in leads) && rows[i] != c && reaches(rows[i], c)) return 1
    return 0
}
function reaches(a, c,    i) {
    if ((a, c) in leads) return 1
    for (i = 1; i <= row_count; i++) if (((a, rows[i]) in leads) && reaches(rows[i], c)) return 1
    return 0
}
function draw(a, c,    left, right) {
    if (!((a, c) in way)) {
        left = x[a] > x[c] ? x[a] : x[c]
        right = x[a] + w[a] < x[c] + w[c] ? x[a] + w[a] : x[c] + w[c]
        if (right - left < 16 || y[a] >= y[c]) fail("the arrow from " a " to " c " has no way")
        way[a, c] = "M" (left + right) / 2 " " y[a] + 52 "V" y[c] - 4
    }
    drawn[a, c] = 1
    printf "<path class=\"uses%s\" d=\"%s\" marker-end=\"url(#tip)\"/>\n", class[a] == "wing" ? " side" : "", way[a, c]
    said = said " " a " to " c ","
}
function escape(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); return text }
function key(at, kind, text) {
    printf "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"18\" height=\"14\" rx=\"3\"/>", kind, at, legend_y - 11
    printf "<text class=\"faint\" x=\"%d\" y=\"%d\">%s</text>\n", at + 26, legend_y, text
}
END {
    if (failed) exit 1
    for (i = 1; i <= row_count; i++) placed[rows[i]] = 1
    for (i = 1; i <= count; i++) if (class[boxes[i]] != "top" && !(boxes[i] in placed)) fail(boxes[i] " has no row")
    for (i = 1; i <= row_count; i++) for (j = 1; j <= row_count; j++) {
        a = rows[i]; c = rows[j]
        if (((a, c) in leads) && !longer(a, c)) { from[++arrows] = a; to[arrows] = c }
    }
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width " " height "\" role=\"img\""
    print "     aria-labelledby=\"title desc\">"
    print "<!-- Made by docs/pictures/layers.sh from " stage "/README.md: change those, not this. -->"
    print "<title id=\"title\">" title "</title>"
    print "<style>"
    print ".page{fill:#f6f8fa;stroke:#d0d7de}.core{fill:#fff;stroke:#d0d7de;stroke-width:1.5}"
    print ".top{fill:#eaeef2;stroke:#57606a;stroke-width:1.5}"
    print ".server{fill:#ddf4ff;stroke:#0969da;stroke-width:1.5}"
    print ".client{fill:#dafbe1;stroke:#1a7f37;stroke-width:1.5}"
    print ".both{fill:#fbf6e9;stroke:#9a6700;stroke-width:1.5}"
    print ".wing{fill:#fff1e5;stroke:#bc4c00;stroke-width:1.5;stroke-dasharray:6 4}"
    print ".uses{fill:none;stroke:#57606a;stroke-width:1.8}.side{stroke:#bc4c00}.tip{fill:#57606a}"
    print "text{font:13.5px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;fill:#1f2328}"
    print ".mid{text-anchor:middle}.name{font-weight:600;font-size:16px}.faint{fill:#57606a}"
    print "@media (prefers-color-scheme:dark){"
    print ".page{fill:#161b22;stroke:#30363d}.core{fill:#0d1117;stroke:#30363d}"
    print ".top{fill:#21262d;stroke:#8c959f}.server{fill:#0c2240;stroke:#58a6ff}"
    print ".client{fill:#0c2d17;stroke:#3fb950}.both{fill:#272115;stroke:#d29922}"
    print ".wing{fill:#3d2200;stroke:#f0883e}"
    print ".uses{stroke:#9198a1}.side{stroke:#f0883e}.tip{fill:#9198a1}text{fill:#e6edf3}.faint{fill:#9198a1}}"
    print "</style>"
    print "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" markerWidth=\"10\" markerHeight=\"10\""
    print "  markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L10 5L0 10z\"/></marker></defs>"
    printf "<rect class=\"page\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"14\"/>\n", width - 1, height - 1
    if (core_w) printf "<rect class=\"core\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\"/>\n<text class=\"faint\" x=\"%d\" y=\"%d\">the core</text>\n", core_x, core_y, core_w, core_h, core_x + core_w - 180, core_y + 24
    for (i = 1; i <= arrows; i++) draw(from[i], to[i])
    for (pair in way) if (!(pair in drawn)) { split(pair, two, SUBSEP); fail("there is no arrow from " two[1] " to " two[2]) }
    for (i = 1; i <= count; i++) {
        a = boxes[i]; shown = class[a] == "top" ? a : a "/"
        printf "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"52\" rx=\"8\"/>\n", class[a], x[a], y[a], w[a]
        printf "<text class=\"name mid\" x=\"%d\" y=\"%d\">%s</text>\n", x[a] + w[a] / 2, y[a] + 22, shown
        printf "<text class=\"faint mid\" x=\"%d\" y=\"%d\">%s</text>\n", x[a] + w[a] / 2, y[a] + 42, escape(words[a])
    }
    key(legend_x, "server", "of the server"); key(legend_x + 150, "client", "of the client")
    key(legend_x + 290, "both", "of both")
    if (core_w) key(legend_x + 390, "wing", "a wing")
    printf "<text class=\"faint\" x=\"%d\" y=\"%d\">an arrow: may include</text>\n", legend_x + (core_w ? 490 : 400), legend_y
    sub(/,$/, ".", said)
    print "<desc id=\"desc\">The folders as boxes, the programs above them. An arrow leads to what may be included:" said "</desc>"
    print "</svg>"
}'
