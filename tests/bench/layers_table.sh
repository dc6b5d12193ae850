#!/bin/sh
# layers_table.sh: a CSV file that layers.sh wrote, as a table to read.
#
#     tests/bench/layers_table.sh FILE.csv
set -eu

[ $# -eq 1 ] || { echo "usage: layers_table.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
BEGIN {
    print "CPU: microseconds of all servers a delivery; Redis: of its own CPU a line"
    print ""
    printf "%-10s %7s  %-18s %6s %6s  %-16s %6s %6s %6s %6s  %s\n", "layer", "members", "load",
        "CPU", "CPU", "ratio", "p50 us", "p50 us", "Redis", "lost", "of"
    printf "%-10s %7s  %-18s %6s %6s\n", "", "", "", "alone", ""
}
{
    readers = $1 / ($2 ~ /rooms/ ? $2 + 0 : 1)
    printf "%-10s %7d  %-18s %6.2f %6.2f  %-16s %6.0f %6.0f %6s %6d  %d\n", $3, $1, $2, $4, $5,
        sprintf("%.2f (%.2f-%.2f)", $6, $7, $8), $11, $12,
        $25 == "-" ? "-" : sprintf("%.1f", $25 * readers), $16, $18 + $16
}'
