#!/bin/sh
# table.sh: a CSV file that run.sh wrote, as a table to read.
#
#     tests/bench/table.sh FILE.csv
#
# Flatness is the dearest delivery over the cheapest one, over the number of members.
set -eu

[ $# -eq 1 ] || { echo "usage: table.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
function number(format, value) {
    return value == "-" ? "-" : sprintf(format, value)
}

NR == 1 {
    name = $3
    print "CPU: seconds of the server per million deliveries; ratio: median (quartiles) of pairs"
    print ""
    printf "%7s  %-12s %6s %7s  %-18s %9s %9s %9s  %s\n", "members", "load", "CPU", "CPU",
        "ratio", "deliver-", "p50", "p99", "lost, of"
    printf "%7s  %-12s %6s %7s  %-18s %9s %9s %9s  %s\n", "", "", "bare", name,
        name "/bare", "ies/s", "us", "us", name "; bare"
}
{
    quartiles = $6 == "-" ? "-" : sprintf("%.2f (%.2f-%.2f)", $6, $7, $8)
    printf "%7d  %-12s %6s %7s  %-18s %9s %9s %9s  %d of %d; %d\n", $1, $2, number("%.2f", $4),
        number("%.2f", $5), quartiles, number("%.0f", $10), number("%.0f", $12),
        number("%.0f", $14), $16, $18 + $16, $15
    if ($1 >= 10 && $2 == "1 in flight" && $5 != "-") {
        if (!low || $5 < low) low = $5
        if ($5 > high) high = $5
        if (!bare_low || $4 < bare_low) bare_low = $4
        if ($4 > bare_high) bare_high = $4
    }
    if ($1 >= most && $20 != "-") { most = $1; memory = $20; empty = $22; bare_memory = $19 }
}

END {
    print ""
    if (low) printf "flatness (1 in flight, 10 members and more): %s %.2f, bare %.2f\n",
        name, high / low, bare_high / bare_low
    if (most) {
        printf "memory a member (at %d): %s %.0f bytes, bare %.0f\n", most, name, memory,
            bare_memory
        printf "memory before the first: %s %.1f MB\n", name, empty / 1024
    }
}'
