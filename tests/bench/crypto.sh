#!/bin/sh
# crypto.sh: how fast the cryptography of stage 3 is, as a table.
#
#     tests/bench/crypto.sh [-q] [-o FOLDER]
#
# The results are FOLDER/crypto.csv (docs/performance unless -o names another); -q writes nothing.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$bench/../.." && pwd)
self=crypto.sh
folder=$root/docs/performance
quick=no
# shellcheck source=lib.sh
. "$bench/lib.sh"

while getopts o:q option; do
    case $option in
    o) folder=$OPTARG ;;
    q) quick=yes ;;
    *) echo "usage: crypto.sh [-q] [-o FOLDER]" >&2 && exit 2 ;;
    esac
done

bench_start
"$bench/crypto" >"$temporary/csv" || die "the cryptography is wrong"
awk -F , '
NR == 1 {
    printf "%-22s %6s %10s %12s %7s\n", "", "bytes", "a second", "microseconds", "MB/s"
    next
}
{
    bytes = $2 > 0 ? $2 : ""
    rate = $5 == "-" ? "" : sprintf("%.0f", $5)
    many = $3 < 100 ? "%10.1f" : "%10.0f"
    long = $4 < 100 ? "%12.2f" : "%12.0f"
    printf "%-22s %6s " many " " long " %7s\n", $1, bytes, $3, $4, rate
}' "$temporary/csv"
[ $quick = no ] || exit 0
mkdir -p "$folder"
cp "$temporary/csv" "$folder/crypto.csv"
echo
echo "written: $folder/crypto.csv"
