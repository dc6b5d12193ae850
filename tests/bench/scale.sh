#!/bin/sh
# scale.sh: calculates from the measurements what ten to ten million members need.
#
#     tests/bench/scale.sh [FOLDER]
#
# Reads stage3.csv, crypto.csv and layers.csv in FOLDER (docs/performance), and writes scale.csv and
# scale.svg there. Prints the table, and the figures from which it was reckoned.
#
# The assumptions are those of docs/scale.md: a member says a line a minute in a room of twenty, and
# is there all day; a datagram is 200 bytes on the wire. From the measurements come the cost of a
# delivery in 500 rooms of ten; how much more it is with three servers over Redis in 50 rooms of ten
# (the ratio); what a line costs a busy Redis; the memory of a member in rooms of ten; and RSA
# operations a second, one for each join.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
folder=${1:-$root/docs/performance}
[ $# -le 1 ] || { echo "usage: scale.sh [FOLDER]" >&2; exit 2; }
for file in stage3 crypto layers; do
    [ -f "$folder/$file.csv" ] || { echo "scale.sh: there is no $folder/$file.csv" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The measurements, as NAME=VALUE: microseconds, bytes, operations a second.
"$bench/summary.sh" "$folder/stage3.csv" | awk -F ';' '
    $2 ~ /^500 rooms.*each/ && $2 !~ /beside/ { print "delivery=" $5 }
    $2 ~ /^1000 rooms idle/ { print "member=" $20 }' >"$work/measured"
"$bench/summary.sh" "$folder/layers.csv" | awk -F ';' '
    $3 == "redis 3" && $2 ~ /rooms/ { print "more=" $6 }
    $3 == "redis 3" && $1 == 100 && $2 ~ /^64 / { print "line=" $25 * $1 }' \
    >>"$work/measured"
awk -F , '$1 == "rsa private" { print "join=" 1e6 / $3 }' "$folder/crypto.csv" >>"$work/measured"

if [ "$(wc -l <"$work/measured")" -ne 5 ]; then
    echo "scale.sh: something was not measured; this is there:" >&2
    cat "$work/measured" >&2
    exit 1
fi

# The calculation.
awk -F = '
function plain(value) {
    return sprintf(value >= 100 ? "%.0f" : value >= 1 ? "%.1f" : value >= 0.01 ? "%.3f" : "%.6f",
        value)
}
{ value[$1] = $2 }
END {
    room = 20; datagram = 200
    print "members,lines_per_second,deliveries_per_second,cores,cores_over_redis,redis_cores," \
        "memory_mb,mbit_per_second,minutes_to_join"
    for (power = 1; power <= 7; power++) {
        members = 10 ^ power
        lines = members / 60
        deliveries = lines * room
        cores = deliveries * value["delivery"] / 1e6
        print members "," plain(lines) "," plain(deliveries) "," plain(cores) "," \
            plain(cores * value["more"]) "," plain(lines * value["line"] / 1e6) "," \
            plain(members * value["member"] / 1e6) "," plain(deliveries * datagram * 8 / 1e6) "," \
            plain(members * value["join"] / 1e6 / 60)
    }
}' "$work/measured" >"$work/scale.csv"
cp "$work/scale.csv" "$folder/scale.csv"

awk -F , '
function x_of(members) { return left + (log(members) / log(10) - 1) / 6 * width }
function y_of(cores)   { return top + height - (log(cores) / log(10) + 6) / 8 * height }
function line(class, x1, y1, x2, y2) {
    printf "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        class, x1, y1, x2, y2
}
function text(class, x, y, words) {
    printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, words
}
function curve(class, column,    i) {
    printf "<polyline class=\"%s\" points=\"", class
    for (i = 1; i <= rows; i++) printf "%.1f,%.1f ", x_of(field[i, 1]), y_of(field[i, column])
    print "\"/>"
}
function legend(class, words, y) {
    printf "<polyline class=\"%s\" points=\"%d,%d %d,%d\"/>\n", class, left + 14, y, left + 50, y
    text("", left + 60, y + 4, words)
}
function style() {
    print "<style>"
    print "text{font:13px sans-serif;fill:#24292f}.end{text-anchor:end}.mid{text-anchor:middle}"
    print ".title{font-weight:bold}.grid{stroke:#8b949e;stroke-opacity:.35}"
    print ".one{stroke:#cf222e;stroke-dasharray:2 3}polyline{fill:none;stroke-width:2}"
    print ".alone{stroke:#6e7781}.over{stroke:#0969da}.redis{stroke:#bc4c00}"
    print "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.alone{stroke:#9198a1}"
    print ".over{stroke:#58a6ff}.redis{stroke:#f0883e}.one{stroke:#ff7b72}}"
    print "</style>"
}
function count(power) {
    return power < 3 ? 10 ^ power : power < 6 ? 10 ^ (power - 3) "," "000" : \
        10 ^ (power - 6) "," "000,000"
}
NR > 1 {
    rows++
    for (i = 1; i <= NF; i++) field[rows, i] = $i
}
END {
    left = 70; width = 600; top = 44; height = 320
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 710 430\" role=\"img\">"
    print "<title>Cores that so many members need, reckoned from measurements</title>"
    style()
    text("title", 10, 24, "Cores, reckoned: a line a minute from each member, rooms of twenty")
    for (i = -6; i <= 2; i++) {
        line("grid", left, y_of(10 ^ i), left + width, y_of(10 ^ i))
        text("end", left - 8, y_of(10 ^ i) + 4, i < 0 ? sprintf("%.*f", -i, 10 ^ i) : 10 ^ i)
    }
    for (i = 1; i <= 7; i++) {
        line("grid", x_of(10 ^ i), top, x_of(10 ^ i), top + height)
        text("mid", x_of(10 ^ i), top + height + 20, count(i))
    }
    text("mid", left + width / 2, top + height + 44, "members")
    line("one", left, y_of(1), left + width, y_of(1))
    text("", left + 14, y_of(1) - 6, "one core: the most that one process of either kind can use")
    curve("alone", 4)
    curve("over", 5)
    curve("redis", 6)
    legend("over", "servers over Redis", top + 92)
    legend("alone", "servers that share nothing", top + 112)
    legend("redis", "Redis", top + 132)
    print "</svg>"
}' "$work/scale.csv" >"$folder/scale.svg"

cat "$work/measured"
echo
tr , '\t' <"$work/scale.csv" | awk -F '\t' '
NR == 1 {
    printf "%9s %9s %11s %8s %8s %8s %8s %9s %8s\n", "", "lines", "deliveries", "cores", "cores",
        "cores", "memory", "out", "minutes"
    printf "%9s %9s %11s %8s %8s %8s %8s %9s %8s\n", "members", "a second", "a second", "alone",
        "over", "of Redis", "MB", "Mbit/s", "to join"
    next
}
{ printf "%9d %9s %11s %8s %8s %8s %8s %9s %8s\n", $1, $2, $3, $4, $5, $6, $7, $8, $9 }'
