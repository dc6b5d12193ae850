#!/bin/sh
# layers_table.sh: prints a CSV file of layers.sh as a table.
#
#     tests/bench/layers_table.sh FILE.csv
set -eu

[ $# -eq 1 ] || { echo "usage: layers_table.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
BEGIN {
    print "CPU: microseconds of all servers a delivery; Redis: of its own, a line; p50: us"
    print ""
    row = "%-10s %7s  %-22s %6s %6s  %-16s %8s %6s %6s %6s  %s\n"
    printf row, "layer", "members", "load", "CPU", "CPU", "ratio", "deliver-", "p50", "p50",
        "Redis", "lost, of"
    printf row, "", "", "", "alone", "", "", "ies/s", "alone", "", "CPU", ""
}
{
    readers = $1 / ($2 ~ /rooms/ ? $2 + 0 : 1)
    quartiles = sprintf("%.2f (%.2f-%.2f)", $6, $7, $8)
    printf row, $3, $1, $2, sprintf("%.2f", $4), sprintf("%.2f", $5), quartiles,
        sprintf("%.0f", $10), sprintf("%.0f", $11), sprintf("%.0f", $12),
        $25 == "-" ? "-" : sprintf("%.1f", $25 * readers), $16 " of " $18 + $16
}'
