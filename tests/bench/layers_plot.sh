#!/bin/sh
# layers_plot.sh: draws a CSV file of layers.sh as a picture (SVG on stdout).
#
#     tests/bench/layers_plot.sh FILE.csv >FILE.svg
#
# A group of bars for each load: the cost of a delivery for the servers, without any layer and with
# each of them, and on top of that the cost for Redis. Lines and letters have other colours on a
# dark background.
set -eu

[ $# -eq 1 ] || { echo "usage: layers_plot.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
function rect(class, x, y, width, height) {
    printf "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
        class, x, y, width, height
}
function text(class, x, y, words) {
    printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, words
}
function style() {
    print "<style>"
    print "text{font:13px sans-serif;fill:#24292f}.end{text-anchor:end}.title{font-weight:bold}"
    print ".alone{fill:#8c959f}.layer{fill:#0969da}.redis{fill:#bc4c00}"
    print "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.layer{fill:#58a6ff}"
    print ".redis{fill:#f0883e}}"
    print "</style>"
}

# A bar and, behind it, that of Redis; at its end the sum and remarks.
function bar(class, name, cost, redis, words) {
    text("end", left - 8, y + 12, name)
    rect(class, left, y, cost * scale, 15)
    if (redis > 0) rect("redis", left + cost * scale, y, redis * scale, 15)
    text("", left + (cost + redis) * scale + 6, y + 12, words)
    y += 19
}

{
    load = $1 " members, " $2
    if ($2 ~ /rooms/) load = $2 + 0 " rooms of " $1 / ($2 + 0) ", 2 lines a second each member"
    else if ($2 ~ /^1 /) load = "a room of " $1 ", one line at a time"
    else load = "a room of " $1 ", 64 lines on their way"
    if (!(load in count)) order[++loads] = load
    i = ++count[load]
    name[load, i] = $3
    alone[load] += $4
    wait[load] += $11
    ratio[load, i] = $6
    redis[load, i] = $25 == "-" ? 0 : $25
    p50[load, i] = $12
    rows++
}

END {
    left = 90; width = 400
    for (k = 1; k <= loads; k++) {
        load = order[k]
        alone[load] /= count[load]
        wait[load] /= count[load]
        for (i = 1; i <= count[load]; i++) {
            sum = alone[load] * ratio[load, i] + redis[load, i]
            if (sum > most) most = sum
        }
    }
    scale = width / most
    height = 60 + 19 * (rows + loads) + 34 * loads
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 710 %d\" role=\"img\">\n",
        height
    print "<title>What the journal and Redis cost</title>"
    style()
    text("title", 10, 24, "CPU time a delivery, microseconds: all servers; orange: Redis")
    y = 36
    for (k = 1; k <= loads; k++) {
        load = order[k]
        y += 26
        text("", left, y - 6, load)
        bar("alone", "alone", alone[load], 0,
            sprintf("%.2f, heard after %.0f us", alone[load], wait[load]))
        for (i = 1; i <= count[load]; i++) {
            cost = alone[load] * ratio[load, i]
            bar("layer", name[load, i], cost, redis[load, i],
                sprintf("%.2f, heard after %.0f us", cost + redis[load, i], p50[load, i]))
        }
        y += 8
    }
    print "</svg>"
}'
