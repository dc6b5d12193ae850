#!/bin/sh
# sequence.sh FILE: prints a sequence diagram, made of the text form beside it.
#
#     docs/pictures/sequence.sh docs/pictures/tcrp.seq >docs/pictures/tcrp.svg
#
# The text form, a line for each thing from top to bottom; `|` begins another row of text:
#
#     title TEXT
#     lane ID CLASS TEXT         somebody: CLASS is client, server, both or wing
#     tcp FROM TO TEXT           bytes on a connection: an arrow
#     udp FROM TO TEXT           a datagram: a dashed arrow
#     lost FROM TO TEXT          a datagram that does not arrive
#     note ID TEXT               what somebody does, in a box on its lane
#     part TEXT                  a line across: something else begins
#     dies ID                    a cross on the lane, which ends there for a while
#     # TEXT                     for readers of the file
#
# Contract: a word that is none of these, or a lane that was not named, is an error.
set -eu
awk -v name="${1##*/}" '
function fail(why) { print "sequence.sh: " name ": line " NR ": " why >"/dev/stderr"; failed = 1; exit 1 }
function escape(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
function out(line) { body = body line "\n" }
function rest(from,    text, i) { for (i = from; i <= NF; i++) text = text (i > from ? " " : "") $i; return text }
# rows of text, centred at `at`, the last one above `bottom`
function rows(at, bottom, text, class,    parts, n, i) {
    n = split(text, parts, / *[|] */)
    for (i = 1; i <= n; i++)
        out("<text class=\"mid" class "\" x=\"" at "\" y=\"" bottom - 18 * (n - i) "\">" escape(parts[i]) "</text>")
    return n
}
function lines(text,    parts) { return split(text, parts, /[|]/) }
function say(text) { gsub(/ *[|] */, ", ", text); said = said " " text "." }
function arrow(class, missing,    a, b, text, from, to, middle, n) {
    if (!($2 in x)) fail("there is no lane " $2)
    if (!($3 in x)) fail("there is no lane " $3)
    text = rest(4)
    n = lines(text)
    y += 18 * n + 14
    from = x[$2]; to = x[$3]
    middle = (from + to) / 2
    if (missing) to = from + (to - from) * 0.86
    rows(middle, y - 7, text, " over")
    out("<path class=\"" class "\" d=\"M" from " " y "H" to + (to > from ? -6 : 6) "\" marker-end=\"url(#tip)\"/>")
    if (missing) out("<path class=\"cross\" d=\"M" to - 7 " " y - 7 "l14 14m0 -14l-14 14\"/>")
    say(label[$2] " to " label[$3] (missing ? ", lost" : "") ": " text)
    y += 8
}
/^#/ || NF == 0 { next }
$1 == "title" { title = rest(2); next }
$1 == "lane" {
    x[$2] = 130 + 270 * count++
    class[$2] = $3; label[$2] = rest(4); order[count] = $2
    y = 84
    next
}
$1 == "tcp" { arrow("tcp", 0); next }
$1 == "udp" { arrow("udp", 0); next }
$1 == "lost" { arrow("udp", 1); next }
$1 == "note" {
    if (!($2 in x)) fail("there is no lane " $2)
    text = rest(3); n = lines(text)
    widest = 0
    k = split(text, parts, / *[|] */)
    for (i = 1; i <= k; i++) if (length(parts[i]) > widest) widest = length(parts[i])
    w = 7.2 * widest + 24
    y += 12
    left = x[$2] - w / 2
    if (left < 8) left = 8
    if (left + w > 270 * count - 18) left = 270 * count - 18 - w
    out("<rect class=\"" class[$2] "\" x=\"" left "\" y=\"" y "\" width=\"" w "\" height=\"" 18 * n + 10 "\" rx=\"6\"/>")
    y += 18 * n + 2
    rows(left + w / 2, y, text, " small")
    y += 12
    say(label[$2] ": " text)
    next
}
$1 == "part" {
    y += 34
    out("<path class=\"part\" d=\"M14 " y "H" 270 * count - 24 "\"/>")
    out("<text class=\"faint\" x=\"20\" y=\"" y - 6 "\">" escape(rest(2)) "</text>")
    say(rest(2))
    y += 4
    next
}
$1 == "dies" {
    if (!($2 in x)) fail("there is no lane " $2)
    y += 22
    out("<path class=\"cross\" d=\"M" x[$2] - 10 " " y - 10 "l20 20m0 -20l-20 20\"/>")
    say(label[$2] " ends")
    y += 12
    next
}
{ fail("what is \"" $1 "\"?") }
END {
    if (failed) exit 1
    width = 270 * count - 10; height = y + 34
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width " " height "\" role=\"img\""
    print "     aria-labelledby=\"title desc\">"
    print "<!-- Made by docs/pictures/sequence.sh from " name ": change that, not this. -->"
    print "<title id=\"title\">" escape(title) "</title>"
    print "<desc id=\"desc\">A sequence diagram, from top to bottom." escape(said) "</desc>"
    print "<style>"
    print ".page{fill:#f6f8fa;stroke:#d0d7de}.lane{stroke:#8c959f;stroke-dasharray:2 5;stroke-width:1.5}"
    print ".server{fill:#ddf4ff;stroke:#0969da;stroke-width:1.5}.client{fill:#dafbe1;stroke:#1a7f37;stroke-width:1.5}"
    print ".both{fill:#fbf6e9;stroke:#9a6700;stroke-width:1.5}.wing{fill:#fff1e5;stroke:#bc4c00;stroke-width:1.5}"
    print ".tcp,.udp{fill:none;stroke:#57606a;stroke-width:1.8}.udp{stroke-dasharray:7 5}.tip{fill:#57606a}"
    print ".cross{fill:none;stroke:#cf222e;stroke-width:2.5}.part{stroke:#d0d7de;stroke-width:1.5}"
    print "text{font:13.5px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;fill:#1f2328}"
    print ".mid{text-anchor:middle}.small{font-size:13px}.name{font-weight:600;font-size:16px}.faint{fill:#57606a}"
    print ".over{paint-order:stroke;stroke:#f6f8fa;stroke-width:5}"
    print "@media (prefers-color-scheme:dark){"
    print ".page{fill:#161b22;stroke:#30363d}.server{fill:#0c2240;stroke:#58a6ff}.client{fill:#0c2d17;stroke:#3fb950}"
    print ".both{fill:#272115;stroke:#d29922}.wing{fill:#3d2200;stroke:#f0883e}"
    print ".tcp,.udp{stroke:#9198a1}.tip{fill:#9198a1}.part{stroke:#30363d}.cross{stroke:#f85149}"
    print "text{fill:#e6edf3}.faint{fill:#9198a1}.over{stroke:#161b22}}"
    print "</style>"
    print "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" markerWidth=\"10\" markerHeight=\"10\""
    print "  markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L10 5L0 10z\"/></marker></defs>"
    printf "<rect class=\"page\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"14\"/>\n", width - 1, height - 1
    for (i = 1; i <= count; i++) {
        a = order[i]
        printf "<path class=\"lane\" d=\"M%d 62V%d\"/>\n", x[a], height - 16
        printf "<rect class=\"%s\" x=\"%d\" y=\"24\" width=\"200\" height=\"38\" rx=\"8\"/>\n", class[a], x[a] - 100
        printf "<text class=\"name mid\" x=\"%d\" y=\"48\">%s</text>\n", x[a], escape(label[a])
    }
    printf "%s", body
    print "</svg>"
}' "$1"
