#!/bin/sh
# summary.sh: the medians of a CSV file of run.sh, layers.sh or peers.sh, for the scripts that make
# tables and pictures.
#
#     tests/bench/summary.sh FILE.csv
#
# Prints a line for each server, members and load, in the order of the file, with these fields
# between semicolons. The yardstick of the server NAME is `bare`, `bare beside NAME` or `alone
# beside NAME`. CPU is in CPU-seconds per million deliveries, which is microseconds each; b is the
# yardstick, s the other server; each is a median unless it says otherwise.
#
#     1 members   2 load      3 name of s
#     4 CPU b     5 CPU s     6 ratio s/b   7 its lower quartile   8 its upper quartile
#     9 deliveries a second b      10 s
#    11 p50 in microseconds b      12 s     13 p99 b               14 s
#    15 lost (sum) b               16 s     17 deliveries (sum) b  18 s
#    19 bytes a member b           20 s     21 kilobytes before the first member b   22 s
#    23 datagrams (sum) that members of s received    24 and that they sent
#    25 CPU of what s makes use of
#
# The ratio is the median of the ratios of neighbouring turns: the first line of one server belongs
# to the first one of the other, and so on. An unknown value is `-`.
set -eu

[ $# -eq 1 ] || { echo "usage: summary.sh FILE.csv" >&2; exit 2; }

exec awk -F , '
# The quantile of values[1..n], interpolated. It sorts them.
function quantile(values, n, share,    i, j, v, at) {
    if (n == 0) return "-"
    for (i = 2; i <= n; i++) {
        v = values[i]
        for (j = i - 1; j >= 1 && values[j] > v; j--) values[j + 1] = values[j]
        values[j + 1] = v
    }
    at = 1 + (n - 1) * share
    i = int(at)
    return i >= n ? values[n] : values[i] + (at - i) * (values[i + 1] - values[i])
}

# The median of a column for one server (0 the yardstick, 1 the other) under one load.
function median(key, server, column,    i, n, v, list) {
    for (i = 1; i <= rows[key, server]; i++) {
        v = field[key, server, i, column]
        if (v != "-") list[++n] = v + 0
    }
    return quantile(list, n, 0.5)
}

function sum(key, server, column,    i, s) {
    for (i = 1; i <= rows[key, server]; i++) s += field[key, server, i, column]
    return s + 0
}

function ratio(key, share,    i, n, a, b, list) {
    for (i = 1; i <= rows[key, 0] && i <= rows[key, 1]; i++) {
        a = field[key, 0, i, 8]
        b = field[key, 1, i, 8]
        if (a > 0 && b > 0) list[++n] = b / a
    }
    return quantile(list, n, share)
}

function both(column) {
    return median(key, 0, column) ";" median(key, 1, column)
}

# The CPU time of a helper, microseconds a delivery.
function helper(key,    i, n, list) {
    for (i = 1; i <= rows[key, 1]; i++)
        if (field[key, 1, i, 16] > 0 && field[key, 1, i, 4] > 0)
            list[++n] = field[key, 1, i, 16] / field[key, 1, i, 4] * 1e6
    return quantile(list, n, 0.5)
}

NR > 1 {
    server = $1 == "bare" || $1 ~ / beside / ? 0 : 1
    if ($1 == "bare") bare = 1 # then there is one other server in the file
    beside = $1
    sub(/^.* beside /, "", beside)
    key = (bare ? "" : beside) SUBSEP $2 SUBSEP $3
    if (server == 1) name[bare ? "" : beside] = $1
    if (!(key in seen)) { seen[key] = 1; order[++keys] = key }
    row = ++rows[key, server]
    for (i = 1; i <= NF; i++) field[key, server, row, i] = $i
}

END {
    for (k = 1; k <= keys; k++) {
        key = order[k]
        split(key, part, SUBSEP)
        print part[2] ";" part[3] ";" name[part[1]] ";" both(8) ";" ratio(key, 0.5) ";" \
            ratio(key, 0.25) ";" ratio(key, 0.75) ";" both(9) ";" both(10) ";" both(11) ";" \
            sum(key, 0, 5) ";" sum(key, 1, 5) ";" sum(key, 0, 4) ";" sum(key, 1, 4) ";" \
            both(12) ";" both(13) ";" sum(key, 1, 14) ";" sum(key, 1, 15) ";" helper(key)
    }
}' "$1"
