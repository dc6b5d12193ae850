#!/bin/sh
# table.sh: prints a CSV file of run.sh as a table.
#
#     tests/bench/table.sh FILE.csv
#
# Flatness is the most expensive delivery divided by the cheapest, over all numbers of members.
set -eu

[ $# -eq 1 ] || { echo "usage: table.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
function number(format, value) {
    return value == "-" ? "-" : sprintf(format, value)
}

function memory(    i) {
    for (i = 1; i <= rows; i++)
        printf "memory a member (%s): %s %.0f bytes, bare %.0f\n", where[i], name, after[i],
            bare_after[i]
    if (rows > 0) printf "memory before the first: %s %.1f MB\n", name, empty / 1024
}

{ name = $3 }
$2 ~ /joining/ {
    joins = joins sprintf("joins, %d at once: %.0f a second, %s us of the server each, " \
        "p50 %.0f us, p99 %.0f us\n", $2, $10, number("%.0f", $5), $12, $14)
    next
}
$2 ~ /beside/ {
    besides = besides sprintf("%d members, %s: p50 %.0f us, p99 %.0f us\n", $1, $2, $12, $14)
    next
}
$1 >= 10000 && $20 != "-" {
    where[++rows] = $1 ($2 ~ /rooms/ ? " in " $2 + 0 " rooms" : "")
    after[rows] = $20
    bare_after[rows] = $19
    empty = $22
}
$2 ~ /idle/ { next }
!titled++ {
    print "CPU: seconds of the server per million deliveries; ratio: median (quartiles) of pairs"
    print ""
    printf "%7s  %-18s %5s %7s  %-16s %8s %6s %6s  %s\n", "members", "load", "CPU", "CPU",
        "ratio", "deliver-", "p50", "p99", "lost, of"
    printf "%7s  %-18s %5s %7s  %-16s %8s %6s %6s  %s\n", "", "", "bare", name,
        name "/bare", "ies/s", "us", "us", name "; bare"
}
{
    quartiles = $6 == "-" ? "-" : sprintf("%.2f (%.2f-%.2f)", $6, $7, $8)
    printf "%7d  %-18s %5s %7s  %-16s %8s %6s %6s  %d of %d; %d\n", $1, $2, number("%.2f", $4),
        number("%.2f", $5), quartiles, number("%.0f", $10), number("%.0f", $12),
        number("%.0f", $14), $16, $18 + $16, $15
    if ($23 > 0) {
        packs = packs sprintf("%7d  %-18s %9.2f  %9.3f\n", $1, $2, $18 / $23, $24 / $18)
        if ($18 > 1.05 * $23) packed = 1 # in other stages there is a delivery in each
    }
    if ($1 >= 10 && $2 == "1 in flight" && $5 != "-") {
        if (!low || $5 < low) low = $5
        if ($5 > high) high = $5
        if (!bare_low || $4 < bare_low) bare_low = $4
        if ($4 > bare_high) bare_high = $4
    }
}

END {
    print ""
    if (low) printf "flatness (1 in flight, 10 members and more): %s %.2f, bare %.2f\n",
        name, high / low, bare_high / bare_low
    memory()
    printf "%s%s", joins, besides
    if (!packed) exit
    print ""
    printf "%7s  %-18s %9s  %9s\n", "members", "load", "deliver-", "sent by"
    printf "%7s  %-18s %9s  %9s\n", "", "", "ies a", "members, a"
    printf "%7s  %-18s %9s  %9s\n", "", "", "datagram", "delivery"
    printf "%s", packs
}'
