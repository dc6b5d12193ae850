#!/bin/sh
# peers_table.sh: prints a CSV file of peers.sh as a table, with those together that had one load.
#
#     tests/bench/peers_table.sh FILE.csv
set -eu

[ $# -eq 1 ] || { echo "usage: peers_table.sh FILE.csv" >&2; exit 2; }

"$(dirname "$0")/summary.sh" "$1" | awk -F ';' '
{
    key = $1 SUBSEP $2
    if (!(key in rows)) order[++keys] = key
    quartiles = $6 == "-" ? "-" : sprintf("%.2f (%.2f-%.2f)", $6, $7, $8)
    rows[key] = rows[key] sprintf(row, $1, $2, $3, number($4), number($5), quartiles,
        sprintf("%.0f", $10), sprintf("%.0f", $12), $16 " of " ($18 + $16))
}

function number(value) { return value == "-" ? "-" : sprintf("%.2f", value) }

BEGIN {
    row = "%7s  %-12s  %-9s %6s %6s  %-16s %9s %6s  %s\n"
    print "CPU: microseconds of the server a delivery; ratio: to bare, median (quartiles) of pairs"
    print ""
    printf row, "members", "load", "server", "CPU", "CPU", "ratio", "deliver-", "p50", "lost, of"
    printf row, "", "", "", "bare", "", "", "ies/s", "us", "all"
}

END { for (i = 1; i <= keys; i++) printf "%s%s", (i > 1 ? "\n" : ""), rows[order[i]] }'
