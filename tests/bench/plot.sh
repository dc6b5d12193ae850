#!/bin/sh
# plot.sh: draws a CSV file of run.sh as a picture (SVG on stdout).
#
#     tests/bench/plot.sh FILE.csv >FILE.svg
#
# Above: the cost of a delivery over the number of members, for the yardstick and the server, with
# one message at a time and with 64 in flight. Below: the ratio of the two, with the quartiles of
# the pairs of turns as a bar; a text has the results for many rooms. The dotted line is the target:
# 1.3 for stage 3, which seals and acknowledges, 1.05 for the others. Lines and letters have other
# colours on a dark background.
set -eu

[ $# -eq 1 ] || { echo "usage: plot.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
function x_of(members) { return left + log(members) / log(10) / 4 * width }
function y_of(cost)    { return top + height - cost / cost_most * height }
function r_of(ratio) {
    if (ratio < ratio_least) ratio = ratio_least
    if (ratio > ratio_most) ratio = ratio_most
    return below + low - (ratio - ratio_least) / (ratio_most - ratio_least) * low
}
function line(class, x1, y1, x2, y2) {
    printf "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        class, x1, y1, x2, y2
}
function text(class, x, y, words) {
    printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, words
}
function dot(class, x, y) {
    # The yardstick is drawn first; its dots are larger, so that they show behind the others.
    printf "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"/>\n", class, x, y,
        class ~ /bare/ ? "5.5" : "3.5"
}

# One line of the upper panel: the costs in values[1..points[load]] of one load.
function curve(class, load, values,    i) {
    printf "<polyline class=\"%s\" points=\"", class
    for (i = 1; i <= points[load]; i++)
        printf "%.1f,%.1f ", x_of(members[load, i]), y_of(values[load, i])
    print "\"/>"
    for (i = 1; i <= points[load]; i++)
        dot(class, x_of(members[load, i]), y_of(values[load, i]))
}

# The ratios of one load, moved a little aside so that the bars of two do not cover each other.
function bars(class, load, aside,    i, x) {
    for (i = 1; i <= points[load]; i++) {
        x = x_of(members[load, i]) + aside
        line(class, x, r_of(lower[load, i]), x, r_of(upper[load, i]))
        dot(class, x, r_of(ratio[load, i]))
    }
}

function style() {
    print "<style>"
    print "text{font:13px sans-serif;fill:#24292f}.end{text-anchor:end}.mid{text-anchor:middle}"
    print ".title{font-weight:bold}.grid{stroke:#8b949e;stroke-opacity:.35}"
    print ".axis{stroke:#57606a}.target{stroke:#cf222e;stroke-dasharray:2 3}"
    print "polyline{fill:none;stroke-width:2}line.one,line.many{stroke-width:2}"
    print ".bare{stroke:#6e7781}.server,.one,.many{stroke:#0969da}"
    print ".dashed,.many{stroke-dasharray:6 4}circle{fill:#fff;stroke-width:2}"
    print "circle.dashed,circle.many{stroke-dasharray:none}"
    print "circle.bare{fill:#6e7781}circle.one{fill:#0969da}"
    print "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.axis{stroke:#9198a1}"
    print ".server,.one,.many{stroke:#58a6ff}circle{fill:#0d1117}.bare{stroke:#9198a1}"
    print "circle.bare{fill:#9198a1}circle.one{fill:#58a6ff}.target{stroke:#ff7b72}}"
    print "</style>"
}

function axes(    i, m, v) {
    for (i = 0; i <= 4; i++) {
        m = 10 ^ i
        line("grid", x_of(m), top, x_of(m), top + height)
        line("grid", x_of(m), below, x_of(m), below + low)
        text("mid", x_of(m), below + low + 18, m)
    }
    for (v = 0; v <= cost_most; v += 2) {
        line(v == 0 ? "axis" : "grid", left, y_of(v), left + width, y_of(v))
        text("end", left - 8, y_of(v) + 4, v)
    }
    for (v = ratio_least; v <= ratio_most + 0.001; v += 0.2) {
        line("grid", left, r_of(v), left + width, r_of(v))
        text("end", left - 8, r_of(v) + 4, sprintf("%.1f", v))
    }
    line("axis", left, below + low, left + width, below + low)
    line("target", left, r_of(target), left + width, r_of(target))
    text("mid", left + width / 2, below + low + 38, "members")
}

function legend(class, words, y,    x) {
    x = left + width - 190
    printf "<polyline class=\"%s\" points=\"%d,%d %d,%d\"/>\n", class, x, y, x + 36, y
    dot(class, x + 18, y)
    text("", x + 46, y + 4, words)
}

$2 ~ /in flight/ && $4 != "-" && $5 != "-" {
    name = $3
    load = $2
    i = ++points[load]
    members[load, i] = $1
    bare[load, i] = $4
    server[load, i] = $5
    ratio[load, i] = $6
    lower[load, i] = $7
    upper[load, i] = $8
    if ($4 > most) most = $4
    if ($5 > most) most = $5
    if ($6 < least_ratio || least_ratio == "") least_ratio = $6
}

$2 ~ /rooms.*each/ && $6 != "-" {
    split($2, word, " ")
    rooms = sprintf("%d rooms of %d, %s: %.2f (%.2f-%.2f)", word[1], $1 / word[1],
        word[3] " " word[4], $6, $7, $8)
}

END {
    left = 60; width = 620; top = 44; height = 220; below = 316; low = 110
    target = name == "stage3" ? 1.3 : 1.05
    ratio_least = least_ratio < 0.7 ? 0 : 0.8
    ratio_most = ratio_least == 0 ? 1.6 : 1.4
    cost_most = 2 * int(most / 2 + 1)
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 710 474\" role=\"img\">"
    printf "<title>What a delivery costs: %s beside a bare sendto() loop</title>\n", name
    style()
    text("title", left, 26, "CPU time of the server, microseconds a delivery")
    text("title", left, below - 16, name \
        " / bare (full: 1 in flight, hollow: 64; bars: quartiles; dotted: " target ")")
    axes()
    curve("bare", "1 in flight", bare)
    curve("bare dashed", "64 in flight", bare)
    curve("server", "1 in flight", server)
    curve("server dashed", "64 in flight", server)
    if (rooms != "") text("", left + 12, ratio_least == 0 ? below + 70 : below + 16, rooms)
    bars("one", "1 in flight", -4)
    bars("many", "64 in flight", 4)
    legend("bare", "bare, 1 in flight", top + 14)
    legend("server", name ", 1 in flight", top + 34)
    legend("bare dashed", "bare, 64 in flight", top + 54)
    legend("server dashed", name ", 64 in flight", top + 74)
    print "</svg>"
}'
